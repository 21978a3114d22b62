// The server counts code points, the editor UTF-16 units. They differ only behind characters beyond the first plane.
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

export function toUnits(text, points) {
  let units = points;
  for (const pair of text.matchAll(PAIR)) {
    if (pair.index >= units) break;
    units += 1;
  }
  return Math.min(units, text.length);
}

export function toPoints(text, units) {
  let points = units;
  for (const pair of text.matchAll(PAIR)) {
    if (pair.index >= units) break;
    points -= 1;
  }
  return points;
}
