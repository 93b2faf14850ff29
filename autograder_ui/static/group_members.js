// Which answers of a group get the mark is kept in the component's value: {html, ticked}.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.groupMembers = (element, props, watch, tell) => {
  const boxes = (within = element) => [...within.querySelectorAll("[data-answer]")];
  const every = () => element.querySelector("[data-every]");
  let shown;

  const showEvery = () => {
    const box = every();
    if (!box) return;
    const ticked = boxes(box.closest("details")).filter((each) => each.checked).length;
    const all = boxes(box.closest("details")).length;
    box.checked = ticked === all;
    box.indeterminate = ticked > 0 && ticked < all;
  };

  element.addEventListener("change", ({ target }) => {
    if (target.hasAttribute("data-every"))
      boxes(target.closest("details")).forEach((box) => (box.checked = target.checked));
    const ticked = boxes().filter((box) => box.checked).map((box) => box.dataset.answer);
    props.value = { ...props.value, ticked };
    showEvery();
    tell();
  });

  // Elements are reused for other groups: every box is set from the value.
  const fill = () => {
    const ticked = new Set(props.value.ticked);
    boxes().forEach((box) => (box.checked = ticked.has(box.dataset.answer)));
    showEvery();
    const group = element.querySelector(".members")?.dataset.group;
    const another = shown !== undefined && group !== shown;
    shown = group;
    if (another && innerWidth <= 900) document.querySelector("#group-bar").scrollIntoView();
  };
  watch("value", fill);
  fill();
};
