"""Constants that functions see by ``global::``: what their types tell holds whatever declares them, and nothing changes them."""

from __future__ import annotations

import pytest

from app.engine import Program, compile_script
from app.engine.natives import Overload
from app.engine.stdlib import STANDARD
from tests.engine.differential import agree

SOURCES = [
    'fn f() { global::X } const X = 1; print(f() + 1); const X = "a"; print(f() + 1); f()',
    "fn f() { global::X } print(f()); const X = 1;",
    # A block's constants are nobody else's.
    'fn f() { global::X } const X = 3; { const X = "x"; print(f()); } f()',
    "fn f() { global::X } let q = 1; if q == 1 { const X = 5; print(X); f() }",
    "fn f() { global::X } for i in 0..2 { const X = i; try { f() } catch (e) { print(e.message); } }",
    (
        "fn f(i) { let o = \"\"; for c in global::D { o += c; } o + global::D[i] + global::D.index_of('b') } "
        'const D = "abc"; for i in 0..3 { print(f(i)); } f(7)'
    ),
    (
        "fn f(k) { let n = 0; for x in global::L { n += x; } for y in global::M.keys() { n += global::M[y]; } "
        'n + (global::M[k] ?? 100) } const L = [1, 2]; const M = #{ a: 1, b: 2 }; for k in ["a", "z"] { print(f(k)); }'
    ),
    "fn f() { for x in global::L { x.push(1); print(x); } global::L } const L = [[1], [2]]; let a = f(); a.push(3); print(a); f()",
    "fn f() { global::L.push(1); } const L = [1]; f()",
    "fn f() { global::L.sort(); } const L = [2, 1]; f()",
    "fn f() { global::L.reverse(); } const L = [2, 1]; f()",
    "fn f() { global::L.pop() } const L = [2, 1]; f()",
    'fn f() { global::S.trim(); } const S = " a "; f()',
    "fn f() { let a = global::M; a.l.push(1); a.b = 2; [a, global::M] } const M = #{ l: [1], b: 1 }; for i in 0..2 { print(f()); }",
    'fn f(x) { global::F.call(x) } const F = |x| x + 1; for i in 0..2 { print(f(i)); } f("a")',
    "fn f(x) { global::M.g(x) } const M = #{ g: |x| x + 1, n: 1 }; for i in 0..2 { print(f(i)); }",
    "fn f(x) { global::L[x] } const L = [1, 2.5, \"a\", 'c', (), [1]]; for i in 0..6 { print(f(i)); print(f(i) == 1); } f(9)",
    'fn f() { const X = 5; global::X + X } const X = "t"; for i in 0..2 { print(f()); }',
    "fn f(n) { if n < global::N { f(n + 1) + global::STEP } else { 0 } } const N = 9; const STEP = 2; print(f(0)); f(5)",
    "fn f() { global::X } const X = f(); print(X);",
    "fn f() { global::N + 1 } const N = 9223372036854775807; f()",
    "fn f() { global::N * 2 } const N = 4611686018427387904; for i in 0..2 { f(); }",
    'fn f() { global::X } eval("const X = 1;"); f()',
    'fn f() { global::X + 1 } const X = 1; eval("const X = \\"t\\"; print(f());"); f()',
    (
        "fn p(w) { if global::KNOWN.contains(w) { 1 } else if w in global::KNOWN { 2 } else { 3 } } "
        'const KNOWN = ["a", "b"]; for w in ["a", "c"] { print(p(w)); }'
    ),
    'fn f(x) { switch x { 1 => global::A, _ => global::B } } const A = "one"; const B = 2; for i in 1..3 { print(f(i) + "x"); }',
]


@pytest.mark.parametrize("source", SOURCES)
def test_functions_see_the_same_constants_in_all_ways(source: str) -> None:
    assert not agree(source).is_refused


@pytest.mark.parametrize("is_typed", [True, False])
def test_a_modules_constants_are_seen_too(is_typed: bool) -> None:
    source = 'fn f() { let t = []; for i in 0..2 { t.push(global::X + 1); } t } const X = 1; print(f()); import "more" as m; f()'
    program = compile_script(source, modules={"more": 'const X = "t"; export const Y = 2; fn g() { X }'}, is_typed=is_typed)
    assert isinstance(program, Program)
    outcome = program.run()
    assert (outcome.prints, outcome.value, outcome.error) == (("[2, 2]",), ["t1", "t1"], None)


_VALUES = {
    "i64": "7",
    "string": '"abc"',
    "array": "[3, 1, 2]",
    "range": "0..2",
    "range=": "0..=1",
    "Fn": "|x| x",
    "blob": "blob(3, 1)",
}
REFUSED = [
    overload
    for name in sorted(STANDARD.names)
    for argc in range(1, 5)
    for dispatcher in [STANDARD.lookup(name, argc)]
    for overload in (dispatcher.overloads if dispatcher is not None else ())
    if not overload.pure and not overload.mutates and overload.params[0] != "timestamp"
]


@pytest.mark.parametrize("overload", REFUSED, ids=lambda overload: f"{overload.name}({', '.join(overload.params)})")
def test_natives_that_change_nothing_and_yet_are_refused_on_constants(overload: Overload) -> None:
    receiver, *args = (_VALUES[kind] for kind in overload.params)
    call = f"{overload.name}({', '.join(args)})"
    for source in (f"const X = {receiver}; ", f"const X = #{{ k: {receiver} }}; "):
        root = "X" if "#{" not in source else "X.k"
        trial = agree(f"{source}for i in 0..2 {{ try {{ print({root}.{call}); }} catch (e) {{ print(`${{e}}`); }} }}")
        assert trial.is_walked
    assert not agree(f"fn f() {{ let x = {receiver}; x.{call} }} for i in 0..2 {{ f(); }}").is_refused
