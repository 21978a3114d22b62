"""Values as text."""

from __future__ import annotations

import math

import pytest

from app.engine.display import debug, display, float_debug, float_text, plain_float, quoted, thrown_text, to_json
from app.engine.errors import InternalError
from app.engine.values import INT_MAX, UNBOUND, Char, ExclusiveRange, FnPtr, HostObject, InclusiveRange, Timestamp, Value
from tests.engine.bench import Bench, fn, nested


@pytest.mark.parametrize(
    ("value", "shown", "debugged"),
    [
        (0.0, "0.0", "0.0"),
        (-0.0, "0.0", "-0.0"),
        (1.0, "1.0", "1.0"),
        (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
        (1e12, "1000000000000.0", "1000000000000.0"),
        (1e13, "1e13", "10000000000000.0"),
        (9999999827968.0, "9999999827968.0", "9999999827968.0"),
        (12345678901234.5, "1.23456789012345e13", "12345678901234.5"),
        (1e16, "1e16", "1e16"),
        (1e-4, "0.0001", "0.0001"),
        (1e-5, "0.00001", "1e-5"),
        (1e-6, "0.000001", "1e-6"),
        (1e-13, "0.0000000000001", "1e-13"),
        (9.9e-14, "9.9e-14", "9.9e-14"),
        (-1.5e300, "-1.5e300", "-1.5e300"),
        (5e-324, "5e-324", "5e-324"),
        (math.nan, "NaN", "NaN"),
        (-math.inf, "-inf", "-inf"),
        (math.inf, "inf", "inf"),
    ],
)
def test_floats(value: float, shown: str, debugged: str) -> None:
    assert (float_text(value), float_debug(value)) == (shown, debugged)


@pytest.mark.parametrize(("value", "shown"), [(1e30, "1" + "0" * 30), (1.5, "1.5"), (-2.0, "-2"), (math.inf, "inf")])
def test_plain_floats_have_no_exponent(value: float, shown: str) -> None:
    assert plain_float(value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", '"a"'),
        ('q"', '"q\\""'),
        ("it's", '"it\'s"'),
        ("\t\r\n\0\\", '"\\t\\r\\n\\0\\\\"'),
        ("\x1b\x7f", '"\\u{1b}\\u{7f}"'),
        ("é😀", '"é😀"'),
        ("\u200b\u0301\xa0", '"\\u{200b}\\u{301}\\u{a0}"'),
    ],
)
def test_strings_are_quoted_as_rust_quotes_them(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_containers_show_their_parts_in_debug_form() -> None:
    value: Value = [1, 2.0, "s\n", Char("c"), None, True, ExclusiveRange(0, 1), FnPtr("f"), bytearray(b"\n\n")]
    assert display(value) == '[1, 2.0, "s\\n", c, (), true, 0..1, Fn(f), [0a0a]]'
    assert debug(value) == display(value)


def test_maps_show_their_entries_by_name() -> None:
    assert display({"b": Char("c"), 'a"': {"x": []}}) == '#{"a\\"": #{"x": []}, "b": c}'


def test_the_top_level_of_display_is_bare() -> None:
    assert [display(value) for value in ("s", Char("c"), None, True, 5, 1.5)] == ["s", "c", "", "true", "5", "1.5"]
    assert [debug(value) for value in ("s", Char("c"), None, False)] == ['"s"', "c", "()", "false"]


def test_ranges_without_end_show_none() -> None:
    assert [display(ExclusiveRange(0, INT_MAX)), display(InclusiveRange(-1, INT_MAX)), display(InclusiveRange(1, 2))] == [
        "0..",
        "-1..=",
        "1..=2",
    ]


def test_blobs_are_grouped_by_eight_bytes() -> None:
    assert display(bytearray([1] * 17)) == "[0101010101010101 0101010101010101 01]"


def test_iterators_and_moments_and_host_objects_show_no_inside() -> None:
    class Entity(HostObject):
        type_name = "entity"

    steps = Bench().run("range", 0, 9, 2)
    assert [display(steps), display(Timestamp(5.0)), debug(Entity())] == ["range", "<timestamp>", "entity"]
    assert thrown_text(steps) == "rhai::packages::iter_basic::StepRange<i64>"
    assert thrown_text([steps]) == "[rhai::packages::iter_basic::StepRange<i64>]"


def test_a_thrown_container_shows_characters_and_pointers_as_rust_does() -> None:
    assert thrown_text([Char("c"), Char("'"), Char('"'), FnPtr("f", (1,))]) == "['c', '\\'', '\"', Fn(\"f\", 1)]"
    assert thrown_text([fn(1, abs)]) == '[Fn*("anon$0123456789abcdef")]'
    assert [thrown_text(Char("c")), thrown_text("s"), thrown_text(-0.0)] == ["c", "s", "0.0"]


def test_json_of_all_types() -> None:
    value: Value = {
        "b": 1.0,
        "a": [None, True, 'q"', Char("c"), bytearray(b"\x01")],
        "f": FnPtr("f"),
        "g": FnPtr("g", (1, "x")),
        "m": {},
        "r": ExclusiveRange(1, 3),
    }
    assert to_json(value) == '{"a":[null,true,"q\\"",\'c\',[1]],"b":1.0,"f":"f","g":["g",1,"x"],"m":{},"r":1..3}'


@pytest.mark.slow
def test_deep_nesting_is_no_problem() -> None:
    deep = nested(50_000)
    assert display(deep).startswith("[[[[")
    assert len(display(deep)) == 100_001
    assert len(to_json({"a": deep})) == 100_007


def test_what_is_no_value_is_a_bug_of_ours() -> None:
    with pytest.raises(InternalError):
        debug(object())
    assert repr(UNBOUND) == "UNBOUND"


def test_host_objects_in_thrown_containers_show_their_type() -> None:
    assert thrown_text([HostObject()]) == "[object]"
