// A button that opens another tab, also where a narrow window keeps that tab in a menu.
document.addEventListener("click", ({ target }) => {
  const name = target.closest?.("[data-tab]")?.dataset.tab;
  if (!name) return;
  const find = (selector) =>
    [...document.querySelectorAll(selector)].find(
      (each) => each.textContent.trim() === name && each.checkVisibility({ visibilityProperty: true }),
    );
  const tab = find("#pages [role=tab]");
  if (tab) return tab.click();
  // Not before this click is over: it would close the menu again.
  setTimeout(() => {
    document.querySelector("#pages .overflow-menu > button")?.click();
    requestAnimationFrame(() => find("#pages .overflow-dropdown button")?.click());
  });
});
