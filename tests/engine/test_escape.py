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
    # Names that Python, or the generated code, has a meaning for.
    "let __builtins__ = 1; __builtins__",
    "fn __import__(x) { x } __import__(1)",
    "let x = #{}; x.__proto__ = 1; x.__class__ = 2; x.keys().len()",
    "let x = #{}; x.get = || 7; x.get() + x.items",
    "let m = #{append: |x| x}; m.append(5)",
    "1.numerator",
    "1.5.hex()",
    "true.real",
    "'c'.__str__()",
    "(0..3).start.imag",
    "(0..3).__reduce__()",
    "blob(3).decode()",
    "blob(3).__class__",
    "timestamp().seconds",
    "timestamp().__dict__",
    'let f = Fn("x"); f.code = 1; f.name',
    "let f = |x| x; f.curried = [1]; f.call()",
    "this",
    "fn f() { this.__class__ } f.call()",
    "fn d() { 1 } let d = d(); d + d()",
    "fn compress(a, b) { 1 } let n = 0; for i in 0..3 { n += i } n + compress(1, 2)",
    "fn tuple_of(x) { x } fn dict_of(x) { x } fn call_many(f) { f } tuple_of(dict_of(call_many(1)))",
    "fn main() { main() } main()",
    "fn anon(x) { x } let f = |x| x; anon(f.call(1))",
    "let ATOMS = []; let CONTAINERS = 1; let UNBOUND = 2; let y = ATOMS; y.push(UNBOUND); y",
    "let Exception = 1; try { throw 2 } catch (Exception) { Exception }",
    'eval("let main = 1; let d = 2; main + d")',
    'eval("fn f() { 1 }")',
    'eval("this")',
    'eval("eval:main")',
    # Format tricks.
    '"%s%n%x" + "{}{0}{x.y}"',
    '`${"${1}"}{0.__class__}%(x)s`',
    'let m = #{"{0}": 1, "%s": 2, "\\0": 3}; `${m}`',
    '"\\u{10FFFF}\\x00".len()',
    'parse_json("{"__class__": {"__init__": 1}}")',
    'parse_json("[" + "[".repeat(100000))',
    "let s = \"[\"; s.pad(100_000, '['); parse_json(s)",
    'parse_int("9".repeat(5000))',
    "let s = \"9\"; s.pad(9_000, '9'); parse_int(s)",
    "let s = \"9\"; s.pad(9_000, '9'); parse_float(s).to_int()",
    # Huge numbers.
    "9223372036854775807 ** 9223372036854775807",
    "(-9223372036854775808).abs()",
    "-9223372036854775808 / -1",
    "-9223372036854775808 % -1",
    "1 << -9223372036854775808",
    "blob(9223372036854775807)",
    "let a = []; a.pad(9223372036854775807, 0)",
    "let a = [1]; a.splice(-9223372036854775808..9223372036854775807, [1])",
    "let a = [1, 2]; a[9223372036854775807]",
    "let a = [1, 2]; a[-9223372036854775808..9223372036854775807]",
    "for i in 0..9223372036854775807 { }",
    "for i in range(0, 9223372036854775807, 1) { }",
    "range(0, 10, 0)",
    "(0..9223372036854775807).len()",
    "1e308.to_int()",
    "(0.0 / 0.0).to_int()",
    "'a'.to_int() + 9223372036854775807",
    # Recursion through callbacks, and containers that change under those who walk them.
    'fn f(x) { [x].map(f) } [1].map(Fn("f"))',
    "fn f(x) { [1, 2].sort(|a, b| f(a)) } f(1)",
    "fn f(x) { [1].reduce(|s, v| f(v), 0) } f(1)",
    "fn f() { #{a: 1}.filter(|k, v| f()) } f()",
    "let f = |f| [f].map(|g| g.call(g)); f.call(f)",
    "let a = [1, 2, 3]; a.retain(|x| { a.push(x); true }); a",
    "let a = [1, 2, 3]; a.drain(|x| { a.clear(); true }); a",
    "let a = [3, 2, 1]; a.sort(|x, y| { a.sort(); 0 }); a",
    "let a = [1, 2]; for x in a { a.push(x); } a",
    "let m = #{a: 1}; for k in m.keys() { m[k + k] = 1; } m",
    "let a = [1, 2, 3]; a.for_each(|i| { a.remove(0); })",
    "let a = [[1]]; a[0].push(a); a[0].push(a); a",
    "let a = [1]; let n = 0; loop { a = [a]; n += 1; if n > 5_000 { break; } } a",
    "let a = [1]; let n = 0; while n < 900 { a = [a]; n += 1; } `${a}`.len()",
    "let a = [1]; let n = 0; while n < 900 { a = [a]; n += 1; } let b = a; a == b",
    "let m = #{}; let n = 0; while n < 900 { m = #{m: m}; n += 1; } m.to_json()",
    "let f = || 1; let n = 0; while n < 900 { f = f.curry(f); n += 1; } `${f}`",
    "let x = 1; let f = || x; x = f; f.call()",
    "let a = []; let f = || a; a.push(f); a.push(f); `${a}`",
    "let m = #{}; let f = || m; m.f = f; m.f.call().f.call()",
    "throw #{error: || 1}",
    "try { throw #{} } catch (e) { e.e = e; throw e }",
    "let e = (); try { [][0] } catch (x) { e = x; } e.error + e.index + e.line",
    # More operands than one instruction takes.
    "#{" + ", ".join(f"a{at}: {at}" for at in range(300)) + "}",
    "let x = 1; #{" + ", ".join(f"a{at}: x" for at in range(300)) + "}",
    "let x = 1; [" + ", ".join(["x"] * 300) + "]",
    "let x = 1; `" + "${x}" * 300 + "`",
    "fn f(" + ", ".join(f"p{at}" for at in range(100)) + ") { p99 } f(" + ", ".join(["1"] * 100) + ")",
    "let f = |" + ", ".join(f"p{at}" for at in range(100)) + "| p99; f.call(" + ", ".join(["1"] * 100) + ")",
    "let x = 1; switch x { " + ", ".join(f"{at} => {at}" for at in range(300)) + " }",
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


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("let x = 1; let m = #{" + ", ".join(f"a{at}: x + {at}" for at in range(40)) + "}; m.a39 + m.len()", 80),
        ("let x = 1; `" + "${x}" * 40 + "`.len()", 40),
        ("fn f(" + ", ".join(f"p{at}" for at in range(40)) + ") { p0 + p39 } f(" + ", ".join(map(str, range(40))) + ")", 39),
        ("let f = |" + ", ".join(f"p{at}" for at in range(40)) + "| p0 + p39; f.call(" + ", ".join(map(str, range(40))) + ")", 39),
    ],
)
def test_more_operands_than_one_instruction_takes_mean_the_same(source: str, value: int) -> None:
    program = compile_script(source)
    assert isinstance(program, Program)
    assert program.run().value == value


def test_eval_counts_like_the_program() -> None:
    program = compile_script('eval("loop { }")', limits=_LIMITS)
    assert isinstance(program, Program)
    outcome = program.run()
    assert outcome.error is not None
    assert outcome.error.kind == "ErrorInFunctionCall" or isinstance(outcome.error, Stop)
    assert isinstance(outcome.error, Stop)
