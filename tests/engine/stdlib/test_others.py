"""Blobs, ranges, functions, printing, time."""

from __future__ import annotations

import pytest

from app.engine.errors import Exit, ScriptError, Stop
from app.engine.limits import Limits
from app.engine.running import FunctionInfo
from app.engine.stdlib.functions import pointer
from app.engine.values import INT_MAX, INT_MIN, Char, ExclusiveRange, FnPtr, InclusiveRange, Iterator, Timestamp, Value
from tests.engine.bench import Bench, fn

ONES = bytearray(b"\x01\x01\x01")


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("blob", (), bytearray()),
        ("blob", (-1,), bytearray()),
        ("blob", (2, 999), bytearray(b"\xe7\xe7")),
        ("to_array", (bytearray(b"ab"),), [97, 98]),
        ("as_string", (bytearray(b"A\xff"),), "A\ufffd"),
        ("len", (ONES,), 3),
        ("is_empty", (bytearray(),), True),
        ("contains", (ONES, 257), True),
        ("get", (bytearray(b"ab"), -1), 98),
        ("get", (bytearray(), 0), 0),
        ("extract", (bytearray(b"abcd"), 1, 2), bytearray(b"bc")),
        ("extract", (bytearray(b"abcd"), ExclusiveRange(1, 3)), bytearray(b"bc")),
        ("extract", (bytearray(b"abcd"), -1), bytearray(b"d")),
        ("parse_le_int", (bytearray([1] * 8), 0, 8), 72340172838076673),
        ("parse_be_int", (bytearray([1] * 8), ExclusiveRange(0, 4)), 72340172821233664),
        ("parse_le_int", (bytearray([255, 255]), 0, 8), 65535),
        ("parse_le_int", (bytearray([255] * 8), InclusiveRange(0, 7)), -1),
        ("parse_le_int", (bytearray(), 0, 8), 0),
        ("parse_le_float", (bytearray(b"\0\0\0\0\0\0\xf8\x3f"), 0, 8), 1.5),
        ("parse_be_float", (bytearray(b"\x3f\xf8"), 0, 8), 1.5),
        ("parse_be_float", (bytearray(b"\x3f\xf8"), 0, 0), 0.0),
    ],
)
def test_results_of_blobs(name: str, args: tuple[Value, ...], result: Value) -> None:
    computed = Bench().run(name, *args)
    assert computed == result
    assert type(computed) is type(result)


@pytest.mark.parametrize(
    ("name", "args", "after", "result"),
    [
        ("set", (0, 0x141), b"Abcd", None),
        ("set", (9, 1), b"abcd", None),
        ("push", (-1,), b"abcd\xff", None),
        ("append", (300,), b"abcd\x2c", None),
        ("append", (bytearray(b"e"),), b"abcde", None),
        ("append", ("é",), "abcdé".encode(), None),
        ("append", (Char("e"),), b"abcde", None),
        ("insert", (1, 88), b"aXbcd", None),
        ("insert", (99, 88), b"abcdX", None),
        ("pad", (6, 88), b"abcdXX", None),
        ("pad", (2, 88), b"abcd", None),
        ("pop", (), b"abc", 100),
        ("shift", (), b"bcd", 97),
        ("remove", (-1,), b"abc", 100),
        ("remove", (9,), b"abcd", 0),
        ("clear", (), b"", None),
        ("truncate", (2,), b"ab", None),
        ("chop", (2,), b"cd", None),
        ("chop", (9,), b"abcd", None),
        ("reverse", (), b"dcba", None),
        ("splice", (1, 2, bytearray(b"X")), b"aXd", None),
        ("splice", (1, 0, bytearray(b"X")), b"abcdX", None),
        ("splice", (ExclusiveRange(0, 1), bytearray(b"XY")), b"XYbcd", None),
        ("split", (1,), b"a", bytearray(b"bcd")),
        ("split", (-1,), b"abc", bytearray(b"d")),
        ("drain", (1, 2), b"ad", bytearray(b"bc")),
        ("drain", (InclusiveRange(1, 2),), b"ad", bytearray(b"bc")),
        ("retain", (1, 2), b"bc", bytearray(b"ad")),
        ("retain", (9, 9), b"", bytearray(b"abcd")),
        ("retain", (0, 0), b"abcd", bytearray()),
        ("write_le", (0, 4, 1), b"\x01\0\0\0", None),
        ("write_be", (1, 8, -2), b"a\xff\xff\xff", None),
        ("write_le", (0, 9, 1.5), b"\0\0\0\0", None),
        ("write_be", (ExclusiveRange(0, 2), 1.5), b"\x3f\xf8cd", None),
        ("write_utf8", (0, 4, "aéb"), "aéb".encode(), None),
        ("write_ascii", (0, 4, "aéb"), b"abcd", None),
        ("write_ascii", (InclusiveRange(3, 9), "XYZ"), b"abcX", None),
        ("write_utf8", (9, 4, "x"), b"abcd", None),
    ],
)
def test_changes_of_blobs(name: str, args: tuple[Value, ...], after: bytes, result: Value) -> None:
    blob: Value = bytearray(b"abcd")
    assert Bench().change(name, blob, *args) == (bytearray(after), result)
    assert blob == after


def test_empty_blobs_give_zeros() -> None:
    assert [Bench().run(name, bytearray()) for name in ("pop", "shift")] == [0, 0]


@pytest.mark.parametrize(
    ("name", "args"), [("blob", (4,)), ("push", (ONES, 1)), ("pad", (ONES, 10**18, 0)), ("append", (ONES, "x")), ("insert", (ONES, 0, 1))]
)
def test_blobs_stay_within_limits(name: str, args: tuple[Value, ...]) -> None:
    with pytest.raises(Stop, match="Size of array/BLOB too large"):
        Bench(Limits(max_array_size=3)).run(name, *args)


def test_an_absurd_blob_stops_even_without_limits() -> None:
    with pytest.raises(Stop, match="Size of array/BLOB"):
        Bench().run("blob", INT_MAX)


# --- ranges ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("start", (ExclusiveRange(1, 5),), 1),
        ("end", (InclusiveRange(1, 5),), 5),
        ("is_inclusive", (InclusiveRange(1, 5),), True),
        ("is_exclusive", (InclusiveRange(1, 5),), False),
        ("is_empty", (ExclusiveRange(5, 5),), True),
        ("is_empty", (InclusiveRange(5, 5),), False),
        ("contains", (ExclusiveRange(1, 5), 5), False),
        ("contains", (InclusiveRange(1, INT_MAX), INT_MAX), True),
    ],
)
def test_results_of_ranges(name: str, args: tuple[Value, ...], result: Value) -> None:
    assert Bench().run(name, *args) == result


@pytest.mark.parametrize(
    ("name", "args", "items"),
    [
        ("range", (0, 5, 2), [0, 2, 4]),
        ("range", (5, 0, -2), [5, 3, 1]),
        ("range", (5, 0, 2), []),
        ("range", (ExclusiveRange(0, 3), 2), [0, 2]),
        ("range", (INT_MAX - 3, INT_MAX, 2), [INT_MAX - 3]),
        ("range", (INT_MIN + 2, INT_MIN, -2), [INT_MIN + 2]),
        ("range", (0.0, 1.0, 0.5), [0.0, 0.5]),
        ("range", (1.0, 0.0, -0.5), [1.0, 0.5]),
        ("range", (0.0, 1.0, float("nan")), []),
        ("chars", ("héy",), ["h", "é", "y"]),
        ("chars", ("héy", -2), ["é", "y"]),
        ("chars", ("héy", 1, 1), ["é"]),
        ("chars", ("héy", ExclusiveRange(1, 9)), ["é", "y"]),
        ("chars", ("héy", InclusiveRange(0, 1)), ["h", "é"]),
        ("chars", ("héy", InclusiveRange(1, 0)), []),
        ("bits", (5,), [True, False, True] + [False] * 61),
        ("bits", (5, -64), [True, False, True] + [False] * 61),
        ("bits", (5, 1, 2), [False, True]),
        ("bits", (5, ExclusiveRange(0, 2)), [True, False]),
        ("bits", (5, InclusiveRange(0, 2)), [True, False, True]),
    ],
)
def test_iterators(name: str, args: tuple[Value, ...], items: list[Value]) -> None:
    iterator = Bench().run(name, *args)
    assert isinstance(iterator, Iterator)
    assert list(iterator.make()) == items
    assert list(iterator.make()) == items


def test_two_bounds_make_a_range() -> None:
    made = Bench().run("range", 1, 5)
    assert isinstance(made, ExclusiveRange)
    assert (made.start, made.end) == (1, 5)


@pytest.mark.parametrize("args", [(0, 5, 0), (1e300, 2e300, 1.0)])
def test_a_step_that_goes_nowhere_is_reported_by_range_without_inner_position(args: tuple[Value, ...]) -> None:
    with pytest.raises(ScriptError, match="step value cannot be zero") as caught:
        Bench().run("range", *args)
    assert not caught.value.has_place
    assert [level.name for level in caught.value.calls] == ["range"]


# --- functions, core, time -------------------------------------------------------------------------------------


def test_pointers_know_their_name() -> None:
    assert Bench().run("name", FnPtr("f")) == "f"
    assert Bench().run("is_anonymous", FnPtr("f")) is False
    assert Bench().run("is_anonymous", fn(0, lambda: None)) is True


@pytest.mark.parametrize("name", ["foo", "x_1", "abs", "exit"])
def test_valid_names_make_pointers(name: str) -> None:
    assert pointer(name).name == name


@pytest.mark.parametrize("name", ["", "1abc", "a b", "a::b", "_x", "é", "x²"])
def test_invalid_names_are_unknown_functions(name: str) -> None:
    with pytest.raises(ScriptError) as caught:
        pointer(name)
    assert caught.value.text == f"Function not found: {name}"


@pytest.mark.parametrize(("name", "what"), [("if", "keyword"), ("print", "keyword"), ("this", "keyword"), ("+", "symbol")])
def test_reserved_names_are_syntax_errors(name: str, what: str) -> None:
    with pytest.raises(Stop) as caught:
        pointer(name)
    assert (caught.value.text, caught.value.parse_kind) == (f"Syntax error: '{name}' is a reserved {what}", "Reserved")


def test_functions_can_be_listed() -> None:
    bench = Bench()
    bench.infos = [FunctionInfo("f", ("a",)), FunctionInfo("f", ("a", "b"), is_private=True), FunctionInfo("g", (), receiver="i64")]
    assert bench.run("get_fn_metadata_list") == [
        {"name": "f", "access": "public", "is_anonymous": False, "params": ["a"]},
        {"name": "f", "access": "private", "is_anonymous": False, "params": ["a", "b"]},
        {"name": "g", "access": "public", "is_anonymous": False, "params": [], "this_type": "i64"},
    ]
    named, exact = bench.run("get_fn_metadata_list", "f"), bench.run("get_fn_metadata_list", "f", 2)
    assert isinstance(named, list)
    assert isinstance(exact, list)
    assert (len(named), len(exact)) == (2, 1)


def test_printing() -> None:
    bench = Bench()
    for args in ((), ("s\n",), ([1, "a"],), (None,)):
        assert bench.run("print", *args) is None
        assert bench.run("debug", *args) is None
    assert bench.prints == ["", "s\n", '[1, "a"]', ""]
    assert bench.debugs == ["", '"s\\n"', '[1, "a"]', "()"]


def test_values_as_text() -> None:
    values: list[Value] = [1.0, [None], None]
    assert [Bench().run("to_string", value) for value in values] == ["1.0", "[()]", ""]
    assert Bench().run("to_debug", "a") == '"a"'


def test_showing_stays_within_limits() -> None:
    for name in ("print", "debug", "to_string", "to_debug"):
        with pytest.raises(Stop, match="Length of string too large"):
            Bench(Limits(max_string_size=5)).run(name, [1, 2, 3])


def test_showing_a_long_array_charges() -> None:
    bench = Bench()
    bench.run("to_string", [0] * 100_000)
    assert bench.operations > 1000


def test_types_have_names() -> None:
    values: list[Value] = [
        1,
        1.0,
        True,
        Char("c"),
        "s",
        None,
        [],
        {},
        bytearray(),
        ExclusiveRange(0, 1),
        InclusiveRange(0, 1),
        FnPtr("f"),
        Timestamp(0.0),
    ]
    names = ["i64", "f64", "bool", "char", "string", "()", "array", "map", "blob", "range", "range=", "Fn", "timestamp"]
    assert [Bench().run("type_of", value) for value in values] == names
    assert Bench().run("type_of", Bench().run("bits", 1)) == "range"


def test_taking_leaves_nothing() -> None:
    assert Bench().change("take", "x") == (None, "x")


def test_tags_are_always_zero() -> None:
    assert Bench().change("set_tag", 5, 7) == (5, None)
    assert Bench().run("tag", 5) == 0
    with pytest.raises(ScriptError, match="too small to fit into a tag"):
        Bench().run("set_tag", 5, -(2**40))


def test_exit_ends_with_a_value() -> None:
    with pytest.raises(Exit) as plain:
        Bench().run("exit")
    with pytest.raises(Exit) as valued:
        Bench().run("exit", [1])
    assert (plain.value.value, valued.value.value) == (None, [1])


def test_the_clock_is_injected() -> None:
    bench = Bench()
    moment = bench.run("timestamp")
    assert isinstance(moment, Timestamp)
    assert moment.seconds == 0.5
    assert bench.run("elapsed", moment) == 0.5
    with pytest.raises(ScriptError, match="Time-stamp is later than now"):
        bench.run("elapsed", Timestamp(99.0))
