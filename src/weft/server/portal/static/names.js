// Names are offered while one types; whatever is typed can be sent without it.
for (const field of document.querySelectorAll("[data-names]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting, asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const number = ++asked, begun = field.value.trim();
      const answer = await fetch(`/governance/names?kind=${field.dataset.names}&begun=${encodeURIComponent(begun)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || number !== asked) return;
      list.replaceChildren(...(await answer.json()).names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    }, 120);
  });
}
