"""Bounds of integers: what needs no test of its range, and what does."""

import pytest

from app.engine import Limits, Program, compile_script
from app.engine.errors import ScriptError
from app.engine.infer import Intervals, infer
from app.engine.infer.intervals import FAR, FULL, Interval
from app.engine.parser import parse
from app.engine.resolve import resolve
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.translation import parse_limits
from app.engine.values import INT_MAX
from tests.engine.differential import agree, agree_untyped


def interval(source: str, name: str = "x") -> Interval:
    """The bounds of a variable of a source, which must also run alike with types and without."""
    agree_untyped(source)
    script, found = parse(Source(source), parse_limits(Limits()))
    assert not found
    resolution = resolve(script, STANDARD)
    types = infer(script, resolution, STANDARD, is_closed=True)
    intervals = Intervals(script, resolution, STANDARD, types)
    return next(intervals.of_binding(binding) for binding in resolution.flows.bindings if binding.name == name)


LARGEST = 9223372036854775807


@pytest.mark.parametrize(
    "source",
    [
        f"let i = 0; while i < 10 {{ i = {LARGEST}; i += 1; }}",
        f"let i = 0; while i < 10 {{ for k in 0..2 {{ i += 1; i = {LARGEST}; }} }}",
        f"let i = 0; while i < 10 {{ let k = 0; while k < 2 {{ i = i * 3; i = {LARGEST}; k += 1; }} }}",
        f"let i = 0; while i < 10 {{ if i == 0 {{ i = {LARGEST}; }} i *= 2; }}",
        f"let i = 0; while i < 10 {{ try {{ i = {LARGEST}; throw 1; }} catch {{ i += 1; }} }}",
        f"let i = 0; while i < 10 {{ do {{ i += 7; i = i * i; i = {LARGEST}; }} while i > 0 }}",
        f"let i = 0; let f = || i = {LARGEST}; while i < 10 {{ f.call(); i += 1; }}",
        "let i = 1; while i < 10 { i.set_bit(62, true); i += i; }",
        f"let i = 0; while i < 10 {{ i += {{ i = {LARGEST}; 1 }}; }} i * 2",
        f"let i = 2; let n = {LARGEST}; while i < n {{ i = i * i; }}",
        f"let i = -{LARGEST}; while 10 > i {{ i -= 5; }}",
        f"let i = 0; while i < 10 && i >= 0 {{ i = {LARGEST} - i; i = i + 1; }}",
        f"let i = 0; while i < 10 {{ i = {LARGEST}; if i > 10 {{ break; }} }} i + 1",
    ],
)
def test_what_a_condition_says_holds_no_longer_than_until_something_is_stored(source: str) -> None:
    program = compile_script(source)
    assert isinstance(program, Program)
    outcome = program.run()
    assert isinstance(outcome.error, ScriptError)
    assert outcome.error.kind == "ErrorArithmetic"
    agree(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("let x = 3; x", (3, 3)),
        ("let x = 3; x = 9; x", (3, 9)),
        ("let x = 0; while x < 5 { x += 1; }", (0, FAR)),
        ("let x = 5; while x > 0 { x = x - 2; }", (-FAR, 5)),
        ("let x = 0; for i in 0..9 { x += i % 7; } x", (0, FAR)),
        ("let y = 0; for x in 2..9 { y = x; } y", (2, 8)),
        ("let a = [1]; let x = a.len; x", (0, 2**40)),
        ("let x = 12; for i in 0..3 { x = (x * 1103515245 + 12345) % 2147483648; } x", (0, 2147483647)),
        ("let y = -7; let x = y % 3; x", (-2, 0)),
        ("fn f(x) { if x < 2 { 1 } else { f(x - 1) } } f(20)", (-FAR, 20)),
        ("let x = 1; for i in 0..9 { x *= 2; } x", FULL),
        ("let x = 1; let y = 2; for i in 0..9 { let t = x; x = y; y = t + y; } x", FULL),
        ("let x = 5; x[62] = true; x", FULL),
        ("let x = 5; x.set_bit(62, true); x", FULL),
        ("let x = 5; let f = || x = 1 << 62; f.call(); x", FULL),
        ("fn f(x) { x } let p = f; p.call(1); f(2)", FULL),
        ("let x = 0; for i in 0..3 { x += 5000; } x", FULL),
        ("let a = []; for i in 0..9 { a.push(i % 7); } let x = a[0]; x", (-16, 16)),
        ("let m = #{k: 3}; m.k = 100; let x = m.k * m.k; x", (-(2**16), 2**16)),
        ("let a = [1]; a[0][62] = true; let x = a[0]; x", FULL),
        ("let a = [1]; a[0].set_bit(62, true); let x = a[0]; x", FULL),
        ("let a = [1]; a[0] += 1 << 62; let x = a[0]; x", FULL),
        ("let a = [1]; a[0] *= 1000; a[0] *= 1000; let x = a[0]; x", FULL),
        ("let a = [1]; for i in 0..20 { a.push(a[i] * 3); } let x = a[3]; x", FULL),
        ("let a = [1]; a.for_each(|| this = 1 << 62); let x = a[0]; x", FULL),
        ("fn f(n) { if n < 1 { 1 } else { f(n - 1) * 15 } } let x = f(9); x", FULL),
    ],
)
def test_a_variable_lies_between_the_bounds_of_all_that_is_stored_in_it(source: str, expected: Interval) -> None:
    assert interval(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        f"let x = {INT_MAX}; x + 1",
        f"let x = {INT_MAX}; for i in 0..3 {{ x += 1; }} x",
        f"let x = {INT_MAX - 1}; let y = 0; while y < 5 {{ y += 1; x += 1; }} x",
        f"fn f(a) {{ a + 1 }} for i in 0..2 {{ f(i); }} f({INT_MAX})",
        f"for i in {INT_MAX - 2}..{INT_MAX} {{ print(i * 2); }}",
        "let x = 1; for i in 0..100 { x *= 3; } x",
        "let a = [1]; for i in 0..70 { a[0] = a[0] + a[0]; } a",
        "let x = 3; for i in 0..9 { x = x * x; } x",
        "for i in 0..5 { print(10 / (i - 2)); }",
        "for i in -3..3 { print(i % 2); print(i / 2); print(7 % (i + 9)); }",
    ],
)
def test_arithmetic_that_leaves_its_range_fails_alike_with_types_and_without(source: str) -> None:
    agree_untyped(source)


def test_many_variables_that_depend_on_each_other_are_given_up_soon() -> None:
    names = [f"v{at}" for at in range(40)]
    lets = "".join(f"let {name} = {at};" for at, name in enumerate(names))
    sums = "".join(f"{name} = {' + '.join(names[at : at + 3])};" for at, name in enumerate(names))
    assert interval(f"{lets} for i in 0..2 {{ {sums} }}", "v0") == FULL
