// What an author needs once they write: completion, brackets that close themselves, marked problems, find and replace. Fetched when it is
// first wanted, which is when the cursor is put into the source, or when there is a problem to mark.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, snippetCompletion, startCompletion } from "@codemirror/autocomplete";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { keymap } from "@codemirror/view";
import { toPoints, toUnits } from "./positions.js";

const TYPES = { field: "property", helper: "function", library: "function", snippet: "text" };
const BOOST = { field: 9, variable: 8, constant: 8, function: 7, helper: 6, property: 4, method: 3, library: 0, keyword: -1, snippet: 1 };

export function assistance(ask) {
  return [
    lintGutter(), closeBrackets(), highlightSelectionMatches(), autocompletion({ override: [completions(ask)], icons: true }),
    keymap.of([...closeBracketsKeymap, ...searchKeymap, ...lintKeymap]),
  ];
}

export { setDiagnostics };

// What a key does here that was pressed before this was there.
export const press = (view, key) => [...searchKeymap, ...completionKeymap].find((each) => each.key === key)?.run(view);

// What was typed before this was there gets its offers too.
export function catchUp(view) {
  const head = view.state.selection.main.head;
  if (view.hasFocus && /[A-Za-z_]/.test(view.state.sliceDoc(Math.max(0, head - 1), head))) startCompletion(view);
}

function completions(ask) {
  return async (context) => {
    const typed = context.matchBefore(/[A-Za-z_][A-Za-z0-9_]*/);
    if (!context.explicit && !typed && !context.matchBefore(/[.]$|\[["]$/)) return null;
    const text = context.state.doc.toString();
    const found = await ask("complete", text, toPoints(text, context.pos));
    // An answer that comes when the author has gone elsewhere would cover what they do there, and nothing would close it.
    if (!found?.items.length || context.view?.hasFocus === false) return null;
    return { from: toUnits(text, found.start), options: found.items.map(option), validFor: /^[A-Za-z0-9_]*$/ };
  };
}

function option(item) {
  const shown = { label: item.label, detail: item.detail, type: TYPES[item.kind] ?? item.kind, boost: BOOST[item.kind] ?? 0, ...(item.doc && { info: item.doc }) };
  return item.is_snippet ? snippetCompletion(item.insert.replaceAll("#{", "\\#{"), shown) : shown;
}
