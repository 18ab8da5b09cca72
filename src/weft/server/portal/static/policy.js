// A policy is tried over the whole mesh, and published by the same form; names of the mesh's own facts are offered while one types.
const form = document.querySelector("[data-policy]"), alert = form.querySelector("[data-alert]"), said = form.querySelector("[data-said]"), tried = document.querySelector("[data-tried]");
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "", MOST = 100;
const make = (name, told = {}, ...within) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(told)) key === "text" ? made.textContent = value : made.setAttribute(key, value);
  made.append(...within);
  return made;
};
const buttons = form.querySelectorAll("button");
const ask = async (method, ending, body) => {
  const pressed = document.activeElement;
  alert.hidden = true; said.textContent = "Computing over the whole mesh…";
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const answer = await fetch(`/api/v1/policies/${ending}`, { method, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body) });
    const told = await answer.json();
    if (answer.ok) return told;
    const faults = (told.error.faults ?? []).map((one) => [one.where, one.what, one.mend].filter(Boolean).join(" "));
    alert.textContent = [told.error.what, told.error.mend, ...faults].filter(Boolean).join(" ");
  } catch { alert.textContent = "The server could not be reached; try again."; } finally {
    said.textContent = "";
    buttons.forEach((button) => { button.disabled = false; });
    pressed?.focus({ preventScroll: true }); // What is disabled for a while loses the focus.
  }
  alert.hidden = false; alert.focus();
};
const given = () => Object.fromEntries(new FormData(form));
form.querySelector("[data-try]").addEventListener("click", async () => {
  if (!form.reportValidity()) return;
  const { name, text } = given();
  const told = await ask("POST", `${encodeURIComponent(name)}/trial`, { text });
  if (!told) return;
  const wrong = told.faults.map((fault) => make("p", { class: "note bad", text: fault }));
  const found = told.violations.slice(0, MOST).map((one) => make("li", {}, make("strong", { text: one.subject }), make("p", { class: "small quiet", text: [one.message, one.mend].filter(Boolean).join(" ") })));
  const rest = told.violations.length - found.length, count = told.violations.length;
  said.textContent = wrong.length ? "It cannot be computed." : `${count} would fail. Computed in ${told.seconds} s; nothing was changed.`;
  tried.replaceChildren(make("h2", { text: wrong.length ? "It cannot be computed" : count ? `${count} would fail` : "Nobody would fail" }), ...wrong, ...(found.length ? [make("ul", { class: "items card" }, ...found)] : []), ...(rest > 0 ? [make("p", { class: "small quiet", text: `and ${rest} more` })] : []));
});
form.addEventListener("submit", async (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const { name, text, because, along } = given();
  if (along && !await ask("POST", "folder", { because: because || "so that they go on" })) return;
  const told = await ask("PUT", encodeURIComponent(name), { text, because });
  if (told) location.href = `/governance/policies/${told.policy}`;
});

// What is offered: relations after `mesh.`, and columns of those that the text names.
const editor = form.querySelector("textarea"), words = form.querySelector(".words");
const known = new Map([...document.querySelectorAll("[data-relation]")].map((one) => [one.dataset.relation, one.dataset.columns.split(" ")]));
let chosen = 0;
const begun = () => editor.value.slice(0, editor.selectionStart).match(/[A-Za-z_][\w.]*$/)?.[0] ?? "";
const close = () => { words.hidden = true; editor.removeAttribute("aria-activedescendant"); };
const offered = (word) => {
  if (word.startsWith("mesh.")) return [...known.keys()].map((name) => `mesh.${name}`).filter((name) => name.startsWith(word) && name !== word);
  if (word.length < 2) return [];
  const last = word.split(".").pop(), named = [...editor.value.matchAll(/\bmesh\.(\w+)/g)].flatMap((found) => known.get(found[1]) ?? []);
  return [...new Set(named)].filter((name) => name.startsWith(last) && name !== last).map((name) => word.slice(0, word.length - last.length) + name);
};
const mark = (at) => {
  const options = [...words.children];
  chosen = (at + options.length) % options.length;
  options.forEach((option, number) => option.setAttribute("aria-selected", number === chosen));
  editor.setAttribute("aria-activedescendant", options[chosen].id);
  options[chosen].scrollIntoView({ block: "nearest" });
};
const put = () => {
  const word = begun(), name = words.children[chosen].textContent;
  editor.setRangeText(name, editor.selectionStart - word.length, editor.selectionStart, "end");
  close();
};
editor.addEventListener("input", () => {
  const found = offered(begun()).slice(0, 12);
  words.replaceChildren(...found.map((name, number) => make("li", { role: "option", id: `word-${number}`, class: "mono", text: name })));
  if (!found.length) return close();
  words.hidden = false;
  mark(0);
});
editor.addEventListener("keydown", (event) => {
  if (words.hidden) return;
  if (event.key === "ArrowDown") mark(chosen + 1);
  else if (event.key === "ArrowUp") mark(chosen - 1);
  else if (event.key === "Enter" || event.key === "Tab") put();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});
editor.addEventListener("blur", () => setTimeout(close, 150));
words.addEventListener("mousedown", (event) => {
  const option = event.target.closest("li");
  if (!option) return;
  event.preventDefault();
  chosen = [...words.children].indexOf(option); put();
});
