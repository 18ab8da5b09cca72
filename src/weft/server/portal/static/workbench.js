// The workbench: asks the query service, shows rows part by part, draws them, downloads them, and makes links that last.
const here = document.querySelector("[data-workbench]"), part = (name) => here.querySelector(`[data-${name}]`);
const sql = part("sql"), said = part("said"), clock = part("clock"), fault = part("fault"), answerPart = part("answer");
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
const PAGE = 500, LONGEST_LINK = 20_000, TYPES = { csv: "text/csv", arrow: "application/vnd.apache.arrow.stream", jsonl: "application/x-ndjson" };
const number = new Intl.NumberFormat(), plural = (count, one) => `${number.format(count)} ${one}${count === 1 ? "" : "s"}`;
let running = null, answer = null, drawing = null, choice = null;

const make = (name, told = {}, ...within) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(told)) key === "text" ? made.textContent = value : made.setAttribute(key, value);
  made.append(...within);
  return made;
};
const post = (url, body, more = {}) => fetch(url, { method: "POST", ...more, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, ...more.headers }, body: JSON.stringify(body) });
const ask = (text, { form = "jsonl", rows = 0, id = "", stop } = {}) => post("/api/v1/query", { sql: text, ...(rows ? { rows } : {}), ...(id ? { id } : {}) }, { signal: stop?.signal, headers: { Accept: TYPES[form] } });

// Whole numbers that a browser's own cannot hold are kept as they are written.
const exact = (_, value, context) => typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source ? context.source : value;
const lines = async function* (body) {
  let rest = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const found = (rest + piece).split("\n");
    rest = found.pop();
    yield* found.filter(Boolean).map((line) => JSON.parse(line, exact));
  }
  if (rest) yield JSON.parse(rest, exact);
};
class Refusal extends Error { constructor(error) { super(error.what); this.told = error; } }
const refusal = async (response) => new Refusal((await response.json().catch(() => null))?.error ?? { what: `The server answered ${response.status}.`, mend: "Ask again in a moment." });

// One part of an answer: its columns, its rows, whether there are more.
const fetched = async (text, most, { stop, id, onRows } = {}) => {
  const response = await ask(text, { rows: most ? most + 1 : 0, stop, id });
  if (!response.ok) throw await refusal(response);
  const header = (name) => JSON.parse(response.headers.get(name) ?? "null"), told = header("Weft-Columns"), rows = [];
  let isMore = false;
  for await (const row of lines(response.body)) {
    if (row.error?.kind && row.error.request_id && !told?.some((one) => one.name === "error")) throw new Refusal(row.error);
    if (most && rows.length >= most) isMore = true; else rows.push(row);
    onRows?.(rows.length);
  }
  const columns = told ?? Object.keys(rows[0] ?? {}).map((name) => ({ name, type: typeof rows[0][name] === "number" ? "DOUBLE" : "VARCHAR" }));
  return { columns, rows, isMore, notices: header("Weft-Notices") ?? [], masked: header("Weft-Masked") ?? {}, filtered: response.headers.get("Weft-Filtered") ?? "" };
};
const inner = (text) => text.trim().replace(/(;|\s)+$/, "");
const paged = (text, page, sort) => page || sort
  ? `SELECT * FROM (\n${inner(text)}\n) AS answer${sort ? ` ORDER BY "${sort.name.replaceAll('"', '""')}" ${sort.down ? "DESC" : "ASC"} NULLS LAST` : ""} LIMIT ${PAGE + 1} OFFSET ${page * PAGE}`
  : text;

// While something runs its time goes on, and whoever listens hears of the beginning and the end alone.
const timed = async (what, act) => {
  running?.stop.abort();
  const id = `w-${crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`.replace(/\W/g, "")}`, mine = running = { stop: new AbortController(), id, began: performance.now(), rows: 0, state: "" };
  const pressed = document.activeElement === part("run");
  fault.hidden = true; part("stop").hidden = false; part("run").disabled = true;
  if (pressed) part("stop").focus(); // Whoever pressed Run by keyboard may want to stop it, and comes back to it.
  said.textContent = what;
  here.setAttribute("aria-busy", "true");
  const tick = setInterval(() => { clock.textContent = `${((performance.now() - mine.began) / 1000).toFixed(1)} s${mine.state === "waiting" ? ", waiting for its turn" : ""}${mine.rows ? `, ${plural(mine.rows, "row")} so far` : ""}`; }, 100);
  const look = setInterval(async () => { const told = await fetch(`/api/v1/query/${id}`).catch(() => null); if (told?.ok) mine.state = (await told.json()).state; }, 1500);
  try {
    return await act(mine);
  } catch (error) {
    said.textContent = "";
    if (mine.stop.signal.aborted) { if (running === mine) said.textContent = "Stopped."; } else if (error instanceof Refusal) refuse(error.told);
    else refuse({ what: "The answer was broken off.", mend: "Ask again; where it happens again, ask for less." });
    return null;
  } finally {
    clearInterval(tick); clearInterval(look);
    if (running === mine) { running = null; clock.textContent = ""; part("run").disabled = false; if (document.activeElement === part("stop")) part("run").focus(); part("stop").hidden = true; here.removeAttribute("aria-busy"); }
  }
};
const stop = () => { if (!running) return; fetch(`/api/v1/query/${running.id}`, { method: "DELETE", headers: { "X-CSRF-Token": csrf } }).catch(() => null); running.stop.abort(); };

// What is to be typed stands between backticks.
const prose = (told) => proseOf(told.replace(/Ask for it: weft access request .*? --use-case NAME\. /, ""));
const proseOf = (text) => `${text[0].toUpperCase()}${text.slice(1)}`.split("`").map((part, at) => at % 2 ? make("code", { text: part }) : part);
// What went wrong, where in the text, how to mend it, and whom to ask.
const refuse = (error) => {
  const line = Number(/^query:(\d+)$/.exec(error.where ?? "")?.[1] ?? 0), text = sql.value.split("\n")[line - 1];
  const word = /'([^']+)'/.exec(error.what)?.[1], at = text && word ? text.toLowerCase().indexOf(word.toLowerCase()) : -1;
  fault.replaceChildren(make("strong", {}, ...prose(error.what)), ...(error.mend ? [make("span", { class: "quiet" }, ...prose(error.mend))] : []));
  if (text !== undefined && line) {
    const shown = make("pre", { class: "at-line", tabindex: "0", "aria-label": `Line ${line} of the question` }), go = make("button", { type: "button", class: "tiny", text: `Go to line ${line}` });
    shown.append(...(at < 0 ? [text] : [text.slice(0, at), make("mark", { text: text.slice(at, at + word.length) }), text.slice(at + word.length)]));
    go.addEventListener("click", () => point(line, at, word));
    fault.append(shown, make("div", { class: "row" }, go));
  }
  fault.hidden = false;
  if (error.kind === "Refused") askFor(sql.value);
};
const point = (line, at, word) => {
  const begin = sql.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0), text = sql.value.split("\n")[line - 1];
  sql.focus();
  sql.setSelectionRange(begin + Math.max(at, 0), begin + (at < 0 ? text.length : at + word.length));
};
const askFor = async (text) => {
  const response = await post("/query/withheld", { sql: text }).catch(() => null);
  for (const one of response?.ok ? await response.json() : []) fault.append(make("p", {}, make("a", { class: "button tiny", href: one.link, text: `Ask for access to ${one.table}` })));
};

const run = async () => {
  const text = sql.value;
  part("foreign")?.remove();
  const found = await timed("Asking…", async (mine) => ({ ...await fetched(text, PAGE, { stop: mine.stop, id: mine.id, onRows: (n) => { mine.rows = n; } }), milliseconds: performance.now() - mine.began }));
  if (!found) return;
  answer = { text: inner(text), typed: text, page: 0, sort: null, all: found.rows, complete: !found.isMore, ...found, ask: async (other) => (await fetched(other, 0)).rows };
  choice = null;
  remember(text);
  shown();
  trace(text);
  if (wanted) { show("chart", wanted); wanted = null; } else if (!part("chart").hidden) chart();
};
// Another part of the same answer, or the same in another order: computed anew by the server where not all of it is here.
const turn = async (page, sort) => {
  if (answer.complete && !page) { answer.sort = sort; answer.rows = sorted(answer.all, sort); return shown(); }
  const found = await timed("Fetching…", (mine) => fetched(paged(answer.typed, page, sort), PAGE, { stop: mine.stop, id: mine.id }));
  if (!found) return;
  Object.assign(answer, { page, sort, rows: found.rows, isMore: found.isMore });
  shown();
};
const sorted = (rows, sort) => {
  if (!sort) return rows;
  const { name, down } = sort, big = (value) => typeof value === "string" && /^-?\d{16,}$/.test(value) ? BigInt(value) : value;
  const compared = (a, b) => a === null ? (b === null ? 0 : 1) : b === null ? -1 : (down ? -1 : 1) * (a < b ? -1 : a > b ? 1 : 0);
  return [...rows].sort((a, b) => compared(big(a[name]), big(b[name])));
};

const isNumber = (type) => /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|REAL|DECIMAL.*)$/i.test(type);
const written = (value) => typeof value === "object" ? JSON.stringify(value) : String(value);
const looks = (type) => isNumber(type) ? "number" : /^(DATE|TIME)/i.test(type) ? "moment" : "";
const cell = (value, look) => value === null ? make("td", { class: `null ${look}`, text: "null" }) : make("td", { ...(look ? { class: look } : {}), text: written(value) });
const head = ({ name, type }) => {
  const { sort } = answer, way = sort?.name === name ? (sort.down ? "descending" : "ascending") : "none";
  const button = make("button", { type: "button", class: "bare tiny sorts", "data-sort": name, text: name }, make("span", { class: "visually-hidden", text: ", sort" }));
  const told = make("th", { scope: "col", "aria-sort": way, ...(isNumber(type) ? { class: "number" } : {}) }, button, make("span", { class: "type hush", text: type.toLowerCase().replaceAll('"', "") }));
  return told;
};
const shown = () => {
  const { rows, columns, page, isMore, sort } = answer, place = part("table"), focused = document.activeElement?.dataset?.sort;
  answerPart.hidden = false;
  place.replaceChildren(rows.length
    ? make("table", {}, make("thead", {}, make("tr", {}, ...columns.map(head))), make("tbody", {}, ...rows.map((row) => make("tr", {}, ...columns.map((one) => cell(row[one.name], looks(one.type)))))))
    : make("p", { class: "empty", text: "No rows answer this. Ask for less: take a condition of the WHERE away." }));
  place.scrollTo(0, 0);
  if (focused) place.querySelector(`[data-sort="${CSS.escape(focused)}"]`)?.focus();
  const from = page * PAGE + 1, took = page || sort ? "" : `, ${number.format(Math.round(answer.milliseconds))} ms`;
  said.textContent = answer.complete ? `${plural(rows.length, "row")}${took}` : `Rows ${number.format(from)} to ${number.format(from + rows.length - 1)}${isMore ? " of more" : ""}${took}`;
  part("pages").hidden = answer.complete;
  part("back").disabled = !page; part("next").disabled = !isMore;
  part("of").textContent = `Page ${page + 1}${answer.count ? ` of ${number.format(Math.ceil(answer.count / PAGE))}, ${plural(answer.count, "row")}` : ""}`;
  part("count").hidden = Boolean(answer.count);
  part("unordered").hidden = answer.complete || Boolean(sort) || /\border\s+by\b/i.test(answer.text);
  eyes();
};
const eyes = () => {
  const told = [...answer.notices, ...Object.entries(answer.masked).map(([line, names]) => `You see ${names.join(", ")} of ${line} masked.`), ...(answer.filtered ? [`You see some of the rows of ${answer.filtered}.`] : [])];
  part("eyes").replaceChildren(...told.map((text) => make("li", { text })));
  part("eyes").hidden = !told.length;
};
const count = async () => {
  const found = await timed("Counting…", async (mine) => (await fetched(`SELECT count(*) AS n FROM (\n${answer.text}\n) AS answer`, 0, { stop: mine.stop, id: mine.id })).rows);
  if (found) { answer.count = Number(found[0].n); shown(); }
};

// Where the columns come from: each leads to its own lineage, up to the source file.
const trace = async (text) => {
  const place = part("origins");
  place.hidden = true;
  const response = await post("/query/origins", { sql: text }).catch(() => null), found = response?.ok ? await response.json() : {};
  if (!answer || answer.typed !== text) return;
  const known = answer.columns.filter((one) => found[one.name]?.length);
  part("origins-of").replaceChildren(...known.flatMap((one) => [make("dt", { class: "mono", text: one.name }), make("dd", {}, ...found[one.name].flatMap((from, at) => [...(at ? [", "] : []), make("a", { class: "mono", href: from.link, text: from.name })]))]));
  place.hidden = !known.length;
};

// The chart: its script comes when it is first looked at.
const fill = (name, names, chosen) => part(name).replaceChildren(...names.map(([value, text]) => make("option", { value, text, ...(value === chosen ? { selected: "" } : {}) })));
const chart = async (given) => {
  if (!answer) return;
  drawing ??= await import(here.dataset.drawing);
  const names = answer.columns.map((one) => [one.name, one.name]), suits = drawing.suits(answer);
  if (!choice) {
    choice = { ...suits, ...(given ?? {}) };
    if (!names.some(([name]) => name === choice.x)) choice = suits;
    fill("x", names, choice.x); fill("y", names.filter(([name]) => drawing.isNumber(answer.columns.find((one) => one.name === name).type)), choice.y);
    fill("how", Object.entries(drawing.ways), choice.how);
    part("kind").value = choice.kind;
  } else choice = { kind: part("kind").value, x: part("x").value, y: part("y").value, how: part("how").value };
  part("up-of").hidden = choice.kind === "histogram"; part("how-of").hidden = choice.kind === "histogram" || choice.kind === "points";
  part("picture").setAttribute("aria-busy", "true");
  try { await drawing.draw(part("picture"), answer, choice); }
  catch (error) { part("picture").replaceChildren(make("p", { class: "fault", text: error instanceof Refusal ? `${error.told.what} ${error.told.mend ?? ""}` : "It could not be drawn." })); }
  part("picture").removeAttribute("aria-busy");
};
const show = (which, given) => {
  part("as-table").hidden = which !== "table"; part("chart").hidden = which !== "chart";
  for (const tab of here.querySelectorAll("[role=tab]")) { const on = tab.dataset.show === which; tab.setAttribute("aria-selected", on); tab.tabIndex = on ? 0 : -1; }
  if (which === "chart") chart(given);
};

const download = async (form) => {
  const blob = await timed("Fetching…", async (mine) => {
    const response = await ask(sql.value, { form, stop: mine.stop, id: mine.id });
    if (!response.ok) throw await refusal(response);
    const parts = [], reader = response.body.getReader();
    let bytes = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) { parts.push(piece.value); bytes += piece.value.length; said.textContent = `Fetching, ${(bytes / 1e6).toFixed(1)} MB…`; }
    return new Blob(parts, { type: TYPES[form] });
  });
  if (!blob) return;
  const link = make("a", { href: URL.createObjectURL(blob), download: `answer-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.${form}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  said.textContent = `Downloaded: all rows, ${(blob.size / 1e6).toFixed(1)} MB.`;
};
const copied = async (text, done, otherwise) => {
  try { await navigator.clipboard.writeText(text); said.textContent = done; }
  catch { refuse({ what: "This browser does not let pages copy.", mend: otherwise }); }
};
const copyRows = () => copied([answer.columns.map((one) => one.name), ...answer.rows.map((row) => answer.columns.map((one) => row[one.name] === null ? "" : written(row[one.name]).replace(/[\t\n\r]+/g, " ")))].map((row) => row.join("\t")).join("\n"), `Copied ${plural(answer.rows.length, "row")}: paste them into a sheet.`, "Download them instead.");

// A link holds the question with the line of each table, so that it asks the same next year; it runs when its reader says so.
const share = async () => {
  const response = await post("/query/lasting", { sql: sql.value }).catch(() => null), text = response?.ok ? (await response.json()).sql : sql.value;
  if (text.length > LONGEST_LINK) return refuse({ what: "This question is too long for a link.", mend: "Send its text." });
  const url = new URL("/query", location.href);
  url.searchParams.set("sql", text);
  if (choice && !part("chart").hidden) url.searchParams.set("chart", JSON.stringify(choice));
  history.replaceState(null, "", url);
  await copied(url.href, "The link is copied: whoever opens it asks with their own eyes.", "It stands in the address bar: copy it there.");
};
let wanted = null;
try { const told = JSON.parse(new URL(location.href).searchParams.get("chart")); if (told && typeof told === "object") wanted = Object.fromEntries(["kind", "x", "y", "how"].filter((name) => typeof told[name] === "string").map((name) => [name, told[name]])); } catch { /* What is no choice is none. */ }
if (wanted && (!["bars", "line", "points", "histogram"].includes(wanted.kind) || !["sum", "avg", "count", "min", "max"].includes(wanted.how))) wanted = null;

// What was asked before, by click: it is put into the editor, and runs when one says so.
const remember = (text) => {
  const list = part("recent"), same = [...list.querySelectorAll("a")].find((link) => link.dataset.sql === text);
  same?.closest("li").remove();
  part("no-recent")?.remove();
  const at = new Date(), time = make("time", { datetime: at.toISOString(), title: `${at.toISOString().replace("T", " ").slice(0, 16)} UTC`, text: "now" });
  list.prepend(make("li", { class: "row apart" }, make("a", { class: "mono small asked", href: `/query?sql=${encodeURIComponent(text)}`, "data-sql": text, text: text.replace(/\s+/g, " ").slice(0, 140) }), make("span", { class: "hush small" }, time)));
  list.hidden = false;
  while (list.children.length > 15) list.lastElementChild.remove();
};

sql.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
const acts = { run, stop, share, count, grab: copyRows, back: () => turn(answer.page - 1, answer.sort), next: () => turn(answer.page + 1, answer.sort) };
here.addEventListener("click", (event) => {
  const at = event.target.closest("button, [data-sql]");
  if (!at || at === sql) return;
  if (at.matches("a[data-sql]")) { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); sql.value = at.dataset.sql; sql.focus(); scrollTo({ top: 0 }); return; }
  for (const [name, act] of Object.entries(acts)) if (name in at.dataset) return act();
  if ("download" in at.dataset) download(at.dataset.download);
  if ("show" in at.dataset) show(at.dataset.show);
  if ("sort" in at.dataset) { const { sort } = answer, name = at.dataset.sort; turn(0, sort?.name !== name ? { name, down: false } : sort.down ? null : { name, down: true }); }
});
here.addEventListener("keydown", (event) => {
  if (!event.target.matches("[role=tab]") || !/^Arrow(Left|Right)$/.test(event.key)) return;
  const tabs = [...here.querySelectorAll("[role=tab]")], next = tabs[(tabs.indexOf(event.target) + 1) % tabs.length];
  show(next.dataset.show); next.focus(); event.preventDefault();
});
let turned = 0;
addEventListener("resize", () => { clearTimeout(turned); turned = setTimeout(() => { if (!part("chart").hidden && answer?.complete) chart(); }, 200); });
for (const name of ["x", "y", "kind", "how"]) part(name).addEventListener("change", () => chart());
