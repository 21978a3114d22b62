"""Object maps and JSON."""

from __future__ import annotations

import pytest

from app.engine import errors
from app.engine.errors import ScriptError, Stop
from app.engine.limits import Limits
from app.engine.source import Place
from app.engine.stdlib.json_plain import NOT_PLAIN, plain
from app.engine.stdlib.json_text import Reader
from app.engine.values import UNBOUND, Char, FnPtr, Value
from tests.engine.bench import Bench, fn, method


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("len", ({"a": 1},), 1),
        ("is_empty", ({},), True),
        ("contains", ({"a": 1}, "a"), True),
        ("get", ({"a": 1}, "a"), 1),
        ("get", ({"a": 1}, "z"), None),
        ("keys", ({"b": 1, "a": 2, "B": 3, "10": 4},), ["10", "B", "a", "b"]),
        ("values", ({"b": 1, "a": 2},), [2, 1]),
        ("to_json", ({"a": 1.0},), '{"a":1.0}'),
        ("map", ({"a": 1}, fn(2, lambda key, value: [key, value])), {"a": ["a", 1]}),
        ("map", ({"a": 1}, fn(1, lambda key: key)), {"a": "a"}),
        ("filter", ({"a": 1, "b": 2}, fn(2, lambda key, value: value > 1)), {"b": 2}),
    ],
)
def test_results(name: str, args: tuple[Value, ...], result: Value) -> None:
    assert Bench().run(name, *args) == result


@pytest.mark.parametrize(
    ("name", "args", "after", "result"),
    [
        ("set", ({"a": 1}, "b", 2), {"a": 1, "b": 2}, None),
        ("clear", ({"a": 1},), {}, None),
        ("remove", ({"a": 1}, "a"), {}, 1),
        ("remove", ({"a": 1}, "z"), {"a": 1}, None),
        ("mixin", ({"a": 1, "b": 2}, {"b": 3}), {"a": 1, "b": 3}, None),
        ("fill_with", ({"a": 1, "b": 2}, {"b": 3, "c": 4}), {"a": 1, "b": 2, "c": 4}, None),
        ("drain", ({"a": 1, "b": 2}, fn(2, lambda key, value: value > 1)), {"a": 1}, {"b": 2}),
        ("retain", ({"a": 1, "b": 2}, fn(2, lambda key, value: value > 1)), {"b": 2}, {"a": 1}),
    ],
)
def test_changes(name: str, args: tuple[Value, ...], after: Value, result: Value) -> None:
    receiver, computed = Bench().change(name, *args)
    assert receiver is args[0]
    assert (receiver, computed) == (after, result)


def test_call_backs_see_the_entries_in_the_order_of_their_names() -> None:
    seen: list[Value] = []
    Bench().run("map", {"b": 1, "a": 2}, fn(2, lambda key, value: seen.append(key)))
    assert seen == ["a", "b"]


def test_map_reports_its_own_errors_as_filter_as_rhai_does() -> None:
    with pytest.raises(ScriptError) as caught:
        Bench().run("map", {"a": 1}, fn(5, lambda *args: None))
    assert [level.name for level in caught.value.calls] == ["filter"]


def test_a_failing_predicate_leaves_what_was_decided_before() -> None:
    def predicate(key: Value, value: Value) -> Value:
        if key == "b":
            raise errors.runtime("b")
        return True

    entries: Value = {"a": 1, "b": 2, "c": 3}
    with pytest.raises(ScriptError):
        Bench().run("drain", entries, fn(2, predicate))
    assert entries == {"c": 3}


def test_a_call_back_may_change_the_map_it_walks() -> None:
    entries: dict[str, Value] = {"a": 1, "b": 2}
    Bench().run("map", entries, method(1, lambda _this, key: entries.clear()))
    assert entries == {}


def test_a_changed_this_is_written_back() -> None:
    class Doubling(Bench):
        def call(self, function: FnPtr, args: object, this: Value = UNBOUND) -> tuple[Value, Value]:
            return True, this * 2  # type: ignore[operator]  # integers below

    entries: Value = {"a": 1}
    assert Doubling().run("filter", entries, method(1, lambda this, key: None)) == {"a": 2}
    assert entries == {"a": 2}


def test_results_share_nothing_with_the_map() -> None:
    inner: list[Value] = [1]
    entries: Value = {"a": inner}
    results = [Bench().run("get", entries, "a"), Bench().run("values", entries), Bench().run("filter", entries, fn(2, lambda k, v: True))]
    inner.append(2)
    assert results == [[1], [[1]], {"a": [1]}]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("set", ({"a": 1, "b": 1}, "c", 1)),
        ("mixin", ({"a": 1}, {"b": 1, "c": 1})),
        ("fill_with", ({"a": 1}, {"b": 1, "c": 1})),
        ("map", ({"a": 1}, fn(2, lambda key, value: {"b": 1, "c": 1}))),
    ],
)
def test_growth_beyond_the_limits_stops(name: str, args: tuple[Value, ...]) -> None:
    with pytest.raises(Stop, match="Size of object map"):
        Bench(Limits(max_map_size=2)).run(name, *args)


# --- JSON ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        (' {"a": 1} ', {"a": 1}),
        (
            '{"a":1.5,"b":"x","c":true,"d":null,"e":[1,2,{"f":[]}],"g":{"h":{}}}',
            {"a": 1.5, "b": "x", "c": True, "d": None, "e": [1, 2, {"f": []}], "g": {"h": {}}},
        ),
        ('{"a":1,}', {"a": 1}),
        ('{"a":[1,]}', {"a": [1]}),
        ('{"a":-9223372036854775808,"b":9223372036854775808}', {"a": -9223372036854775808, "b": 9.223372036854775808e18}),
        ('{"a":0x10,"b":01,"c":+1,"d":-0b11,"e":0o17,"f":1_0}', {"a": 16, "b": 1, "c": 1, "d": -3, "e": 15, "f": 10}),
        ('{"a":0xFFFFFFFFFFFFFFFF,"b":-0x8000000000000000}', {"a": -1, "b": -9223372036854775808}),
        ('{"a":1+2*3,"b":2**3**2,"c":(1+2)*3,"d":1 == 1}', {"a": 7, "b": 512, "c": 9, "d": True}),
        ('{"a":\'c\',"b":\'\\n\',"c":\'"\'}', {"a": Char("c"), "b": Char("\n"), "c": Char('"')}),
        ('{"a":"\\t\\\\\\x41\\u00e9\\U0001F600","b":"q""q"}', {"a": "\t\\Aé😀", "b": 'q"q'}),
        ('// c\n{"a" /* d */ : 1}', {"a": 1}),
        ('{"a":1.5e3,"b":-2.5}', {"a": 1500.0, "b": -2.5}),
    ],
)
def test_json_is_read(text: str, value: Value) -> None:
    assert Bench().run("parse_json", text) == value


@pytest.mark.parametrize(
    ("text", "kind", "message", "column"),
    [
        ("", "UnexpectedEOF", "Script is incomplete", 1),
        (" ", "UnexpectedEOF", "Script is incomplete", 2),
        ("hello world", "BadInput.UnexpectedInput", "Unexpected 'world'", 7),
        ('{"a":}', "BadInput.UnexpectedInput", "Unexpected '}'", 6),
        ('{"a":.5}', "BadInput.UnexpectedInput", "Unexpected '.'", 6),
        ("{a:1}", "PropertyExpected", "Expecting name of a property", 2),
        ("{'a':1}", "MissingToken", "Expecting '}' to end this object map literal", 2),
        ("{", "MissingToken", "Expecting '}' to end this object map literal", 2),
        ('{"a":1', "MissingToken", "Expecting '}' to end this object map literal", 7),
        ('{"a":1 "b"', "MissingToken", "Expecting ',' to separate the items of this object map literal", 8),
        ('{"a" 1}', "MissingToken", "Expecting ':' to follow the property 'a' in this object map literal", 6),
        ("[1 2]", "MissingToken", "Expecting ',' to separate the items of this array literal", 4),
        ("[1", "MissingToken", "Expecting ']' to end this array literal", 3),
        ("[", "MissingToken", "Expecting ']' to end this array literal", 2),
        ("(1", "MissingToken", "Expecting ')' for a matching ( in this expression", 3),
        ('{"a":1,"a":2}', "DuplicatedProperty", "Duplicated property for object map literal: a", 8),
        ('{"a": #{b:1}}', "BadInput.ImproperSymbol", "Invalid symbol encountered: '#{'", 7),
        ("[() ]", "BadInput.ImproperSymbol", "Invalid symbol encountered: '()'", 2),
        ('{"a', "BadInput.UnterminatedString", "Open string is not terminated", 2),
        ('["a" \\]', "BadInput.UnexpectedInput", "Unexpected '\\'", 6),
        ("[0xz]", "BadInput.MalformedNumber", "Invalid number: ''", 2),
        ("[0x11111111111111111]", "BadInput.MalformedNumber", "Invalid number: '11111111111111111'", 2),
        ("['ab']", "BadInput.MalformedChar", "Invalid character: 'ab'", 2),
        ('["\\q"]', "BadInput.MalformedEscapeSequence", "Invalid escape sequence: '\\q'", 4),
        ('["\\uD83D"]', "BadInput.MalformedEscapeSequence", "Invalid escape sequence: '\\uD83D'", 8),
        ("[" * 200, "ExprTooDeep", "Expression exceeds maximum complexity", 65),
        ("-" * 200 + "1", "ExprTooDeep", "Expression exceeds maximum complexity", 64),
        ("1**" * 200 + "1", "ExprTooDeep", "Expression exceeds maximum complexity", 193),
    ],
)
def test_faults_in_json_have_their_own_place_and_cannot_be_caught(text: str, kind: str, message: str, column: int) -> None:
    with pytest.raises(Stop) as caught:
        Bench().run("parse_json", text)
    assert (caught.value.parse_kind, caught.value.text, caught.value.place) == (kind, f"Syntax error: {message}", Place(1, column))


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('{"a":nope}', "Variable not found: nope", Place(1, 6)),
        ('{"a":nope + other}', "Variable not found: nope", Place(1, 6)),
        ('{"a":1/0}', "Division by zero: 1 / 0", None),
        ('{"a":-true}', "Function not found: - (bool)", Place(1, 6)),
        ("[]", "Output type incorrect: array (expecting map)", None),
        ("null", "Output type incorrect: () (expecting map)", None),
    ],
)
def test_json_without_value(text: str, message: str, place: Place | None) -> None:
    with pytest.raises(ScriptError) as caught:
        Bench().run("parse_json", text)
    assert (caught.value.text, caught.value.place) == (message, place)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("[1,2,3,4]", "Size of array literal exceeds the maximum limit (3)", 8),
        ('{"a":1,"b":2,"c":3}', "Number of properties in object map literal exceeds the maximum limit (2)", 18),
        ('["abcdef"]', "Length of string exceeds the maximum limit (5)", 2),
    ],
)
def test_json_stays_within_limits(text: str, message: str, column: int) -> None:
    with pytest.raises(Stop) as caught:
        Bench(Limits(max_array_size=3, max_map_size=2, max_string_size=5)).run("parse_json", text)
    assert (caught.value.text, caught.value.place) == (f"Syntax error: {message}", Place(1, column))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a":[1,-2.5,1e3,true,null,"x",{"b":{}}]}',
        '{"a":9223372036854775808,"b":-0,"c":123456789012345678901234567890}',
        " [1, [2, [3]]] ",
    ],
)
def test_both_readers_agree_on_plain_json(text: str) -> None:
    quick = plain(Limits(), text)
    assert quick is not NOT_PLAIN
    assert repr(quick) == repr(Reader(Bench(), text).read())


@pytest.mark.parametrize(
    "text", ['"\\n"', '{"a":1,"a":2}', "[1,]", "NaN", "[01]", "", "[" * 5000, "[" * 61 + "]" * 61, '["abcd"]', "[1,2,3]", '{"a":1,"b":2}']
)
def test_what_the_quick_reader_is_not_sure_of_is_left_to_the_other(text: str) -> None:
    assert plain(Limits(max_string_size=8, max_array_size=3, max_map_size=1), text) is NOT_PLAIN
