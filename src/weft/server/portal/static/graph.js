// Lineage that is dragged, zoomed, searched, walked with arrow keys and opened in place. It is drawn already, and every box
// is a link: without this it scrolls and opens all the same.
const LEAST = 0.08, MOST = 2;

const graph = (frame, kept) => {
  const svg = frame.querySelector("svg"), width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
  const nodes = [...svg.querySelectorAll(".node")];
  let scale = 1;

  const zoom = (wanted, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const next = Math.min(MOST, Math.max(LEAST, wanted)), at = [frame.scrollLeft + x, frame.scrollTop + y];
    svg.setAttribute("width", width * next);
    svg.setAttribute("height", height * next);
    frame.scrollTo(at[0] * next / scale - x, at[1] * next / scale - y);
    scale = next;
  };
  const fit = () => { svg.removeAttribute("style"); zoom(Math.min(1, frame.clientWidth / width, Math.max(frame.clientHeight / height, 0.3))); frame.scrollTo(0, 0); };
  const box = (node) => { const hit = node.querySelector(".hit"); return ["x", "y", "width", "height"].map((one) => hit[one].baseVal.value); };
  const middle = (node) => { const [x, y, w, h] = box(node); return [x + w / 2, y + h / 2]; };
  // The drawing is centred where it is smaller than its frame.
  const aside = () => Math.max(0, (svg.clientWidth - width * scale) / 2);
  const show = (node, gently = false) => {
    const [x, y] = middle(node), to = [x * scale + aside() - frame.scrollLeft, y * scale - frame.scrollTop];
    const near = to[0] > 60 && to[0] < frame.clientWidth - 60 && to[1] > 30 && to[1] < frame.clientHeight - 30;
    if (!gently || !near) frame.scrollBy(to[0] - frame.clientWidth / 2, to[1] - frame.clientHeight / 2);
  };

  // What each box is joined to, looked up when it is first wanted.
  let joined = null;
  const ways = (node) => {
    if (!joined) {
      joined = nodes.map(() => ({ from: [], to: [], paths: [] }));
      for (const path of svg.querySelectorAll(".edge")) {
        const [from, to] = path.dataset.e.split(" ").map(Number);
        joined[from].to.push(to); joined[to].from.push(from);
        joined[from].paths.push(path); joined[to].paths.push(path);
      }
    }
    return joined[Number(node.dataset.n)];
  };
  const near = (node, numbers) => {
    const y = middle(node)[1], byHeight = (one) => Math.abs(middle(nodes[one])[1] - y);
    return numbers.length ? nodes[numbers.reduce((best, one) => byHeight(one) < byHeight(best) ? one : best)] : null;
  };
  const beside = (node, step) => {
    const [x, y] = middle(node);
    const column = nodes.filter((one) => Math.abs(middle(one)[0] - x) < 4 && (middle(one)[1] - y) * step > 0);
    return column.sort((a, b) => (middle(a)[1] - middle(b)[1]) * step)[0] ?? null;
  };
  const card = (node) => node.parentNode.firstElementChild === node ? null : node.parentNode.querySelector(".node");
  const walk = { ArrowRight: (n) => near(n, ways(n).to), ArrowLeft: (n) => near(n, ways(n).from) ?? card(n), ArrowDown: (n) => beside(n, 1), ArrowUp: (n) => beside(n, -1), Home: () => nodes[0], End: () => nodes.at(-1) };

  // One box is in the order of tabs; arrows go to the others.
  let here = null;
  const enter = (node, { focus = true } = {}) => {
    if (here) { here.setAttribute("tabindex", "-1"); here.classList.remove("here"); for (const path of ways(here).paths) path.classList.remove("near"); }
    here = node;
    node.setAttribute("tabindex", "0");
    if (!focus) return;
    for (const path of ways(node).paths) path.classList.add("near");
    node.classList.add("here");
    tell(node);
    if (document.activeElement !== node) node.focus({ preventScroll: true });
    show(node, true);
  };
  const tell = (node) => {
    const place = document.querySelector("[data-chosen]"), id = node.dataset.id;
    const link = (text, href) => { const made = document.createElement("a"); made.href = href; made.textContent = text; return made; };
    const told = [Object.assign(document.createElement("strong"), { textContent: id.replace(/^(source|reader):/, "") })];
    if (node.dataset.page) told.push(link("its page", node.dataset.page));
    if (!id.startsWith("reader:") && !id.endsWith(".*")) told.push(link("only its lineage", `/lineage/${encodeURIComponent(id).replace(/%40/g, "@").replace(/%3A/g, ":")}`));
    place.replaceChildren(...told.flatMap((one, at) => at ? [" · ", one] : [one]));
  };

  for (const node of nodes) node.setAttribute("tabindex", "-1");
  svg.addEventListener("focusin", (event) => { const node = event.target.closest(".node"); if (node && node !== here) enter(node); else if (node) { node.classList.add("here"); tell(node); for (const path of ways(node).paths) path.classList.add("near"); } });
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = event.target.closest(".node");
    if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale / 1.25);
    else if (event.key === "0") fit();
    else if (node && walk[event.key]) { const next = walk[event.key](node); if (next) enter(next); }
    else if (node && event.key === " " && node.hasAttribute("href")) node.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    else return;
    event.preventDefault();
  });

  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const own = frame.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - own.x, event.clientY - own.y);
  }, { passive: false });

  // Dragging with a mouse moves; two fingers zoom, one scrolls as anywhere.
  const fingers = new Map();
  let dragged = null, apart = 0, moved = false;
  const spread = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
  frame.addEventListener("pointerdown", (event) => {
    moved = false;
    if (event.pointerType === "touch") {
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (fingers.size === 2) apart = spread();
    } else if (!event.button) dragged = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop, event.clientX, event.clientY];
  });
  frame.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) {
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (fingers.size !== 2) return;
      const own = frame.getBoundingClientRect(), [a, b] = [...fingers.values()], now = spread();
      zoom(scale * now / (apart || now), (a[0] + b[0]) / 2 - own.x, (a[1] + b[1]) / 2 - own.y);
      apart = now; moved = true;
    } else if (dragged) {
      if (Math.hypot(event.clientX - dragged[2], event.clientY - dragged[3]) < 4 && !moved) return;
      if (!moved) { moved = true; frame.setPointerCapture(event.pointerId); }
      frame.scrollTo(dragged[0] - event.clientX, dragged[1] - event.clientY);
    }
  });
  const lifted = (event) => { fingers.delete(event.pointerId); dragged = null; };
  frame.addEventListener("pointerup", lifted);
  frame.addEventListener("pointercancel", lifted);
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("click", (event) => { if (moved) { event.preventDefault(); event.stopPropagation(); moved = false; } }, true);

  const find = (words) => {
    let first = null;
    for (const node of nodes) {
      const met = words !== "" && node.getAttribute("aria-label").toLowerCase().includes(words);
      node.classList.toggle("met", met);
      if (met) first ??= node;
    }
    if (first) show(first);
  };

  // Where a box was opened it stays under the hand.
  const found = (id) => nodes.find((node) => node.dataset.id === id);
  const place = (id) => { const own = frame.getBoundingClientRect(), at = found(id).querySelector(".hit").getBoundingClientRect(); return [at.x - own.x, at.y - own.y]; };
  // Where scrolling alone cannot bring it there, the drawing gets room before or behind it.
  const room = (wanted, side, most) => {
    if (wanted < 0) svg.style[side[0]] = `${-wanted}px`;
    if (wanted > most) svg.style[side[1]] = `${wanted - most}px`;
    return Math.max(wanted, 0);
  };
  const hold = (id, at) => {
    const now = place(id), x = frame.scrollLeft + now[0] - at[0], y = frame.scrollTop + now[1] - at[1];
    frame.scrollTo(room(x, ["marginLeft", "marginRight"], frame.scrollWidth - frame.clientWidth), room(y, ["marginTop", "marginBottom"], frame.scrollHeight - frame.clientHeight));
  };
  if (kept) {
    zoom(kept.scale);
    const node = found(kept.id);
    if (node) {
      hold(kept.id, kept.at);
      enter(node, { focus: kept.focus });
    } else if (nodes[0]) enter(nodes[0], { focus: false });
  } else {
    const self = svg.querySelector(".node.self") ?? svg.querySelector(".node.met");
    if (self) show(self); else if (width > frame.clientWidth) { zoom(Math.max(0.5, frame.clientWidth / width)); frame.scrollTo(0, 0); }
    if (nodes.length) enter(self ?? nodes[0], { focus: false });
  }
  return { zoom: (how) => ({ in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit, whole: () => zoom(1) })[how](), find, kept: (id, focus = true) => ({ id, focus, scale, at: place(id) }) };
};

const region = document.querySelector("[data-lineage]");
let now = null, turn = 0;

const set = (kept) => {
  const frame = region.querySelector("[data-graph]");
  now = frame ? graph(frame, kept) : null;
  for (const tools of region.querySelectorAll("[data-graph-tools]")) tools.hidden = !now;
};

const load = async (url, kept, { push = true } = {}) => {
  const mine = ++turn, at = new URL(url, location.href);
  region.querySelector("[data-graph]")?.classList.add("waits");
  const asked = new URL(at);
  asked.searchParams.set("part", "graph");
  const answer = await fetch(asked, { headers: { Accept: "text/html" } }).catch(() => null);
  if (mine !== turn) return;
  // Whoever is signed out meanwhile is led to where they sign in, by the page itself.
  if (!answer?.ok || answer.redirected) { location.href = at.href; return; }
  region.innerHTML = await answer.text();
  if (push) history.pushState(null, "", at);
  set(kept);
};

region.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const tool = event.target.closest("[data-zoom]");
  if (tool) return now.zoom(tool.dataset.zoom);
  const node = event.target.closest(".node[href]");
  if (!node || !(node.hasAttribute("aria-expanded") || node.classList.contains("more"))) return;
  event.preventDefault();
  load(node.getAttribute("href"), now.kept(node.dataset.id));
});
region.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target, url = new URL(form.action);
  for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.set(name, value);
  load(url, null);
});
region.addEventListener("change", (event) => { if (event.target.matches("select")) event.target.form.requestSubmit(); });
region.addEventListener("input", (event) => { if (event.target.matches("[data-graph-find]")) now?.find(event.target.value.trim().toLowerCase()); });
addEventListener("popstate", () => load(location.href, null, { push: false }));
set(null);
