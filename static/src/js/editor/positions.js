// The server counts code points, the editor UTF-16 units. They differ only behind characters beyond the first plane.
const PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

// Reads the text once, for many places in it.
export function unitsOf(text) {
  const pairs = Array.from(text.matchAll(PAIR), (pair) => pair.index);
  return (points) => {
    let units = points;
    for (const at of pairs) {
      if (at >= units) break;
      units += 1;
    }
    return Math.min(units, text.length);
  };
}

export const toUnits = (text, points) => unitsOf(text)(points);

export function toPoints(text, units) {
  let points = units;
  for (const pair of text.matchAll(PAIR)) {
    if (pair.index >= units) break;
    points -= 1;
  }
  return points;
}
