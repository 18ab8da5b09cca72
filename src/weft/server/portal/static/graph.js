// A graph that is dragged, zoomed and searched. It is drawn already: without this it scrolls.
for (const frame of document.querySelectorAll("[data-graph]")) {
  const svg = frame.querySelector("svg"), width = svg.width.baseVal.value, height = svg.height.baseVal.value;
  const field = document.querySelector("[data-graph-find]"), fit = document.querySelector("[data-graph-fit]");
  let scale = 1;
  const zoom = (wanted, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const next = Math.min(2, Math.max(0.08, wanted)), at = [frame.scrollLeft + x, frame.scrollTop + y];
    svg.setAttribute("width", width * next);
    svg.setAttribute("height", height * next);
    frame.scrollTo(at[0] * next / scale - x, at[1] * next / scale - y);
    scale = next;
  };
  const show = (node) => {
    const box = node.getBoundingClientRect(), own = frame.getBoundingClientRect();
    frame.scrollBy(box.x - own.x - (own.width - box.width) / 2, box.y - own.y - (own.height - box.height) / 2);
  };
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const own = frame.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - own.x, event.clientY - own.y);
  }, { passive: false });
  frame.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale / 1.25);
    else return;
    event.preventDefault();
  });
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType === "touch" || event.target.closest("a")) return;
    const from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
    const move = (moved) => frame.scrollTo(from[0] - moved.clientX, from[1] - moved.clientY);
    frame.setPointerCapture(event.pointerId);
    frame.addEventListener("pointermove", move);
    frame.addEventListener("pointerup", () => frame.removeEventListener("pointermove", move), { once: true });
  });
  fit.hidden = field.hidden = false;
  fit.addEventListener("click", () => { zoom(Math.min(1, frame.clientWidth / width)); frame.scrollTo(0, 0); });
  field.addEventListener("input", () => {
    const words = field.value.trim().toLowerCase();
    let first = null;
    for (const node of svg.querySelectorAll(".node")) {
      const met = words !== "" && node.querySelector("title").textContent.toLowerCase().includes(words);
      node.classList.toggle("met", met);
      if (met) first ??= node;
    }
    if (first) show(first);
  });
  const self = svg.querySelector(".node.self");
  if (self) show(self);
}
