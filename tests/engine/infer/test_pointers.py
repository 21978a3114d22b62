"""What inference says of closures that are called through pointers, and of the maps whose methods they are, is never too much."""

from typing import Any

import pytest

from app.engine import Program, compile_script
from app.engine.infer import Kind
from app.engine.infer.expressions import Expressions
from tests.engine.differential import LIMITS, agree
from tests.engine.infer.test_program import typed

SOURCES = [
    # Given by calls, of one kind and of several.
    "fn on(f, x) { f.call(x) } let t = 0; for i in 0..5 { t += on(|x| x * i, 3); } t",
    'fn on(f, x) { f.call(x) } for x in [1, "a", [2], #{ k: 3 }, ()] { print(on(|y| y, x)); print(on(|y| [y], x)); }',
    "let f = |x| x + 1; let g = f; let l = [f, |x| x * 2]; for i in 0..3 { print(g.call(i)); print(l[1].call(i)); } g.call(1.5)",
    "let f = |x| x + 1; let m = #{ f: f }; for i in 0..2 { print(m.f.call(i)); print(m.f(i)); } call(f, 2.5)",
    "let f = |x, y| x + y; for i in 0..2 { print(f.call(i, 1)); } print(f.curry(1.5).call(2)); call(curry(f, 'c'), \"d\")",
    "let f = |x| x; for i in 0..2 { print(f.call(i)); } [1.5, 'c'].map(f) + [2].filter(f)",
    "let f = |x, y| y - x; for i in 0..2 { print(f.call(i, 2)); } let a = [2.5, 1.5]; a.sort(f); a",
    "let f = |x| { x }; let o = #{ n: 1 }; for i in 0..2 { print(f.call(i)); print(o.call(f, 1.5)); } f.call('c')",
    "fn make() { |x| x * 2 } for i in 0..2 { print(make().call(i)); print(make().call(1.5)); }",
    "let f = |n| if n > 0 { n } else { 0.5 }; let t = 0; for i in 0..3 { t += f.call(i); } t",
    "let f = |n| n; f = |n| if n <= 1 { 1 } else { n * 2 }; let g = |n| f.call(n); for i in 0..3 { print(g.call(i)); }",
    "let f = |x| { x += 1; x }; let v = 1; for i in 0..3 { print(f.call(v)); } let l = [1]; let h = |x| { x.push(2);"
    " x }; print(h.call(l)); l",
    "let big = 9223372036854775807; let f = |x| x + 1; for i in 0..2 { print(f.call(i)); } f.call(big)",
    'try { throw |x| x + 1 } catch (f) { for i in 0..2 { print(f.call("a")); } }',
    "let f = |x| x + 1; for i in 0..2 { print(f.call(i)); } eval(\"f.call('c')\")",
    'let f = || 1; let s = #{ f: f, n: "x" }; for k in s.keys() { let v = s[k]; if type_of(v) == "Fn" { print(v.call()); } }',
    'let p = Fn("on"); fn on(x) { x } let f = |x| x + 1; for i in 0..2 { print(p.call(i)); print(p.call("t")); print(f.call(i)); }',
    "let l = [|x| x]; l.push(|x| x + 1); l += |x| [x]; for f in l { print(f.call(2)); }",
    "switch 1 { 1 => |x| x + 1, _ => |x| x }.call(2)",
    'fn f(x) { x + 1 } for i in 0..2 { print(f(i)); } print(["a"].map("f")); let n = "f"; print(["b", 2.5].map(n)); [1].reduce("f", 2)',
    # Several closures of one number of parameters; one of several by key, or none.
    'let up = |x| x + 1; let shout = |s| s + "!"; let sum = 0; let add = |v| { sum += v; }; for i in 0..3 { add.call(up.call(i)); '
    'print(shout.call("a")); } sum',
    'let ops = #{ a: |x| x + 1, b: |x| x * 2 }; for k in ["a", "b", "c"] { let f = ops[k]; try { print(f.call(2)); '
    "} catch (e) { print(e); } }",
    'let ops = #{ a: |x| x + 1 }; for k in ["a", "c"] { let f = ops[k]; if f != () { print(f.call(2)); } try { f.call(|| this, 3); } '
    "catch (e) { print(e); } }",
    "let f = (); for i in 0..3 { if i > 0 { print(f.call(i)); } f = if i == 0 { |x| x } else { |x| `${x}` }; } f.call(1.5)",
    "let l = [|| 1, || 2, || 3, || 4, || 5, || 6, || 7, || 8, || 9, || 'c']; let t = 0; for f in l { t += f.call(); } t",
    "fn on(f, x) { f.call(x) } fn many(fs, x) { for f in fs { x = on(f, x); } x } let k = 3; "
    "for i in 0..2 { print(many([|x| x + k, |x| x * i], i)); }",
    "let f = |x| x; let g = |x, y| y; for h in [f, g] { try { print(h.call(1)); } catch (e) { print(e); } print(h.call(1, 2)); }",
    "fn one(x) { x + 1 } fn one(x, y) { x * y } let f = one; for i in 0..2 { print(f.call(i)); print(f.call(i, 3)); "
    'print(Fn("one").call(i)); }',
    'fn up(x) { x } fn int.up(x) { x + this } let f = Fn("up"); for i in 0..2 { print(f.call(i)); print(5.call(f, i)); '
    'print("s".call(f, i)); }',
    'fn up(x) { x + 1 } let f = Fn("up"); for i in 0..2 { print(f.call(i)); eval("print(f.call(i));"); } f.call(1, 2)',
    # Methods of maps: what they read, change, add, take away and replace.
    "let c = #{ n: 0, by: 2, inc: || { this.n += this.by; this.n }, reset: || this.n = 0 }; let t = 0; "
    "for i in 0..9 { t += c.inc(); if i == 4 { c.reset(); } } [t, c.n]",
    "let c = #{ n: 0, inc: |k| this.n += k }; for i in 0..3 { c.inc(i); } c.inc(0.5); c.inc(1); c.n",
    'let c = #{ n: 0, set: |k| this.n = k }; for k in [1, "a", [2]] { c.set(k); print(c.n); } c.n += 1; c.n',
    "let c = #{ n: 0, add: |k| { this.m = k; this[k] = 1; } }; for i in 0..2 { print(c.m); c.add(`k${i}`); print(c.m); } c",
    'let c = #{ n: 1, drop: || { this.remove("n"); 0 }, get: || this.n }; for i in 0..2 { print(c.get());'
    ' print(c.n ?? "none"); c.drop(); } c.n + 1',
    "let c = #{ n: 1, become: |v| this = v, get: || this.n }; for i in 0..3 { print(c.get());"
    " if i == 1 { c.become(#{ n: 'c', get: || 7 }); } } c",
    "let c = #{ f: |v| { this = v; } }; for v in [1, [2]] { let d = c; d.f(v); print(d); print(type_of(d)); }",
    "let c = #{ l: [], put: |x| this.l.push(x), take: || this.l.pop(), size: || this.l.len() }; "
    "for i in 0..5 { c.put(i); if i % 2 == 0 { print(c.take()); } } [c.size(), c.take(), c.take(), c.take(), c.l]",
    "let c = #{ l: [], put: |x| this.l.push(x) }; for x in [1, 1.5, [2], #{}] { c.put(x); } c.l[0] += 1; c.l[1] += 1; c.l",
    "let c = #{ in: #{ n: 1 }, up: || { this.in.n += 1; this.in.m = this.in.n; this.in.n } }; for i in 0..3 { print(c.up()); } c.in",
    "let a = #{ n: 1, s: |o| { this.n += o.n; this } }; let b = #{ n: 5, s: a.s }; for i in 0..2 { b = b.s(a); } [a.n, b.n]",
    "let a = #{ n: 1, f: || this.g() + 1, g: || this.n * 2 }; for i in 0..2 { print(a.f()); a.g = || 9; }",
    "let a = #{ n: 1, down: |k| if k == 0 { this.n } else { this.n += 1; this.down(k - 1) } };"
    " for i in 0..3 { print(a.down(i)); } a.down(40)",
    "let a = [#{ n: 1, up: || this.n += 1 }, #{ n: 1.5 }]; a[1].up = a[0].up; for i in 0..2 { a[i].up();"
    " } for x in a { x.up(); } a.map(|x| x.n)",
    "let a = #{ n: 1, get: || this.n }; let g = a.get; for i in 0..2 { print(a.get()); } g.call()",
    "let a = #{ n: 1, get: || this.n }; let b = 5; for i in 0..2 { print(a.get()); } b.call(a.get)",
    "let a = #{ n: 1, set: |v| this.n = v }; let b = #{ n: 'c' }; for i in 0..2 { a.set(i); b.call(a.set, 1.5); print(b.n); } [a.n, b.n]",
    "let a = #{ n: 1, each: |f| [this.n].map(f), all: || this.values().len() };"
    " for i in 0..2 { print(a.each(|v| v + 1)); print(a.all()); }",
    "let a = #{ n: 1, up: || { push(this, 1); } }; for i in 0..2 { a.up(); }",
    "let a = #{ x: 1, len: || this.x + 10, push: |v| { this.x += v; v }, remove: |k| k + 1 };"
    " for i in 0..2 { print(a.len()); print(a.push(2)); print(a.remove(3)); } a.x",
    "let n = 0; let a = #{ k: 1, up: || { n += 1; this.k += n; this.k } }; for i in 0..3 { print(a.up());"
    " } let f = || a.up(); print(f.call()); a.k",
    "let a = #{ n: 1, up: || { this.n += 1; if this.n > 2 { throw this.n } } }; for i in 0..3 { try { a.up();"
    " } catch (e) { print(e); } } a.n",
    "fn up() { this.n += 1; this.n } let a = #{ n: 1, get: || this.up() }; for i in 0..2 { print(a.get()); print(a.up()); } a.n",
    "fn set(v) { this = v; } let a = #{ n: 1, get: || { this.set(7); 1 } }; for i in 0..2 { try { print(a.get());"
    " print(a); } catch (e) { print(e); } }",
    "const A = #{ n: 1, up: |k| this.n + k }; for i in 0..2 { print(A.up(i)); } A.n",
    "fn circle(r) { #{ r: r, area: || this.r * this.r, grow: |k| this.r += k } } fn rect(w, h) { #{ w: w, h: h, area: || this.w * this.h, "
    "grow: |k| { this.w += k; this.h += k; } } } let l = []; for i in 0..4 { if i % 2 == 0 { l.push(circle(i));"
    " } else { l.push(rect(i, 2)); } }",
    "let t = 0; for k in 0..3 { for i in 0..l.len() { l[i].grow(k); t += l[i].area(); } } l[0].area = || 1000; t + l[0].area()",
    "let m = #{ a: |x| x, b: |x| this.n }; m.n = 3; for k in 0..2 { print(m.a(k)); print(m.b(k)); let t = m.a; m.a = m.b; m.b = t; }",
    'fn set(v) { this = v; } let m = #{ n: 1, f: |x| this.n }; for i in 0..2 { print(m.f(1)); } m.call(Fn("set"), 7); m',
    'fn set(v) { this.n = v; } let m = #{ n: 1, f: |x| this.n }; for i in 0..2 { print(m.f(i) + 1); m.f = Fn("set");'
    " m.f('c'); print(m.n); }",
    "fn set(v) { this = v; } let m = #{ n: 1, f: |x| this.n }; m.g = set; for i in 0..2 { m.g(7); print(m); }",
    "let m = #{ n: 1, f: |x| this.n += x }; let p = Fn(\"f\"); fn f(x) { this.n = 'c'; } for i in 0..2 { m.f(1); m.call(p, 1); print(m); }",
    "let m = #{ f: |x| x + 1, g: |x| { this.f = 5; x } }; for i in 0..2 { try { print(m.g(i)); print(m.f); m.f(i);"
    " } catch (e) { print(e); } }",
]


def test_a_function_named_like_a_native_may_keep_a_closure() -> None:
    assert agree('fn filter(f) { #{len: f} } let m = [1].filter(|| "x"); let s = 0; for i in 0..3 { s = m.len() + s; } s').is_walked


@pytest.mark.parametrize("source", SOURCES)
def test_following_pointers_changes_nothing(source: str) -> None:
    agree(source)


def test_methods_of_one_kind_of_object_ask_for_no_types() -> None:
    program = compile_script(
        "let c = #{ n: 0, up: |k| { this.n += k; this.n } }; let t = 0; for i in 0..9 { t += c.up(i); } t", limits=LIMITS
    )
    assert isinstance(program, Program)
    assert "get_property" not in program.code.names
    assert "store_path" not in program.code.names


def test_closures_behind_pointers_know_what_they_are_given() -> None:
    program = compile_script("fn on(f, x) { f.call(x) } let t = 0; for i in 0..9 { t += on(|x| x * 2, i); } t", limits=LIMITS)
    assert isinstance(program, Program)
    assert "multiply" not in program.code.names


def _gifts(closures: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often something is added to a variable's type while a script with twice so many closures is compiled."""
    count = 0
    add = Expressions.add

    def counted(self: Expressions, *args: Any) -> None:
        nonlocal count
        count += 1
        add(self, *args)

    source = "let a%d = |x| x + 1; let b%d = |x| `${x}`; given.g.call(%d);"
    with monkeypatch.context() as patch:
        patch.setattr(Expressions, "add", counted)
        assert isinstance(
            compile_script("".join(source % (at, at, at) for at in range(closures)), limits=LIMITS, globals=["given"]), Program
        )
    return count


def test_what_is_given_to_unknown_pointers_isnt_given_to_each_closure_by_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _gifts(80, monkeypatch) < 3 * _gifts(40, monkeypatch)


def test_what_is_given_to_an_unknown_pointer_may_be_given_to_each_closure() -> None:
    for given, is_known in (("1", True), ("1.5", False)):
        source = f"let twice = |x| x * 2; given.g.call({given}); let t = 0; for i in 0..9 {{ t += twice.call(i); }} t"
        program = compile_script(source, limits=LIMITS, globals=["given"])
        assert isinstance(program, Program)
        assert ("multiply" not in program.code.names) is is_known


CLASSES = [
    (
        "fn a(n) { #{ n: n, up: || { this.n += 1; }, get: || this.n } } fn b(t) { #{ t: t, up: || { this.t += "
        '"!"; }, get: || this.t } } let x = a(1); let y = b("q"); for i in 0..3 { x.up(); y.up(); print(x.get()); '
        "print(y.get()); } [x.n, y.t]"
    ),
    (
        "fn a(n) { #{ n: n, up: || { this.n += 1; this.n } } } fn b(t) { #{ t: t, m: 1 } } let x = a(1); let y = "
        'b("q"); y.up = x.up; for i in 0..3 { print(x.up()); try { print(y.up()); } catch (e) { print("no"); } } '
        "[x.n, y.t]"
    ),
    (
        'fn a(n) { #{ n: n, up: || { this.n += 1; this.n } } } let x = a(1); let z = #{ n: "s" }; for i in 0..3 { '
        "print(x.up()); print(z.call(x.up)); } [x.n, z.n]"
    ),
    (
        "fn a(n) { #{ n: n, set: |v| { this = v; } } } let x = a(1); for i in 0..3 { x.set(#{ n: i, k: 1 }); "
        "print(x); x = a(2); x.set(5); print(x); x = a(3); } x.n"
    ),
    (
        'fn a(n) { #{ n: n, other: || this.up(), up: || { this.n += 1; this.extra = "e"; this.n } } } let x = '
        "a(1); for i in 0..3 { print(x.other()); print(x.extra); x = a(i); } x.n"
    ),
    (
        'fn a(n) { #{ n: n, up: || { this.n += 1; this.n } } } fn b(n) { #{ n: `${n}`, up: || { this.n += "x"; '
        "this.n } } } let l = [a(1), b(2)]; for i in 0..3 { for o in l { print(o.up()); } for j in 0..2 { "
        "print(l[j].up()); } } l[0].n"
    ),
    (
        'fn a(n) { #{ n: n, up: || { this.n += 1; this.n } } } fn b(n) { #{ n: `${n}`, up: || { this.n += "x"; '
        "this.n } } } for i in 0..4 { let o = if i % 2 == 0 { a(i) } else { b(i) }; print(o.up()); print(o.n); }"
    ),
    (
        "fn run(o) { o.up(); o.n } fn a(n) { #{ n: n, up: || { this.n += 1; } } } fn b(n) { #{ n: `${n}`, up: || "
        '{ this.n += "x"; } } } for i in 0..3 { print(run(a(i))); print(run(b(i))); }'
    ),
    (
        'let f = |x| { this.v = x; this.w }; let p = #{ v: 1, w: 2, set: f }; let q = #{ v: "a", w: "b", put: f '
        '}; for i in 0..3 { print(p.set(i)); print(q.put("z")); print(p.set("s")); print(p.v); print(q.v); }'
    ),
    (
        'let o = #{ v: 1, kid: #{ v: "k", up: || { this.v += "!"; this.v } }, up: || { this.v += 1; this.kid.up() '
        "} }; for i in 0..3 { print(o.up()); print(o.v); print(o.kid.v); }"
    ),
    (
        'let o = #{ v: 1, mk: || #{ v: "k", up: || { this.v += "!"; this.v } } }; for i in 0..3 { let k = o.mk(); '
        "print(k.up()); print(o.v + 1); }"
    ),
    (
        "let o = #{ v: 1, run: |f| this.call(f) }; let g = || { this.v += 1; this.v }; for i in 0..3 { "
        'print(o.run(g)); print(#{ v: "s" }.call(g)); }'
    ),
    (
        'let o = #{ v: 1, up: || { this.v += 1; } }; let p = o; p.v = "s"; try { for i in 0..2 { o.up(); p.up(); '
        '} } catch { print("c"); } [o.v, p.v]'
    ),
    (
        "fn up() { this.v += 1; } let o = #{ v: 1, up: || { this.v += 10; } }; for i in 0..3 { o.up(); "
        "print(o.v); let m = #{ v: 2 }; m.up(); print(m.v); }"
    ),
    (
        "let o = #{ v: 1 }; o.up = || { this.v += 1; this.v }; let r = #{ v: [1] }; r.up = || { this.v.push(2); "
        "this.v.len() }; for i in 0..3 { print(o.up()); print(r.up()); }"
    ),
    (
        'let m = #{}; for k in ["a", "b"] { m[k] = #{ n: k, f: || { this.n += "1"; this.n } }; } m.c = #{ n: 5, '
        "f: || { this.n += 1; this.n } }; for i in 0..3 { for k in m.keys() { print(m[k].f()); } }"
    ),
]


@pytest.mark.parametrize("source", CLASSES)
def test_methods_of_several_kinds_of_objects(source: str) -> None:
    assert agree(source).is_walked


def test_each_closure_has_a_this_of_its_own() -> None:
    """What methods of one kind of objects are called on says nothing of those of another; a pointer in both is to be asked for both."""
    objects = "let x = #{ n: 1, up: || { let p = this.n; p } }; let y = #{ t: `q`, n: `z`, down: || { let q = this.n; q } }; "
    known = typed(objects + "x.up(); y.down();")[1]
    assert (known["p"].kind, known["q"].kind) == (Kind.INT, Kind.TEXT)
    known = typed(objects + "y.up = x.up; x.up(); y.up(); y.down();")[1]
    assert known["p"].kind is Kind.ATOM
