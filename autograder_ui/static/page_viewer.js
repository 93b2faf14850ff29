// Zoom and pan by the browser's own scrolling: the page is an image as wide as `zoom` stages.
window.AutoGrader = window.AutoGrader || {};

AutoGrader.pageViewer = (element, watch, turned = () => {}) => {
  const FURTHEST = 8;
  const AIR = 1.06; // around what is focused
  let zoom = 1;
  const stage = () => element.querySelector(".stage");
  const open = () => element.querySelector(".leaf:not([hidden])");

  // Keeps the point (x, y) of the stage where it is.
  const zoomTo = (wanted, x, y) => {
    const [box, leaf] = [stage(), open()];
    const next = Math.min(FURTHEST, Math.max(1, wanted));
    const grown = next / zoom;
    zoom = next;
    leaf.style.width = `${zoom * 100}%`;
    box.scrollLeft = (box.scrollLeft + x) * grown - x;
    box.scrollTop = (box.scrollTop + y) * grown - y;
  };

  const zoomInMiddle = (factor) => zoomTo(zoom * factor, stage().clientWidth / 2, stage().clientHeight / 2);

  // Shows [left, top, right, bottom] in the page's pixels as large as it fits, at most `closest`.
  const show = (box, closest) => {
    const [view, leaf] = [stage(), open()];
    const page = Number(leaf.dataset.width);
    const [left, top, right, bottom] = box;
    const wide = page / ((right - left) * AIR);
    const high = ((view.clientHeight / view.clientWidth) * page) / ((bottom - top) * AIR);
    zoom = Math.min(closest, Math.max(1, Math.min(wide, high)));
    leaf.style.width = `${zoom * 100}%`;
    const scale = (zoom * view.clientWidth) / page;
    view.scrollLeft = ((left + right) / 2) * scale - view.clientWidth / 2;
    const tall = (bottom - top) * scale * AIR > view.clientHeight;
    view.scrollTop = tall ? top * scale - 12 : ((top + bottom) / 2) * scale - view.clientHeight / 2;
  };

  const numbers = (text) => (text ? text.split(" ").map(Number) : null);

  const fit = () => {
    const leaf = open();
    if (!leaf || !stage().clientWidth) return;
    const focus = numbers(leaf.dataset.focus);
    if (focus) return show(focus, 4);
    zoom = 1;
    leaf.style.width = "100%";
    stage().scrollTo(0, 0);
    if (!Number(leaf.dataset.width)) scrollToHighlight(leaf.querySelector("img"));
  };

  // The highlight is drawn into the textbook's image: its first yellow row comes into sight.
  const scrollToHighlight = async (image) => {
    await image.decode().catch(() => {});
    if (!image.naturalWidth || !image.isConnected) return;
    const canvas = document.createElement("canvas");
    canvas.width = 100;
    canvas.height = Math.round((100 * image.naturalHeight) / image.naturalWidth);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] - data[i + 2] > 60 && data[i + 1] - data[i + 2] > 40) {
        const row = Math.floor(i / 4 / canvas.width) / canvas.height;
        stage().scrollTop = row * image.clientHeight - stage().clientHeight * 0.2;
        return;
      }
    }
  };

  const turnTo = (id) => {
    element.querySelectorAll(".leaf").forEach((leaf) => leaf.toggleAttribute("hidden", leaf.dataset.leaf !== id));
    element.querySelectorAll(".leaf-tab").forEach((tab) => {
      tab.setAttribute("aria-pressed", String(tab.dataset.leaf === id));
    });
    element.querySelector(".leaf-name").textContent = open().querySelector("img").alt;
  };

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return pick(event.target.closest("rect[data-box]"));
    if (button.dataset.leaf) {
      turnTo(button.dataset.leaf);
      fit();
      turned(button.dataset.leaf);
    } else if ("words" in button.dataset) {
      bare = !bare;
      dress();
    } else if (button.dataset.zoom === "fit") {
      zoomTo(1, 0, 0);
    } else if (button.dataset.zoom) {
      zoomInMiddle(button.dataset.zoom === "in" ? 1.3 : 1 / 1.3);
    }
  });

  // A word that is clicked on its page is shown in the text.
  const pick = (box) => {
    if (!box || dragged) return;
    const detail = { page: open().dataset.leaf, box: box.dataset.box };
    document.dispatchEvent(new CustomEvent("word-picked", { detail }));
  };

  // Whether the words' boxes are hidden stays as it was chosen when another page comes.
  let bare = false;
  const dress = () => {
    element.querySelector("[data-words]")?.setAttribute("aria-pressed", String(!bare));
    element.querySelector(".viewer")?.classList.toggle("bare", bare);
  };

  element.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey || !event.target.closest(".stage")) return;
      event.preventDefault();
      const at = stage().getBoundingClientRect();
      zoomTo(zoom * Math.exp(-event.deltaY / 300), event.clientX - at.left, event.clientY - at.top);
    },
    { passive: false },
  );

  // Drag with the mouse; touch scrolls by itself. A hand that shakes still clicks.
  const STEADY = 4;
  let grip = null;
  let dragged = false;
  element.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType !== "mouse" || event.button || !event.target.closest(".leaf")) return;
    grip = { x: event.clientX, y: event.clientY, left: stage().scrollLeft, top: stage().scrollTop };
    event.preventDefault();
    stage().focus({ preventScroll: true });
  });
  element.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [right, down] = [event.clientX - grip.x, event.clientY - grip.y];
    if (!dragged && Math.hypot(right, down) < STEADY) return;
    if (!dragged) stage().setPointerCapture(event.pointerId);
    dragged = true;
    stage().scrollTo(grip.left - right, grip.top - down);
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (grip = null));

  let pinch = null;
  const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  element.addEventListener("touchstart", ({ touches }) => {
    pinch = touches.length === 2 ? { apart: apart(touches), zoom } : null;
  }, { passive: true });
  element.addEventListener(
    "touchmove",
    (event) => {
      if (!pinch || event.touches.length !== 2) return;
      event.preventDefault();
      const [a, b] = event.touches;
      const at = stage().getBoundingClientRect();
      const [x, y] = [(a.clientX + b.clientX) / 2 - at.left, (a.clientY + b.clientY) / 2 - at.top];
      zoomTo((pinch.zoom * apart(event.touches)) / pinch.apart, x, y);
    },
    { passive: false },
  );

  // Brings a word of the text into sight on its page, large enough to read; `closer` as to compare.
  const READABLE = 15; // pixels of the screen that a word is high
  const COMPARABLE = 34;
  element.addEventListener("show-place", ({ detail }) => {
    if (open().dataset.leaf !== detail.page) turnTo(detail.page);
    const [left, top, right, bottom] = numbers(detail.box);
    const view = stage();
    const page = Number(open().dataset.width);
    const needed = ((detail.closer ? COMPARABLE : READABLE) / (bottom - top)) * (page / view.clientWidth);
    const widest = page / ((right - left) * 1.3); // the whole word stays in sight
    zoom = Math.min(FURTHEST, Math.max(zoom, Math.min(needed, Math.max(1, widest))));
    open().style.width = `${zoom * 100}%`;
    const scale = (zoom * view.clientWidth) / page;
    center("scrollLeft", view.clientWidth, left * scale, right * scale);
    center("scrollTop", view.clientHeight, top * scale, bottom * scale);
    const spot = open().querySelector(".spot");
    const [wide, high] = [right - left, bottom - top];
    for (const [name, value] of [["x", left - 4], ["y", top - 4], ["width", wide + 8], ["height", high + 8]]) {
      spot.setAttribute(name, value);
    }
  });

  // Moves only what is out of sight: the page stands still while one reads along.
  const center = (scroll, room, start, end) => {
    const [seen, air] = [stage()[scroll], Math.min(40, room / 8)];
    if (start < seen + air || end > seen + room - air) stage()[scroll] = (start + end - room) / 2;
  };

  watch("value", () => {
    fit();
    dress();
  });
  let shownAt = 0;
  new ResizeObserver(() => {
    const wide = stage()?.clientWidth || 0;
    if (wide && wide !== shownAt) fit(); // the tab was opened, or the window turned
    shownAt = wide;
  }).observe(element);
};

// Asks the viewer that has the page, and is in sight, to show a place on it.
AutoGrader.showPlace = (detail) => {
  const leaves = document.querySelectorAll(`.leaf[data-leaf="${CSS.escape(detail.page)}"]`);
  const inSight = [...leaves].find((leaf) => leaf.closest(".viewer").checkVisibility());
  inSight?.dispatchEvent(new CustomEvent("show-place", { bubbles: true, detail }));
};
