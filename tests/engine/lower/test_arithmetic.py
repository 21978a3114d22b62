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


READ_BEFORE = [
    "let n = 2; let p = false; for i in 0..2 { let rows = [n, { n[1] = p; 1 }]; print(rows); n = 2; }",
    (
        "let n = 2; let a = 1; for i in 0..2 { let rows = [#{ k: n, v: #{ k: { if a > 0 { n[a % 2] = false; } a } "
        "}.k }]; print(rows); n = 2; }"
    ),
    "let n = 2; let a = 1; for i in 0..2 { let rows = [#{ k: n }, { n[a % 2] = false; a }]; print(rows); n = 2; }",
    (
        "let n = 2; let a = 1; let xs = [1, 2]; let ys = []; for i in 0..2 { let rows = [#{ k: n, v: { if "
        "xs.some(|v| a !in ys) { n[a % 2] = false; } a } }]; print(rows); n = 2; }"
    ),
    (
        "let n = 2; let a = 1; let xs = [1, 2]; let ys = []; let rows = [#{ k: n, v: { if xs.some(|v| a !in ys) { "
        "n[a % 2] = false; } a } }]; print(rows);"
    ),
    "let n = 2; let a = 1; let rows = [#{ k: n, v: { n[a % 2] = false; a } }]; print(rows);",
    "let n = 2; let a = 1; let rows = #{ k: n, v: { n[1] = false; a } }; print(rows);",
    "let n = 2; let a = 1; let rows = #{ k: n, v: { n = 1; a } }; print(rows);",
    "let n = 2; for i in 0..2 { let r = [n, [{ n = 5; 1 }][0]]; print(r); n = 2; }",
    "let n = 2; for i in 0..2 { let r = n + #{ k: { n = 5; 1 } }.k; print(r); n = 2; }",
    'let n = 2; for i in 0..2 { let r = [n, { n = 5; "abc" }.len()]; print(r); n = 2; }',
    'let n = [2]; for i in 0..2 { let r = [n, { n.push(5); "abc" }.len()]; print(r); n = [2]; }',
    "let n = [2]; for i in 0..2 { let r = [n, #{ k: { n.push(5); 1 } }.k]; print(r); n = [2]; }",
    "let n = [2]; for i in 0..2 { let r = [n, [{ n.push(5); 1 }].len()]; print(r); n = [2]; }",
    "let n = [2]; for i in 0..2 { let r = [n, `${{ n.push(5); 1 }}`.len()]; print(r); n = [2]; }",
    "let n = 2; for i in 0..2 { let r = [n, (n + { n = 7; 1 }).to_string()]; print(r); n = 2; }",
    "fn f(a, b) { [a, b] } let n = 2; for i in 0..2 { let r = f(n, #{ k: { n = 5; 1 } }.k); print(r); n = 2; }",
    "let n = 2; for i in 0..2 { let r = [n, if i == 0 { n = 4; 1 } else { 2 }, [n, { n = 6; n }]]; print(r); n = 2; }",
    'let n = 2; let m = #{ a: 1 }; for i in 0..2 { let r = [n, m[#{ k: { n = 5; "a" } }.k]]; print(r); n = 2; }',
    "let n = 2; for i in 0..2 { let r = #{ a: n, b: #{ c: #{ d: { n += 1; n } } }.c.d, e: n }; print(r); }",
    "let n = 2; for i in 0..2 { let r = n * 10 + [{ n += 1; n }][0] * n; print(r); }",
    "let n = 2; for i in 0..2 { if n < [{ n += 1; n }][0] { print(n); } }",
]


@pytest.mark.parametrize("source", READ_BEFORE)
def test_an_operand_is_read_before_what_comes_after_it_changes_its_variable(source: str) -> None:
    agree(source)
