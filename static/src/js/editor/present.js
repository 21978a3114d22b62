// Who else has the script open, with times in the viewer's zone.
export function showPresent(content) {
  const place = document.getElementById("present");
  if (!place) return;
  place.replaceChildren(...document.createRange().createContextualFragment(content).querySelectorAll(".badge"));
  for (const each of place.querySelectorAll("time")) each.textContent = clock(new Date(each.dateTime));
}

function clock(at) {
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? at.toLocaleTimeString([], { timeStyle: "short" }) : at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
