"""Functions of numbers that Python does in line, and numbers that are divided in place: as the library does them."""

import pytest

from tests.engine.differential import agree


@pytest.mark.parametrize(
    "source",
    [
        "let o = []; for i in -3..4 { o.push([i.abs(), abs(i), min(i, 1), max(i, 1), i.min(-1), i.max(0)]); } o",
        "let o = []; for x in [9223372036854775807, -9223372036854775807] { o.push(x.abs() - 1); } o",
        "let o = []; let x = -9223372036854775807; for i in 0..2 { x -= 1; o.push(x.abs()); } o",
        "let o = []; for x in [1.5, -0.0, 0.0, -2.5, 0.0 / 0.0] { o.push([x.abs(), min(x, 0.0), max(x, -0.0), max(0.5, x), x.min(1)]); } o",
        "let o = []; for x in [1, 2] { o.push([min(x, 1.5), max(2.5, x)]); } o",
        'let o = []; for x in ["a", "b"] { o.push([min(x, "aa"), max(x, "aa")]); } o',
        'let o = []; for x in [1, "b"] { o.push(min(x, 2)); } o',
        "fn min(a, b) { a + b } let o = []; for x in 0..3 { o.push(min(x, 1)); } o",
        "fn abs(a) { a + 1 } let o = []; for x in 0..3 { o.push(abs(x - 2)); } o",
        "fn abs() { this + 1 } let o = []; for x in 0..3 { let y = x - 2; o.push(y.abs()); } o",
        "fn i64.abs() { this + 1 } let o = []; for x in 0..3 { let y = x - 2; o.push(y.abs()); } o",
        "fn f(x) { print(x); x } let o = []; for x in 0..3 { o.push(max(f(x), f(x * 2 - 1))); } o",
        "let o = []; let x = 3; for i in 0..3 { o.push(min(x, { x -= 1; x })); } o",
        "let o = []; for i in -7..8 { let n = i; n /= 2; let m = i; m %= 3; let k = i; k /= -2; o.push([n, m, k]); } o",
        "let o = []; for d in [3, -2, 1] { let n = 7; n /= d; let m = -7; m %= d; o.push([n, m]); } o",
        "let n = 7; for d in [2, 0] { n /= d; } n",
        "let n = 7; for d in [2, 0] { n %= d; } n",
        "let n = -9223372036854775807; n -= 1; for d in [1, -1] { n /= d; } n",
        "let n = -9223372036854775807; n -= 1; for d in [1, -1] { n %= d; } n",
        "let o = []; for d in [2.0, 0.5, 0.0, 4.0] { let n = 7.0; n /= d; let m = 3; m /= d; let k = 5.0; k /= 2; o.push([n, m, k]); } o",
        "let o = []; for d in [2.0, 0.0] { let n = 7.5; n %= d; n /= 0; o.push(n); } o",
        "let m = #{n: 9}; let a = [8, -8]; for i in 0..2 { m.n /= 2; a[i] /= 3; a[i] %= 2; } [m, a]",
        'let o = []; for x in [7, 7.5, "a"] { let n = x; try { n /= 2; } catch (e) { o.push(e); } o.push(n); } o',
        "let n = 9; let o = []; for i in 0..3 { let d = 1 - i; try { n /= d; } catch { o.push(d); } } [n, o]",
    ],
)
def test_numbers_in_line(source: str) -> None:
    agree(source)


BEYOND_SMALL = [
    "let a = 9223372036854775000; for i in 0..2000 { try { a += i; } catch (e) { print(e); break; } } a",
    "let a = -9223372036854775000; for i in 0..2000 { try { a -= i * 3; } catch (e) { print(e); break; } } a",
    "let a = 1; for i in 0..70 { try { a *= 3; } catch (e) { print(e); break; } } a",
    "let a = 1; for i in 0..70 { try { a *= -3; } catch (e) { print(e); break; } } a",
    "let a = -10; let b = 4611686018427387904; for i in 0..4 { try { a += b * i; } catch (e) { print(e); } print(a); a = -10; }",
    (
        "let a = 10; let b = -4611686018427387904; for i in 0..4 { try { a += b * i; } catch (e) { print(e); } "
        "print(a); try { a -= b * i; } catch (e) { print(e); } print(a); a = 10; }"
    ),
    (
        "let x = 3037000500; for i in 0..9 { try { print(x * (x + i)); print(x * x - i); print(x + x * i); "
        "print(x - x * x * i); } catch (e) { print(e); } x += 1000000000; }"
    ),
    (
        "fn f(a, b) { a * b } fn g(a, b) { a += b; a } for i in 0..5 { for b in [1, 1073741823, 1073741824, "
        "4294967296, 3037000500, 9223372036854775807, -9223372036854775808] { try { print(f(b, b)); } catch (e) { "
        "print(e); } try { print(g(b, i)); print(g(b, -i)); print(g(b, b)); } catch (e) { print(e); } try { "
        "print(f(b, i - 2)); } catch (e) { print(e); } } }"
    ),
    "let m = #{ n: 1073741000, t: 1700000000000 }; for i in 0..900 { m.n += i; m.t += 60000; m.t -= m.n; } [m.n, m.t]",
    (
        "let t = 1700000000000; let n = 0; for i in 0..500 { t += 60000; if t % 3600000 == 0 { n += 1; } let d = "
        "t - 1700000000000; n += d / 60000; n -= d * 2; } [t, n]"
    ),
    (
        "let a = [1073741823, -1073741824, 1073741824]; let s = 0; for i in 0..9 { for x in a { s += x * 1000003; "
        "s -= x - i; let p = x * x; s += p / 7; } } s"
    ),
    (
        "let b = 24500000; let acc = 0; for d in 0..300 { acc += b * 39; if d % 30 == 0 { b += acc / 365000 - "
        "98000; acc = acc % 365000; } } [b, acc]"
    ),
]


@pytest.mark.parametrize("source", BEYOND_SMALL)
def test_integers_that_are_not_small_are_computed_until_they_leave_their_range(source: str) -> None:
    agree(source)
