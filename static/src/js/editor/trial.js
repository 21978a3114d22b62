// The pane that tries the script: sends the text with its input, shows the log while it runs, then the result, and hands on what lines did.
import { clearValues, markError, showValues } from "./values.js";

// A run that ends sooner never shows that it runs: nothing flickers.
const PATIENCE_MS = 150;
const PREFIX = "try.";

export function start({ view, form, connection, surroundings }) {
  let number = 0;
  let running = false;
  let waiting = 0;
  let tab = "result";
  let again = null;

  const tried = () => document.getElementById("tried");

  function run() {
    form.querySelector("[name='try.side'][value=trial]")?.click();
    if (running) return;
    number += 1;
    const fields = {};
    for (const [name, text] of new FormData(form)) if (name.startsWith(PREFIX)) fields[name.slice(PREFIX.length)] = text;
    const { script, side, tab: shown, all, ...input } = fields;
    const profile = form.elements.limits_profile?.value;
    const sent = connection.trial({ id: number, source: view.state.doc.toString(), ...surroundings(), ...(profile && { limits_profile: profile }), script: script || null, fields: input });
    if (!sent) return;
    running = true;
    clearValues(view);
  }

  function receive(message) {
    if (message.type === "lost") return lost();
    if (message.id !== number) return;
    if (message.type === "started") waiting = setTimeout(() => show(message.content), PATIENCE_MS, (again = message.content));
    if (message.type === "logged") log(message.lines);
    if (message.type === "tried") ended(message);
    if (message.type === "traced" && message.values) traced(message.values);
  }

  function ended(message) {
    running = false;
    clearTimeout(waiting);
    if (message.inputs) replace("inputs", message.inputs);
    show(message.content);
    if (message.line) markError(view, message.line);
  }

  // Also where the error itself names no place, the run's steps know where it ended.
  function traced(values) {
    showValues(view, values);
    if (!values.failed || tried().querySelector("[data-error-line]")) return;
    markError(view, values.failed);
    tried().querySelector("[data-tab=result] .note")?.append(link(values.failed, `Line ${values.failed}`));
  }

  function lost() {
    clearTimeout(waiting);
    if (!running) return;
    running = false;
    const note = part("p", "note note-warn", "The connection was lost before the result came. Run it again.");
    note.setAttribute("role", "alert");
    tried().replaceChildren(note);
  }

  function show(content) {
    const chosen = tried().querySelector("[name='try.tab']:checked");
    if (chosen) tab = chosen.value;
    replace("tried", content);
    const wanted = tried().querySelector(`[name='try.tab'][value=${tab}]`);
    if (wanted) wanted.checked = true;
  }

  function log(lines) {
    if (tried().dataset.state !== "running" || Number(tried().dataset.number) !== number) {
      clearTimeout(waiting);
      show(again);
    }
    const list = tried().querySelector(".log-lines");
    tried().querySelector(".log-none")?.remove();
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
    list.append(...lines.map(line));
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  function line({ level, at, line: place, text }) {
    const item = document.createElement("li");
    item.className = `log-${level}`;
    item.append(part("span", "log-at", at), " ", part("span", "log-level", level), " ");
    if (place) item.append(link(place, place), " ");
    item.append(part("span", "log-text", text));
    return item;
  }

  function link(place, text) {
    const made = Object.assign(part("a", "", text), { href: "#source" });
    Object.assign(made.dataset, { line: place, column: 1 });
    return made;
  }

  function part(kind, name, text) {
    const made = document.createElement(kind);
    if (name) made.className = name;
    made.textContent = text;
    return made;
  }

  function replace(id, content) {
    const fresh = document.createRange().createContextualFragment(content);
    document.getElementById(id).replaceWith(fresh);
  }

  // The form for what is chosen now: another type, another run, JSON instead of fields.
  async function refill() {
    const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "source" && name !== "message"));
    body.set("try.step", "inputs");
    const answer = await fetch("/scripts/try", { method: "POST", body, headers: { "HX-Request": "true", Accept: "text/html" } });
    if (answer.ok) replace("inputs", await answer.text());
  }

  return { run, receive, refill, stop: () => connection.stop(number) };
}
