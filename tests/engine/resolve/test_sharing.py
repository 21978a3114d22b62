"""Captured variables whose values nobody changes in place, or at all while a closure runs; and that nobody can tell which those are."""

import pytest

from app.engine import Limits
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from tests.engine.differential import agree

_BEGIN = "fn g(x, f) { f.call(); x } fn h(x, y) { [x, y] } fn s() { this.push(4); } let a = [[1], 2]; "


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let f = || a.len(); let r = g(a, f); a = 5; [r, a]", {"a"}),
        ("let f = || { a = [[5]]; 1 }; let r = g(a, f); [r, a]", {"a"}),
        ("let f = || { let c = || { a = 7; }; c.call(); }; let r = g(a, f); [r, a]", {"a"}),
        ("for b in [[1], [2]] { let f = || { b = [b, 3]; b }; print(h(b, f.call())); print(g(b, f)); }", {"b"}),
        ("let f = || { a = [9]; a }; h(a, f.call())", {"a"}),
        # Somebody changes it in place.
        ("let f = || a.push(3); let r = g(a, f); [r, a]", set()),
        ("let f = || { a[0][0] = 3; a }; h(a, f.call())", set()),
        ("let f = || { let c = || a[0].push(7); c.call(); }; let r = g(a, f); [r, a]", set()),
        ("let f = || { a.s(); a }; h(a, f.call())", set()),
        ("let f = || { a += [7]; a }; h(a, f.call())", set()),
        ("let f = || { push(a, 7); a }; h(a, f.call())", set()),
        ('let f = || { eval("a.push(3)"); a }; h(a, f.call())', set()),
    ],
)
def test_what_nobody_changes_in_place_is_passed_without_a_copy(source: str, expected: set[str]) -> None:
    source = f"{_BEGIN}{source}"
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    assert {binding.name for binding in resolve(script, STANDARD).flows.bindings if binding.is_settled} == expected
    agree(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let n = 5; print(l.map(|x| x + n)); n = 7; l.filter(|x| x < n && n > 6)", {"n"}),
        ("for n in 0..3 { print(l.map(|x| x + n).reduce(|s, x| s + x + n, 0)); print(l.some(|x| x == n)); }", {"n"}),
        ("let n = [5]; n = [6, 7]; print(l.map(|x| n[0] + x)); l.map(|x| h(n, x))", {"n"}),
        # A closure stores something there.
        ("let n = 5; let up = || { n += 1; n }; l.map(|x| up.call() * 0 + x + n)", set()),
        ("let n = 5; l.map(|x| { n += x; n }) + [n]", set()),
        ("let n = [5]; l.map(|x| { n[0] += x; n[0] }) + n", set()),
        ("let n = 5; let up = || { let c = || { n += 1; }; c.call(); n }; l.map(|x| up.call() * 0 + x + n)", set()),
        # Or it is locked while a method runs.
        ("let n = [5]; try { print(n.map(|x| n[0] + x)); } catch (e) { print(e); } n.map(|x| 1 + n[0])", set()),
        ("let n = #{ f: |g| g.call(2) }; try { n.f(|x| l.map(|y| n)) } catch (e) { print(e); e }", set()),
        ("let n = 5; l.map(|x| is_shared(n) && n > x)", set()),
    ],
)
def test_what_stays_as_it_is_is_read_once_by_a_sweep(source: str, expected: set[str]) -> None:
    source = f"{_BEGIN}let l = [1, 2, 3]; {source}"
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    assert {binding.name for binding in resolve(script, STANDARD).flows.bindings if binding.is_steady} == expected
    agree(source)
