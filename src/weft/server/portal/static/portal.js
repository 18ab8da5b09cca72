// What a page does beyond being read. Everything works without it; nothing here is needed to find, ask or read.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Moments come in UTC, and are read in the reader's own zone; UTC stays on hover.
const written = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];
const since = (moment) => {
  let value = (moment - Date.now()) / 1000;
  for (const [unit, most] of STEPS) {
    if (Math.abs(value) < most) return ago.format(Math.round(value), unit);
    value /= most;
  }
};
const short = { day: new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }), clock: new Intl.DateTimeFormat(undefined, { timeStyle: "short" }) };
const local = (within) => {
  all("time[datetime*=T]", within).forEach((time) => {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) return;
    time.title = `${time.dateTime.replace("T", " ").slice(0, 16)} UTC`;
    time.textContent = "ago" in time.dataset ? since(moment) : (short[time.dataset.short] ?? written).format(moment);
  });
  // What a mark of a picture says on hover begins with its moment.
  all("title[data-at]", within).forEach((title) => {
    const moment = new Date(title.dataset.at);
    title.textContent = title.textContent.replace(/^.*? UTC/, written.format(moment));
  });
};

// On a narrow screen the bar scrolls: where one is stands in sight.
const here = document.querySelector(".bar nav a[aria-current]");
if (here) here.closest("nav").scrollLeft = Math.max(0, here.offsetLeft - 16);

// Copying what is ready to paste; who cannot see hears that it was done.
const copy = async (button) => {
  await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
  const said = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = said; }, 1500);
};

// A search that answers as one types: the server's own list of hits, put below the field; arrows walk it.
const finds = (form) => {
  const field = form.querySelector("input"), hits = form.querySelector(".hits");
  let asked = 0, chosen = -1, waiting;
  const options = () => all("[role=option]", hits);
  const choose = (at) => {
    const found = options();
    chosen = found.length ? (at + found.length) % found.length : -1;
    found.forEach((option, number) => option.setAttribute("aria-selected", number === chosen));
    if (chosen >= 0) { field.setAttribute("aria-activedescendant", found[chosen].id); found[chosen].scrollIntoView({ block: "nearest" }); } else field.removeAttribute("aria-activedescendant");
  };
  const close = () => { hits.replaceChildren(); field.setAttribute("aria-expanded", "false"); choose(-1); };
  const ask = async () => {
    const number = ++asked, words = field.value.trim();
    if (!words) return close();
    const answer = await fetch(`/search?part=hits&q=${encodeURIComponent(words)}`, { headers: { Accept: "text/html" } });
    if (!answer.ok || number !== asked) return;
    hits.innerHTML = await answer.text();
    field.setAttribute("aria-expanded", options().length > 0);
    chosen = -1;
  };
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 90); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") return close();
    else if (event.key === "Enter" && chosen >= 0) options()[chosen].querySelector("a").click();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) setTimeout(close, 120); });
};

// A form that changes something goes to the same API as everybody's, as JSON, with what only our own pages know.
// A name with `{}` in it gathers objects, each sent as JSON; what stands behind it keeps choices apart.
const field = (form, button) => {
  const found = {};
  for (const [name, value] of new FormData(form, button)) {
    const many = name.indexOf("{}");
    if (many > 0) { if (value) (found[name.slice(0, many)] ??= []).push(JSON.parse(value)); }
    else if (name.endsWith("[]")) (found[name.slice(0, -2)] ??= []).push(value);
    else if (value !== "") found[name] = value;
  }
  return found;
};
// What is shown once stands in the page that asked for it, and nowhere else.
const shows = (form, secret) => {
  const place = form.querySelector("[data-shown]");
  place.querySelector("[data-secret]").textContent = secret;
  place.hidden = false;
  place.focus();
};
const reach = (value, path) => path.split(".").reduce((found, step) => found?.[step], value);
const save = async (answer) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = answer.headers.get("Content-Disposition").match(/filename="?([^";]+)/)?.[1] ?? "download";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
// To where it is said; the same page is looked at anew, also where but its place on the page is another.
const go = (where) => {
  const there = new URL(where, location);
  const same = there.pathname === location.pathname && there.search === location.search;
  location.href = there;
  if (same) location.reload();
};
const send = async (form, pressed) => {
  const [method, url] = form.dataset.send.split(" "), alert = form.querySelector("[data-alert]"), button = pressed ?? form.querySelector("button");
  const said = JSON.stringify(field(form, pressed));
  const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
  button.disabled = true;
  try {
    const answer = await fetch(url, { method, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: said });
    if (answer.ok && answer.headers.has("Content-Disposition")) { await save(answer); alert.hidden = true; button.disabled = false; button.focus(); return; }
    const told = answer.status === 204 ? {} : await answer.json();
    if (answer.ok && form.dataset.shows) { shows(form, reach(told, form.dataset.shows)); form.reset(); alert.hidden = true; button.disabled = false; return; }
    if (answer.ok) return go(form.dataset.go.replace(/\{([\w.]+)\}/g, (_, path) => reach(told, path) ?? ""));
    const faults = (told.error?.faults ?? []).filter((one) => !told.error.what.includes(one.what)).map((one) => [one.where, one.what, one.mend].filter(Boolean).join(" "));
    alert.textContent = [told.error?.what ?? "That did not work.", told.error?.mend, ...faults].filter(Boolean).join(" ");
  } catch { alert.textContent = "The server could not be reached; try again."; }
  alert.hidden = button.disabled = false;
  alert.focus();
};

// Long work: asked now and then whether it is over, ever less often; then the page shows what came of it.
const awaits = (place) => {
  let pause = 700;
  const ask = async () => {
    try {
      const { state } = await (await fetch(place.dataset.await)).json();
      if (state !== "waiting" && state !== "running") { location.reload(); return; }
    } catch { /* It is asked again. */ }
    pause = Math.min(pause * 1.3, 10_000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
};

const turn = () => {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try { localStorage.setItem("theme", next); } catch { /* It holds for this page then. */ }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches("[data-copy]")) copy(button);
  if (button.matches("[data-theme-turn]")) turn();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.querySelector("[role=search] input")?.focus();
  }
});
// What cannot be taken back is asked once more, in a dialog of the page's own.
const sure = (button) => {
  const dialog = document.createElement("dialog"), said = document.createElement("p"), row = document.createElement("div");
  const no = Object.assign(document.createElement("button"), { type: "button", textContent: "Cancel", autofocus: true });
  const yes = Object.assign(document.createElement("button"), { type: "button", textContent: button.textContent.trim(), className: button.className });
  said.id = "sure"; said.textContent = button.dataset.sure; row.className = "row";
  dialog.className = "sure card stack"; dialog.setAttribute("aria-labelledby", "sure");
  row.append(no, yes); dialog.append(said, row); document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => { dialog.close(); button.dataset.isSure = "yes"; button.form.requestSubmit(button); delete button.dataset.isSure; });
  dialog.addEventListener("close", () => { dialog.remove(); button.focus(); });
  dialog.showModal();
};
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.sure || button.dataset.isSure) return;
  event.preventDefault(); event.stopPropagation();
  sure(button);
}, true);
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-send]")) { event.preventDefault(); send(event.target, event.submitter); }
});
// A link into a page leads there through the sign-in too.
if (location.hash) {
  all("form[action='/sign-in'] [name=next]").forEach((field) => { field.value ||= "/"; field.value += location.hash; });
  all("a[href^='/sign-in/with/']").forEach((link) => { link.href += encodeURIComponent(location.hash); });
}
// On the map of many domains: whoever one points at shows which it reads and which read it.
const maps = (map) => {
  const places = all("[data-place]", map), reads = (place) => place.dataset.reads.split(" ");
  const show = (here) => places.forEach((place) => {
    place.classList.toggle("reads", Boolean(here) && reads(here).includes(place.dataset.place));
    place.classList.toggle("read-by", Boolean(here) && reads(place).includes(here.dataset.place));
  });
  for (const [when, out] of [["pointerover", false], ["focusin", false], ["pointerleave", true], ["focusout", true]]) {
    map.addEventListener(when, (event) => show(out ? null : event.target.closest("[data-place]")));
  }
};
all("[data-map]").forEach(maps);
all("[data-zone]").forEach((place) => { place.textContent = `Times are shown in your own zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}; hover over one for UTC.`; });
all("[data-find]").forEach(finds);
all("[data-await]").forEach(awaits);
all("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
document.addEventListener("weft:shown", (event) => local(event.detail));
local(document);
