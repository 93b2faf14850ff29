// Pages are turned, put in order by dragging or by their buttons, moved to a script and taken out.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.pageFixer = (element, watch, trigger) => {
  let pressed; // what was pressed last: it gets the focus back when the pages are shown anew
  const list = () => element.querySelector(".page-cards");
  const pages = () => [...element.querySelectorAll(".page-card")].map((card) => card.dataset.page);
  const tell = (fix) => trigger({ script: list().dataset.script, ...fix });
  const order = (ids) => tell({ act: "order", order: ids });

  const put = (page, place) => {
    const others = pages().filter((each) => each !== page);
    const here = others.length < pages().length;
    if (here) order(others.toSpliced(place, 0, page));
    else tell({ act: "move", page, to: list().dataset.script, place: place + 1 });
  };

  const acts = {
    left: (page) => tell({ act: "turn", page, turns: 1 }),
    right: (page) => tell({ act: "turn", page, turns: -1 }),
    earlier: (page) => put(page, pages().indexOf(page) - 1),
    later: (page) => put(page, pages().indexOf(page) + 1),
    discard: (page) => tell({ act: "discard", page }),
    move: (page, card) =>
      tell({ act: "move", page, to: card.querySelector("select").value, place: null }),
  };

  element.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-act]");
    if (!button) return;
    const card = button.closest(".page-card");
    pressed = { page: card.dataset.page, act: button.dataset.act };
    acts[pressed.act](pressed.page, card);
  });

  // A class has hundreds of scripts: they are listed where somebody asks for them.
  element.addEventListener(
    "toggle",
    ({ target }) => {
      const choices = target.querySelector("select");
      if (target.open) choices.replaceChildren(element.querySelector("template").content.cloneNode(true));
    },
    true,
  );

  const under = ({ target, clientX }) => {
    const card = target.closest?.(".page-card");
    if (!card) return undefined;
    const { left, width } = card.getBoundingClientRect();
    return { card, after: clientX > left + width / 2 };
  };
  const unmark = () => document.querySelectorAll(".drop-before, .drop-after, .drop-here").forEach(
    (each) => each.classList.remove("drop-before", "drop-after", "drop-here"),
  );

  element.addEventListener("dragstart", (event) => {
    const card = event.target.closest(".page-card");
    AutoGrader.dragged = { page: card.dataset.page, tell };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.page);
  });
  element.addEventListener("dragend", () => {
    AutoGrader.dragged = undefined;
    unmark();
  });
  element.addEventListener("dragover", (event) => {
    const place = AutoGrader.dragged && under(event);
    if (!place) return;
    event.preventDefault();
    unmark();
    place.card.classList.add(place.after ? "drop-after" : "drop-before");
  });
  element.addEventListener("drop", (event) => {
    const place = AutoGrader.dragged && under(event);
    if (!place) return;
    event.preventDefault();
    const { page } = AutoGrader.dragged;
    const others = pages().filter((each) => each !== page);
    if (place.card.dataset.page !== page)
      put(page, others.indexOf(place.card.dataset.page) + (place.after ? 1 : 0));
  });

  const fill = () => {
    element.querySelectorAll("details[open]").forEach((each) => (each.open = false));
    if (!pressed) return;
    const card = element.querySelector(`[data-page="${pressed.page}"]`);
    const same = card?.querySelector(`[data-act="${pressed.act}"]:enabled`);
    (same || card?.querySelector("button:enabled"))?.focus();
    pressed = undefined;
  };
  watch("value", fill);
};

// A page that is dropped on a script in the table goes to that script.
(() => {
  const row = ({ target }) => AutoGrader.dragged && target.closest?.("#scripts tr[data-id]");
  const unmark = () =>
    document.querySelectorAll("#scripts .drop-here").forEach((each) => each.classList.remove("drop-here"));
  document.addEventListener("dragover", (event) => {
    unmark();
    const over = row(event);
    if (!over) return;
    event.preventDefault();
    over.classList.add("drop-here");
  });
  document.addEventListener("drop", (event) => {
    unmark();
    const over = row(event);
    if (!over) return;
    event.preventDefault();
    const { page, tell } = AutoGrader.dragged;
    tell({ act: "move", page, to: over.dataset.id, place: null });
  });
})();
