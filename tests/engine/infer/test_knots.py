"""Whether the call of a captured pointer may come back to its variable, and what is locked if it may."""

import pytest

from app.engine import Limits
from app.engine.infer import has_knots, infer
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from tests.engine.differential import agree

PLAIN = [
    "fn join(f, g) { |x| g.call(f.call(x)) } let a = |x| x + 1; let h = join(a, |x| x * 2); let k = join(h, a); "
    "let t = 0; for i in 0..5 { t += k.call(i); } t",
    "let n = 0; let up = |k| { n += k; n }; let twice = |k| up.call(up.call(k)); for i in 0..4 { print(twice.call(i)); } n",
    "let seen = #{}; let f = |n| n * 2; let memo = |n| { let k = `${n}`; if k in seen { return seen[k]; } "
    "let v = f.call(n); seen[k] = v; v }; for i in 0..6 { print(memo.call(i % 3)); } seen.len()",
    "fn maker(by) { let add = |x| x + by; let both = |x, y| add.call(x) + add.call(y); both } "
    "for i in 0..3 { print(maker(i).call(i, 5)); }",
    "let f = |x| { if x > 1 { throw x; } x }; let g = |x| f.call(x); for i in 0..4 { try { print(g.call(i)); } catch (e) { print(-e); } }",
    "let f = |x| x; let g = || f.call(1) + f.call(2, 3); for i in 0..2 { try { g.call(); } catch (e) { print(e); } } f.call(4)",
    "let c = |a, b, c, d| a + b + c + d; let f = |x| c.call(x, x, x, x); for i in 0..2 { print(f.call(i)); }",
]
KNOTTED = [
    "let f = |x| x; let h = |x| { if x > 2 { 0 } else { f.call(x + 1) } }; f = h; for i in 0..3 { h.call(i); }",
    "let f = || 1; let h = || f.call(); f = h; for i in 0..2 { try { h.call(); } catch (e) { print(e); } }",
    "let m = #{}; let h = || { let f = m.f; m.f.call() }; m.f = h; for i in 0..2 { h.call(); }",
    "let l = []; let h = || l[0].call(); l.push(h); for i in 0..2 { h.call(); }",
    "let l = [1]; let h = || { let f = l[0]; f.call() }; l[0] = h; for i in 0..2 { h.call(); }",
    "let l = []; for f in [|x| x, |x| x + 1] { l.push(|x| f.call(x)); } for g in l { print(g.call(1)); print(l[1].call(2)); }",
    "const H = 3; fn g() { global::H } let p = || g(); let h = || p.call(); for i in 0..2 { print(h.call()); }",
    'let f = |x| x; let h = || f.call(1); eval("f = h"); for i in 0..2 { h.call(); }',
    "let f = |x| x; let h = || f.call(1); let g = f.curry(1); f = |x| h.call(); for i in 0..2 { g.call(); h.call(); }",
    "let m = #{ f: |x| x, put: |h| this.f = h }; let h = |x| m.f.call(x); m.put(h); for i in 0..2 { h.call(i); }",
]
GIVEN = [
    "let f = |q| q.call(1); let h = |x| f.call(|y| y + x); for i in 0..2 { print(h.call(i)); }",
    'let f = |q| if type_of(q) == "Fn" { q.call(2) } else { q }; let h = |x| f.call(x); for i in 0..2 { print(h.call(i)); h.call(h); }',
    "let f = |q| q[0].call(q); let h = |x| f.call(x); for i in 0..2 { h.call([h]); }",
    'let f = |q| if type_of(q) == "map" { q.h(1) } else { q }; let h = |x| f.call(x); print(h.call(1)); h.call(#{ h: h });',
]


def _has_knots(text: str) -> bool:
    script, _ = parse(Source(text), parse_limits(Limits()))
    resolution = resolve(script, STANDARD)
    return has_knots(resolution, infer(script, resolution, STANDARD, is_closed=True))


@pytest.mark.parametrize("source", PLAIN)
def test_variables_that_keep_their_pointers_tie_no_knot(source: str) -> None:
    assert not _has_knots(source)


@pytest.mark.parametrize("source", KNOTTED)
def test_a_pointer_that_may_be_stored_where_closures_find_it_ties_one(source: str) -> None:
    assert _has_knots(source)


@pytest.mark.parametrize("source", [*PLAIN, *KNOTTED, *GIVEN])
def test_a_variable_is_locked_during_its_call_wherever_somebody_can_tell(source: str) -> None:
    agree(source)
