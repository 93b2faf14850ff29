// From one doubtful word to the next. What it is like is said in words, not shown by colour alone.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.doubtfulWords = (element) => {
  const button = (name) => element.querySelector(`[data-word="${name}"]`);
  const status = element.querySelector("[role=status]");
  const here = () => document.querySelector("#read-check .page-check")?.dataset.page;
  const words = () => (AutoGrader.words?.all() ?? []).filter(({ page }) => page === here());
  const inDoubt = ({ kind }) => kind !== "sure";
  const same = (one, other) => one.page === other?.page && one.box === other?.box;
  let now = null; // page and box of the word that is looked at
  let page; // on which it was counted

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const count = (many) => (many ? `${many} doubtful word${many > 1 ? "s" : ""} on this page` : "No doubtful words on this page");

  const show = () => {
    const word = words().find((each) => same(each, now));
    button("edit").hidden = !word;
    button("other").hidden = !word?.other;
    if (word?.other) button("other").innerHTML = `Use “<b></b>” <kbd>O</kbd>`;
    if (word?.other) button("other").querySelector("b").textContent = word.other;
    return word;
  };

  const describe = (word, doubtful) => {
    const place = doubtful.findIndex((each) => same(each, word)) + 1;
    const other = word.other ? ` The second engine reads “${word.other}”.` : "";
    return `Word ${place} of ${doubtful.length}: “${word.text}”, ${word.sure} % sure.${other}`;
  };

  // From the word that is looked at, even if it is in doubt no longer.
  const step = (by) => {
    const all = words();
    const at = all.findIndex((each) => same(each, now));
    const rest = by > 0 ? all.slice(at + 1) : all.slice(0, at < 0 ? all.length : at).reverse();
    const word = rest.find(inDoubt);
    if (word) AutoGrader.words.look(word, true);
    else say(all.some(inDoubt) ? `No doubtful word ${by > 0 ? "after" : "before"} this one.` : count(0));
  };

  const acts = {
    next: () => step(1),
    previous: () => step(-1),
    edit: () => AutoGrader.words.edit(show()),
    other: () => AutoGrader.words.replace(show(), show().other),
    compare: () => {
      const on = button("compare").getAttribute("aria-pressed") !== "true";
      button("compare").setAttribute("aria-pressed", String(on));
      document.getElementById("reading").classList.toggle("comparing", on);
    },
  };
  element.addEventListener("click", ({ target }) => acts[target.closest("[data-word]")?.dataset.word]?.());

  document.addEventListener("word-looked-at", ({ detail }) => {
    now = detail;
    const word = show();
    if (word && inDoubt(word)) say(describe(word, words().filter(inDoubt)));
  });
  document.addEventListener("word-without-answer", () => say("This word belongs to none of the answers."));
  const countAnew = () => {
    if (!element.checkVisibility()) return;
    if (page !== here()) now = null;
    page = here();
    show();
    say(count(words().filter(inDoubt).length));
  };
  document.addEventListener("words-changed", countAnew);
  let inSight = false;
  new ResizeObserver(() => {
    if (!inSight && element.checkVisibility()) countAnew(); // the tab was opened
    inSight = element.checkVisibility();
  }).observe(element);
};
