"""Random programs about values that move: functions that change, return and keep what they are given, places that get their results.

Rows hold atoms, and now and then a row; tables hold rows; a record holds a row, a table and a record or (). Nearly everything fits where it
is put, so programs run to their end: many catch no error, as whoever catches one is compiled with more copies. What a program shows at
its end is only some of its variables, so that others are read for the last time before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tests.engine.choices import Choices, with_used

_HOLE: Final = re.compile(r"@([a-z]+)")
_DEEPEST: Final = 3

_RULES: Final[Mapping[str, Sequence[str]]] = {
    # Values by kind; the first two of each are the simplest, for where it is nested too deep.
    "row": (
        *("@rowplace", "[@int]", "@rowplace", "@rowplace", "[@int, @int]", '[1, "x", 2.5]', "f(@row, @item)", "g(@table, @row)[0]"),
        *("h(@rec, @row).k", "@table.pop()", "@rec.s(@row)", "@row + [@item]", "id(@row)", "if @test { @row } else { @row }"),
        *(
            "@rowplace.filter(|z| z != 1)",
            "c.call(@row)",
            "switch 0 { _ => { let v = @row; v.push(@item); v } }",
            "@rowplace ?? @row",
            "d.curry(@row).call(1)",
        ),
    ),
    "table": (
        *(
            "@tableplace",
            "[@row]",
            "@tableplace",
            "[@row, @row]",
            "g(@table, @row)",
            "id(@table)",
            "h(@rec, @row).t",
            "@tableplace.map(|z| f(z, 1))",
        ),
        *("@table + [@row]", "@rec.t", "[id(@row), @row, @rowplace]", "@tableplace.filter(|z| z.len() > 1)"),
    ),
    "rec": (
        "@recplace",
        "@recplace",
        "#{k: @row, t: @table, n: ()}",
        "h(@rec, @row)",
        "id(@rec)",
        "#{k: @row, t: @table, n: @rec}",
        "@recplace.n ?? @rec",
    ),
    "any": ("@row", "@table", "@rec", "[@row, @table]", "#{k: @row, n: @rec}", "@int"),
    "item": ("@int", "@int", '"y"', "@row", "'c'", "1.5"),
    "int": ("1", "i", "@rowplace.len()", "2", "@tableplace.len()", "i.flip()", "f(@row, @int).len()"),
    "test": (
        "i == 0",
        "@row == @row",
        "@rowplace in @table",
        "@tableplace.contains(@row)",
        "@rowplace.len() > 2",
        "@rec == @rec",
        "[@row].contains(@row)",
    ),
    "jump": ("continue;", "break;", "r.push(t); continue;", "{ @statement break; }"),
    "rowplace": ("p", "a[0]", "o.k", "p", "a[i]", "b[-1]", "o.t[0]", "o.n.k", "@eachplace", 'o["k"]', "o[k]", "a[j]"),
    "tableplace": ("a", "b", "o.t", "a", 'o["t"]', "o.n.t"),
    "recplace": ("o", "o", "u", "o.n"),
    # What is done; the first are the simplest.
    "statement": (
        *(
            "print(@row);",
            "p = f(p, @item);",
            "@rowplace = f(@again, @item);",
            "@tableplace = g(@again, @row);",
            "@recplace = h(@again, @row);",
        ),
        *(
            "@rowplace = f(@row, @item);",
            "@tableplace = g(@table, @row);",
            "@recplace = h(@rec, @row);",
            "@rowplace = @row;",
            "@tableplace = @table;",
        ),
        *(
            "r.push(@any);",
            "r.push(@any);",
            "r += [@any];",
            "let t = a[0]; a[0] = a[-1]; a[-1] = t;",
            "let t = @rowplace; @again = @row; r.push(t);",
        ),
        *("let w = @table; let z = f(@row, 1); w[0].push(2); r.push(w); r.push(z);", "let w = @rec; w.k = f(w.k, @item); r.push(w);"),
        *(
            "@recplace.s(@row);",
            "r.push(@rec.s(@row));",
            "@rowplace.push(@item);",
            "@tableplace.push(@row);",
            "@tableplace.insert(0, @row);",
        ),
        *(
            "for e in @table { @statement @statement }",
            "for e in @table { r.push(e); @statement }",
            "for e in id(@table) { e.push(1); r.push(e); }",
        ),
        *("let w = (); for e in @table { if w == () { w = e; } @statement } print(w);", "for e in @tableplace { @again = g(@again, e); }"),
        *("let w = loop { @statement break @any; }; r.push(w);", "let w = for e in @table { if @test { break e; } }; print(w);"),
        *(
            "let w = 0; while w < 2 { let t = @row; @statement t.push(w); r.push(t); w += 1; }",
            "if @test { @statement } else { @statement }",
            "for e in 0..2 { let t = @row; if @test { @statement @jump } @statement r.push(t); }",
            "for e in 0..2 { let t = @rec; if t.k in @table { @statement @jump } @statement if @test { @jump } r.push(t); }",
        ),
        *(
            "switch i { 0 if @test => { @statement } 1 => { @statement } _ => { } }",
            "@tableplace.sort(|x, y| { @rowplace = f(@again, 1); x.len() - y.len() });",
        ),
        *(
            "let w = || { @statement @row }; print(w.call());",
            "let w = |z| { z.push(@item); z }; print(w.call(@row));",
            'k = if k == "k" { "t" } else { "k" };',
        ),
        *(
            "try { @statement throw @row; } catch (x) { x.push(1); print(x); }",
            "let t = { try { f(@row, 1) } catch { } }; print(t);",
            "@rowplace[0] = @item;",
        ),
        *(
            "let p = f(p, @item); r.push(p);",
            "a[i] = f(a[i], i.flip());",
            "o[k] = id(o[k]);",
            "let u = [o, @table]; u[0].k.push(1); r.push(u);",
        ),
    ),
    # Bodies of functions, of a row, a table, a record and what is given beside it.
    "changerow": (
        "p.push(x);",
        "p[0] = x;",
        "p.reverse();",
        "let q = p; q.push(1);",
        "p += [x];",
        "p = [p.len(), x];",
        "if x == 2 { return p; }",
        "p.push(p);",
    ),
    "endrow": ("p", "return p;", "p + [1]", "[x, p.len()]", "{ let q = p; q.push(x); q }", "if p.len() > 4 { [] } else { p }"),
    "changetable": (
        *(
            "p.push(q);",
            "p[0] = q;",
            "p[0].push(9);",
            "p[0] = f(p[0], 3);",
            "let w = p[0]; p[0] = q; q = w;",
            "for e in p { q.push(e.len()); }",
        ),
        *("p[-1] = f(q, p.len());", "p.pop(); p.push(f(q, 1)); p.push(q);", "let w = p.shift(); w.push(4); p.push(w);"),
    ),
    "endtable": ("p", "[q, q]", "[p[0], q]", "p + [q]", "return p;", "[f(q, 1), p[0]]"),
    "changerec": (
        *(
            "p.k = q;",
            "p.k = f(p.k, 3);",
            "p.t = g(p.t, q);",
            "let w = p.k; p.k = q; p.t.push(w);",
            "if p.n != () { p.n = h(p.n, q); }",
            "if p.n != () { print(p.n.k); p.k.push(7); p.n.k.push(8); print(p.n); }",
            "q.push(1);",
        ),
        *("p.k.push(5);", "p.n = #{k: p.k, t: p.t, n: ()};", "let w = p; w.k.push(6); p.k = w.k;"),
    ),
    "endrec": ("p", "#{k: q, t: p.t, n: p}", "return p;", "#{k: p.k, t: [q, q], n: ()}"),
    "changethis": (
        *(
            "this.k = f(this.k, 1);",
            "this.k = q;",
            "this.t = g(this.t, q);",
            "let w = this.k; this.k = f(w, 2); this.t.push(w);",
            "this.k.push(8);",
        ),
        *("for e in this.t { this.t = g(this.t, e); }", "let w = this; w.k.push(1); this.n = w;"),
    ),
    "endthis": ("this.k", "q", "f(this.k, 1)", "this.t[0]", "f(q, 2)"),
    "shown": ("r", "[r, a]", "[r, o]", "[a, b, o, p, u, i, r]", "p", "[o, r, b]"),
}
"""What each hole may be."""

_GIVEN: Final[Mapping[str, str]] = {
    "a": "[[1], [2, 3]]",
    "b": '[["x"], [1, "y"]]',
    "o": "#{k: [1], t: [[4], [5]], n: #{k: [6], t: [[7]], n: ()}}",
    "u": "#{k: [], t: [[8]], n: ()}",
    "p": "[1, 2]",
}
_LETS: Final = {name: f"let {name} = {held};" for name, held in _GIVEN.items()}
_SMALL: Final[Mapping[str, str]] = {
    "i": "let i = 0;",
    "j": "let j = 1;",
    "k": 'let k = "k";',
    "r": "let r = [];",
    "c": "let c = |x| { x.push(3); x };",
    "d": "let d = |x, y| { x.push(y); x };",
}


class MovingWriter(Choices):
    """Writes one such program."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._again = "p"
        """The place that was written last."""
        self._is_each = False
        """Whether there is a variable of a loop."""
        self._nesting = 0

    def filled(self, template: str) -> str:
        """The template with its holes filled."""
        return _HOLE.sub(lambda hole: self.hole(hole[1]), template)

    def hole(self, name: str) -> str:
        """What goes into a hole."""
        if name == "again":
            return self._again
        if name == "eachplace":
            return "e" if self._is_each else "p"
        forms = _RULES[name]
        if self._nesting >= _DEEPEST and name in ("row", "table", "rec", "test", "int", "any", "statement"):
            forms = forms[:2]
        chosen = self.one(forms)
        outer, self._is_each = self._is_each, self._is_each or chosen.startswith("for e")
        self._nesting += 1
        text = self.filled(chosen)
        self._nesting -= 1
        self._is_each = outer
        if name.endswith("place"):
            self._again = text
        return text

    def function(self, head: str, kind: str) -> str:
        """A function of up to two changes and an end."""
        changes = " ".join(self.filled(f"@change{kind}") for _ in range(self.below(3)))
        return f"fn {head} {{ {changes} {self.filled(f'@end{kind}')} }}"

    def program(self) -> str:
        """A whole program: its body is the main program, a loop's, or a function's, with or without the variables as its parameters."""
        functions = {
            "id": "fn id(p) { return p; }",
            "flip": "fn flip() { this = 1 - this; this }",
            "f": self.function("f(p, x)", "row"),
            "g": self.function("g(p, q)", "table"),
            "h": self.function("h(p, q)", "rec"),
            "s": self.function("s(q)", "this"),
        }
        body = "\n".join(self.filled("@statement") for _ in range(2 + self.below(6)))
        shown = self.filled("@shown")
        kind = self.below(4)
        if kind == 3:
            names = ", ".join(_GIVEN)
            inner = with_used(_SMALL, f"{body}\n{shown}", "\n")
            text = f"fn run({names}) {{\n{inner}\n}}\n" + "\n".join([*_LETS.values(), f"[run({names}), run({names}), {names}]"])
        elif kind == 1:
            inner = with_used({**_LETS, **_SMALL}, f"{body}\nall.push({shown});", "\n")
            text = f"let all = [];\nfor round in 0..2 {{\n{inner}\n}}\nall"
        else:
            inner = with_used({**_LETS, **_SMALL}, f"{body}\n{shown}", "\n")
            text = f"fn run() {{\n{inner}\n}}\nrun()" if kind == 2 else inner
        return with_used(functions, text, "\n")
