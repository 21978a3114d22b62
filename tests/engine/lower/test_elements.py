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


JOINED = [
    "let r = []; for i in 0..4 { let a = [1, 2]; let b = [3] + a + [i]; b.push(9); r.push(b); r.push(a + a); a[0] = 7; } r",
    (
        'let r = []; for i in 0..4 { let a = ["x", "y"]; let b = a + ["z" + i]; b[0] = "q"; r.push(b); r.push(a); '
        "r.push([] + a); r.push(a + []); r.push([] + []); } r"
    ),
    "let a = []; for i in 0..40 { a = a + [i] + [i * 2]; } [a.len(), a[79]]",
    'let a = []; for i in 0..40 { a = ["t" + i] + a + ["xyz"]; } [a.len(), a[79], a[0]]',
    "let a = [()]; for i in 0..10 { a = a + [i]; a = [()] + a; } a",
    "let a = [1.5]; for i in 0..10 { a = a + [i]; a = [true] + a + ['c']; } a",
    'let a = ["abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"]; for i in 0..7 { a = a + a; } a.len()',
    "let a = [[1]]; let r = []; for i in 0..3 { let b = a + [[2]]; b[0].push(i); r.push(b); } [a, r]",
    (
        "fn q(a) { if a.len() < 2 { return a; } let p = a[0]; let l = []; let r = []; for i in 1..a.len() { if "
        'a[i] < p { l.push(a[i]); } else { r.push(a[i]); } } q(l) + [p] + q(r) } [q([5, 2, 8, 1]), q(["b", "a", '
        '"c"])]'
    ),
    (
        "let r = []; for i in 0..3 { let c = #{ a: #{ b: #{ c: [1, [2, [3, [4]]]] } }, d: 1.5, e: 'x', f: \"t\" }; "
        "c.a.b.c[1][1][1].push(i); c.e = 'y'; r.push(c); } r"
    ),
    (
        'let r = []; for i in 0..3 { let t = #{ n: "a", kids: [#{ n: "b", kids: [] }, #{ n: "c", kids: [#{ n: '
        '"d", kids: [] }] }] }; t.kids[1].kids[0].kids.push(t); r.push(t); } r'
    ),
    "let a = []; for i in 0..30 { let x = if i % 3 == 0 { () } else { i }; a.push(x); a.insert(0, x); } a",
    "let o = []; for i in 0..30 { let p = [i]; let y = p.remove(0); p.push(y); o.push(p); p.push(i); o.push(p); } o",
    'let o = []; for i in 0..70 { o.push(#{ a: "x" + i, b: i }); o.push(#{ a: "x", b: "y" + i }); } o.len()',
    "let r = []; for i in 0..70 { let x = 123456789 + i; x >>= i; r.push(x); let y = -5 - i; y >>= 1; r.push(y); y >>= i; r.push(y); } r",
    "let r = []; for i in 0..70 { let x = 3 - i; x <<= 5; r.push(x); x <<= i; r.push(x); x <<= 0; r.push(x); } r",
    "let x = 1; for i in 0..70 { x <<= 1; print(x); }",
    "let x = -1; for i in 0..70 { x <<= 3; print(x); }",
    "let x = 1; for i in 0..3 { x <<= 62; print(x); x >>= 62; print(x); x >>= 63; x = 5; }",
    "let r = []; for i in 0..9 { let x = 1000; x >>= i - 4; r.push(x); x <<= i - 4; r.push(x); } r",
    "let r = []; for i in 0..9 { let x = 1000; x >>= 64; r.push(x); x <<= 64; r.push(x); x >>= -1; r.push(x); } r",
    "let x = 5.5; for i in 0..3 { try { x >>= 1; } catch (e) { print(e); } }",
    "let m = #{ x: 1000 }; for i in 0..9 { m.x >>= 1; m.x <<= 2; m.x >>= i; print(m); }",
    "let a = [1000]; for i in 0..9 { a[0] >>= 1; a[0] <<= 2; a[0] >>= i; print(a); }",
    "let bits = 0; for i in 0..200 { let x = i; while x > 0 { bits += x & 1; x >>= 1; } } bits",
    'let h = 0; for c in "hello world" { h = (h << 5) - h + c.to_int(); h &= 0xffffffff; h ^= h >> 7; h |= 1; } h',
    'let r = []; for i in 0..3 { let p = "a, b ,c".split(",").map(|x| { x.trim(); x }); r.push(p); r.push([i, 2].map(|x| x * 2)); } r',
    "fn f(n) { [#{ v: n }, #{ v: 2 }] } let r = []; for i in 0..3 { r.push(f(i).filter(|x| x.v > 1).map(|x| { x.v += 1; x })); } r",
    "let u = 0.5; let a = 1; for i in 0..3 { try { u <<= a; } catch (e) { print(e); } try { u >>= 1; } catch (e) { print(e); } }",
]


@pytest.mark.parametrize("source", JOINED)
def test_short_arrays_constants_and_shifted_bits(source: str) -> None:
    agree(source)
