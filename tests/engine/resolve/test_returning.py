"""Where a place's value is taken without a copy because it is put back; and that nobody can tell."""

import pytest

from app.engine import Limits
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from tests.engine.differential import agree

_BEGIN = 'let m = #{ a: #{ n: [1] }, b: #{ n: [2] } }; let k = "a"; '


def places(source: str) -> int:
    """How many places give up what they hold."""
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    return len(resolve(script, STANDARD).moved)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let t = m[k]; t.n.push(5); m[k] = t; m", 1),
        ("let t = m.a; t.n.push(5); m.a = t; t.n.push(6); [m, t]", 1),
        ('let t = m[k] ?? #{ n: [] }; t.n.push(5); m["b"] = [t]; t.n.push(6); m[k] = t; m', 0),
        ('let o = #{ k: "c" }; let t = m[o.k] ?? #{ n: [] }; t.n.push(5); m[o.k] = t; m', 1),
        ("let t = if k in m { m[k] } else { #{ n: [] } }; if t.n.len() > 0 { t.n += [3]; } m[k] = t; m", 1),
        ("let t = m[k]; let u = t; u.n.push(9); let l = [t]; t.n.push(5); m[k] = t; [m, u, l]", 1),
        ("let t = m[k]; let u = t.n; print(u); t.n.push(5); m[k] = t; m.a.n.push(7); [m, u]", 1),
        ("let t = m[k]; t = #{ n: [0] }; t.n.push(5); m[k] = t; m", 1),
        ("for key in m.keys() { let t = m[key]; for x in t.n { t.n.push(x); } m[key] = t; } m", 1),
        ("fn f(m, k) { let t = m[k]; t.n.push(5); m[k] = t; m } let o = f(m, k); [m, o]", 1),
        ("fn f() { let t = this.a; t.n.push(5); this.a = t; } m.f(); m", 1),
        ("fn f(m) { let t = m.a; t.n.push(5); if t.n[1] == 5 { throw t; } m.a = t; m } try { f(m) } catch (e) { print(e); } m", 1),
        ("let t = m[k]; try { t.n.push(5); throw 1; } catch { t.n.push(6); } m[k] = t; m", 1),
        # Somebody looks at the place meanwhile, or it isn't the same place in the end.
        ("let t = m[k]; t.n.push(5); print(m.a); m[k] = t; m", 0),
        ("let t = m[k]; t.n.push(5); let c = || m; print(c.call()); m[k] = t; m", 0),
        ("let b = m[k]; let t = m[k]; t.n.push(5); print(b); m[k] = t; m", 0),
        ('let t = m[k]; t.n.push(5); k = "b"; m[k] = t; m', 0),
        ('let o = #{ k: "a" }; let t = m[o.k]; t.n.push(5); o.k = "b"; m[o.k] = t; m', 0),
        ("fn f() { let t = this.a; t.n.push(5); print(this.a); this.a = t; } m.f(); m", 0),
        # It doesn't come back, or somebody goes on after an error.
        ("for i in 0..3 { let t = m[k]; t.n.push(5); if i == 1 { break; } m[k] = t; } m", 0),
        ("for i in 0..3 { let t = m[k]; t.n.push(5); if i == 1 { continue; } m[k] = t; } m", 0),
        ("fn f(m, k) { let t = m[k]; t.n.push(5); if k == k { return m; } m[k] = t; m } f(m, k)", 0),
        ("fn f() { let t = this.a; t.n.push(5); if t.n[1] == 5 { throw t; } this.a = t; } try { m.f() } catch { } m", 0),
        ('try { let t = m[k]; t.n.push(5); if true { throw "x"; } m[k] = t; } catch { } m', 0),
        # Somebody else has it.
        ("let c = || m; let t = m[k]; t.n.push(5); print(c.call()); m[k] = t; m", 0),
        ("let t = m[k]; let c = || t; t.n.push(5); m[k] = t; c.call().n.push(4); [m, t]", 0),
    ],
)
def test_a_value_that_is_put_back_is_taken_without_a_copy(source: str, expected: int) -> None:
    source = f"{_BEGIN}{source}"
    assert places(source) == expected
    agree(source)
    agree(f"for round in 0..3 {{ {source}; }}" if "fn " not in source else source)


def test_a_trace_shows_the_place_as_it_was_until_it_gets_its_value_back() -> None:
    script, _ = parse(Source(f"{_BEGIN} let t = m[k]; t.n.push(5); m[k] = t;"), parse_limits(Limits()))
    assert not resolve(script, STANDARD, is_traced=True).moved
