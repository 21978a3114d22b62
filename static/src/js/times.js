// The server writes each moment in words with the exact time, in UTC, as its title. This puts the title into the viewer's own zone.
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "long" });

export function localTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]:not([data-local])")) {
    element.dataset.local = "";
    element.title = exact.format(new Date(element.dateTime));
  }
}
