// What the editor does to the text or in it when asked: lay it out, find and rename names, put a fix in, go to a place.
import { EditorView } from "@codemirror/view";
import { toPoints, toUnits } from "./positions.js";

export function commands(view, ask) {
  const text = () => view.state.doc.toString();
  const head = () => view.state.selection.main.head;

  function applyFix(fix) {
    const source = text();
    view.dispatch({ changes: { from: toUnits(source, fix.start), to: toUnits(source, fix.end), insert: fix.replacement }, userEvent: "input.fix" });
    view.focus();
  }

  function jump(line, column) {
    const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
    const anchor = Math.min(at.from + toUnits(at.text, column - 1), at.to);
    view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    view.focus();
  }

  async function format() {
    const source = text();
    const laidOut = await ask("format", source, 0);
    if (typeof laidOut !== "string" || laidOut === source || text() !== source) return;
    view.dispatch({ changes: { from: 0, to: source.length, insert: laidOut }, selection: { anchor: Math.min(head(), laidOut.length) }, userEvent: "input.format" });
  }

  async function goToDefinition() {
    const source = text();
    const span = await ask("definition", source, toPoints(source, head()));
    if (!span) return;
    const anchor = toUnits(source, span.start);
    view.dispatch({ selection: { anchor, head: toUnits(source, span.end) }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  }

  async function rename() {
    const source = text(), offset = toPoints(source, head());
    const places = await ask("references", source, offset);
    if (!places?.length) return;
    const dialog = document.getElementById("rename"), field = dialog.querySelector("input"), problem = dialog.querySelector("[role=alert]");
    field.value = source.slice(toUnits(source, places[0].start), toUnits(source, places[0].end));
    problem.textContent = "";
    dialog.querySelector("form").onsubmit = async (event) => {
      if (event.submitter?.value === "cancel") return;
      event.preventDefault();
      const answer = await ask("rename", source, offset, field.value);
      if (!answer || text() !== source) return dialog.close();
      if (answer.problem) return void (problem.textContent = answer.problem);
      view.dispatch({ changes: answer.spans.map((each) => ({ from: toUnits(source, each.start), to: toUnits(source, each.end), insert: field.value })), userEvent: "input.rename" });
      dialog.close();
      view.focus();
    };
    dialog.showModal();
    field.select();
  }

  return { applyFix, jump, format, goToDefinition, rename };
}
