"""Captured variables whose values nobody changes in place; and that nobody can tell which those are."""

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
