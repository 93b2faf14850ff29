// What the teacher sets is kept in the component's value: {html, points, mark, by}.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.markForm = (element, props, server, watch) => {
  const all = (selector) => [...element.querySelectorAll(selector)];
  const points = () => all("[data-points]").map((field) => Number(field.value) || 0);
  let weighings = 0;
  let own = null; // what the teacher has set on this answer

  // A person's mark is theirs, but nobody should give one between two steps without knowing.
  const tellStep = () => {
    const note = element.querySelector(".off-step");
    if (!note) return;
    const field = element.querySelector("input[data-mark]");
    note.hidden = !field.validity.stepMismatch || Number(field.value) === Number(field.max);
  };

  const showMark = (mark) => {
    all("[data-mark]").forEach((field) => {
      if (field.type === "radio") field.checked = mark !== null && Number(field.value) === mark;
      else field.value = mark ?? "";
    });
    tellStep();
  };

  const set = (what) => {
    own = { ...own, ...what };
    props.value = { ...props.value, ...what };
  };

  const byCriteria = async () => {
    set({ points: points(), by: "criteria" });
    const mine = ++weighings;
    const { answer } = element.querySelector(".mark-form").dataset;
    const mark = await server.weigh_points(answer, props.value.points);
    if (mine !== weighings) return; // set again meanwhile
    set({ mark });
    showMark(mark);
  };

  const showRatings = () => {
    all("[data-rating]").forEach((button) => {
      const field = element.querySelector(`[data-points="${button.dataset.rating}"]`);
      button.checked = Number(button.value) === Number(field.value);
    });
  };

  const rate = (criterion, points) => {
    element.querySelector(`[data-points="${criterion}"]`).value = points;
    showRatings();
    byCriteria();
  };

  // A criterion's key and name go from one of its ratings to the next.
  element.addEventListener("click", ({ target }) => {
    const { criterion } = target.closest("button[data-criterion]")?.dataset ?? {};
    if (!criterion) return;
    const ratings = all(`[data-rating="${criterion}"]`);
    const here = ratings.findIndex((button) => button.checked);
    rate(criterion, ratings[(here + 1) % ratings.length].value);
  });

  const byTotal = (field) => {
    weighings += 1;
    set({ mark: field.value === "" ? null : Number(field.value), by: "total" });
    tellStep();
  };

  element.addEventListener("change", ({ target }) => {
    if (target.dataset.rating) rate(target.dataset.rating, target.value);
    else if (target.dataset.criterion) {
      const field = element.querySelector(`[data-points="${target.dataset.criterion}"]`);
      field.value = target.checked ? target.dataset.marks : 0;
      byCriteria();
    } else if (target.dataset.points) {
      const { value } = target;
      const clipped = Math.min(Number(target.max), Math.max(Number(target.min), Number(value) || 0));
      target.value = clipped;
      element.querySelector(`[data-criterion="${target.dataset.points}"]`).checked = clipped !== 0;
      byCriteria();
    }
  });

  element.addEventListener("input", ({ target }) => {
    if (target.hasAttribute("data-mark")) byTotal(target);
  });

  // What the teacher touched no longer follows the markup, so a new answer sets each field.
  // A newer prediction of the answer that is open leaves what the teacher has set on it.
  const fill = () => {
    if (!props.value.again) {
      own = null;
      weighings += 1;
      element.closest(".desk-sheet")?.scrollTo(0, 0);
    } else if (own) props.value = { ...props.value, ...own };
    const { points, mark } = props.value;
    all("[data-points]").forEach((field, place) => (field.value = points[place]));
    all("[data-criterion]").forEach((box, place) => (box.checked = points[place] !== 0));
    showRatings();
    showMark(mark);
  };
  watch("value", fill);
  fill();
};
