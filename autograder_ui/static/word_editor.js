// The doubtful words are marked behind the text that is typed over them, so they keep their place.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.wordEditor = (element, watch) => {
  const fields = () => [...element.querySelectorAll("textarea[data-words]")];

  // Words as they were read, with what the text says in their place now.
  const words = (field) => {
    const saved = field.defaultValue;
    const read = JSON.parse(field.dataset.words).map(([start, end, page, box, kind, sure, other]) => {
      return { start, end, page, box, kind, sure, other, text: saved.slice(start, end) };
    });
    return field.value === saved ? read : AutoGrader.aligned(read, field.value);
  };

  const draw = (field) => {
    const behind = field.parentElement.querySelector(".behind");
    const pieces = [];
    let at = 0;
    for (const word of words(field)) {
      const kinds = [word.kind !== "sure" && word.kind, word.box === now?.box && word.page === now.page && "now"];
      if (!kinds.some(Boolean)) continue;
      const mark = document.createElement("mark");
      mark.className = kinds.filter(Boolean).join(" ");
      mark.textContent = field.value.slice(word.start, word.end);
      pieces.push(field.value.slice(at, word.start), mark);
      at = word.end;
    }
    behind.replaceChildren(...pieces, `${field.value.slice(at)}\n`);
  };

  let now = null; // the word that is looked at
  const look = (word, closer = false) => {
    now = word;
    fields().forEach(draw);
    if (!word) return;
    AutoGrader.showPlace({ page: word.page, box: word.box, closer });
    say("word-looked-at", { page: word.page, box: word.box });
  };

  const atCaret = (field) => words(field).find(({ start, end }) => start <= field.selectionStart && field.selectionStart <= end);

  element.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea[data-words]")) return;
    draw(target);
    say("words-changed");
  });
  document.addEventListener("selectionchange", () => {
    const field = document.activeElement;
    if (!element.contains(field) || !field.matches("textarea[data-words]")) return;
    const word = atCaret(field);
    if (word && (word.box !== now?.box || word.page !== now?.page)) look(word);
  });
  document.addEventListener("word-picked", ({ detail }) => {
    if (!element.checkVisibility()) return;
    const found = find(detail);
    if (found) edit(found);
    else say("word-without-answer");
  });

  const find = ({ page, box }) => all().find((word) => word.page === page && word.box === box);
  const all = () => fields().flatMap((field) => words(field).map((word) => ({ ...word, field })));
  const edit = ({ field, start, end }) => {
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end);
    field.closest(".card").scrollIntoView({ block: "nearest" });
  };
  const replace = (word, text) => {
    const { field, start, end } = word;
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const say = (event, detail) => document.dispatchEvent(new CustomEvent(event, { detail }));

  const fill = () => {
    fields().forEach(draw);
    say("words-changed");
  };
  AutoGrader.words = { all, look, edit, replace };
  watch("value", fill);
  fill();
};

// The words that the text still has something for, as `placed_words` aligns them on the server:
// the same words stay where they are; as many new ones as went away stand in their places.
AutoGrader.aligned = (read, text) => {
  const written = [...text.matchAll(/\S+/g)].map((found) => ({ text: found[0], start: found.index, end: found.index + found[0].length }));
  const put = (word, place, kept) => ({ ...word, start: place.start, end: place.end, ...(kept ? {} : { kind: "sure", other: "" }) });
  let head = 0;
  while (head < read.length && head < written.length && read[head].text === written[head].text) head++;
  let tail = 0;
  const shortest = Math.min(read.length, written.length) - head;
  while (tail < shortest && read.at(-1 - tail).text === written.at(-1 - tail).text) tail++;
  const a = read.slice(head, read.length - tail);
  const b = written.slice(head, written.length - tail);

  // Longest common subsequence of what lies between.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i].text === b[j].text ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const middle = [];
  let [i, j] = [0, 0];
  let [gone, come] = [[], []];
  const settle = () => {
    gone.slice(0, come.length).forEach((word, place) => middle.push(put(word, come[place], false)));
    [gone, come] = [[], []];
  };
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i].text === b[j].text) {
      settle();
      middle.push(put(a[i++], b[j++], true));
    } else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) gone.push(a[i++]);
    else come.push(b[j++]);
  }
  settle();
  const same = (word, place) => put(word, written[place], true);
  return [
    ...read.slice(0, head).map(same),
    ...middle,
    ...read.slice(read.length - tail).map((word, place) => same(word, written.length - tail + place)),
  ];
};
