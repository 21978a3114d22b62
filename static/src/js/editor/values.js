// What each line did in the last trial, behind its text: values, how often it ran, and in the gutter what it cost. Loops can be walked
// through: the slider, or Alt+[ and Alt+], choose the iteration of the loop that the cursor is in, and all lines show that moment.
import { Prec, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, gutter, GutterMarker, keymap, showPanel, WidgetType } from "@codemirror/view";

const setRun = StateEffect.define();
const setMoment = StateEffect.define();
const setError = StateEffect.define();
const errorLine = Decoration.line({ class: "cm-error-line" });

class Value extends WidgetType {
  constructor(text, hits) {
    super();
    this.text = text;
    this.hits = hits;
  }

  eq(other) {
    return other.text === this.text && other.hits === this.hits;
  }

  toDOM() {
    const dom = document.createElement("span");
    dom.className = "cm-value";
    dom.setAttribute("aria-hidden", "true");
    if (this.hits > 1) dom.appendChild(Object.assign(document.createElement("span"), { className: "cm-hits", textContent: `×${this.hits}` }));
    dom.append(this.text);
    return dom;
  }
}

class Cost extends GutterMarker {
  constructor(cost, share) {
    super();
    this.cost = cost;
    this.share = share;
  }

  eq(other) {
    return other.cost === this.cost && other.share === this.share;
  }

  toDOM() {
    const dom = document.createElement("span");
    dom.className = `cm-cost cm-cost-${this.share}`;
    dom.textContent = this.cost;
    dom.title = `${this.cost} operations`;
    return dom;
  }
}

// The run, the chosen moment (null: the end) and the failed line. An edit drops values of the lines from there on: they are no longer true.
const state = StateField.define({
  create: () => ({ run: null, moment: null, error: 0, loop: -1, round: 0 }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setRun)) value = { ...value, run: effect.value, moment: null, loop: -1, round: 0 };
      if (effect.is(setMoment)) value = { ...value, ...effect.value };
      if (effect.is(setError)) value = { ...value, error: effect.value };
    }
    if (transaction.docChanged && (value.run || value.error)) return { run: null, moment: null, error: 0, loop: -1, round: 0 };
    return value;
  },
  provide: (own) => [
    EditorView.decorations.compute([own], (editor) => decorations(editor)),
    gutter({ class: "cm-costs", markers: (view) => costs(view.state) }),
    showPanel.from(own, (value) => (value.run?.loops.length ? walker : null)),
  ],
});

function latest(visits, moment) {
  if (moment === null) return visits.at(-1);
  let low = 0, high = visits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (visits[middle][0] <= moment) low = middle + 1;
    else high = middle;
  }
  return visits[low - 1];
}

function decorations(editor) {
  const { run, moment, error } = editor.field(state);
  const ranges = [];
  if (error && error <= editor.doc.lines) ranges.push(errorLine.range(editor.doc.line(error).from));
  for (const each of run?.lines ?? []) {
    if (each.line > editor.doc.lines) continue;
    const visit = latest(each.visits, moment);
    if (!visit && each.hits < 2) continue;
    ranges.push(Decoration.widget({ widget: new Value(visit ? visit[1] : "", each.hits), side: 1 }).range(editor.doc.line(each.line).to));
  }
  return Decoration.set(ranges, true);
}

function costs(editor) {
  const builder = new RangeSetBuilder();
  const { run } = editor.field(state);
  const most = Math.max(1, ...(run?.lines ?? []).map((each) => each.cost));
  for (const each of run?.lines ?? []) {
    if (!each.cost || each.line > editor.doc.lines) continue;
    const at = editor.doc.line(each.line).from;
    builder.add(at, at, new Cost(each.cost, Math.ceil((each.cost / most) * 4)));
  }
  return builder.finish();
}

// The innermost loop around the cursor, or else the first.
function loopAt(editor) {
  const { run } = editor.field(state);
  const line = editor.doc.lineAt(editor.selection.main.head).number;
  const around = (run?.loops ?? []).map((each, index) => ({ ...each, index })).filter((each) => each.first <= line && line <= each.last);
  around.sort((one, other) => one.last - one.first - (other.last - other.first));
  return around[0] ?? (run?.loops.length ? { ...run.loops[0], index: 0 } : null);
}

function walk(view, round) {
  const loop = loopAt(view.state);
  if (!loop) return false;
  const chosen = Math.min(Math.max(round, 0), loop.iterations.length - 1);
  view.dispatch({ effects: setMoment.of({ moment: loop.iterations[chosen][1], loop: loop.index, round: chosen }) });
  return true;
}

function step(view, by) {
  const { loop, round, run } = view.state.field(state);
  if (!run) return false;
  const current = loopAt(view.state);
  return walk(view, loop === current?.index ? round + by : by > 0 ? 0 : (current?.iterations.length ?? 1) - 1);
}

function walker(view) {
  const dom = document.createElement("div");
  dom.className = "cm-walker";
  const label = dom.appendChild(document.createElement("label"));
  const words = label.appendChild(document.createElement("span"));
  const slider = label.appendChild(Object.assign(document.createElement("input"), { type: "range", min: 1, step: 1 }));
  slider.setAttribute("aria-label", "Iteration");
  const end = dom.appendChild(Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: "End of the run" }));
  slider.addEventListener("input", () => walk(view, Number(slider.value) - 1));
  end.addEventListener("click", () => view.dispatch({ effects: setMoment.of({ moment: null, loop: -1, round: 0 }) }));
  function draw(editor) {
    const { moment, loop, round } = editor.field(state);
    const current = loopAt(editor);
    if (!current) return;
    const count = current.iterations.length;
    const isHere = moment !== null && loop === current.index;
    slider.max = count;
    slider.value = isHere ? round + 1 : count;
    words.textContent = isHere ? `Line ${current.first}: iteration ${round + 1} of ${count}` : `Line ${current.first}: ${count} iterations`;
    end.disabled = moment === null;
  }
  draw(view.state);
  return { dom, update: (update) => draw(update.state) };
}

const extension = [
  state,
  Prec.high(keymap.of([{ key: "Alt-[", run: (view) => step(view, -1) }, { key: "Alt-]", run: (view) => step(view, 1) }])),
];

function ready(view) {
  if (!view.state.field(state, false)) view.dispatch({ effects: StateEffect.appendConfig.of(extension) });
}

export function showValues(view, run) {
  ready(view);
  view.dispatch({ effects: setRun.of(run) });
}

export function clearValues(view) {
  ready(view);
  view.dispatch({ effects: [setRun.of(null), setError.of(0)] });
}

export function markError(view, line) {
  ready(view);
  view.dispatch({ effects: setError.of(line) });
}
