"""Errors: texts, rendering, and what ``catch`` binds."""

from __future__ import annotations

import pytest

from app.engine import errors
from app.engine.errors import CallLevel
from app.engine.source import Place


def test_a_missing_function_shows_every_type_a_string_could_be_taken_as() -> None:
    error = errors.function_not_found("nope", ["string", "i64"])
    assert error.text == "Function not found: nope (&str | ImmutableString | String, i64)"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "Array index 5 out of bounds: array is empty"),
        (1, "Array index 5 out of bounds: only 1 element in array"),
        (2, "Array index 5 out of bounds: only 2 elements in array"),
    ],
)
def test_array_bounds_count_elements_in_words(length: int, text: str) -> None:
    assert errors.array_bounds(length, 5).text == text


@pytest.mark.parametrize(
    ("actual", "expected", "text"),
    [
        ("i64", "bool", "Data type incorrect: i64 (expecting bool)"),
        ("", "bool", "Data type incorrect, expecting bool"),
        ("i64", "", "Data type incorrect: i64"),
    ],
)
def test_a_mismatch_names_what_it_knows(actual: str, expected: str, text: str) -> None:
    assert errors.mismatched_data(expected, actual).text == text


def test_rendering_wraps_one_level_for_each_call() -> None:
    error = errors.variable_not_found("nope")
    error.place = Place(1, 10)
    error.calls = (CallLevel("f", Place(1, 26)), CallLevel("anon$0123456789abcdef", Place(2, 3)))
    assert errors.rendered(error) == {
        "kind": "ErrorInFunctionCall",
        "message": "Variable not found: nope (line 1, position 10)\nin call to function 'f' (line 1, position 26)"
        "\nin closure call (line 2, position 3)",
        "line": 2,
        "col": 3,
        "fn": "anon$0123456789abcdef",
        "inner": {
            "kind": "ErrorInFunctionCall",
            "message": "Variable not found: nope (line 1, position 10)\nin call to function 'f' (line 1, position 26)",
            "line": 1,
            "col": 26,
            "fn": "f",
            "inner": {"kind": "ErrorVariableNotFound", "message": "Variable not found: nope (line 1, position 10)", "line": 1, "col": 10},
        },
    }


def test_rendering_keeps_a_thrown_value() -> None:
    assert errors.rendered(errors.Thrown([1], str))["value"] == [1]


def test_rendering_of_a_syntax_error_says_which() -> None:
    shown = errors.rendered(errors.parsing("Reserved", "'if' is a reserved keyword"))
    assert (shown["kind"], shown["parse_kind"]) == ("ErrorParsing", "Reserved")


def test_catch_binds_a_thrown_value_bare_even_through_calls() -> None:
    error = errors.Thrown(5, str)
    error.calls = (CallLevel("f", Place(1, 1)),)
    assert errors.caught(error) == 5


def test_catch_binds_a_map_without_the_errors_own_place_in_the_message() -> None:
    error = errors.function_not_found("nope", ["i64"])
    error.place = Place(1, 18)
    assert errors.caught(error) == {
        "error": "ErrorFunctionNotFound",
        "message": "Function not found: nope (i64)",
        "function": "nope (i64)",
        "line": 1,
        "position": 18,
    }


def test_catch_describes_the_outermost_call() -> None:
    error = errors.operator_arithmetic("Division by zero: 1 / 0")
    error.calls = (CallLevel("c", Place(1, 26)), CallLevel("a", Place(1, 35)))
    assert errors.caught(error) == {
        "error": "ErrorInFunctionCall",
        "message": "Division by zero: 1 / 0\nin call to function 'c' (line 1, position 26)\nin call to function 'a'",
        "function": "a",
        "source": "",
        "line": 1,
        "position": 35,
    }


def test_an_empty_thrown_text_is_left_out() -> None:
    assert errors.Thrown("", str).text == "Runtime error"


def test_a_level_in_a_module_names_its_source() -> None:
    assert CallLevel("f", source="lib").phrase == "in call to function 'f' (from 'lib')"


def test_stops_are_no_exceptions_and_say_which_limit_was_hit() -> None:
    stop = errors.string_too_large(5)
    assert not isinstance(stop, Exception)
    assert (stop.limit, stop.limit_value, stop.text) == ("max_string_size", 5, "Length of string too large")


def test_every_variant_has_its_text() -> None:
    made = [
        errors.variable_exists("x"),
        errors.forbidden_variable("x"),
        errors.property_not_found("x"),
        errors.module_not_found("x"),
        errors.unbound_this(),
        errors.mismatched_output("map", "array"),
        errors.not_iterable(),
        errors.unknown_getter("q", "i64"),
        errors.unknown_setter("q", "i64", "bool"),
        errors.dot_expression(""),
        errors.not_indexable("bool", "i64"),
        errors.not_index_assignable("bool", "i64", "char"),
        errors.string_bounds(0, 1),
        errors.string_bounds(1, 1),
        errors.bit_field_bounds(64),
        errors.arithmetic(""),
        errors.constant_assigned("X"),
        errors.constant_method("push"),
        errors.data_race(""),
        errors.data_race("x"),
        errors.runtime("no"),
        errors.eval_parsing("UnexpectedEOF", "Script is incomplete", Place(1, 4)),
    ]
    assert [errors.full_text(error) for error in made] == [
        "Variable already defined: x",
        "Forbidden variable name: x",
        "Property not found: x",
        "Module not found: x",
        "'this' not bound",
        "Output type incorrect: array (expecting map)",
        "For loop expects iterable type",
        "Unknown property 'q' - a getter is not registered for type 'i64'",
        "No writable property 'q' - a setter is not registered for type 'i64' to handle 'bool'",
        "Malformed dot expression",
        "Indexer unavailable: bool [i64]",
        "Indexer unavailable: bool [i64] = char",
        "String index 1 out of bounds: string is empty",
        "String index 1 out of bounds: only 1 character in string",
        "Bit-field index 64 out of bounds: only 64 bits in bit-field",
        "Arithmetic error",
        "Cannot modify constant X",
        "Non-pure method 'push' cannot be called on constant",
        "Data race detected",
        "Data race detected on variable 'x'",
        "Runtime error: no",
        "Syntax error: Script is incomplete (line 1, position 4)\nin call to function 'eval'",
    ]


def test_every_stop_has_its_text() -> None:
    made = [
        errors.too_many_operations(1),
        errors.too_many_variables(1),
        errors.too_many_modules(1),
        errors.stack_overflow(1),
        errors.array_too_large(1),
        errors.map_too_large(1),
        errors.memory_exhausted(1),
        errors.terminated("stop"),
    ]
    assert [stop.text for stop in made] == [
        "Too many operations",
        "Too many variables defined",
        "Too many modules imported",
        "Stack overflow",
        "Size of array/BLOB too large",
        "Size of object map too large",
        "Total size of data too large",
        "Script terminated",
    ]


def test_catch_leaves_out_a_place_that_is_not_known() -> None:
    assert errors.caught(errors.operator_arithmetic("Division by zero: 1 / 0")) == {
        "error": "ErrorArithmetic",
        "message": "Division by zero: 1 / 0",
    }
