"""Arrays of numbers that loops push to: whether they stay short is asked once, and nobody sees a difference."""

from __future__ import annotations

import pytest

from app.engine import Limits
from tests.engine.differential import agree
from tests.engine.stopped import ran, stop_of

SOURCES = [
    "fn f(n) { let a = []; for i in 0..n { a.push(i); } a } for n in [0, 1, 62, 63, 64, 65, 127, 128, 129, 200] { print(f(n).len()); }",
    (
        "fn f(n) { let a = []; for i in 0..n { a.push(i); if i % 2 == 0 { a.push(i); } else { continue; } } a } "
        "for n in [0, 31, 32, 33, 64, 100] { print(f(n).len()); }"
    ),
    (
        "fn f(t) { let a = []; for c in t { a.push(c); } for c in t.chars() { a.push(c); } a } for n in [0, 1, "
        '31, 32, 33, 64, 70] { let t = ""; t.pad(n, "x"); print(f(t).len()); }'
    ),
    (
        "fn f(n) { let a = []; for i in n..0 { a.push(i); } for i in -5..n { a.push(i); } for i in n..=n { "
        "a.push(i); } a } for n in [-3, 0, 5, 62] { print(f(n)); }"
    ),
    (
        "for i in 0..2 { let a = []; for x in -9223372036854775807..9223372036854775807 { a.push(1); if a.len() > "
        "70 { break; } } print(a.len()); }"
    ),
    "for i in 0..2 { let a = []; for x in 0..9223372036854775807 { a.push(x); if a.len() > 130 { break; } } print(a.len()); }",
    "for i in 0..2 { let a = []; for x in 0..=9223372036854775807 { a.push(x); if a.len() > 130 { break; } } print(a.len()); }",
    "for i in 0..2 { let a = [1, 2, 3]; for x in a { a.push(x); } for x in a { a.push(x); a.push(x); } print(a); }",
    "for i in 0..3 { let a = [1, 2, 3]; for x in 0..40 { a.push(x); for y in 0..3 { a.push(y); } } print(a.len()); }",
    "for i in 0..3 { let a = [1, 2, 3]; for x in 0..40 { a.push(x); a += [x]; a.push(x); if x == 39 { a = [5]; } } print(a.len()); }",
    "for i in 0..3 { let a = [1]; for x in 0..40 { a.push(x); if x > 4 { a.pop(); a.insert(0, 5); } } print(a); }",
    "for i in 0..3 { let a = [1]; let b = []; for x in 0..40 { a.push(x); b.push(x * 2); } print(a.len() + b.len()); }",
    "for i in 0..3 { let a = [1]; let f = |x| a.push(x); for x in 0..80 { f.call(x); a.push(x); } print(a.len()); }",
    "fn add(x) { this.push(x); this.push(x); } for i in 0..3 { let a = [1]; for x in 0..50 { a.add(x); a.push(x); } print(a.len()); }",
    "for i in 0..3 { let a = [1.5, true]; for x in 0..62 { a.push(x); a.push('c'); a.push(\"t\"); a.push([]); } print(a.len()); }",
    (
        "fn perms(xs) { if xs.len() < 2 { return [xs]; } let o = []; for i in 0..xs.len() { let r = []; for j in "
        "0..xs.len() { if j != i { r.push(xs[j]); } } for p in perms(r) { p.insert(0, xs[i]); o.push(p); } } o } "
        "perms([1, 2, 3, 4])"
    ),
    "for i in 0..3 { let m = []; for r in 0..3 { let row = []; for c in 0..4 { row.push(r * c); } m.push(row); } print(m); }",
    "let o = []; for i in 0..3 { let a = []; for x in 0..30 { a.push(x); push(a, x); } print(a.len()); }",
    (
        "for i in 0..3 { let a = []; for x in #{ a: 1, b: 2 }.values() { a.push(x); } for k in #{ a: 1 }.keys() { "
        "a.push(k.len()); } print(a); }"
    ),
    (
        "for i in 0..3 { let a = []; for (x, n) in [5, 6, 7] { a.push(x + n); } for x in range(0, 80, 2) { "
        "a.push(x); } for x in range(0, 30) { a.push(x); } print(a.len()); }"
    ),
    "for i in 0..3 { let a = []; for x in 0..3 { let j = 0; while j < 50 { a.push(j); j += 1; } } print(a.len()); }",
    "for i in 0..3 { let a = []; for x in 0..3 { let j = 0; do { a.push(j); j += 1; } while j < 50; } print(a.len()); }",
    "for i in 0..3 { let a = []; for x in 0..3 { let j = 0; loop { a.push(j); j += 1; if j > 40 { break; } } } print(a.len()); }",
    "for i in 0..3 { let a = []; for x in 0..3 { if x > 0 { for y in 0..50 { if y > 0 { a.push(y); } } } } print(a.len()); }",
    "for i in 0..3 { let a = []; for x in 0..3 { let b = [5, 6].map(|y| { a.push(y); y }); } print(a.len()); }",
]


@pytest.mark.parametrize("source", SOURCES)
def test_arrays_grow_in_loops_as_in_the_library(source: str) -> None:
    assert agree(source).is_walked


@pytest.mark.parametrize("most", [10, 63, 64, 65, 200])
@pytest.mark.parametrize(
    "pushes",
    [
        "a.push(i);",
        "a.push(i); a.push(i);",
        "if i % 3 == 0 { a.push(i); } else { a.push(1); }",
        "let j = 0; while j < 40 { a.push(j); j += 1; }",
        "let j = 0; do { a.push(j); j += 1; } while j < 40;",
        "for j in 0..40 { a.push(j); }",
        "if i == 2 { a = [5]; } a.push(i);",
    ],
)
def test_an_array_that_gets_too_long_in_a_loop_is_stopped_at_once(pushes: str, most: int) -> None:
    source = f"fn f(n) {{ let a = []; for i in 0..n {{ {pushes} }} a.len() }} for n in 0..300 {{ f(n); }}"
    typed, untyped = (ran(source, limits=Limits(max_array_size=most), is_typed=is_typed) for is_typed in (True, False))
    assert (stop_of(typed).limit, stop_of(typed).place) == ("max_array_size", stop_of(untyped).place)
    assert typed.operations == untyped.operations
