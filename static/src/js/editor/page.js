// The editor's page. It takes the place of the plain form's text area and keeps that up to date, so the form is sent as without it.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { crosshairCursor, drawSelection, EditorView, gutter, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, rectangularSelection, ViewPlugin } from "@codemirror/view";
import { commands } from "./commands.js";
import { Connection } from "./connection.js";
import { Draft, restoreSettings, settingsOf } from "./draft.js";
import { calls, colours, folding, foldsCame, hovers, setFolds } from "./language.js";
import { unitsOf } from "./positions.js";
import { showPresent } from "./present.js";
import { look } from "./theme.js";

// A pair of brackets or a pasted text is one edit; after that the text is sent at once, and the server skips what is outdated by then.
const QUIET_MS = 15;
// Keys of what is fetched when it is first wanted.
const LATER = ["Mod-f", "Mod-Alt-g", "Mod-d", "Ctrl-Space"];
const form = document.getElementById("script");
const area = document.getElementById("source");
const checked = document.getElementById("checked");
const sourceLimit = Number(form.dataset.sourceLimit);
const isLocked = "locked" in form.dataset;

let version = 0;
let timer = 0;
let latest = [];

const table = await (await fetch(form.dataset.tokens)).json();
const draft = new Draft(form.dataset.draftKey, "unsaved" in form.dataset ? null : content());
const connection = new Connection("/live/editor", form.dataset.script, { studied, state, present: showPresent, trial: (message) => pane?.then((each) => each.receive(message)) });
const assisted = new Compartment();
let assistant = null;
let help = null;
let pane = null;
let beside = null;

const view = new EditorView({
  doc: area.value,
  extensions: [
    EditorView.cspNonce.of(form.dataset.nonce),
    lineNumbers(), highlightActiveLineGutter(), foldGutter({ foldingChanged: foldsCame }),
    assisted.of([gutter({ class: "cm-gutter-lint" }), keymap.of(LATER.map((key) => ({ key, run: () => (assistance().then((each) => each.press(view, key)), true) })))]),
    codeFolding(), history(), drawSelection(), indentOnInput(), bracketMatching(),
    rectangularSelection(), crosshairCursor(), highlightActiveLine(),
    EditorState.allowMultipleSelections.of(true), EditorState.tabSize.of(4), indentUnit.of("    "), EditorState.readOnly.of(isLocked),
    EditorView.contentAttributes.of({ "aria-label": "Source", spellcheck: "false", tabindex: "0" }),
    colours(table), folding(), look,
    hoverTooltip(hovers(ask)), calls(ask, ViewPlugin),
    keymap.of([
      { key: "Mod-Enter", run: () => (run(), true) },
      { key: "Shift-Alt-f", run: () => (does.format(), true) },
      { key: "F12", run: () => (does.goToDefinition(), true) },
      { key: "F2", run: () => (does.rename(), true) },
      ...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab,
    ]),
    EditorView.domEventHandlers({ focus: () => void assistance(), beforeinput: typedOver }),
    EditorView.updateListener.of((update) => update.docChanged && edited()),
  ],
});
const does = commands(view, ask);
const host = document.createElement("div");
host.className = "cm-host";
host.append(view.dom);
area.before(host);
area.classList.add("is-replaced");
document.querySelector("label[for=source]").addEventListener("click", () => view.focus());
study();
offerDraft();

// The browser would keep the look of the text that is typed over in a style of its own, which the content policy forbids.
function typedOver(event, over) {
  const { from, to, empty } = over.state.selection.main;
  if (event.inputType !== "insertText" || !event.data || empty || over.composing || isLocked) return false;
  const typed = () => over.state.update(over.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  if (!over.state.facet(EditorView.inputHandler).some((handle) => handle(over, from, to, event.data, typed))) over.dispatch(typed());
  return true;
}

function edited() {
  area.value = view.state.doc.toString();
  keep();
  version += 1;
  clearTimeout(timer);
  timer = setTimeout(study, QUIET_MS);
}

function content() {
  return { source: area.value, settings: settingsOf(form) };
}

function keep() {
  if (!isLocked) draft.keep(content);
}

function surroundings() {
  const fields = new FormData(form);
  const kind = fields.get("kind") ?? fields.get("try.kind") ?? form.querySelector("[name=kind]:checked")?.value;
  if (kind === "event") return { phase: form.elements.phase.value, entity_type: form.elements.entity_type.value || null };
  return { phase: { cron: "scheduled", api: "api" }[kind] ?? "manual", entity_type: null };
}

function study() {
  if (new TextEncoder().encode(view.state.doc.toString()).length > sourceLimit) return state("refused", "This source is too long to be checked or saved.");
  connection.study({ version, source: view.state.doc.toString(), ...surroundings() });
}

function ask(question, source, offset, name = "") {
  return connection.ask({ question, source, offset, name, ...surroundings() });
}

function state(word, reason = "") {
  checked.textContent = { connected: "", lost: "Connection lost; trying again…", ended: reason, refused: reason }[word];
}

function studied(message) {
  if (message.version !== version) return;
  const text = view.state.doc.toString(), units = unitsOf(text);
  latest = message.diagnostics;
  const marks = latest.slice(0, 100).map((each) => {
    const from = units(each.start), to = Math.max(units(each.end), Math.min(from + 1, text.length));
    const actions = each.fix && !isLocked ? [{ name: each.fix.title, apply: () => does.applyFix(each.fix) }] : [];
    return { from: Math.min(from, to), to, severity: each.severity, message: each.hint ? `${each.message}. ${each.hint}` : each.message, actions };
  });
  view.dispatch(assistant ? assistant.setDiagnostics(view.state, marks) : {}, { effects: setFolds.of(message.folds.map((each) => [units(each.start), units(each.end)])) });
  if (marks.length && !assistant) assistance().then((each) => message.version === version && view.dispatch(each.setDiagnostics(view.state, marks)));
  const fresh = document.createRange().createContextualFragment(message.content);
  document.getElementById("problems").replaceWith(fresh);
  checked.textContent = "Checked";
}

// Completion, marks and search: fetched when the cursor is put into the source, or when there is something to mark.
function assistance() {
  help ??= import("./assistance.js").then((module) => {
    assistant = module;
    view.dispatch({ effects: assisted.reconfigure(module.assistance(ask)) });
    if (version) module.catchUp(view);
    return module;
  });
  return help;
}

// What tries the script is fetched when it is first wanted.
function trials() {
  pane ??= import("./trial.js").then((module) => module.start({ view, form, connection, surroundings }));
  return pane;
}

function run() {
  if (document.getElementById("inputs")) trials().then((each) => each.run());
}

// Outline and helpers, once they are first wanted; from then on they follow by themselves.
function panels() {
  beside ??= import("./panels.js").then((module) => module.start({ view, form, surroundings }).show());
}

// From anywhere on the page; where nothing can be saved, and beneath a dialog, the browser's own way to save a page is kept away as well.
function save(event) {
  event.preventDefault();
  if (!document.querySelector("dialog[open]")) form.querySelector("[data-save]")?.click();
}

function offerDraft() {
  const kept = isLocked ? null : draft.found();
  if (!kept) return;
  const banner = document.getElementById("draft");
  banner.querySelector("[data-draft-time]").textContent = new Date(kept.at).toLocaleString();
  banner.hidden = false;
  banner.addEventListener("click", (event) => {
    const choice = event.target.dataset.draft;
    if (!choice) return;
    banner.hidden = true;
    if (choice === "discard") return draft.forget();
    restoreSettings(form, kept.settings ?? []);
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: kept.source }, userEvent: "input.draft" });
    view.focus();
  });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-line], [data-fix], [data-command], [data-trial]");
  if (!target) return;
  if (target.dataset.trial === "run" && connection.isOpen) {
    event.preventDefault();
    return run();
  }
  if (target.dataset.trial) return trials().then((each) => each.stop());
  if (target.dataset.command === "format") return does.format();
  if (target.dataset.command === "keys") return document.getElementById("keys").showModal();
  event.preventDefault();
  if (target.dataset.fix) return does.applyFix(latest[Number(target.dataset.fix)].fix);
  does.jump(Number(target.dataset.line), Number(target.dataset.column));
});
form.addEventListener("change", (event) => {
  const isSetting = ["kind", "phase", "entity_type"].includes(event.target.name);
  if (isSetting) study();
  if (["outline", "reference"].includes(event.target.value) && event.target.name === "try.side") panels();
  if ((isSetting || ["try.as", "try.run"].includes(event.target.name)) && document.getElementById("inputs")) trials().then((each) => each.refill());
});
// A field that can't be seen can't be filled in: show it before the browser asks for it.
form.addEventListener("invalid", (event) => event.target.closest("[data-tab=settings]") && form.querySelector("[name='try.side'][value=settings]")?.click(), true);
form.addEventListener("input", keep);
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable=true]");
  if (event.key === "F1" || (event.key === "?" && !isTyping)) {
    event.preventDefault();
    return document.getElementById("keys").showModal();
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
  if (event.key.toLowerCase() === "s" && !event.shiftKey) return save(event);
  if (event.key !== "Enter") return;
  event.preventDefault();
  run();
});
