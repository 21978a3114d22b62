"""Loops over ``range(..)``: integers in steps of either sign, up to the largest; and whatever else the name may mean."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

RANGES = [
    (
        "for t in [[0, 10, 3], [10, 0, -3], [5, 5, 1], [0, 3, 1], [-5, 5, 4], [3, -3, -1], [0, 10, -1], [10, 0, "
        "1], [9223372036854775800, 9223372036854775807, 3], [0, 9223372036854775807, 4611686018427387904], [0, "
        "9223372036854775807, 9223372036854775807], [-9223372036854775808, 9223372036854775807, "
        "9223372036854775807], [-9223372036854775800, -9223372036854775808, -3]] { let s = 0; for x in "
        "range(t[0], t[1], t[2]) { print(x); s += 1; if s > 5 { break; } } }"
    ),
    (
        "let s = 0; for i in 1..5 { for x in range(i, i * 4, i) { s += x; } for x in range(20, i, 0 - i) { s += "
        "x; } for x in range(i, 9) { s += x; } for (x, n) in range(i, 20, 2) { s += x * n; } for x in range(9, i, "
        "-2) { s -= x; } } s"
    ),
    "for z in [0, 1] { try { for x in range(1, 5, z) { print(x); } } catch (e) { print(e); } } for x in range(1, 5, 0) { print(x); }",
    "for t in [[0.0, 1.0, 0.25], [1, 2, 1]] { try { for x in range(t[0], t[1], t[2]) { print(x); } } catch (e) { print(e); } }",
    "for x in range(0.0, 1.0, 0.25) { print(x + 1); } let a = [1, 2, 3, 4]; for i in range(0, 4, 2) { a[i] += 10; print(a[i] * i); } a",
    (
        'fn range(a, b) { [a, b, "own"] } fn range(a, b, c) { [c] } for i in 0..2 { for x in range(1, 3) { '
        "print(x); } for x in range(1, 3, 1) { print(x); } }"
    ),
    (
        'let m = #{ a: 3 }; for i in 0..2 { try { for x in range(0, m["a"]) { print(x * 2); } for x in range(0, '
        'm["b"]) { print(x); } } catch (e) { print(e); } }'
    ),
    (
        "for x in range(0, 9223372036854775807, 9223372036854775807) { print(x); } for x in "
        "range(9223372036854775806, 9223372036854775807) { print(x); }"
    ),
    "let f = || { for x in range(0, 3) { print(x); } range(0, 3) }; for i in 0..2 { let r = f.call(); print(r); for y in r { print(y); } }",
]


@pytest.mark.parametrize("source", RANGES)
def test_a_range_in_steps_is_walked_as_the_library_does(source: str) -> None:
    agree(source)
