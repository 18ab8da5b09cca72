// Names that complete as one types: what stands before the caret is continued by the server; arrows choose, Tab or Enter takes.
const sql = document.querySelector("[data-sql]"), list = document.getElementById("words"), mark = document.querySelector("[data-words-said]");
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
let chosen = -1, waiting, asked = 0;

const begun = () => sql.value.slice(0, sql.selectionStart).match(/[A-Za-z_][\w@".]*$/)?.[0] ?? "";
const options = () => [...list.children];
const choose = (at) => {
  const found = options();
  chosen = (at + found.length) % found.length;
  found.forEach((option, place) => option.setAttribute("aria-selected", place === chosen));
  sql.setAttribute("aria-activedescendant", found[chosen].id);
  found[chosen].scrollIntoView({ block: "nearest" });
};
const close = () => { asked += 1; list.hidden = true; list.replaceChildren(); chosen = -1; sql.setAttribute("aria-expanded", "false"); sql.removeAttribute("aria-activedescendant"); mark.textContent = ""; };
const take = (option) => {
  const word = begun();
  sql.setRangeText(option.dataset.word, sql.selectionStart - word.length, sql.selectionStart, "end");
  close();
  sql.focus();
  if (option.dataset.word.endsWith(".")) complete();
};

// The list stands below what is being typed: the editor's letters are all of one width.
const ruler = document.createElement("canvas").getContext("2d");
const place = () => {
  const style = getComputedStyle(sql), before = sql.value.slice(0, sql.selectionStart - begun().length).split("\n");
  ruler.font = `${style.fontSize} ${style.fontFamily}`;
  const left = parseFloat(style.paddingLeft) + ruler.measureText(before.at(-1)).width - sql.scrollLeft, top = parseFloat(style.paddingTop) + before.length * parseFloat(style.lineHeight) - sql.scrollTop;
  list.style.top = `${Math.min(top + 4, sql.offsetHeight)}px`;
  list.style.left = `${Math.max(0, Math.min(left, sql.clientWidth - list.offsetWidth))}px`;
};
const item = (one, at) => {
  const made = document.createElement("li"), word = document.createElement("span"), kind = document.createElement("span");
  Object.assign(made, { id: `word-${at}`, role: "option" });
  made.dataset.word = one.word;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  word.className = "mono"; word.textContent = one.word;
  kind.className = "hush small"; kind.textContent = one.told || one.kind;
  made.append(word, kind);
  return made;
};
const complete = async () => {
  const word = begun(), turn = ++asked;
  if (!word) return close();
  const answer = await fetch("/query/words", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ sql: sql.value, begun: word.slice(-200) }) }).catch(() => null);
  if (!answer?.ok || turn !== asked || word !== begun()) return;
  const found = await answer.json();
  if (!found.length || (found.length === 1 && found[0].word === word)) return close();
  list.replaceChildren(...found.map(item));
  list.hidden = false; chosen = -1; sql.setAttribute("aria-expanded", "true"); sql.removeAttribute("aria-activedescendant");
  mark.textContent = `${found.length} ${found.length === 1 ? "name" : "names"}`;
  place();
};

sql.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(complete, 90); });
sql.addEventListener("blur", () => setTimeout(close, 150));
sql.addEventListener("click", close);
list.addEventListener("pointerdown", (event) => { const option = event.target.closest("li"); if (option) { event.preventDefault(); take(option); } });
sql.addEventListener("keydown", (event) => {
  if (event.key === " " && event.ctrlKey) { event.preventDefault(); return complete(); }
  if (event.ctrlKey || event.metaKey) { clearTimeout(waiting); return close(); }
  if (list.hidden) return;
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) take(options()[Math.max(chosen, 0)]);
  else { if (event.key.startsWith("Arrow") || event.key === "Enter") close(); return; }
  event.preventDefault();
});
