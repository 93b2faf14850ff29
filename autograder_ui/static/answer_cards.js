// Corrections wait in the cards until they are saved, also while another card is saved.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.answerCards = (element, watch, tell) => {
  const drafts = new Map(); // by answer and version: a newer version has no draft
  let addingTo; // script and missing answers: what is typed for them stays until these change
  const key = (field) => `${field.dataset.answer}:${field.dataset.version}`;
  const card = (inner) => inner.closest(".card");
  const button = (inner, act) => card(inner).querySelector(`[data-act="${act}"]`);

  const grow = (field) => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };

  const typed = (field) => {
    const changed = field.value !== field.defaultValue;
    changed ? drafts.set(key(field), field.value) : drafts.delete(key(field));
    button(field, "save").disabled = !changed;
    card(field).classList.toggle("unsaved", changed);
    grow(field);
  };

  const acts = {
    save: (pressed) => {
      const field = card(pressed).querySelector("textarea");
      const { answer, version } = field.dataset;
      tell.save({ answer, text: field.value, version: Number(version) });
    },
    move: (pressed) => {
      const chosen = [...card(pressed).querySelectorAll("[data-line]:checked")];
      const lines = chosen.map((box) => Number(box.dataset.line));
      const question = card(pressed).querySelector("[data-target]").value;
      tell.move({ answer: pressed.dataset.answer, question, lines });
    },
    add: (pressed) => {
      const text = card(pressed).querySelector("[data-new]").value;
      const question = card(pressed).querySelector("[data-question]").value;
      tell.add({ question, text });
    },
    settle: ({ dataset: { answer, version, way, question, part } }) => {
      tell.settle({ answer, version: Number(version), way, question, part: Number(part) });
    },
  };

  element.addEventListener("click", ({ target }) => {
    const pressed = target.closest("button[data-act]");
    if (pressed) acts[pressed.dataset.act](pressed);
  });
  element.addEventListener("input", ({ target }) => {
    if (target.matches("textarea[data-answer]")) typed(target);
    else if (target.matches("[data-new]")) button(target, "add").disabled = !target.value.trim();
    else if (target.matches("[data-target]")) button(target, "move").disabled = target.value === "?";
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target.matches("textarea")) card(event.target).querySelector(".primary").click();
  });

  // Elements are reused for other answers: every field is set from its own markup or draft.
  const fill = () => {
    element.querySelectorAll("textarea[data-answer]").forEach((field) => {
      field.value = drafts.get(key(field)) ?? field.defaultValue;
      typed(field);
    });
    element.querySelectorAll("[data-line]").forEach((box) => (box.checked = false));
    element.querySelectorAll("select").forEach((list) => (list.selectedIndex = 0));
    element.querySelectorAll("[data-act=move]").forEach((each) => (each.disabled = true));
    const adding = element.querySelector(".add");
    if (adding && adding.dataset.key !== addingTo) {
      adding.querySelector("[data-new]").value = "";
      button(adding, "add").disabled = true;
    }
    addingTo = adding?.dataset.key;
  };
  watch("value", fill);
  new ResizeObserver(() => element.querySelectorAll("textarea").forEach(grow)).observe(element);
  fill();
};
