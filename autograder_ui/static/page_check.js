// To accept a page is to accept its text as it stands there, so what is typed is saved with it.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.pageCheck = (element, watch, tell) => {
  let held = false; // the focus is on a button that goes away
  const unsaved = () =>
    [...document.querySelectorAll("#read-cards .card.unsaved textarea[data-answer]")].map((field) => ({
      answer: field.dataset.answer,
      text: field.value,
      version: Number(field.dataset.version),
    }));

  element.addEventListener("click", ({ target }) => {
    const { act, page } = target.closest("button[data-act]")?.dataset ?? {};
    held = element.contains(document.activeElement);
    if (act === "accept") tell.accept({ page, texts: unsaved() });
    if (act === "reopen") tell.reopen({ page });
  });
  watch("value", () => {
    if (held) element.querySelector("button:not(:disabled)")?.focus();
    held = false;
    document.dispatchEvent(new CustomEvent("words-changed"));
  });
};
