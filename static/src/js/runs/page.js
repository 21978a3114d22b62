// The pages of runs: the list stays up to date, the chart can be dragged over, a log line's link is copied, a bulk re-run is followed.
import { dragRange } from "./range.js";
import { keepLive } from "./live.js";

const FOLLOW_MS = 700;

const bar = document.getElementById("live");
if (bar && "live" in bar.dataset) keepLive(bar);
if (document.getElementById("filters")) dragRange(document);
follow();

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.log-number");
  if (!link || !navigator.clipboard) return;
  await navigator.clipboard.writeText(link.href).catch(() => null);
});

document.addEventListener("htmx:after:history:push", () => {
  const link = document.getElementById("bulk-link");
  if (link) link.href = `/runs/bulk/new${location.search}`;
});

// While runs are left, the page asks how far it is; what answers takes the place of what stands there.
function follow() {
  if (!document.querySelector("#progress[data-unfinished]")) return;
  setTimeout(async () => {
    await window.htmx.ajax("GET", location.pathname, { target: "#progress", swap: "none" });
    follow();
  }, FOLLOW_MS);
}
