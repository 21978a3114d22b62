"""Equality, order, membership."""

from __future__ import annotations

import math

import pytest

from app.engine import ops
from app.engine.errors import ScriptError
from app.engine.values import Char, ExclusiveRange, FnPtr, InclusiveRange, Timestamp, Value
from tests.engine.bench import Bench, nested

SAME_KIND = ExclusiveRange(0, 3)
OTHER_KIND = InclusiveRange(0, 3)


def compare(op: str, a: Value, b: Value) -> Value:
    operator = ops.BINARY[op]
    return operator.function(Bench(), a, b) if operator.context else operator.function(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (0.1 + 0.2, 0.3),
        (9007199254740993, 9007199254740992.0),
        ("a", Char("a")),
        ([1, [2]], [1.0, [2]]),
        ({"a": [1]}, {"a": [1.0]}),
        (None, None),
        (bytearray(b"a"), bytearray(b"a")),
        (SAME_KIND, ExclusiveRange(0, 3)),
        (Timestamp(1.0), Timestamp(1.0)),
        (math.nan, 0.0),
        (0.0, math.nan),
        (0.0, -0.0),
        (0, 1e-300),
        ({}, {}),
    ],
)
def test_equal_values(a: Value, b: Value) -> None:
    assert compare("==", a, b) is True
    assert compare("!=", a, b) is False


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, "1"),
        (1, True),
        (1, 2),
        (1.0, 1.1),
        ("ab", Char("a")),
        ([1], [1, 2]),
        ([1], 1),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": [1]}, {"a": [2]}),
        ({}, []),
        ({"a": 1}, {}),
        ([SAME_KIND], [OTHER_KIND]),
        ([bytearray(b"a")], [Char("a")]),
        (Char("a"), bytearray(b"a")),
        (SAME_KIND, ExclusiveRange(0, 4)),
    ],
)
def test_unequal_values(a: Value, b: Value) -> None:
    assert compare("==", a, b) is False
    assert compare("!=", a, b) is True


@pytest.mark.parametrize("value", [1.0, math.inf])
def test_infinity_and_nan_are_neither_equal_nor_unequal(value: float) -> None:
    assert compare("==", math.nan, value) is False
    assert compare("!=", math.nan, value) is False
    assert compare("==", math.inf, math.inf) is False


@pytest.mark.parametrize(
    ("op", "a", "b"),
    [
        ("==", FnPtr("a"), FnPtr("a")),
        ("!=", FnPtr("a"), FnPtr("a")),
        ("==", SAME_KIND, OTHER_KIND),
        ("==", bytearray(b"a"), Char("a")),
        ("!=", bytearray(b"a"), Char("a")),
        ("<", [1], [2]),
        ("<", {}, {}),
        ("<", SAME_KIND, OTHER_KIND),
        (">=", bytearray(b"a"), Char("a")),
        ("==", [FnPtr("a")], [FnPtr("a")]),
        ("!=", {"f": FnPtr("a")}, {"f": FnPtr("a")}),
    ],
)
def test_pairs_without_the_operator(op: str, a: Value, b: Value) -> None:
    with pytest.raises(ScriptError, match="Function not found"):
        compare(op, a, b)


def test_ranges_of_different_kinds_are_not_equal_when_asked_that_way() -> None:
    assert compare("!=", SAME_KIND, OTHER_KIND) is True


def test_iterators_of_one_kind_do_not_compare_and_of_two_kinds_differ() -> None:
    bits, chars = Bench().run("bits", 1), Bench().run("chars", "a")
    assert compare("==", bits, chars) is False
    with pytest.raises(ScriptError, match=r"== \(range, range\)"):
        compare("==", bits, bits)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 2),
        (1, 1.5),
        (1.5, 2),
        (False, True),
        ("a", "ab"),
        ("Z", "a"),
        (Char("a"), Char("b")),
        ("abc", Char("b")),
        (Timestamp(1.0), Timestamp(2.0)),
    ],
)
def test_ordered_values(a: Value, b: Value) -> None:
    assert [compare(op, a, b) for op in ("<", "<=", ">", ">=")] == [True, True, False, False]
    assert [compare(op, b, a) for op in ("<", "<=", ">", ">=")] == [False, False, True, True]


def test_almost_equal_floats_are_not_ordered() -> None:
    assert [compare(op, 0.1 + 0.2, 0.3) for op in ("<", "<=", ">", ">=")] == [False, True, False, True]
    assert [compare(op, math.nan, 0.0) for op in ("<", "<=", ">", ">=")] == [False, True, False, True]


@pytest.mark.parametrize(("a", "b"), [(None, None), (1, "1"), (None, 1), ([], {}), (FnPtr("a"), 1)])
def test_what_cannot_be_ordered_is_in_no_order(a: Value, b: Value) -> None:
    assert [compare(op, a, b) for op in ("<", "<=", ">", ">=")] == [False] * 4


@pytest.mark.parametrize(
    ("item", "container", "is_in"),
    [
        (2.0, [2], True),
        (3, [2], False),
        ([2], [[2]], True),
        (OTHER_KIND, [SAME_KIND], False),
        ("b", "abc", True),
        (Char("b"), "abc", True),
        ("", "abc", True),
        ("a", [Char("a"), 5], True),
        (Char("b"), ["a", bytearray(b"b")], False),
        ("a", {"a": 1}, True),
        ("b", {"a": 1}, False),
        (2, SAME_KIND, True),
        (3, SAME_KIND, False),
        (3, OTHER_KIND, True),
        (7, bytearray(b"\x07"), True),
        (263, bytearray(b"\x07"), True),
    ],
)
def test_membership(item: Value, container: Value, is_in: bool) -> None:
    assert compare("in", item, container) is is_in
    assert compare("!in", item, container) is not is_in


@pytest.mark.parametrize(
    ("item", "container", "message"),
    [
        (1, 5, "contains (i64, i64)"),
        (1.0, SAME_KIND, "contains (range, f64)"),
        (1, "abc", "contains (&str | ImmutableString | String, i64)"),
        (1, {}, "contains (map, i64)"),
        (FnPtr("a"), [FnPtr("a")], "== (Fn, Fn)"),
    ],
)
def test_membership_faults(item: Value, container: Value, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        compare("in", item, container)
    assert caught.value.text == f"Function not found: {message}"


def test_conditions_must_be_bools() -> None:
    assert ops.require_bool(True) is True
    with pytest.raises(ScriptError, match="Data type incorrect: i64 \\(expecting bool\\)"):
        ops.require_bool(1)
    with pytest.raises(ScriptError, match="core::ops::range::Range<i64>"):
        ops.require_bool(SAME_KIND)


def test_comparing_deep_values_needs_no_stack() -> None:
    assert compare("==", nested(50_000), nested(50_000)) is True


def test_comparing_long_arrays_charges() -> None:
    bench = Bench()
    ops.equal(bench, [0] * 100_000, [0] * 100_000)
    assert bench.operations > 1000
