"""What inference says of ``this`` in the script's functions, and of what they are called on, is never too much."""

import pytest

from app.engine.infer import Kind
from tests.engine.differential import agree
from tests.engine.infer.test_program import kind

SOURCES = [
    "fn add(n) { this.n += n; this.n } let o = #{ n: 0 }; for i in 0..3 { print(o.add(i)); } o",
    "fn add(n) { this.n += n; this } let o = #{ n: 0 }; for i in 0..3 { let p = o.add(i); p.n = 9; print(o); } o.add(0.5); o",
    'fn set(v) { this = v; } let o = #{ n: 0 }; for v in [1, "a", [2]] { o.set(v); print(o); } o += 1; o',
    'fn up() { this += 1; } let n = 1; let s = "a"; for i in 0..2 { n.up(); s.up(); } [n, s]',
    "fn up() { this += 1; } let a = [1, 2]; for i in 0..2 { a[i].up(); a[0].up(); } let m = #{ k: 1 }; m.k.up(); [a, m]",
    "fn big() { this *= 2; } let n = 4_611_686_018_427_387_903; for i in 0..3 { n.big(); }",
    'fn drop() { this.remove("n"); } fn get() { this.n } let o = #{ n: 1 }; for i in 0..3 { print(o.get()); o.drop(); } o.n + 1',
    'fn up() { this.n += 1; } let o = #{ n: 1 }; o.remove("n"); for i in 0..3 { try { o.up(); } catch (e) { print(e); } print(o); }',
    'fn up(k) { this[k] += 1; } let o = #{ n: 1 }; for k in ["n", "m", "m"] { try { o.up(k); } catch (e) { print(e); } print(o); }',
    "fn fill(n) { for i in 0..n { this.push(i); } this.len() } let a = []; for i in 0..3 { print(a.fill(i)); } [1.5].fill(2); a",
    "fn total() { let t = 0; for x in this.l { t += x; this.n += 1; } t } let o = #{ l: [1, 2], n: 0 }; "
    "for i in 0..2 { print(o.total()); } o",
    "fn grow() { for x in this { if x < 9 { this.push(x + 4); } } this } let a = [1, 7]; for i in 0..2 { print(a.grow()); } a",
    "fn grow() { for x in this { this += x; } this } let a = [1, 7]; for i in 0..2 { print(a.grow()); } a",
    "fn each() { for x in this.l { x.n += 1; print(x); } this.l } let o = #{ l: [#{ n: 1 }] }; for i in 0..2 { print(o.each()); } o",
    'fn up() { if type_of(this) == "map" { this.n += 1; this.n } else { 0 } } let o = #{ n: 0 }; '
    "for i in 0..2 { print(o.up()); } 'c'.up()",
    "fn up() { this.n += 1; } let o = #{ n: 0 }; o.up(); up();",
    'fn up() { this.n += 1; this.n } let o = #{ n: 0 }; for i in 0..2 { print(o.up()); } let p = Fn("up"); o.call(p); #{ n: "s" }.call(p)',
    'fn up() { this + 1 } for i in 0..2 { print(i.up()); } print([1, "s"].map("up")); let a = [2.5]; a.map("up")',
    "fn up(x) { this.n += x; this.n } let o = #{ n: 0, up: |x| x * 100 }; for i in 0..3 { print(o.up(i)); "
    'if i == 1 { o.remove("up"); } } o',
    "fn up(x) { this.n += x; 1 } let o = #{ n: 0 }; for i in 0..4 { print(o.up(i)); if i == 1 { o.up = |x| { this.n = 'c'; this }; } } o.n",
    "fn up() { this.n += 1; } fn twice() { this.up(); this.up(); this.n } let o = #{ n: 0 }; for i in 0..3 { print(o.twice()); } o",
    "fn put(v) { this.l.push(v); } let o = #{ l: [] }; for i in 0..3 { o.put(o.l); o.put(i); } o",
    "fn put(v) { this.l = v; this.l.push(1); v } let o = #{ l: [] }; let l = [0]; for i in 0..2 { print(o.put(l)); l.push(i); } [o, l]",
    "fn f(n) { this.n += n; if n > 1 { throw n; } this.n } let o = #{ n: 0 }; for i in 0..4 { try { o.f(i); } catch (e) { print(e); } } o",
    "fn f(n) { this = n; if n > 1 { throw n; } n } let o = 0; for i in 0..4 { try { o.f(i); } catch (e) { print(e); } print(o); }",
    "fn get() { this.n } const O = #{ n: 0 }; for i in 0..2 { print(O.get()); } O",
    "fn up() { this.n += 1; this.n } let o = #{ n: 0 }; let f = || o.up(); for i in 0..2 { print(f.call()); print(o.up()); } o",
    "fn up() { let f = || 1; let g = |x| x.n; g.call(this) + f.call() } let o = #{ n: 0 }; for i in 0..2 { print(o.up()); }",
    "fn up() { this + 1 } fn int.up() { this + 10 } for v in [1, 1.5] { print(v.up()); }",
    'fn len() { 7 } let s = "abc"; let a = [1]; for i in 0..2 { print(s.len()); print(a.len()); print(s.len); }',
    "fn f(n) { if n == 0 { return this; } this.f(n - 1) } let o = #{ n: 1 }; for i in 0..3 { print(o.f(i)); print(1.f(i)); }",
]


@pytest.mark.parametrize("source", SOURCES)
def test_receivers_and_what_functions_make_of_them_are_the_same_with_types_and_without(source: str) -> None:
    agree(source)


def test_a_function_that_is_only_called_as_a_method_has_the_receivers_types() -> None:
    assert kind("fn f() { let x = this.n; x } let o = #{ n: 1 }; o.f();") is Kind.INT
    assert kind("fn f() { let x = this.n; x } let o = #{ n: 1 }; o.f(); #{ n: 1.5 }.f();") is Kind.ATOM
    assert kind("fn f(v) { let x = this; this = v; x } let o = 1; o.f(2);") is Kind.INT


def test_what_a_method_was_called_on_keeps_its_type() -> None:
    assert kind("fn f(n) { this.n += n; } let o = #{ n: 1 }; o.f(2); let x = o.n;") is Kind.INT
    assert kind("fn f(n) { this.n = n; } let o = #{ n: 1 }; o.f(2.5); let x = o.n;") is Kind.ATOM
    assert kind('fn f() { this = "t"; } let x = 1; x.f();') is Kind.ATOM


@pytest.mark.parametrize(
    "source",
    [
        "fn f() { let x = this; x } let o = 1; o.f(); f();",
        'fn f() { let x = this; x } let o = 1; o.f(); o.call(Fn("f"));',
        'fn f() { let x = this; x } let o = 1; o.f(); ["s"].map("f");',
        "fn f() { let x = this; push(this, 1); x } let o = [1]; o.f();",
        'fn f() { let x = this; x } let o = 1; o.f(); eval("o.f()");',
    ],
)
def test_a_function_that_may_be_called_otherwise_has_any_receiver(source: str) -> None:
    assert kind(source) is Kind.UNKNOWN


def test_an_operator_on_an_entry_that_is_not_there_leaves_unit_where_errors_are_caught() -> None:
    source = 'let m = #{ n: 1 }; m.remove("n"); try { m.n += 1; } catch {} let x = m.n;'
    assert kind(source) is Kind.ATOM
    agree(source + " try { m.n += 1; } catch (e) { print(e); } x")
