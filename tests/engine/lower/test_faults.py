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
    # What is thrown is a copy of what somebody still has.
    "let a = [1]; let got = []; for i in 0..3 { try { throw a; } catch (e) { e.push(i); got.push(e); a.push(9); } } [a, got]",
    "let m = #{ k: [1] }; try { throw m.k; } catch (e) { e.push(2); } m",
    "const A = [1]; let r = []; for i in 0..2 { try { throw A; } catch (e) { e.push(2); r.push(e); } } r",
    "fn f(a) { throw a; } let a = [1]; try { f(a); } catch (e) { e.push(2); } a",
    "fn f() { this.k.push(2); throw this; } let a = #{ k: [1] }; try { a.f(); } catch (e) { e.k.push(3); print(e); } a",
    "let got = []; for i in 0..2 { try { throw #{ i: [] }; } catch (e) { e.i.push(i); got.push(e); } } got",
    "let a = [[1]]; try { a.map(|x| { throw x; }); } catch (e) { e.push(2); print(e); } a",
    "let a = [[1]]; for x in a { try { throw x; } catch (e) { e.push(2); } } a",
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
