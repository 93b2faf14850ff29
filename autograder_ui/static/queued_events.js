// Tells Gradio that an event is queued only once it is certain where its result will be told.
//
// Gradio 6.31's server ends a window's stream of results when no result is awaited; the next
// event opens another. The answer "queued" and the end of the stream come on two connections: where
// the answer overtakes the end, the browser waits on a stream that has ended, and nothing is shown
// until something else is pressed. So the answer is held back until the stream has spoken of its
// event, or the browser has taken note of the end.
(() => {
  const ask = window.fetch.bind(window);
  const LONGEST = 3000; // milliseconds; then it is Gradio's own way, as without this
  let stream = null; // of the events that it spoke of, and of who waits for that

  const known = (event) =>
    new Promise((go) => {
      if (!stream || stream.heard.has(event)) return go();
      stream.waiting.set(event, go);
      setTimeout(go, LONGEST);
    });

  const open = (signal) => {
    const opened = { heard: new Set(), waiting: new Map() };
    opened.end = () => {
      if (stream === opened) stream = null;
      opened.waiting.forEach((go) => go());
    };
    signal.addEventListener("abort", opened.end, { once: true });
    stream = opened;
    return opened;
  };

  const follow = async ({ heard, waiting, end }, body) => {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let line = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (line + part.value).split("\n");
      line = lines.pop();
      for (const [, event] of lines.join("\n").matchAll(/"event_id":"(\w+)"/g)) {
        heard.add(event);
        waiting.get(event)?.();
      }
    }
    setTimeout(end, LONGEST); // a stream that broke is never taken note of
  };

  window.fetch = async (target, options) => {
    const { pathname } = new URL(target.url ?? target, location);
    const opened = pathname.endsWith("/queue/data") && target.signal ? open(target.signal) : null;
    const answer = await ask(target, options).catch((error) => {
      opened?.end();
      throw error;
    });
    if (opened && answer.body) follow(opened, answer.clone().body).catch(opened.end);
    if (pathname.endsWith("/queue/join")) {
      const { event_id: event } = await answer.clone().json().catch(() => ({}));
      if (event) await known(event);
    }
    return answer;
  };
})();
