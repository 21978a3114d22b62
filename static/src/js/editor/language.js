// Rhai for the editor: colours from the server's table of patterns, everything that takes understanding from the language service.
import { foldService, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { simpleMode } from "@codemirror/legacy-modes/mode/simple-mode";
import { StateEffect, StateField } from "@codemirror/state";
import { showTooltip } from "@codemirror/view";
import { Tag } from "@lezer/highlight";
import { toPoints, toUnits } from "./positions.js";

export function colours(table) {
  const tags = Object.fromEntries(Object.keys(table.tokens).map((name) => [name, Tag.define()]));
  const language = StreamLanguage.define({
    ...simpleMode(table.states),
    name: "rhai",
    tokenTable: tags,
    languageData: { commentTokens: { line: "//", block: { open: "/*", close: "*/" } }, closeBrackets: { brackets: ["(", "[", "{", '"', "`"] }, indentOnInput: /^\s*\}$/ },
  });
  const style = HighlightStyle.define(Object.entries(tags).map(([name, tag]) => ({ tag, class: `tok-${name}` })));
  return [language, syntaxHighlighting(style)];
}

export const setFolds = StateEffect.define();

export const foldsCame = (update) => update.transactions.some((each) => each.effects.some((effect) => effect.is(setFolds)));

// Ranges come with each look at the text, and move along with edits until the next.
export function folding() {
  const field = StateField.define({
    create: () => [],
    update(ranges, transaction) {
      for (const effect of transaction.effects) if (effect.is(setFolds)) return effect.value;
      if (!transaction.docChanged) return ranges;
      return ranges.map(([from, to]) => [transaction.changes.mapPos(from, 1), transaction.changes.mapPos(to, -1)]);
    },
  });
  const service = foldService.of((state, start, end) => {
    const range = state.field(field).find(([from, to]) => from >= start && from <= end && to > end);
    return range && range[1] - 1 > range[0] + 1 ? { from: range[0] + 1, to: range[1] - 1 } : null;
  });
  return [field, service];
}

export function hovers(ask) {
  return async (view, at) => {
    const text = view.state.doc.toString();
    const found = await ask("hover", text, toPoints(text, at));
    if (!found) return null;
    return { pos: toUnits(text, found.span.start), end: toUnits(text, found.span.end), above: true, create: () => ({ dom: card(found.code, found.doc) }) };
  };
}

function card(lines, doc, mark) {
  const dom = document.createElement("div");
  dom.className = "cm-card";
  for (const line of lines) {
    const code = dom.appendChild(document.createElement("code"));
    code.textContent = line;
    if (mark) {
      const [start, end] = mark;
      const strong = document.createElement("strong");
      strong.textContent = line.slice(start, end);
      code.replaceChildren(line.slice(0, start), strong, line.slice(end));
    }
  }
  if (doc) dom.appendChild(document.createElement("p")).textContent = doc;
  return dom;
}

const setCall = StateEffect.define();

// The call that is being written: asked for on "(" and "," and whenever the cursor moves while it is shown.
export function calls(ask, ViewPlugin) {
  const field = StateField.define({
    create: () => null,
    update(tooltip, transaction) {
      for (const effect of transaction.effects) if (effect.is(setCall)) return effect.value;
      return tooltip && transaction.docChanged ? { ...tooltip, pos: transaction.changes.mapPos(tooltip.pos) } : tooltip;
    },
    provide: (own) => showTooltip.from(own),
  });
  // From "(" or "," on until the service says that the cursor is in no call: an answer that came too late is followed by a newer one.
  let isWanted = false;
  const plugin = ViewPlugin.define((view) => ({
    update(update) {
      if (!update.selectionSet && !update.docChanged) return;
      const head = update.state.selection.main.head;
      const typed = update.transactions.some((each) => each.isUserEvent("input"));
      isWanted ||= typed && /[(,]/.test(update.state.sliceDoc(Math.max(0, head - 1), head));
      if (isWanted) queueMicrotask(() => look(view));
    },
  }));
  async function look(view) {
    const text = view.state.doc.toString(), head = view.state.selection.main.head;
    const found = await ask("signature", text, toPoints(text, head));
    if (view.state.doc.toString() !== text || view.state.selection.main.head !== head) return;
    isWanted = Boolean(found);
    if (!found && !view.state.field(field)) return;
    const way = found?.ways[found.active];
    const create = () => ({ dom: card([way.label], way.doc, way.parameters[found.parameter]) });
    view.dispatch({ effects: setCall.of(found ? { pos: toUnits(text, found.start), above: true, create } : null) });
  }
  return [field, plugin];
}
