"""Bits shifted by what isn't written down: at every edge the same as the library does."""

from __future__ import annotations

import pytest

from tests.engine.differential import agree

SHIFTS = [
    (
        "let r = []; for a in [1, -1, 5, 1073741823, 1073741824, -1073741823, -1073741824, 4611686018427387904, "
        "9223372036854775807, -9223372036854775808, 0] { for b in [0, 1, 29, 30, 31, 32, 33, 61, 62, 63, 64, 65, "
        "100, -1, -2, -63, -64, -65, 9223372036854775807, -9223372036854775808] { r.push(a << b); r.push(a >> b); "
        "r.push((a ^ 3) << b); r.push(1 << b); r.push(a >> b << b); } } r"
    ),
    (
        'fn f(a, b) { [a << b, a >> b, 1 << b, (a + 1) << b] } for a in [1, -1, 2.5, "x", true, 1073741824] { for '
        'b in [0, 3, 30, 31, 64, -3, 1.5, "y"] { try { print(f(a, b)); } catch (e) { print(e); } } }'
    ),
    "let s = 0; for i in 0..70 { s = s ^ (1 << i); let m = (1 << (i % 8)) | 3; s += m & 7; } s",
    (
        "fn place(n, row, cols, left, right) { if row == n { return 1; } let found = 0; for c in 0..n { let bit = "
        "1 << c; if ((cols | left | right) & bit) != 0 { continue; } found += place(n, row + 1, cols | bit, (left "
        "| bit) << 1, (right | bit) >> 1); } found } place(6, 0, 0, 0, 0)"
    ),
]


@pytest.mark.parametrize("source", SHIFTS)
def test_bits_shifted_by_a_variable(source: str) -> None:
    agree(source)
