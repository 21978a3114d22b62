"""Attempts to get out of the engine: whatever a script tries, it ends with a value or with an author's error."""

import pytest

from app.engine import Limits, Program, compile_script
from app.engine.errors import ScriptError, Stop

_LIMITS = Limits(max_operations=20_000, max_string_size=10_000, max_array_size=1_000, max_map_size=500, max_memory=5_000_000)

_ATTEMPTS = [
    "let x = 1; x.__class__",
    "let x = []; x.__class__.__base__.__subclasses__()",
    '"".__init__.__globals__',
    "let f = || 1; f.__code__",
    "let f = || 1; f.func_globals",
    "[1].append.__self__",
    '"{0.__class__}".format(1)',
    "`${__builtins__}`",
    '__import__("os")',
    'open("/etc/passwd")',
    'exec("1")',
    "type(1)",
    "len",
    "range(0, 3).make()",
    "copy([1])",
    "scope_push",
    "machine",
    "call_method(1, 2, 3, 4, 5)",
    "store_path(0, 0, 0)",
    'dict_get(#{}, "a")',
    "let d = 5; for i in 0..3 { d += i; } d",
    "let scope = 1; let this_ = 2; scope + this_",
    "let main = 1; fn main() { 2 } main() + main",
    "fn add(a, b) { 7 } add(1, 2) + 1",
    "fn copy(x) { 1 } let a = [1]; let b = a; copy(b)",
    "fn type(x) { 1 } type(5) + 5",
    "let int = 1; let type = 2; int + type",
    "let a = [1]; a.push(a); a.push(a); a.len()",
    "let m = #{}; m.m = m; m.m = m; m.len()",
    "let a = [3, 1, 2]; a.sort(|x, y| { a.push(1); x - y }); a",
    "let a = [1, 2, 3]; a.map(|x| { a.clear(); x })",
    "let a = [1]; a.map(|x| a.map(|y| a.len()))",
    "let a = []; a.pad(1_000_000_000, 1)",
    "let s = \"x\"; s.pad(1_000_000_000, 'y')",
    'let s = "x"; loop { s += s; }',
    "let a = [1]; loop { a += a; }",
    "let m = #{}; let i = 0; loop { m[`${i}`] = i; i += 1; }",
    "2 ** 10000000",
    "1 << 100000000",
    "let x = 9223372036854775807; x * x",
    "let x = 2; loop { x = x ** 3; }",
    "fn f(n) { f(n + 1) } f(0)",
    "let f = |g| g.call(g); f.call(f)",
    "fn f(x) { [x].map(|y| f(y)) } f(1)",
    "fn f(a) { a.sort(|x, y| f(a)) } f([1, 2])",
    'eval("eval(\\"1\\")")',
    'let s = "1"; loop { eval(s); }',
    'fn f() { eval("f()") } f()',
    "loop { try { throw 1 } catch { } }",
    "loop { try { loop { } } catch { } }",
    "fn f() { try { f() } catch { 1 } } f()",
    'Fn("__class__").call()',
    'Fn("eval").call("1")',
    "let e = 0; try { nope } catch (e) { e.error.__class__ }",
    "1.call(|| this.__dict__)",
    "[1].__getitem__(0)",
    "let x = #{__class__: 1}; x",
    'import "os" as os; os::system("true")',
    "let x = 1; x.real",
    '"a".encode()',
    "[].append",
    "#{}.items()",
    "(|| 1).curried",
]


@pytest.mark.parametrize("source", _ATTEMPTS)
def test_an_attempt_ends_with_a_value_or_an_authors_error(source: str) -> None:
    program = compile_script(source, limits=_LIMITS)
    if isinstance(program, Program):
        outcome = program.run()
        assert outcome.error is None or isinstance(outcome.error, ScriptError | Stop)
    else:
        assert program.diagnostics


def test_names_of_ours_are_no_names_of_the_script() -> None:
    program = compile_script("copy([1])")
    assert isinstance(program, Program)
    outcome = program.run()
    assert outcome.error is not None
    assert outcome.error.kind == "ErrorFunctionNotFound"


def test_a_swallowed_overflow_leaves_metering_alive() -> None:
    program = compile_script("fn f(n) { f(n) } let n = 0; loop { try { f(1) } catch { } n += 1; }", limits=_LIMITS)
    assert isinstance(program, Program)
    outcome = program.run()
    assert isinstance(outcome.error, Stop)
