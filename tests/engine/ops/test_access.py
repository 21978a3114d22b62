"""Indexes, properties, copies, iteration, assignment operators."""

from __future__ import annotations

import pytest

from app.engine import ops
from app.engine.errors import ScriptError, Stop
from app.engine.limits import Limits
from app.engine.values import INT_MAX, Char, ExclusiveRange, FnPtr, HostObject, InclusiveRange, Value
from tests.engine.bench import Bench, nested


@pytest.mark.parametrize(
    ("container", "index", "value"),
    [
        ([1, 2, 3], -1, 3),
        ({"a": 1}, "a", 1),
        ({}, "a", None),
        ("é漢😀", 1, Char("漢")),
        ("abc", -1, Char("c")),
        ("hello", ExclusiveRange(1, 3), "el"),
        ("hello", InclusiveRange(1, 3), "ell"),
        ("hello", ExclusiveRange(3, 99), "lo"),
        ("hello", ExclusiveRange(-2, -1), "l"),
        ("hello", ExclusiveRange(3, 1), ""),
        ("hello", InclusiveRange(3, 1), ""),
        ("hello", InclusiveRange(2, 2), ""),
        ("hello", InclusiveRange(0, 4), "hello"),
        ("hello", ExclusiveRange(9, 12), ""),
        ("hello", ExclusiveRange(0, -9), ""),
        ("", ExclusiveRange(5, 9), ""),
        (bytearray(b"ab"), 1, 98),
        (5, 0, True),
        (5, 1, False),
        (-1, -1, True),
        (0b110100, ExclusiveRange(2, 5), 5),
        (-1, ExclusiveRange(0, INT_MAX), -1),
        (-1, InclusiveRange(0, INT_MAX), -1),
        (5, ExclusiveRange(3, 3), 0),
        (-1, InclusiveRange(60, 63), -1),
    ],
)
def test_reading_by_index(container: Value, index: Value, value: Value) -> None:
    read = ops.get_index(Bench(), container, index)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("container", "index", "message"),
    [
        ([1], 1, "Array index 1 out of bounds: only 1 element in array"),
        ([], -1, "Array index -1 out of bounds: array is empty"),
        ([1], "x", "Data type incorrect: string (expecting i64)"),
        ([1], True, "Data type incorrect: bool (expecting i64)"),
        ([1], ExclusiveRange(0, 1), "Data type incorrect: core::ops::range::Range<i64> (expecting i64)"),
        ([1], Bench().run("bits", 1), "Data type incorrect: rhai::packages::iter_basic::BitRange (expecting i64)"),
        ({}, 1, "Data type incorrect: i64 (expecting string)"),
        ({}, Char("a"), "Data type incorrect: char (expecting string)"),
        ("abc", 3, "String index 3 out of bounds: only 3 characters in string"),
        ("abc", -4, "String index -4 out of bounds: only 3 characters in string"),
        ("abc", ExclusiveRange(-4, 1), "String index -4 out of bounds: only 3 characters in string"),
        ("abc", 1.0, "Data type incorrect: f64 (expecting i64)"),
        (5, 64, "Bit-field index 64 out of bounds: only 64 bits in bit-field"),
        (5, -65, "Bit-field index -65 out of bounds: only 64 bits in bit-field"),
        (5, ExclusiveRange(-1, 3), "Bit-field index -1 out of bounds: only 64 bits in bit-field"),
        (5, ExclusiveRange(0, 65), "Bit-field index 65 out of bounds: only 64 bits in bit-field"),
        (5, InclusiveRange(0, 64), "Bit-field index 64 out of bounds: only 64 bits in bit-field"),
        (5, "a", "Data type incorrect: string (expecting i64)"),
        (1.5, "x", "Indexer unavailable: f64 [string]"),
        (None, 0, "Indexer unavailable: () [i64]"),
    ],
)
def test_faults_of_reading_by_index(container: Value, index: Value, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        ops.get_index(Bench(), container, index)
    assert caught.value.text == message


@pytest.mark.parametrize(
    ("container", "index", "value", "after"),
    [
        ([1, 2], -1, "x", [1, "x"]),
        ({"a": 1}, "b", 2, {"a": 1, "b": 2}),
        ({"a": 1}, "a", 2, {"a": 2}),
        (bytearray(b"ab"), 0, 0x141, bytearray(b"Ab")),
        ("abc", 1, Char("X"), "aXc"),
        ("hello", ExclusiveRange(1, 3), "--", "h--lo"),
        ("hello", InclusiveRange(1, 3), 7, "h7o"),
        ("hello", ExclusiveRange(-2, 99), "", "hel"),
        ("", ExclusiveRange(0, 0), "x", "x"),
        (0, 3, True, 8),
        (-1, 63, False, INT_MAX),
        (0, 63, True, -INT_MAX - 1),
        (0, InclusiveRange(4, 7), 5, 80),
        (255, ExclusiveRange(0, 4), 0, 240),
    ],
)
def test_writing_by_index(container: Value, index: Value, value: Value, after: Value) -> None:
    assert ops.set_index(Bench(), container, index, value) == after


def test_writing_a_character_from_the_end_misses_as_in_rhai() -> None:
    assert ops.set_index(Bench(), "abc", -1, Char("X")) == "aXc"
    assert ops.set_index(Bench(), "abc", -3, Char("X")) == "abc"


@pytest.mark.parametrize(
    ("container", "index", "value", "message"),
    [
        ([1], 1, 0, "Array index 1 out of bounds: only 1 element in array"),
        ({}, 1, 0, "Data type incorrect: i64 (expecting string)"),
        (bytearray(1), 0, "x", "Data type incorrect: string (expecting INT)"),
        ("abc", 0, "x", "Data type incorrect: string (expecting char)"),
        ("abc", 3, Char("x"), "String index 3 out of bounds: only 3 characters in string"),
        ("abc", "x", Char("x"), "Data type incorrect: string (expecting i64)"),
        ("abc", ExclusiveRange(-9, 1), "x", "String index -9 out of bounds: only 3 characters in string"),
        (5, 0, 1, "Data type incorrect: i64 (expecting bool)"),
        (5, ExclusiveRange(0, 1), True, "Data type incorrect: bool (expecting integer)"),
        (1.5, 0, 1, "Indexer unavailable: f64 [i64] = i64"),
    ],
)
def test_faults_of_writing_by_index(container: Value, index: Value, value: Value, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        ops.set_index(Bench(), container, index, value)
    assert caught.value.text == message


def test_index_assignment_lets_a_map_pass_its_limit_but_not_run_away() -> None:
    bench = Bench(Limits(max_map_size=100))
    entries: dict[str, Value] = {}

    def fill() -> None:
        for number in range(1000):
            ops.set_index(bench, entries, str(number), number)

    with pytest.raises(Stop, match="Size of object map"):
        fill()
    assert len(entries) == 201
    assert bench.memory_bytes > 0


class Entity(HostObject):
    """Remembers what was asked of it."""

    type_name = "entity"

    def __init__(self) -> None:
        self.data: dict[str, Value] = {"name": "ann"}

    def get_property(self, name: str) -> Value:
        return self.data[name]

    def set_property(self, name: str, value: Value) -> None:
        self.data[name] = value

    def get_index(self, key: Value) -> Value:
        return self.data[str(key)]

    def set_index(self, key: Value, value: Value) -> None:
        self.data[str(key)] = value


def test_host_objects_answer_for_themselves() -> None:
    bench, entity = Bench(), Entity()
    assert ops.get_property(bench, entity, "name") == "ann"
    ops.set_property(bench, entity, "age", 5)
    assert ops.get_index(bench, entity, "age") == 5
    assert ops.set_index(bench, entity, "age", 6) is entity
    assert entity.data["age"] == 6
    assert ops.copied(entity) is entity


def test_a_host_object_has_nothing_by_itself() -> None:
    plain = HostObject()
    with pytest.raises(ScriptError, match="Unknown property 'x'"):
        ops.get_property(Bench(), plain, "x")
    with pytest.raises(ScriptError, match="No writable property 'x'"):
        ops.set_property(Bench(), plain, "x", 1)
    with pytest.raises(ScriptError, match=r"Indexer unavailable: object \[i64\]"):
        ops.get_index(Bench(), plain, 1)
    with pytest.raises(ScriptError, match=r"Indexer unavailable: object \[i64\] = string"):
        ops.set_index(Bench(), plain, 1, "a")


def test_properties_of_maps_and_library_getters() -> None:
    bench = Bench()
    assert ops.get_property(bench, {"len": 5}, "len") == 5
    assert ops.get_property(bench, {}, "len") is None
    assert ops.get_property(bench, [1, 2], "len") == 2
    assert ops.get_property(bench, "hé", "bytes") == 3
    assert ops.get_property(bench, ExclusiveRange(1, 5), "start") == 1
    assert ops.get_property(bench, 5, "tag") == 0


@pytest.mark.parametrize("name", ["nope", "first", "__class__", "append"])
def test_nothing_of_python_is_a_property(name: str) -> None:
    with pytest.raises(ScriptError, match=f"Unknown property '{name}' - a getter is not registered for type 'array'"):
        ops.get_property(Bench(), [1], name)
    with pytest.raises(ScriptError, match=f"No writable property '{name}'"):
        ops.set_property(Bench(), [1], name, 1)


def test_tags_are_checked_and_forgotten() -> None:
    ops.set_property(Bench(), 5, "tag", 7)
    with pytest.raises(ScriptError, match="99999999999 is too large to fit into a tag"):
        ops.set_property(Bench(), 5, "tag", 99999999999)


def test_setting_a_property_stays_within_limits() -> None:
    with pytest.raises(Stop, match="Size of object map"):
        ops.set_property(Bench(Limits(max_map_size=1)), {"a": 1}, "b", 2)


def test_copies_share_no_container() -> None:
    original: Value = [1, [2, {"a": bytearray(b"x")}], FnPtr("f")]
    copy = ops.copied_metered(Bench(), original)
    assert ops.equal(Bench(), copy[:2], original[:2])  # type: ignore[index]  # arrays
    copy[1][1]["a"].append(0)  # type: ignore[index]  # as built above
    assert original[1][1]["a"] == bytearray(b"x")  # type: ignore[index]  # as built above


@pytest.mark.slow
def test_copying_deep_values_needs_no_stack() -> None:
    deep = {"a": nested(50_000)}
    assert ops.equal(Bench(), ops.copied(deep), deep)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ([1, 2], [1, 2]),
        ("aé", [Char("a"), Char("é")]),
        (ExclusiveRange(1, 3), [1, 2]),
        (InclusiveRange(1, 3), [1, 2, 3]),
        (bytearray(b"\x01\x02"), [1, 2]),
    ],
)
def test_iteration(value: Value, items: list[Value]) -> None:
    walked = list(ops.iterate(value))
    assert walked == items
    assert [type(item) for item in walked] == [type(item) for item in items]


@pytest.mark.parametrize("value", [5, {}, None, 1.5, FnPtr("f"), Char("a")])
def test_what_has_no_elements_is_not_walked(value: Value) -> None:
    with pytest.raises(ScriptError, match="For loop expects iterable type"):
        ops.iterate(value)


def test_iterators_are_walked_from_their_start_each_time() -> None:
    steps = Bench().run("range", 0, 5, 2)
    assert [list(ops.iterate(steps)), list(ops.iterate(steps))] == [[0, 2, 4]] * 2


def test_flat_maps_are_copied_too() -> None:
    entries: Value = {"a": 1}
    copy = ops.copied(entries)
    assert copy == entries
    assert copy is not entries


def test_iteration_ignores_later_changes() -> None:
    array: list[Value] = [1, 2]
    items = ops.iterate(array)
    array.append(3)
    assert list(items) == [1, 2]


def test_open_ranges() -> None:
    assert ops.exclusive_range(1, None).end == INT_MAX
    assert ops.inclusive_range(None, 5).start == 0
    assert ops.exclusive_range(1, 5).end == 5
    with pytest.raises(ScriptError, match=r"Function not found: \.\. \(f64, i64\)"):
        ops.exclusive_range(1.0, 2)


@pytest.mark.parametrize(
    ("target", "op", "value", "after"),
    [
        (1, "+", 2, 3),
        (1, "+", 2.5, 3.5),
        ("a", "+", 5, "a5"),
        ("abcb", "-", "b", "ac"),
        (Char("a"), "+", Char("b"), "ab"),
        ([1], "+", 2, [1, 2]),
        ([1], "+", [2, 3], [1, 2, 3]),
        ([1], "+", [], [1]),
        ([], "+", [1], [1]),
        ({"a": 1}, "+", {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, "+", "x", '#{"a": 1}x'),
        (bytearray(b"a"), "+", 0x162, bytearray(b"ab")),
        (bytearray(b"a"), "+", "b", bytearray(b"ab")),
        (bytearray(b"a"), "+", Char("é"), bytearray("aé".encode())),
        (bytearray(b"a"), "+", bytearray(b"b"), bytearray(b"ab")),
        (True, "&", False, False),
        (5, "%", 3, 2),
    ],
)
def test_assignment_operators(target: Value, op: str, value: Value, after: Value) -> None:
    assert ops.assign(Bench(), op, target, value) == after


def test_assignment_operators_change_containers_in_place() -> None:
    array: Value = [1]
    assert ops.assign(Bench(), "+", array, 2) is array


def test_faults_of_assignment_operators_have_positions() -> None:
    with pytest.raises(ScriptError) as overflow:
        ops.assign(Bench(), "+", INT_MAX, 1)
    with pytest.raises(Stop) as too_long:
        ops.assign(Bench(Limits(max_string_size=5)), "+", "abc", "def")
    with pytest.raises(ScriptError, match=r"\+ \(blob, bool\)"):
        ops.assign(Bench(), "+", bytearray(), True)
    assert overflow.value.has_place
    assert too_long.value.has_place


def test_one_assignment_may_pass_the_array_limit_as_in_rhai_but_not_two() -> None:
    bench = Bench(Limits(max_array_size=3))
    array = ops.assign(bench, "+", [1, 2], [3, 4])
    assert array == [1, 2, 3, 4]
    with pytest.raises(Stop, match="Size of array"):
        ops.assign(bench, "+", array, [5])
