// A policy is tried over the whole mesh, and published by the same form.
const form = document.querySelector("[data-policy]"), alert = form.querySelector("[data-alert]"), said = form.querySelector("[data-said]"), tried = document.querySelector("[data-tried]");
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
const make = (name, told = {}, ...within) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(told)) key === "text" ? made.textContent = value : made.setAttribute(key, value);
  made.append(...within);
  return made;
};
const ask = async (method, ending) => {
  alert.hidden = true; said.textContent = "Computing over the whole mesh…";
  const given = Object.fromEntries(new FormData(form));
  const answer = await fetch(`/api/v1/policies/${encodeURIComponent(given.name)}${ending}`, {
    method, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ text: given.text, because: given.because }),
  });
  const told = await answer.json();
  said.textContent = "";
  if (answer.ok) return told;
  alert.textContent = [told.error.what, told.error.mend, ...(told.error.faults ?? []).map((one) => `${one.where} ${one.what}`)].filter(Boolean).join(" ");
  alert.hidden = false; alert.focus();
};
form.querySelector("[data-try]").addEventListener("click", async () => {
  if (!form.reportValidity()) return;
  const told = await ask("POST", "/trial");
  if (!told) return;
  const wrong = told.faults.map((fault) => make("p", { class: "note bad", text: fault }));
  const found = told.violations.map((one) => make("li", {}, make("strong", { text: one.subject }), make("p", { class: "small quiet", text: [one.message, one.mend].filter(Boolean).join(" ") })));
  said.textContent = `${told.violations.length} would fail, ${told.seconds} s`;
  tried.replaceChildren(make("h2", { text: found.length ? "Who would fail" : "Nobody would fail" }), ...wrong, ...(found.length ? [make("ul", { class: "items card" }, ...found)] : []));
});
form.addEventListener("submit", async (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const told = await ask("PUT", "");
  if (told) location.href = `/governance/policies/${told.policy}`;
});
