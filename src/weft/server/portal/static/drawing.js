// The answer as a chart: what is drawn is chosen by the types, aggregated where there is more than can be seen, and said so.
// One look for all charts: it is in the style sheet.
const SVG = "http://www.w3.org/2000/svg", H = 340, LEFT = 56, BELOW = 52, TOP = 14, LEAST = 280;
let W = 900;
const MOST = { bars: 40, line: 600, points: 2000 }, BINS = 24;
const HOW = { sum: "Sum", avg: "Mean", count: "Count", min: "Smallest", max: "Largest" };
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 2 }), whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" }), minute = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

export const isNumber = (type) => /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|REAL|DECIMAL.*)$/i.test(type);
export const isTime = (type) => /^(DATE|TIMESTAMP.*)$/i.test(type);
const NO_MEASURE = /(^|_)(id|key|code|number|no|year|month|week|day|hour|minute)$/i;
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
const moment = (value) => Date.parse(/T|\d\d:\d\d/.test(value) ? (/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`) : `${value}T00:00:00Z`);
const typeOf = (answer, name) => answer.columns.find((one) => one.name === name)?.type ?? "";

// What suits the answer: time across is a line, names across are bars, two numbers are points, one is how it is spread.
export const suits = (answer) => {
  const numbers = answer.columns.filter((one) => isNumber(one.type)).map((one) => one.name);
  const times = answer.columns.filter((one) => isTime(one.type)).map((one) => one.name);
  const names = answer.columns.filter((one) => !isNumber(one.type) && !isTime(one.type)).map((one) => one.name);
  const y = numbers.find((name) => !NO_MEASURE.test(name)) ?? numbers[0] ?? "";
  if (times.length && y) return { kind: "line", x: times[0], y, how: "avg" };
  if (names.length) return { kind: "bars", x: names[0], y, how: y ? "sum" : "count" };
  if (numbers.length > 1) return { kind: answer.rows.length > 40 ? "points" : "bars", x: numbers[0], y: numbers[1], how: "avg" };
  return { kind: "histogram", x: y || times[0] || "", y, how: "count" };
};

const fold = { sum: (all) => all.reduce((a, b) => a + b, 0), avg: (all) => all.reduce((a, b) => a + b, 0) / all.length, count: (all) => all.length, min: (all) => all.reduce((a, b) => Math.min(a, b)), max: (all) => all.reduce((a, b) => Math.max(a, b)) };
const grouped = (rows, { x, y, how }) => {
  const found = new Map();
  for (const row of rows) {
    const value = how === "count" ? 1 : Number(row[y]);
    if (how !== "count" && (row[y] === null || !Number.isFinite(value))) continue;
    const key = row[x] === null ? null : typeof row[x] === "object" ? JSON.stringify(row[x]) : row[x];
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(value);
  }
  return { points: [...found].map(([key, values]) => ({ x: key, y: fold[how](values) })), folded: found.size < rows.length };
};

const within = (answer) => `(\n${answer.text}\n) AS answer`;
const aggregate = ({ y, how }) => how === "count" ? "count(*)" : `${how}(${quoted(y)})`;

// Every kind says how it is got from rows that are here, and how from the server where there are more.
const KINDS = {
  bars: {
    here: (answer, choice) => { const { points, folded } = grouped(answer.rows, choice); return largest(points, choice, answer, folded); },
    there: async (answer, choice) => largest((await answer.ask(`SELECT ${quoted(choice.x)} AS x, ${aggregate(choice)} AS y FROM ${within(answer)} GROUP BY ALL ORDER BY y DESC NULLS LAST LIMIT ${MOST.bars + 1}`)).filter((row) => row.y !== null), choice, answer, true),
  },
  line: {
    here: (answer, choice) => { const { points, folded } = grouped(answer.rows, choice); return inOrder(points, choice, answer, folded); },
    there: async (answer, choice) => inOrder((await answer.ask(`SELECT ${quoted(choice.x)} AS x, ${aggregate(choice)} AS y FROM ${within(answer)} WHERE ${quoted(choice.x)} IS NOT NULL GROUP BY ALL ORDER BY x LIMIT 20000`)).filter((row) => row.y !== null), choice, answer, true),
  },
  points: {
    here: (answer, { x, y }) => {
      const all = answer.rows.filter((row) => row[x] !== null && row[y] !== null).map((row) => ({ x: row[x], y: Number(row[y]) })), every = Math.ceil(all.length / MOST.points);
      return { points: all.filter((_, at) => at % every === 0), told: every > 1 ? `one row of every ${every}` : "" };
    },
    there: async (answer, { x, y }) => {
      const from = `FROM ${within(answer)} WHERE ${quoted(x)} IS NOT NULL AND ${quoted(y)} IS NOT NULL`;
      const [{ n }] = await answer.ask(`SELECT count(*) AS n ${from}`), every = Math.max(1, Math.ceil(Number(n) / MOST.points));
      const points = await answer.ask(`SELECT ${quoted(x)} AS x, ${quoted(y)} AS y ${from}${every > 1 ? ` AND hash(${quoted(x)}, ${quoted(y)}) % ${every} = 0` : ""} LIMIT ${MOST.points * 2}`);
      return { points: points.map((row) => ({ x: row.x, y: Number(row.y) })), told: every > 1 ? `a sample: about one of every ${every} of ${whole.format(n)} rows` : "" };
    },
  },
  histogram: {
    here: (answer, { x }) => {
      const all = answer.rows.filter((row) => row[x] !== null).map((row) => Number(row[x])).filter(Number.isFinite);
      if (!all.length) return { points: [], told: "" };
      const low = fold.min(all), high = fold.max(all), counts = Array(BINS).fill(0);
      for (const value of all) counts[Math.min(BINS - 1, Math.floor((value - low) / ((high - low) || 1) * BINS))] += 1;
      return bins(low, high, counts);
    },
    there: async (answer, { x }) => {
      const rows = await answer.ask(`WITH v AS (SELECT CAST(${quoted(x)} AS DOUBLE) AS v FROM ${within(answer)} WHERE ${quoted(x)} IS NOT NULL), e AS (SELECT min(v) AS low, max(v) AS high FROM v) SELECT CAST(least(${BINS - 1}, floor((v - low) / coalesce(nullif(high - low, 0), 1) * ${BINS})) AS INTEGER) AS bin, any_value(low) AS low, any_value(high) AS high, count(*) AS n FROM v, e GROUP BY bin`);
      if (!rows.length) return { points: [], told: "" };
      const counts = Array(BINS).fill(0);
      for (const row of rows) counts[row.bin] = Number(row.n);
      return bins(rows[0].low, rows[0].high, counts);
    },
  },
};
const bins = (low, high, counts) => ({ points: counts.map((n, at) => ({ x: low + (high - low) / BINS * at, y: n, told: `${whole.format(low + (high - low) / BINS * at)} to ${whole.format(low + (high - low) / BINS * (at + 1))}: ${whole.format(n)} rows` })), told: "" });
const largest = (points, { x, how }, answer, folded) => {
  const told = folded ? [`${HOW[how].toLowerCase()} for each ${x}`] : [];
  let shown = points;
  if (points.length > MOST.bars) { shown = [...points].sort((a, b) => b.y - a.y).slice(0, MOST.bars); told.push(answer.complete ? `the ${MOST.bars} largest of ${points.length}` : `the ${MOST.bars} largest`); }
  return { points: shown, told: told.join(", ") };
};
const inOrder = (points, { x, how }, answer, folded) => {
  const order = isTime(typeOf(answer, x)) ? (one) => moment(one.x) : isNumber(typeOf(answer, x)) ? (one) => Number(one.x) : null;
  const sorted = order ? points.filter((one) => one.x !== null).sort((a, b) => order(a) - order(b)) : points, told = folded ? [`${HOW[how].toLowerCase()} for each ${x}`] : [];
  if (sorted.length <= MOST.line) return { points: sorted, told: told.join(", ") };
  const size = Math.ceil(sorted.length / MOST.line), parts = Array.from({ length: Math.ceil(sorted.length / size) }, (_, at) => sorted.slice(at * size, (at + 1) * size));
  return { points: parts.map((part) => ({ x: part[0].x, y: fold.avg(part.map((one) => one.y)) })), told: [...told, `each point the mean of ${size}`].join(", ") };
};

const shape = (name, told = {}, text) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, value);
  if (text !== undefined) { const inner = document.createElementNS(SVG, name === "text" ? "tspan" : "title"); inner.textContent = text; made.append(inner); }
  return made;
};
const ticks = (low, high) => {
  const rough = (high - low) / 4 || 1, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough), found = [];
  for (let at = Math.floor(low / step) * step; at <= high + step * 0.999; at += step) found.push(at);
  return found;
};
const cut = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;

const picture = (points, choice, answer) => {
  const { kind, x, y, how } = choice, up = kind === "histogram" ? "Rows" : how === "count" ? "Rows" : y;
  const type = typeOf(answer, x), time = kind !== "histogram" && kind !== "bars" && isTime(type), scaled = time || (kind !== "bars" && kind !== "histogram" && isNumber(type));
  const place = (one) => time ? moment(one.x) : Number(one.x);
  const named = (value) => value === null ? "null" : isTime(type) ? (/^DATE$/i.test(type) ? day : minute).format(moment(String(value))) : typeof value === "number" ? whole.format(value) : String(value);
  const values = points.map((one) => one.y), base = kind === "points" ? fold.min(values) : Math.min(0, fold.min(values)), steps = ticks(base, Math.max(kind === "points" ? -Infinity : 0, fold.max(values)));
  const low = steps[0], high = steps.at(-1), height = (value) => TOP + (H - TOP - BELOW) * (1 - (value - low) / (high - low || 1));
  const wide = (W - LEFT - 8) / points.length, least = scaled ? fold.min(points.map(place)) : 0, span = (scaled ? fold.max(points.map(place)) - least : 1) || 1;
  const at = (one, number) => scaled ? LEFT + 10 + (W - LEFT - 24) * (place(one) - least) / span : LEFT + wide * (number + 0.5);
  const svg = shape("svg", { class: "chart large", role: "img", viewBox: `0 0 ${W} ${H}`, "aria-label": `${up} by ${x}: ${points.length} values from ${short.format(fold.min(values))} to ${short.format(fold.max(values))}` });
  for (const one of steps) svg.append(shape("line", { class: "axis", x1: LEFT, x2: W, y1: height(one), y2: height(one) }), shape("text", { x: LEFT - 8, y: height(one) + 4, "text-anchor": "end" }, short.format(one)));
  const longest = Math.min(96, Math.max(...points.map((one) => named(one.x).length)) * 6.5 + 10), room = Math.max(1, Math.floor((W - LEFT) / (scaled ? 130 : longest)));
  if (scaled) for (let n = 0; n < room; n += 1) { const value = least + span * n / Math.max(room - 1, 1), text = time ? (span < 3 * 864e5 ? minute : day).format(value) : short.format(value); svg.append(shape("text", { x: LEFT + 10 + (W - LEFT - 24) * n / Math.max(room - 1, 1), y: H - BELOW + 20, "text-anchor": n === 0 ? "start" : n === room - 1 ? "end" : "middle" }, text)); }
  else { const every = Math.ceil(points.length / Math.max(room, 1)), most = Math.max(5, Math.floor(wide * every / 6.2)); points.forEach((one, number) => { if (number % every === 0) svg.append(shape("text", { x: at(one, number), y: H - BELOW + 20, "text-anchor": "middle" }, cut(named(one.x), most))); }); }
  svg.append(shape("text", { class: "says", x: LEFT + (W - LEFT) / 2, y: H - 8, "text-anchor": "middle" }, x));
  if (kind === "line") svg.append(shape("path", { class: "trace", d: points.map((one, number) => `${number ? "L" : "M"}${at(one, number).toFixed(1)} ${height(one.y).toFixed(1)}`).join("") }));
  points.forEach((one, number) => {
    const told = one.told ?? `${named(one.x)}: ${whole.format(one.y)}`, ground = height(Math.max(low, 0));
    if (kind === "bars" || kind === "histogram") { const half = kind === "histogram" ? wide * 0.48 : Math.min(wide * 0.4, 28); svg.append(shape("rect", { class: "mark", x: at(one, number) - half, width: Math.max(half * 2, 1), y: Math.min(height(one.y), ground), height: Math.max(Math.abs(height(one.y) - ground), one.y ? 1 : 0), rx: 1 }, told)); }
    else svg.append(shape("circle", { class: "mark", cx: at(one, number), cy: height(one.y), r: kind === "line" ? (points.length > 120 ? 1.5 : 2.5) : 3.5 }, told));
  });
  return { svg, said: `${kind === "histogram" ? `How ${x} is spread` : `${how === "count" ? "Rows" : y} by ${x}`}` };
};

const none = (text) => Object.assign(document.createElement("p"), { className: "quiet", textContent: text });

// Draws into a figure. `answer` has columns, rows, text (the question), complete, and ask (SQL to rows).
export const draw = async (figure, answer, choice) => {
  const needsNumber = choice.kind === "histogram" ? choice.x : choice.how === "count" && choice.kind !== "points" ? "" : choice.y;
  if ((choice.kind === "histogram" || needsNumber || choice.kind === "points") && !isNumber(typeOf(answer, needsNumber))) {
    figure.replaceChildren(none(`${needsNumber || "This"} holds no numbers: choose a column of numbers, or count rows.`));
    return;
  }
  const kind = KINDS[choice.kind], { points, told } = answer.complete ? kind.here(answer, choice) : await kind.there(answer, choice);
  if (!points.length) { figure.replaceChildren(none("There is nothing to draw: no row has both values.")); return; }
  // As wide as its place is, so that its words keep their size.
  W = Math.max(LEAST, Math.round((figure.clientWidth || 900) - 2 * parseFloat(getComputedStyle(figure).paddingLeft)));
  const { svg, said } = picture(points, choice, answer), caption = document.createElement("figcaption");
  caption.textContent = [said, told, answer.complete ? "" : "of all rows, computed on the server"].filter(Boolean).join("; ");
  figure.replaceChildren(svg, caption);
};
export const ways = HOW;
