// Places are drawn as shares of the page (0-1). The list under the pages is what is saved:
// each place on a page is the picture of one of its rows.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.regionEditor = (element, watch, save) => {
  const SMALLEST = 0.01;
  const STEP = 0.01;
  const EDGE = 12; // pixels around an edge in which it is gripped
  const boxes = new Map(); // row -> [left, top, right, bottom]
  const places = new Map(); // row -> its place on the page
  const list = () => element.querySelector(".region-list");
  const rows = () => [...element.querySelectorAll(".region-list > li")];
  const open = () => element.querySelector("figure:not([hidden])");
  const figure = (row) => element.querySelector(`figure[data-page="${row.dataset.page}"]`);
  const name = (row) => row.querySelector("select").selectedOptions[0].text;
  const limit = (value) => Math.min(1, Math.max(0, value));

  const tell = () =>
    save({
      regions: rows().map((row) => ({
        question: row.querySelector("select").value,
        page: Number(row.dataset.page),
        box: boxes.get(row),
      })),
    });

  const paint = (row) => {
    const [left, top, right, bottom] = boxes.get(row);
    const place = places.get(row);
    Object.assign(place.style, {
      left: `${left * 100}%`,
      top: `${top * 100}%`,
      width: `${(right - left) * 100}%`,
      height: `${(bottom - top) * 100}%`,
    });
    place.textContent = name(row);
    place.setAttribute("aria-label", `Place of ${name(row)} on page ${row.dataset.page}`);
    place.classList.toggle("nothing", row.querySelector("select").value === "");
    row.querySelector(".region-page").textContent = `page ${row.dataset.page}`;
    row.querySelector("[data-act=remove]").setAttribute("aria-label", `Remove the place of ${name(row)}`);
  };

  const put = (row, box) => {
    const place = document.createElement("button");
    place.type = "button";
    place.className = "region";
    boxes.set(row, box);
    places.set(row, place);
    figure(row).append(place);
    paint(row);
  };

  const remove = (row) => {
    const next = rows()[rows().indexOf(row) + 1] || rows()[rows().indexOf(row) - 1];
    places.get(row).remove();
    places.delete(row);
    boxes.delete(row);
    row.remove();
    (next ? places.get(next) : element.querySelector("[data-act=add]")).focus({ preventScroll: true });
    tell();
  };

  // The first question that has no place yet is the likely one for a new place.
  const add = (box) => {
    const row = element.querySelector(".region-new > li").cloneNode(true);
    const taken = new Set(rows().map((each) => each.querySelector("select").value));
    const select = row.querySelector("select");
    const free = [...select.options].findIndex((option) => option.value && !taken.has(option.value));
    select.selectedIndex = Math.max(0, free);
    row.dataset.page = open().dataset.page;
    list().append(row);
    put(row, box);
    places.get(row).focus({ preventScroll: true });
    return row;
  };

  const rowOf = (place) => [...places].find(([, each]) => each === place)?.[0];

  const acts = {
    add: () => {
      const here = rows().filter((row) => row.dataset.page === open().dataset.page);
      const top = Math.min(0.8, Math.max(0.1, ...here.map((row) => boxes.get(row)[3] + 0.02)));
      add([0.1, top, 0.9, top + 0.15]);
      tell();
    },
    draw: (pressed) => {
      const drawing = pressed.getAttribute("aria-pressed") !== "true";
      pressed.setAttribute("aria-pressed", String(drawing));
      element.querySelector(".region-pages").classList.toggle("drawing", drawing);
    },
    remove: (pressed) => remove(pressed.closest("li")),
  };

  element.addEventListener("click", ({ target }) => {
    const pressed = target.closest("button");
    if (!pressed) return;
    if (pressed.dataset.act) acts[pressed.dataset.act](pressed);
    else if (pressed.dataset.page) turnTo(pressed.dataset.page);
  });
  const turnTo = (page) => {
    element.querySelectorAll("figure").forEach((each) => each.toggleAttribute("hidden", each.dataset.page !== page));
    element.querySelectorAll(".region-bar [data-page]").forEach((each) => {
      each.setAttribute("aria-pressed", String(each.dataset.page === page));
    });
  };
  element.addEventListener("change", ({ target }) => {
    if (!target.matches(".region-list select")) return;
    paint(target.closest("li"));
    tell();
  });

  const moved = ([left, top, right, bottom], across, down) => {
    const x = Math.min(1 - right, Math.max(-left, across));
    const y = Math.min(1 - bottom, Math.max(-top, down));
    return [left + x, top + y, right + x, bottom + y];
  };
  const sized = ([left, top, right, bottom], edges, x, y) => [
    edges.left ? Math.min(limit(left + x), right - SMALLEST) : left,
    edges.top ? Math.min(limit(top + y), bottom - SMALLEST) : top,
    edges.right ? Math.max(limit(right + x), left + SMALLEST) : right,
    edges.bottom ? Math.max(limit(bottom + y), top + SMALLEST) : bottom,
  ];

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let quiet; // a key that is held down is saved once
  element.addEventListener("keydown", (event) => {
    const row = event.target.matches?.(".region") && rowOf(event.target);
    if (!row) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return remove(row);
    }
    if (!ARROWS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = ARROWS[event.key].map((way) => way * (event.ctrlKey ? STEP / 5 : STEP));
    const corner = { right: true, bottom: true };
    boxes.set(row, event.shiftKey ? sized(boxes.get(row), corner, x, y) : moved(boxes.get(row), x, y));
    paint(row);
    clearTimeout(quiet);
    quiet = setTimeout(tell, 400);
  });

  const at = (event) => {
    const page = open().getBoundingClientRect();
    return [limit((event.clientX - page.left) / page.width), limit((event.clientY - page.top) / page.height)];
  };
  const gripped = (event, place) => {
    const box = place.getBoundingClientRect();
    const near = (edge, position) => Math.abs(edge - position) < EDGE;
    return {
      left: near(box.left, event.clientX),
      top: near(box.top, event.clientY),
      right: near(box.right, event.clientX),
      bottom: near(box.bottom, event.clientY),
    };
  };

  let grip = null;
  element.addEventListener("pointerdown", (event) => {
    const page = event.target.closest("figure");
    if (!page || event.button) return;
    const row = rowOf(event.target);
    const drawing = element.querySelector(".drawing");
    if (!row && event.pointerType !== "mouse" && !drawing) return; // a finger scrolls
    const [x, y] = at(event);
    grip = { x, y, row, was: row && boxes.get(row), edges: row && gripped(event, event.target) };
    if (row) event.target.focus({ preventScroll: true });
    page.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [x, y] = at(event);
    const far = Math.abs(x - grip.x) > SMALLEST || Math.abs(y - grip.y) > SMALLEST;
    if (!grip.row) {
      if (!far) return;
      grip.row = add([grip.x, grip.y, grip.x, grip.y]);
      grip.drawn = true;
    }
    if (grip.drawn) {
      const [left, right] = [Math.min(x, grip.x), Math.max(x, grip.x)];
      const [top, bottom] = [Math.min(y, grip.y), Math.max(y, grip.y)];
      boxes.set(grip.row, [left, top, Math.max(right, left + SMALLEST), Math.max(bottom, top + SMALLEST)]);
    } else {
      const edged = Object.values(grip.edges).some(Boolean);
      const change = edged ? (box, dx, dy) => sized(box, grip.edges, dx, dy) : moved;
      boxes.set(grip.row, change(grip.was, x - grip.x, y - grip.y));
    }
    grip.changed = true;
    paint(grip.row);
  });
  for (const end of ["pointerup", "pointercancel"])
    element.addEventListener(end, () => {
      if (grip?.changed) tell();
      grip = null;
    });

  const fill = () => {
    boxes.clear();
    places.clear();
    element.querySelectorAll(".region").forEach((place) => place.remove());
    for (const row of rows()) {
      const select = row.querySelector("select");
      select.value = (select.querySelector("[selected]") || select.options[0]).value;
      if (figure(row)) put(row, row.dataset.box.split(" ").map(Number));
      else row.remove();
    }
  };
  watch("value", fill);
  fill();
};
