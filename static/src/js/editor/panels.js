// What stands beside the source on demand: its outline and the helpers of its phase. The server writes both; a click puts a helper in.
import { snippet } from "@codemirror/autocomplete";
import { StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const QUIET_MS = 250;

export function start({ view, form, surroundings }) {
  let timer = 0;
  let phase = null;
  const turns = {};

  view.dispatch({ effects: StateEffect.appendConfig.of(EditorView.updateListener.of((update) => update.docChanged && later())) });
  form.addEventListener("change", show);
  form.addEventListener("input", (event) => event.target.id === "reference-text" && narrow(event.target.value));
  form.addEventListener("keydown", (event) => event.target.id === "reference-text" && event.key === "Enter" && event.preventDefault());
  form.addEventListener("click", (event) => {
    const template = event.target.closest("[data-insert]")?.dataset.insert;
    if (template && !view.state.readOnly) insert(template);
  });

  function shown() {
    return form.querySelector("[name='try.side']:checked")?.value;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(show, QUIET_MS);
  }

  async function show() {
    if (shown() === "outline") await fill("outline", "/scripts/outline", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const wanted = surroundings().phase;
    if (shown() !== "reference" || wanted === phase) return;
    phase = wanted;
    if (!(await fill("reference", `/scripts/reference?phase=${wanted}`, {}))) phase = null;
  }

  // The latest answer wins; without one, what is there stays.
  async function fill(id, path, options) {
    const turn = (turns[id] = (turns[id] ?? 0) + 1);
    const answer = await fetch(path, { ...options, headers: { "HX-Request": "true" } }).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    if (turn !== turns[id]) return true;
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(id);
    if (fresh) document.getElementById(id).replaceWith(fresh);
    return Boolean(fresh);
  }

  function insert(template) {
    const { from, to } = view.state.selection.main;
    snippet(template)(view, null, from, to);
    view.focus();
  }

  return { show };
}

function narrow(text) {
  const words = text.trim().toLowerCase();
  const section = document.getElementById("reference");
  for (const each of section.querySelectorAll("li")) each.hidden = !each.querySelector("summary").textContent.toLowerCase().includes(words);
  for (const group of section.querySelectorAll(".reference-group")) group.hidden = !group.querySelector("li:not([hidden])");
  section.querySelector("[data-none]").hidden = Boolean(section.querySelector("li:not([hidden])"));
}
