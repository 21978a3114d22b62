"""Single elements put into arrays and taken out of them: the same values, ends, places and operations however compiled."""

from __future__ import annotations

import pytest

from app.engine import Limits
from tests.engine.differential import agree
from tests.engine.stopped import ran

SOURCES = [
    "let a = []; for i in 0..20 { a.insert(i / 2, i); a.insert(-1, i); a.insert(100, i); } a",
    "let a = []; for i in 0..20 { a.insert(i - 3, `t${i}`); } a",
    "let a = []; let r = []; for i in 0..20 { a.push(i); a.push(i); r.push(a.remove(i - 3)); r.push(a.remove(0)); } [a, r]",
    (
        "let a = []; for i in 0..70 { a.insert(0, #{n: i}); } a[3].n = 0; let r = []; for i in 0..20 { let x = "
        "a.remove(i); x.n += 1; r.push(x); } [a.len(), r]"
    ),
    "let a = []; a.pad(17000, 1); let r = []; for i in 0..3 { a.insert(i, 5); r.push(a.remove(16990)); r.push(a.remove(0)); } [a.len(), r]",
    "let a = [1, 2]; let f = || a; for i in 0..3 { a.insert(1, i); a.remove(0); print(f.call()); }",
    "let m = #{ a: [1, 2] }; for i in 0..3 { m.a.insert(i, [i]); print(m.a.remove(0)); m.b?.remove(0); } m",
    "let m = #{ a: [[1], [2]] }; for i in 0..3 { let x = [i]; m.a.insert(1, x); x.push(9); let y = m.a.remove(0); y.push(8); print(y); } m",
    (
        "const A = [1, 2]; for i in 0..2 { try { A.insert(0, 1); } catch (e) { print(e); } try { "
        "print(A.remove(0)); } catch (e) { print(e); } }"
    ),
    "fn take() { this.remove(1) } fn put(x) { this.insert(1, x); } let a = [1, 2, 3]; for i in 0..4 { a.put(i); print(a.take()); } a",
    'for i in 0..2 { let a = [1]; try { a.insert("x", 1); } catch { print("text"); } try { a.remove(1.5); } catch { print("float"); } }',
    "fn remove(i) { this[i] } let a = [5, 6]; let r = []; for i in 0..2 { r.push(a.remove(i)); } [a, r]",
]


@pytest.mark.parametrize("source", SOURCES)
def test_elements_are_put_and_taken_as_by_the_library(source: str) -> None:
    agree(source)


@pytest.mark.parametrize("most", [3, 10, 63, 64, 100])
@pytest.mark.parametrize(
    "body",
    [
        "a.insert(0, i);",
        "a.insert(i, `t${i}`);",
        "a.insert(i / 2, [i, i]);",
        "a.insert(0, #{ n: i, t: `t${i}` });",
        "a.push(#{ n: i, l: [i, `x${i}`] });",
        "let r = #{ n: `${i}` }; if i % 2 == 0 { r.t = `t${i}`; } a.push(r);",
        "a.push(i); while a.len() > 5 { a.insert(2, a.pop()); a.pop(); } a.insert(0, i); a.insert(0, i);",
    ],
)
def test_an_array_is_no_longer_than_its_limit_allows(body: str, most: int) -> None:
    """What is put in line is measured when the library would have measured it."""
    source = f"let a = []; for i in 0..200 {{ {body} }} a.len()"
    for limits in (Limits(max_array_size=most), Limits(max_map_size=most), Limits(max_string_size=most)):
        typed, untyped = (ran(source, limits=limits, is_typed=is_typed) for is_typed in (True, False))
        assert (typed.value, str(typed.error), typed.operations) == (untyped.value, str(untyped.error), untyped.operations)
