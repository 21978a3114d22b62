// Dragging over the chart narrows the list to a time: it fills in the form's two moments and sends it. Without script there are links.
const LEAST_PX = 6;

export function dragRange(document) {
  let begun = null;
  let band = null;

  document.addEventListener("pointerdown", (event) => {
    const plot = event.target.closest?.(".dots-plot");
    if (!plot || event.button !== 0 || event.target.closest("a")) return;
    begun = { plot, x: event.clientX };
    event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (!begun) return;
    const box = begun.plot.getBoundingClientRect();
    const [from, to] = ordered(begun.x, event.clientX, box);
    if (!band) {
      band = document.createElement("div");
      band.className = "dots-range";
      begun.plot.append(band);
    }
    band.style.left = `${from - box.left}px`;
    band.style.width = `${to - from}px`;
  });
  document.addEventListener("pointerup", (event) => {
    if (!begun) return;
    const { plot, x } = begun;
    const box = plot.getBoundingClientRect();
    const [from, to] = ordered(x, event.clientX, box);
    begun = null;
    band?.remove();
    band = null;
    if (to - from >= LEAST_PX) narrow(plot.closest(".dots"), (from - box.left) / box.width, (to - box.left) / box.width);
  });
}

function ordered(one, other, box) {
  const clamp = (x) => Math.min(Math.max(x, box.left), box.right);
  return [clamp(Math.min(one, other)), clamp(Math.max(one, other))];
}

function narrow(figure, from, to) {
  const margin = Number(figure.dataset.margin) / 100;
  const first = Date.parse(`${figure.dataset.since}Z`), last = Date.parse(`${figure.dataset.until}Z`);
  const at = (share) => first + ((share - margin) / (1 - 2 * margin)) * (last - first);
  const form = document.getElementById("filters");
  form.elements.since.value = moment(Math.floor(at(from) / 1000) * 1000);
  form.elements.until.value = moment(Math.ceil(at(to) / 1000) * 1000 + 1000);
  form.requestSubmit();
}

function moment(ms) {
  return new Date(ms).toISOString().slice(0, 19);
}
