"""Text and characters."""

from __future__ import annotations

import pytest

from app.engine.errors import ScriptError, Stop
from app.engine.limits import Limits
from app.engine.values import INT_MAX, INT_MIN, Char, ExclusiveRange, InclusiveRange, Value
from tests.engine.bench import Bench


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("len", ("héé",), 3),
        ("bytes", ("héé",), 5),
        ("is_empty", ("",), True),
        ("get", ("abc", -1), Char("c")),
        ("get", ("abc", 9), None),
        ("get", ("abc", INT_MIN), None),
        ("to_upper", ("Straße",), "STRASSE"),
        ("to_lower", ("ÀÉ",), "àé"),
        ("to_upper", (Char("ß"),), Char("ß")),
        ("to_lower", (Char("X"),), Char("x")),
        ("to_lower", (Char("İ"),), Char("İ")),
        ("contains", ("abc", "bc"), True),
        ("contains", ("abc", Char("z")), False),
        ("starts_with", ("abc", "ab"), True),
        ("ends_with", ("abc", Char("c")), True),
        ("index_of", ("héllo", "l"), 2),
        ("index_of", ("héllo", Char("l"), 3), 3),
        ("index_of", ("héllo", "l", -1), -1),
        ("index_of", ("abcabc", "c", 3), 5),
        ("index_of", ("abc", "a", 3), -1),
        ("index_of", ("abc", "a", -99), 0),
        ("index_of", ("", ""), -1),
        ("index_of", ("", "a", 0), -1),
        ("sub_string", ("héllo", 1, 2), "él"),
        ("sub_string", ("héllo", -2), "lo"),
        ("sub_string", ("héllo", InclusiveRange(1, 2)), "él"),
        ("sub_string", ("héllo", ExclusiveRange(1, 3)), "él"),
        ("sub_string", ("héllo", 9), ""),
        ("sub_string", ("héllo", -9, 3), "hél"),
        ("sub_string", ("héllo", 1, INT_MAX), "éllo"),
        ("sub_string", ("héllo", 1, -1), ""),
        ("to_chars", ("ab",), [Char("a"), Char("b")]),
        ("to_blob", ("é",), bytearray("é".encode())),
        ("split", (" a  b\tc\n",), ["a", "b", "c"]),
        ("split", ("",), [""]),
        ("split", ("a\x1cb",), ["a\x1cb"]),
        ("split", ("a,b,,c", ","), ["a", "b", "", "c"]),
        ("split", ("a,b,,c", Char(",")), ["a", "b", "", "c"]),
        ("split", ("a,b,,c", ",", 2), ["a", "b,,c"]),
        ("split", ("a,b", ",", 1), ["a,b"]),
        ("split", ("hello", 2), ["he", "llo"]),
        ("split", ("hello", -2), ["hel", "lo"]),
        ("split", ("hello", 99), ["hello", ""]),
        ("split", ("hello", INT_MIN), ["", "hello"]),
        ("split", ("ab", ""), ["", "a", "b", ""]),
        ("split", ("abc", "", 3), ["", "a", "bc"]),
        ("split", ("abc", "", 9), ["", "a", "b", "c", ""]),
        ("split", ("", ","), [""]),
        ("split", ("", ",", 3), [""]),
        ("split_rev", ("a,b,,c", ","), ["c", "", "b", "a"]),
        ("split_rev", ("a,b,,c", ",", 2), ["c", "a,b,"]),
        ("split_rev", ("ab", ""), ["", "b", "a", ""]),
        ("split_rev", ("abc", "", 3), ["", "c", "ab"]),
        ("split_rev", ("abc", "", 9), ["", "c", "b", "a", ""]),
        ("split_rev", ("", Char("x")), [""]),
        ("split_rev", ("a", "x", 0), ["a"]),
    ],
)
def test_results(name: str, args: tuple[Value, ...], result: Value) -> None:
    receiver, computed = Bench().change(name, *args)
    assert computed == result
    assert type(computed) is type(result)
    assert receiver == args[0]


@pytest.mark.parametrize(
    ("name", "args", "after", "result"),
    [
        ("set", ("abc", 1, Char("Z")), "aZc", None),
        ("set", ("abc", -1, Char("Z")), "abZ", None),
        ("set", ("abc", 9, Char("Z")), "abc", None),
        ("clear", ("abc",), "", None),
        ("truncate", ("hello", 2), "he", None),
        ("truncate", ("hello", -2), "", None),
        ("trim", (" \u3000a b\n",), "a b", None),
        ("trim", ("\x1ca\x1f",), "\x1ca\x1f", None),
        ("pop", ("hello",), "hell", Char("o")),
        ("pop", ("",), "", None),
        ("pop", ("hello", 2), "hel", "lo"),
        ("pop", ("hello", 99), "", "hello"),
        ("pop", ("hello", 0), "hello", ""),
        ("make_upper", ("MiX",), "MIX", None),
        ("make_lower", ("MiX",), "mix", None),
        ("make_upper", (Char("x"),), Char("X"), None),
        ("make_lower", (Char("X"),), Char("x"), None),
        ("crop", ("héllo", 1, 2), "él", None),
        ("crop", ("héllo", -3), "llo", None),
        ("crop", ("héllo", ExclusiveRange(1, 3)), "él", None),
        ("append", ("abc", 5), "abc5", None),
        ("append", ("x", bytearray(b"A\xff")), "xA\ufffd", None),
        ("remove", ("hello", Char("l")), "heo", None),
        ("remove", ("hello", "ll"), "heo", None),
        ("remove", ("", "x"), "", None),
        ("remove", ("hello", ""), "hello", None),
        ("replace", ("hello", "l", "L"), "heLLo", None),
        ("replace", ("hello", Char("l"), Char("L")), "heLLo", None),
        ("replace", ("hello", "", "-"), "-h-e-l-l-o-", None),
        ("replace", ("", "", "-"), "", None),
        ("replace", ("aaa", "aa", "b"), "ba", None),
        ("pad", ("hello", 8, Char("*")), "hello***", None),
        ("pad", ("hello", 8, "ab"), "helloaba", None),
        ("pad", ("hello", 3, Char("*")), "hello", None),
        ("pad", ("hello", 8, ""), "hello", None),
        ("pad", ("hello", -1, "a"), "hello", None),
    ],
)
def test_changes(name: str, args: tuple[Value, ...], after: Value, result: Value) -> None:
    receiver, computed = Bench().change(name, *args)
    assert (receiver, computed) == (after, result)
    assert (type(receiver), type(computed)) == (type(after), type(result))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("pad", ("a", 10**18, Char("x"))),
        ("pad", ("a", 10**9, "xy")),
        ("pad", ("aaa", 4, Char("é"))),
        ("replace", ("aaa", "a", "bb")),
        ("append", ("aaa", "bbb")),
        ("make_upper", ("aßß",)),
        ("to_lower", ("aİİ",)),
        ("to_chars", ("abcd",)),
        ("to_blob", ("éé",)),
        ("split", ("a,b,c,d", ",")),
        ("split", ("abcdef",)),
    ],
)
def test_growth_beyond_the_limits_stops(name: str, args: tuple[Value, ...]) -> None:
    limits = Limits(max_string_size=4, max_array_size=3)
    with pytest.raises(Stop, match="too large"):
        Bench(limits).run(name, *args)


def test_absurd_padding_stops_even_without_limits() -> None:
    with pytest.raises(Stop, match="Length of string too large"):
        Bench().run("pad", "a", 10**18, "xy")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("contains", ("z",)),
        ("index_of", ("z",)),
        ("index_of", ("z", 1)),
        ("replace", ("z", "y")),
        ("split", ("z",)),
        ("to_chars", ()),
        ("to_upper", ()),
        ("trim", ()),
        ("pop", ()),
        ("pop", (5,)),
        ("set", (0, Char("z"))),
        ("parse_int", ()),
        ("append", ("z",)),
    ],
)
def test_long_texts_charge(name: str, args: tuple[Value, ...]) -> None:
    bench = Bench()
    try:
        bench.run(name, "1" * 2_000_000, *args)
    except ScriptError:
        assert name == "parse_int"
    assert bench.operations > 400
