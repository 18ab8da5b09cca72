// What still runs is shown as it goes on: the same part of the page is asked for again, and takes its place where it differs.
const region = document.querySelector("[data-live]"), EVERY = 2000;
let before = "";

const again = async () => {
  if (document.hidden) return true;
  const answer = await fetch(region.dataset.live, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return true;
  if (answer.redirected) { location.reload(); return false; }
  const text = await answer.text();
  if (text !== before && !region.contains(document.activeElement)) {
    const open = new Set([...region.querySelectorAll("details[open][id]")].map((one) => one.id)), scrolled = [...region.querySelectorAll(".frame")].map((one) => [one.scrollLeft, one.scrollTop]);
    region.style.minHeight = `${region.offsetHeight}px`;
    region.innerHTML = text;
    for (const one of region.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = true;
    region.querySelectorAll(".frame").forEach((one, at) => one.scrollTo(...(scrolled[at] ?? [0, 0])));
    document.dispatchEvent(new CustomEvent("weft:shown", { detail: region }));
    before = text;
  }
  return answer.headers.get("Weft-Running") === "true";
};
const go = async () => { if (await again()) setTimeout(go, EVERY); };
if (region && "running" in region.dataset) setTimeout(go, EVERY);
