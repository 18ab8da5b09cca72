// The workbench: asks the query service, shows rows as they come, and draws them. Names are completed by the server.
const here = document.querySelector("[data-workbench]"), part = (name) => here.querySelector(`[data-${name}]`);
const sql = part("sql"), said = part("said"), fault = part("fault"), answer = part("answer"), words = document.getElementById("words");
const csrf = document.querySelector("meta[name=csrf]").content;
const SHOWN = 1000, TYPES = { csv: "text/csv", arrow: "application/vnd.apache.arrow.stream", jsonl: "application/x-ndjson" };
const number = new Intl.NumberFormat();
let running = null, columns = [], rows = [];

const make = (name, told = {}, ...within) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(told)) key === "text" ? made.textContent = value : made.setAttribute(key, value);
  made.append(...within);
  return made;
};

const ask = (form, stop, most) => fetch("/api/v1/query", {
  method: "POST", signal: stop?.signal,
  headers: { "Content-Type": "application/json", Accept: TYPES[form], "X-CSRF-Token": csrf },
  body: JSON.stringify({ sql: sql.value, ...(most ? { rows: most } : {}) }),
});

const refuse = (what, mend) => {
  fault.replaceChildren(make("strong", { text: what }), ...(mend ? [make("span", { class: "quiet", text: mend })] : []));
  fault.hidden = false;
};
const wrong = async (response) => {
  const told = await response.json().catch(() => null);
  refuse(told?.error?.what ?? `The server answered ${response.status}.`, told?.error?.mend);
};

// Lines of JSON as they come; the last one may be half.
const lines = async function* (body) {
  let rest = "";
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const found = (rest + part).split("\n");
    rest = found.pop();
    yield* found.filter(Boolean).map((line) => JSON.parse(line));
  }
  if (rest) yield JSON.parse(rest);
};

const run = async () => {
  running?.abort();
  const stop = running = new AbortController(), began = performance.now();
  fault.hidden = true; part("stop").hidden = false; said.textContent = "Asking…";
  columns = []; rows = [];
  let more = 0;
  try {
    const response = await ask("jsonl", stop, SHOWN + 1);
    if (!response.ok) { said.textContent = ""; await wrong(response); return; }
    const described = response.headers.get("Weft-Columns");
    if (described) columns = JSON.parse(described).map((one) => one.name);
    for await (const row of lines(response.body)) {
      if (row.error?.kind && !columns.includes("error")) { refuse(row.error.what, row.error.mend); break; }
      if (rows.length < SHOWN) rows.push(row); else more = 1;
      if (rows.length % 200 === 0) said.textContent = `${number.format(rows.length)} rows so far…`;
    }
    if (!described) columns = Object.keys(rows[0] ?? {});
    const took = `${number.format(Math.round(performance.now() - began))} ms`;
    said.textContent = more ? `The first ${number.format(SHOWN)} rows, ${took}; download all of them` : `${number.format(rows.length)} ${rows.length === 1 ? "row" : "rows"}, ${took}`;
    draw();
  } catch (error) {
    said.textContent = stop.signal.aborted ? "Stopped." : "";
    if (!stop.signal.aborted) refuse("The answer was broken off.", "Ask again; where it happens again, ask for less.");
  } finally {
    if (running === stop) { running = null; part("stop").hidden = true; }
  }
};

const cell = (value) => value === null ? make("td", { class: "null", text: "null" })
  : make("td", typeof value === "number" ? { class: "number", text: value } : { text: typeof value === "object" ? JSON.stringify(value) : value });
const draw = () => {
  answer.hidden = false;
  const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col", text: name })));
  part("table").replaceChildren(rows.length
    ? make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows.map((row) => make("tr", {}, ...columns.map((name) => cell(row[name]))))))
    : make("p", { class: "empty", text: "No rows answer this." }));
  const numeric = columns.filter((name) => rows.some((row) => typeof row[name] === "number"));
  const across = columns.find((name) => !numeric.includes(name)) ?? columns[0];
  const fill = (select, names, chosen) => select.replaceChildren(...names.map((name) => make("option", name === chosen ? { selected: "", text: name } : { text: name })));
  fill(part("x"), columns, across);
  fill(part("y"), numeric, numeric.find((name) => name !== across));
  if (rows.some((row) => /^\d{4}-\d\d/.test(row[across] ?? ""))) part("kind").value = "line";
  picture();
};

// One look for all charts: it is in the style sheet.
const SVG = "http://www.w3.org/2000/svg", W = 900, H = 320, LEFT = 64, BELOW = 48, TOP = 12;
const shape = (name, told, text) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, value);
  if (text !== undefined) { const title = document.createElementNS(SVG, name === "text" ? "tspan" : "title"); title.textContent = text; made.append(title); }
  return made;
};
const steps = (low, high) => {
  const rough = (high - low) / 4 || 1, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const found = [];
  for (let at = Math.floor(low / step) * step; at <= high + step * 0.999; at += step) found.push(at);
  return found;
};
const picture = () => {
  const x = part("x").value, y = part("y").value, kind = part("kind").value;
  const given = rows.filter((row) => typeof row[y] === "number").slice(0, 400);
  if (!given.length) { part("picture").replaceChildren(make("p", { class: "quiet", text: "There is no number to draw: ask for one." })); return; }
  const values = given.map((row) => row[y]), ticks = steps(Math.min(0, ...values), Math.max(0, ...values)), low = ticks[0], high = ticks.at(-1);
  const up = (value) => TOP + (H - TOP - BELOW) * (1 - (value - low) / (high - low || 1)), wide = (W - LEFT) / given.length;
  const numeric = kind === "points" && given.every((row) => typeof row[x] === "number");
  const xs = given.map((row) => row[x]), least = Math.min(...(numeric ? xs : [0])), span = (numeric ? Math.max(...xs) - least : 1) || 1;
  const at = (row, place) => numeric ? LEFT + 8 + (W - LEFT - 16) * (row[x] - least) / span : LEFT + wide * (place + 0.5);
  const svg = shape("svg", { class: "chart large", role: "img", viewBox: `0 0 ${W} ${H}` });
  svg.append(shape("title", {}));
  svg.firstChild.textContent = `${y} by ${x}`;
  for (const tick of ticks) svg.append(shape("line", { class: "axis", x1: LEFT, x2: W, y1: up(tick), y2: up(tick) }), shape("text", { x: LEFT - 8, y: up(tick) + 4, "text-anchor": "end" }, number.format(tick)));
  const every = Math.ceil(given.length / 12);
  given.forEach((row, place) => { if (place % every === 0) svg.append(shape("text", { x: at(row, place), y: H - BELOW + 18, "text-anchor": "middle" }, String(row[x] ?? "null").slice(0, 14))); });
  if (kind === "line") svg.append(shape("path", { class: "trace", d: given.map((row, place) => `${place ? "L" : "M"}${at(row, place)} ${up(row[y])}`).join("") }));
  given.forEach((row, place) => {
    const told = `${row[x]}: ${number.format(row[y])}`, base = up(Math.max(low, 0));
    svg.append(kind === "bars"
      ? shape("rect", { class: "mark", x: at(row, place) - Math.min(wide * 0.4, 24), width: Math.min(wide * 0.8, 48), y: Math.min(up(row[y]), base), height: Math.max(Math.abs(up(row[y]) - base), 1), rx: 1 }, told)
      : shape("circle", { class: "mark", cx: at(row, place), cy: up(row[y]), r: kind === "line" ? 2.5 : 4 }, told));
  });
  part("picture").replaceChildren(svg, make("figcaption", { text: `${y} by ${x}${given.length < rows.length ? `, the first ${given.length} rows` : ""}` }));
};

const show = (wanted) => {
  part("table").hidden = wanted !== "table"; part("chart").hidden = wanted !== "chart";
  for (const link of here.querySelectorAll("[data-show]")) link.dataset.show === wanted ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
};

const download = async (form) => {
  fault.hidden = true; said.textContent = "Fetching…";
  const response = await ask(form);
  if (!response.ok) { said.textContent = ""; return wrong(response); }
  const link = make("a", { href: URL.createObjectURL(await response.blob()), download: `answer.${form}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  said.textContent = "Downloaded.";
};

// Completion: what stands before the caret is continued; arrows choose, Tab or Enter takes.
let chosen = -1, waiting, asked = 0;
const begun = () => sql.value.slice(0, sql.selectionStart).match(/[A-Za-z_][\w.@"]*$/)?.[0] ?? "";
const options = () => [...words.children];
const choose = (at) => {
  const found = options();
  chosen = (at + found.length) % found.length;
  found.forEach((option, place) => option.setAttribute("aria-selected", place === chosen));
  sql.setAttribute("aria-activedescendant", found[chosen].id);
  found[chosen].scrollIntoView({ block: "nearest" });
};
const close = () => { words.hidden = true; words.replaceChildren(); chosen = -1; sql.setAttribute("aria-expanded", "false"); sql.removeAttribute("aria-activedescendant"); };
const take = (option) => {
  const word = begun();
  sql.setRangeText(option.dataset.word, sql.selectionStart - word.length, sql.selectionStart, "end");
  close();
  sql.focus();
};
const complete = async () => {
  const word = begun(), turn = ++asked;
  if (!word) return close();
  const response = await fetch(`/query/words?begun=${encodeURIComponent(word)}&sql=${encodeURIComponent(sql.value.slice(0, 4000))}`);
  if (!response.ok || turn !== asked) return;
  const found = await response.json();
  if (!found.length || (found.length === 1 && found[0].word === word)) return close();
  words.replaceChildren(...found.map((one, place) => make("li", { role: "option", id: `word-${place}`, "data-word": one.word, "aria-selected": "false" }, make("span", { class: "mono", text: one.word }), make("span", { class: "hush small", text: one.kind }))));
  words.hidden = false; chosen = -1; sql.setAttribute("aria-expanded", "true");
};
sql.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(complete, 120); });
sql.addEventListener("blur", () => setTimeout(close, 150));
words.addEventListener("pointerdown", (event) => { const option = event.target.closest("li"); if (option) { event.preventDefault(); take(option); } });
sql.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); close(); return run(); }
  if (words.hidden) return;
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) take(options()[Math.max(chosen, 0)]);
  else return;
  event.preventDefault();
});

here.addEventListener("click", (event) => {
  const at = event.target.closest("[data-run],[data-stop],[data-share],[data-download],[data-show]");
  if (!at) return;
  if ("run" in at.dataset) run();
  if ("stop" in at.dataset) running?.abort();
  if ("download" in at.dataset) download(at.dataset.download);
  if ("show" in at.dataset) { event.preventDefault(); show(at.dataset.show); }
  if ("share" in at.dataset) {
    history.replaceState(null, "", `/query?sql=${encodeURIComponent(sql.value)}`);
    navigator.clipboard?.writeText(location.href);
    said.textContent = "The link is copied: whoever opens it asks with their own eyes.";
  }
});
for (const name of ["x", "y", "kind"]) part(name).addEventListener("change", picture);
