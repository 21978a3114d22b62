"""Operators on numbers, bits and text."""

from __future__ import annotations

import math

import pytest

from app.engine import ops
from app.engine.errors import ScriptError, Stop
from app.engine.limits import Limits
from app.engine.values import INT_MAX, INT_MIN, Char, FnPtr, Timestamp, Value
from tests.engine.bench import Bench


def compute(op: str, a: Value, b: Value, limits: Limits | None = None) -> Value:
    operator = ops.BINARY[op]
    return operator.function(Bench(limits), a, b) if operator.context else operator.function(a, b)


@pytest.mark.parametrize(
    ("a", "op", "b", "result"),
    [
        (1, "+", 2, 3),
        (1, "+", 2.0, 3.0),
        (1.5, "-", 1, 0.5),
        (-7, "/", 2, -3),
        (7, "/", 2, 3),
        (7, "/", -2, -3),
        (7, "/", 2.0, 3.5),
        (-7, "%", 3, -1),
        (7, "%", -3, 1),
        (5, "%", 2.5, 0.0),
        (3, "*", 2.0, 6.0),
        (2, "**", 10, 1024),
        (2, "**", 0.5, math.sqrt(2)),
        (0, "**", 0, 1),
        (-1, "**", 4_000_000_001, -1),
        (-1, "**", 4_000_000_000, 1),
        (1.0, "/", 0, math.inf),
        (3.0, "/", 2, 1.5),
        (3, "-", 5, -2),
        (3, "*", 5, 15),
        (-1.0, "/", 0, -math.inf),
        (1.0, "/", -0.0, -math.inf),
        (-2.0, "**", 3, -8.0),
        (0.0, "**", -1, math.inf),
        (-0.0, "**", -1, -math.inf),
        (-0.0, "**", -2.0, math.inf),
        (1e300, "**", 2, math.inf),
        (-1e300, "**", 3, -math.inf),
        (1, "<<", 63, INT_MIN),
        (1, "<<", 64, 0),
        (-1, ">>", 99, -1),
        (8, "<<", -1, 4),
        (8, ">>", -1, 16),
        (1, "<<", -65, 0),
        (1, ">>", INT_MIN, 0),
        (-5, "<<", INT_MIN, -1),
        (6, "&", 3, 2),
        (6, "|", 3, 7),
        (6, "^", 3, 5),
        (True, "&", False, False),
        (True, "|", False, True),
        (True, "^", True, False),
    ],
)
def test_results(a: Value, op: str, b: Value, result: Value) -> None:
    computed = compute(op, a, b)
    assert computed == result
    assert type(computed) is type(result)


@pytest.mark.parametrize(("a", "op", "b"), [(0.0, "/", 0), (math.inf, "%", 1), (1.0, "%", 0), (-8.0, "**", 1 / 3), (math.nan, "+", 1)])
def test_undefined_float_results_are_nan(a: float, op: str, b: float) -> None:
    result = compute(op, a, b)
    assert isinstance(result, float)
    assert math.isnan(result)


@pytest.mark.parametrize(
    ("a", "op", "b", "message"),
    [
        (INT_MAX, "+", 1, "Addition overflow: 9223372036854775807 + 1"),
        (INT_MIN, "-", 1, "Subtraction overflow: -9223372036854775808 - 1"),
        (INT_MAX, "*", 2, "Multiplication overflow: 9223372036854775807 * 2"),
        (1, "/", 0, "Division by zero: 1 / 0"),
        (INT_MIN, "/", -1, "Division overflow: -9223372036854775808 / -1"),
        (1, "%", 0, "Modulo division by zero or overflow: 1 % 0"),
        (INT_MIN, "%", -1, "Modulo division by zero or overflow: -9223372036854775808 % -1"),
        (2, "**", 64, "Exponential overflow: 2 ** 64"),
        (2, "**", 63, "Exponential overflow: 2 ** 63"),
        (2, "**", 10**15, "Exponential overflow: 2 ** 1000000000000000"),
        (1, "**", 2**32, "Exponential overflow: 1 ** 4294967296"),
        (2, "**", -1, "Integer raised to a negative power: 2 ** -1"),
    ],
)
def test_integer_faults_have_no_position(a: int, op: str, b: int, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        compute(op, a, b)
    assert (caught.value.text, caught.value.has_place) == (message, False)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"])
def test_operands_that_do_not_go_together_miss_the_function(op: str) -> None:
    with pytest.raises(ScriptError, match=r"Function not found: .+ \(bool, i64\)"):
        compute(op, True, 1)


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [
        ("a", 1, "a1"),
        (1, "a", "1a"),
        ("a", None, "a"),
        (None, "a", "a"),
        (Char("a"), Char("b"), "ab"),
        (Char("a"), "b", "ab"),
        ("a", Char("b"), "ab"),
        ("x", [1, "a"], 'x[1, "a"]'),
        ({"a": Char("c")}, "x", '#{"a": c}x'),
        ("x", bytearray(b"AB"), "xAB"),
        (bytearray(b"A\xff"), "x", "A\ufffdx"),
        (Timestamp(1.0), "x", "<timestamp>x"),
        (FnPtr("f"), "x", "Fn(f)x"),
    ],
)
def test_plus_with_text_joins(a: Value, b: Value, result: str) -> None:
    joined = compute("+", a, b)
    assert joined == result
    assert type(joined) is str


@pytest.mark.parametrize(
    ("a", "b", "result"), [("abcb", "b", "ac"), ("abcb", Char("b"), "ac"), ("abc", "", "abc"), ("", "x", "x"), ("", Char("x"), "")]
)
def test_minus_on_text_removes(a: str, b: str, result: str) -> None:
    assert compute("-", a, b) == result


def test_plus_makes_containers_of_its_own() -> None:
    inner: list[Value] = [1]
    joined = compute("+", [inner], [inner])
    assert joined == [[1], [1]]
    inner.append(2)
    assert joined == [[1], [1]]
    merged = compute("+", {"a": inner}, {"b": inner})
    inner.append(3)
    assert merged == {"a": [1, 2], "b": [1, 2]}
    assert compute("+", bytearray(b"a"), bytearray(b"b")) == bytearray(b"ab")
    assert compute("+", bytearray(b"a"), Char("é")) == bytearray("aé".encode())


def test_joining_two_texts_over_the_limit_has_no_position_but_joining_others_has() -> None:
    with pytest.raises(Stop) as plain:
        compute("+", "abc", "def", Limits(max_string_size=5))
    with pytest.raises(Stop) as mixed:
        compute("+", "abc", 123456, Limits(max_string_size=5))
    assert (plain.value.has_place, mixed.value.has_place) == (False, True)


@pytest.mark.parametrize(("a", "b"), [([1, 2], [3, 4]), (bytearray(2), bytearray(2)), ({"a": 1, "b": 1}, {"c": 1, "d": 1})])
def test_joining_containers_stays_within_limits(a: Value, b: Value) -> None:
    with pytest.raises(Stop, match="too large"):
        compute("+", a, b, Limits(max_array_size=3, max_map_size=3))


def test_joining_long_text_charges() -> None:
    bench = Bench()
    ops.add(bench, "a" * 1_000_000, "b")
    assert bench.operations == (1_000_001 - 65_536) >> 12


def test_moments_move_and_differ_in_seconds() -> None:
    moment = Timestamp(10.0)
    later, earlier = compute("+", moment, 5), compute("-", moment, 2.5009)
    assert isinstance(later, Timestamp)
    assert isinstance(earlier, Timestamp)
    assert (later.seconds, earlier.seconds) == (15.0, 7.5)
    assert compute("-", later, moment) == 5.0


@pytest.mark.parametrize(
    ("op", "seconds", "message"),
    [
        ("+", 1e300, "Integer overflow for timestamp add"),
        ("-", 1e300, "Integer overflow for timestamp subtract"),
        ("-", -1e300, "Integer overflow for timestamp add"),
        ("+", INT_MAX, "Timestamp overflow when adding 9223372036854775807 second"),
        ("-", INT_MAX, "Timestamp overflow when subtracting 9223372036854775807 second"),
        ("+", 9e18, "Timestamp overflow when adding 9000000000000000000 second"),
    ],
)
def test_moments_cannot_leave_the_clock(op: str, seconds: float, message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        compute(op, Timestamp(0.0), seconds)


@pytest.mark.parametrize(("a", "op", "b"), [(Char("a"), "+", 1), (Timestamp(1.0), "-", "x"), (Timestamp(1.0), "+", True), ("a", "-", 1)])
def test_text_and_moments_do_not_go_with_everything(a: Value, op: str, b: Value) -> None:
    with pytest.raises(ScriptError, match="Function not found"):
        compute(op, a, b)


def test_joining_many_small_pieces_accounts_for_little_more_than_growth() -> None:
    bench = Bench(Limits(max_string_size=100_000))
    text: Value = ""
    for _ in range(10_000):
        text = ops.add(bench, text, "piece")
    assert 50_000 <= bench.memory_bytes <= 60_000


def test_new_texts_in_an_array_are_accounted_for() -> None:
    bench = Bench(Limits(max_string_size=100_000))
    kept = [ops.add(bench, "x" * 100, number) for number in range(1_000)]
    assert bench.memory_bytes >= len(kept) * 100


def test_nan_seconds_move_nothing() -> None:
    moment = compute("+", Timestamp(1.0), math.nan)
    assert isinstance(moment, Timestamp)
    assert moment.seconds == 1.0


@pytest.mark.parametrize(("op", "value", "result"), [("-", 5, -5), ("-", 1.5, -1.5), ("+", 5, 5), ("+", 1.5, 1.5), ("!", True, False)])
def test_unary(op: str, value: Value, result: Value) -> None:
    assert ops.UNARY[op].function(value) == result


@pytest.mark.parametrize(
    ("op", "value", "message"),
    [
        ("-", INT_MIN, "Negation overflow: --9223372036854775808"),
        ("-", "a", "Function not found: - (&str | ImmutableString | String)"),
        ("+", True, "Function not found: + (bool)"),
        ("!", 5, "Function not found: ! (i64)"),
    ],
)
def test_unary_faults_have_positions(op: str, value: Value, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        ops.UNARY[op].function(value)
    assert (caught.value.text, caught.value.has_place) == (message, True)
