"""Errors that are thrown and caught: what a handler gets is its own, and what it passes on is as it was."""

from __future__ import annotations

import pytest

from app.engine import Program, compile_script
from app.engine.errors import InternalError
from app.engine.natives import Package
from app.engine.stdlib import STANDARD
from tests.engine.differential import agree

SOURCES = [
    # The handler changes what it got, and throws on what it was given.
    "try { try { throw [1]; } catch (e) { e.push(2); throw; } } catch (e) { print(e); }",
    "try { try { throw #{ a: [1] }; } catch (e) { e.a.push(2); if e.a.len() > 1 { throw; } } } catch (e) { print(e); }",
    "fn f() { throw #{ a: [1] } } try { try { f(); } catch (e) { e.a.push(2); e.b = 1; throw (); } } catch (e) { print(e); }",
    "try { try { let a = [1]; a[5] } catch (e) { e.message = 1; throw; } } catch (e) { print([e.error, e.message, e.index, e.line]); }",
    # The handler changes what the numbers of the error come from.
    "let a = [1]; for i in 0..2 { try { a[2] } catch { a.push(5); if i == 1 { throw; } a.clear(); } }",
    "let a = [1]; for i in 0..2 { try { a[2] } catch (e) { a.push(5); print(e); if i == 1 { throw; } a.clear(); } }",
    "fn f(a, i) { try { a[i] } catch (e) { a = [3, 4]; i = 3; throw; } } for i in 0..2 { f([1], 7) }",
    "fn g(a, i) { a[i] } fn f(a) { try { g(a, 7) } catch { a.push(5); throw; } } for i in 0..2 { try { f([1]) } catch (e) { print(e) } }",
    # What is thrown is a copy of what somebody still has.
    "let a = [1]; let got = []; for i in 0..3 { try { throw a; } catch (e) { e.push(i); got.push(e); a.push(9); } } [a, got]",
    "let m = #{ k: [1] }; try { throw m.k; } catch (e) { e.push(2); } m",
    "const A = [1]; let r = []; for i in 0..2 { try { throw A; } catch (e) { e.push(2); r.push(e); } } r",
    "fn f(a) { throw a; } let a = [1]; try { f(a); } catch (e) { e.push(2); } a",
    "fn f() { this.k.push(2); throw this; } let a = #{ k: [1] }; try { a.f(); } catch (e) { e.k.push(3); print(e); } a",
    "let got = []; for i in 0..2 { try { throw #{ i: [] }; } catch (e) { e.i.push(i); got.push(e); } } got",
    "let a = [[1]]; try { a.map(|x| { throw x; }); } catch (e) { e.push(2); print(e); } a",
    "let a = [[1]]; for x in a { try { throw x; } catch (e) { e.push(2); } } a",
    # What a handler got goes on to somebody else, if the handler has done with it.
    "let got = []; for i in 0..3 { try { throw #{ i: [i] }; } catch (e) { got.push(e); got[i].i.push(9); } } got",
    "let got = []; for i in 0..3 { try { throw #{ i: [i] }; } catch (e) { got.push(e); e.i.push(9); got.push(e); } } got",
    "let got = []; for i in 0..2 { try { throw [i]; } catch (e) { for j in 0..2 { got.push(e); got[0].push(j); } } } got",
    "fn f() { try { throw [1]; } catch (e) { e.push(2); throw e; } } try { f(); } catch (e) { e.push(3); print(e); }",
    "fn f() { try { throw [1]; } catch (e) { let g = || e.push(5); g.call(); throw e; } } try { f(); } catch (e) { print(e); }",
    "fn f() { let a = [1]; try { throw a; } catch (e) { e.push(2); try { throw e; } catch (d) { d.push(3); print([a, e, d]); } } } f();",
    "fn f() { for i in 0..2 { let a = [i]; try { throw a; } catch (e) { e.push(2); print(e); } } } f();",
    "fn f() { let a = [0]; for i in 0..2 { try { throw a; } catch (e) { e.push(2); print(e); } } } f();",
    "let a = [0]; let i = 0; while i < 2 { i += 1; try { throw a; } catch (e) { e.push(2); print(e); } }",
    "fn f(a) { try { throw a; } catch (e) { e.push(2); } } let a = [0]; f(a); a",
    "fn f(a) { a.push(1); try { throw a; } catch (e) { e.push(2); print(e); } } let a = [0]; f(a); f(a); a",
    # Nobody looks at them.
    "let n = 0; for i in 0..4 { try { let a = [1]; n += a[i]; } catch { n += 10; } } n",
    "fn f(i) { [1, 2][i] } let n = 0; for i in -4..4 { try { n += f(i); } catch { n += 10; } } n",
    "fn f(i) { throw i } let n = 0; for i in 0..4 { try { f(i); } catch (e) { n += 10; } } n",
    "let n = 0; for i in 0..4 { try { n += 4 / (2 - i); } catch { n += 10; } try { parse_int(`x${i}`); } catch { n += 100; } } n",
    "let f = || 1; try { f.x(); } catch { print(1); }",
    "let a = [1]; let f = || { a[3] }; try { f.call(); } catch { a.push(2); } a",
    "fn f(n) { f(n + 1) } try { f(0); } catch { print(1); }",
    'for i in 0..3 { try { "abc"[i + 1] } catch { print(i); } }',
    # Nobody catches them.
    "throw",
    "throw ()",
    "throw #{ a: 'c', b: [\"t\"] }",
    'fn f() { throw "" } f()',
    "[1].map(|x| { throw x; })",
    "try { throw 'c' } catch (e) { throw [e, e]; }",
    "fn f(x) { throw x; } try { f(1) } catch (e) { try { f(e + 1) } catch (e) { f(e + 1) } }",
    # Errors of natives and operators that come the same way again, and others that come a similar one.
    (
        'fn p(t) { parse_int(t) } fn q(t) { p(t) } let f = |t| parse_int(t); for r in 0..3 { for t in ["x", "12", "", '
        '"1_0", "99999999999999999999", "-", "+4", " 7 "] { try { print(p(t)); } catch (e) { print(e); } try { '
        "print(q(t)); } catch (e) { print(e); } try { print(f.call(t)); } catch (e) { print(e); } try { "
        "print(parse_int(t)); } catch (e) { print(e) } try { print([t].map(f)); } catch (e) { print(e); } try { "
        "print([t].map(|x| q(x))); } catch (e) { print(e); } } }"
    ),
    (
        'fn f(n) { if n == 0 { return parse_int("x"); } f(n - 1) } for n in 0..4 { for i in 0..2 { try { f(n); } catch '
        "(e) { print(e); } } } f(2)"
    ),
    (
        'fn f(n) { try { if n == 0 { return parse_int("x"); } f(n - 1) } catch (e) { throw; } } for n in 0..4 { for i '
        "in 0..2 { try { f(n); } catch (e) { print(e); } } } f(2)"
    ),
    (
        "fn f(n) { try { if n == 0 { return 1 / n; } f(n - 1) } catch (e) { if n == 1 { throw; } throw e; } } for n in "
        "0..4 { for i in 0..2 { try { f(n); } catch (e) { print(e); } } } f(2)"
    ),
    (
        "for i in 0..3 { for x in [0, \"a\", 'c', (), 1.5] { try { print(5 / x); } catch (e) { print(e); } try { print(x "
        "% 0); } catch (e) { print(e); } try { print(x[1]); } catch (e) { print(e); } try { print(x.y); } catch (e) { "
        'print(e); } try { x.z(); } catch (e) { print(e); } try { print("a".pad(1, x)); } catch (e) { print(e); } } }'
    ),
    (
        'fn g(x) { this.k = parse_int(x); } let m = #{}; for i in 0..3 { try { m.g("y"); } catch (e) { print(e); } try '
        '{ m.g("5"); } catch (e) { print(e); } } m'
    ),
    (
        'for i in 0..3 { try { [3, 1, 2].sort(|a, b| parse_int("x")); } catch (e) { print(e); } try { [1].reduce(|s, '
        'v| parse_int("z"), 0); } catch (e) { print(e); } try { [1, 2].filter(|v| parse_int("z") > v); } catch (e) { '
        "print(e); } }"
    ),
    # Numbers that texts don't spell, where somebody looks at the error and where nobody does.
    (
        'let n = 0; for s in ["12", "x", "", '
        '"-4", " 5 ", "+7", "-", "99999999999999999999", "-9223372036854775808", "\u0663", "1_0"] { try { n += parse_int(s); '
        "} catch { n += 1; } try { n += s.parse_int(); } catch (e) { n += 2; } try { print(parse_int(s)); } "
        "catch (e) { print(e); } } n"
    ),
    (
        'for s in ["1.5", "x", "", "-4", " 5e1 ", "+.7", "-", "inf", "nan", "1e999"] { try { print(parse_float(s)); } '
        'catch { print("no"); } try { print(s.parse_float()); } catch (e) { print("none"); } try { print(parse_float(s)); } '
        "catch (e) { print(e); } }"
    ),
    (
        'for s in [1, "7", \'c\', (), [1]] { try { print(parse_int(s)); } catch { print("no"); } try { print(s.parse_int()); } '
        'catch { print("no2"); } }'
    ),
    (
        'fn parse_int(x) { throw "own" } for s in ["1", "x"] { try { print(parse_int(s)); } catch { print("no"); } '
        'try { print(s.parse_int()); } catch { print("no2"); } }'
    ),
    (
        'fn string.parse_int() { 77 } for s in ["1", "x"] { let t = s + ""; try { print(parse_int(t)); } '
        'catch { print("no"); } try { print(t.parse_int()); } catch { print("no2"); } }'
    ),
    'for s in ["1", "x"] { try { try { print(parse_int(s)); } catch { throw "again"; } } catch (e) { print(e); } }',
    'for s in ["1", "x"] { try { try { print(parse_int(s)); } catch { throw; } } catch (e) { print(e); } }',
    'fn f(s) { try { return parse_int(s) + 1; } catch { return -1; } } for s in ["1", "x"] { print(f(s)); } parse_int("z")',
    (
        'for s in ["1", "x"] { let g = || parse_int(s); try { print(g.call()); } catch { print("no"); } '
        'try { print([s].map(|t| parse_int(t))); } catch { print("no"); } }'
    ),
    (
        'for s in ["1", "x"] { try { print(parse_int(s, 16)); } catch { print("no"); } try { print(parse_int(s, 99)); } '
        "catch (e) { print(e); } }"
    ),
    (
        'let t = "1"; for i in 0..17 { t += t; } let n = 0; for i in 0..9 { try { n += parse_int(t); } catch { n += 1; } '
        "try { n += t.parse_float(); } catch { n += 1; } } n"
    ),
    'try { parse_int("x") } catch { 5 }',
    # Properties of () that a handler doesn't look at.
    (
        "let m = #{ a: #{ b: 1 } }; let n = 0; for i in 0..4 { try { n += m.x.y; } catch (e) { n += 1; } try { n "
        "+= m.a.b.c; } catch { n += 2; } try { n += m.a.q.c; } catch { n += 4; } } n"
    ),
    (
        "let m = #{ a: #{ b: 1 } }; let n = 0; for i in 0..4 { try { m.x.y = 1; } catch (e) { n += 1; } try { "
        "m.x.y.z += 1; } catch { n += 2; } try { m.x.len(); } catch { n += 4; } try { n += m.x.len; } catch { n "
        "+= 8; } } n"
    ),
    (
        "for i in 0..3 { try { let z = ().foo; } catch (e) { print(type_of(e)); } try { let u = (); print(u.len); "
        '} catch (e) { if type_of(e) == "map" { print("map"); } } try { let q = #{}; print(q.a.b); } catch (e) { '
        "print(e); } }"
    ),
    (
        "fn f(o) { o.cust.name } for i in 0..3 { try { print(f(#{ cust: #{ name: i } })); print(f(#{})); } catch "
        '{ print("none"); } try { print(f(())); } catch (e) { print(e.message); } }'
    ),
    "let n = 0; for i in 0..3 { try { try { n += #{}.a.b; } catch (e) { throw; } } catch (e) { print(e); } } n",
    "let n = 0; for i in 0..3 { try { let x = if i == 1 { 5 } else { () }; n += x.tag; n += x.foo; } catch { n += 10; } } n",
]


@pytest.mark.parametrize("source", SOURCES)
def test_errors_are_the_same_in_all_ways(source: str) -> None:
    agree(source)


def test_a_bug_of_ours_is_no_error_that_a_handler_lets_pass() -> None:
    package = Package("broken")

    @package.native("broken", returns="i64")
    def broken() -> int:
        return [1][len(package.name)]

    program = compile_script("try { broken(); } catch { } 1", natives=STANDARD.extended(package))
    assert isinstance(program, Program)
    with pytest.raises(InternalError):
        program.run()


WAYS = """
fn at(a, i) { a[i] }
fn twice(a, i) { at(a, i) + a[i] }
fn deep(n, a) { if n == 0 { a[9] } else { deep(n - 1, a) } }
for i in 0..6 {
    for f in [|x| at(x, i), |x| twice(x, i), |x| x[i + 1], |x| deep(i % 3, x), |x| [0].map(|y| x[i])[0], |x| x.g(i), |x| eval("x[i]")] {
        for x in [[1, 2], "ab", [], [5, 6, 7, 8]] {
            try { print(f.call(x)); } catch (e) { print(e); try { at(x, i) } catch (d) { print(d); throw; } }
        }
    }
}
fn g(i) { this[i] }
"""


@pytest.mark.parametrize("count", range(1, 7))
def test_elements_that_arent_there_are_told_of_with_their_own_numbers_and_ways(count: int) -> None:
    source = WAYS.replace("throw;", f"if i > {count} {{ throw; }}").replace("0..6", "0..7")
    agree(source)
    agree(source.replace(', |x| eval("x[i]")', ""))


def test_ways_that_look_alike_are_told_apart() -> None:
    for first, second in [("at(a, 3)", "at(b, 4)"), ("a[5]", 'b["x"]'), ("twice(a, 7)", "twice(b, 1)"), ("deep(2, a)", "deep(3, b)")]:
        functions = "\n".join(line for line in WAYS.splitlines() if line.startswith("fn"))
        tries = "".join(f"try {{ {call}; }} catch (e) {{ print(e); }}" for call in (first, second, first))
        agree(f"{functions} let a = [1]; let b = [1, 2]; for i in 0..3 {{ {tries} }}")
