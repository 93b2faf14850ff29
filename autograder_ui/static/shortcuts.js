// Keys for the open tab. They click the same buttons as the mouse, so there is one way to do it.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.shortcuts = (element, table) => {
  const STORE = "autograder-keys";
  const TYPING =
    "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=listbox], dialog";
  const OWN_KEYS = "[role=radio], input[type=radio], .stage"; // they use the arrows
  const dialog = element.querySelector("dialog");
  const switched = element.querySelector(".keys-on");
  switched.checked = localStorage.getItem(STORE) !== "off";
  switched.addEventListener("change", () => {
    localStorage.setItem(STORE, switched.checked ? "on" : "off");
  });

  // Digits with Shift have other names on each keyboard, so these go by the key's place.
  const named = ({ key, code, shiftKey }) =>
    shiftKey && /^Digit\d$/.test(code) && !/\d/.test(key) ? `Shift+${code.at(-1)}` : key;

  const listen = (event) => {
    if (!element.isConnected) return document.removeEventListener("keydown", listen);
    if (!element.checkVisibility() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing) return;
    if (event.target.closest(TYPING)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      return dialog.showModal();
    }
    if (localStorage.getItem(STORE) === "off") return;
    if (event.key.startsWith("Arrow") && event.target.closest(OWN_KEYS)) return;
    if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
    press(event);
  };

  const press = (event) => {
    const key = named(event);
    const target = table
      .filter((each) => each.keys.includes(key))
      .map((each) => document.querySelector(each.target.replace("{key}", key.at(-1))))
      .find((found) => found?.checkVisibility() && !found.disabled);
    if (!target || event.repeat) return;
    event.preventDefault();
    target.matches("input[type=text], input[type=number], textarea, summary") ? target.focus() : target.click();
  };

  element.querySelector(".keys-button").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", listen);
};
