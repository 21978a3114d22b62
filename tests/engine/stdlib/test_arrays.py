"""Arrays."""

from __future__ import annotations

import pytest

from app.engine import errors
from app.engine.errors import ScriptError, Stop
from app.engine.limits import Limits
from app.engine.values import INT_MAX, INT_MIN, UNBOUND, Char, ExclusiveRange, FnPtr, InclusiveRange, Value
from tests.engine.bench import Bench, fn, method

EVEN = fn(1, lambda item: item % 2 == 0)


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("len", ([1, 2],), 2),
        ("is_empty", ([],), True),
        ("get", ([1, 2], -1), 2),
        ("get", ([1, 2], -9), 1),
        ("get", ([1, 2], 5), None),
        ("extract", ([1, 2, 3, 4], 1, 2), [2, 3]),
        ("extract", ([1, 2, 3, 4], ExclusiveRange(1, 3)), [2, 3]),
        ("extract", ([1, 2, 3, 4], InclusiveRange(1, 2)), [2, 3]),
        ("extract", ([1, 2, 3, 4], ExclusiveRange(3, 1)), []),
        ("extract", ([1, 2, 3, 4], -2), [3, 4]),
        ("contains", ([1, [2]], [2.0]), True),
        ("index_of", ([1, 2, 3, 2], 2), 1),
        ("index_of", ([1, 2, 3, 2], 2, 2), 3),
        ("index_of", ([1, 2, 3, 2], 2, -1), 3),
        ("index_of", ([1], 9), -1),
        ("index_of", ([1, 2, 3], EVEN), 1),
        ("index_of", ([1, 2, 3], EVEN, 2), -1),
        ("index_of", (["a", "b"], "b"), 1),
        ("index_of", (["a", "if"], "if"), 1),
        ("index_of", ([], "b"), -1),
        ("index_of", ([1, 2], "is_even"), 1),
        ("order", ([3, 1, 2],), [1, 2, 3]),
        ("order_desc", ([3, 1, 2],), [3, 2, 1]),
        ("order", ([3, 1, 2], fn(2, lambda a, b: b - a)), [3, 2, 1]),
        ("order_by", ([3, 1, 2], fn(2, lambda a, b: a < b)), [1, 2, 3]),
        ("map", ([1, 2], fn(1, lambda item: item * 10)), [10, 20]),
        ("map", ([1, 2], fn(2, lambda item, at: item * at)), [0, 2]),
        ("map", ([1, 2], method(0, lambda this: this + 1)), [2, 3]),
        ("map", ([-1, 2], FnPtr("abs")), [1, 2]),
        ("map", ([-1, 2], "abs"), [1, 2]),
        ("filter", ([1, 2, 3], EVEN), [2]),
        ("filter", ([1, 2, 3], fn(1, lambda item: item)), []),
        ("some", ([1, 2], EVEN), True),
        ("some", ([], EVEN), False),
        ("some", ([1, 2], "is_even"), True),
        ("all", ([1, 2], EVEN), False),
        ("all", ([], EVEN), True),
        ("find", ([1, 2, 4], EVEN), 2),
        ("find", ([1], EVEN), None),
        ("find", ([2, 1, 4], EVEN, 1), 4),
        ("find_map", ([1, 2], fn(1, lambda item: item * 10 if item > 1 else None)), 20),
        ("find_map", ([1, 2], fn(1, lambda item: None)), None),
        ("find_map", ([5, 6], fn(1, lambda item: item), 1), 6),
        ("reduce", ([1, 2], fn(2, lambda total, item: (total or 0) + item)), 3),
        ("reduce", ([1, 2], fn(2, lambda total, item: total + item), 10), 13),
        ("reduce", ([1, 2], fn(3, lambda total, item, at: total + item * at), 0), 2),
        ("reduce", ([], fn(2, lambda total, item: 0), "x"), "x"),
        ("reduce", ([1, 2], "max", 0), 2),
        ("reduce", ([[1], [2]], fn(2, lambda total, item: item)), [2]),
        ("reduce_rev", (["a", "b"], fn(2, lambda total, item: (total or "") + item)), "ba"),
        ("reduce_rev", (["a", "b"], fn(2, lambda total, item: total + item), "c"), "cba"),
        ("reduce_rev", ([], "max"), None),
        ("zip", ([1, 2, 3], [4, 5], fn(2, lambda a, b: a * b)), [4, 10]),
        ("zip", ([1, 2], [4, 5], fn(3, lambda a, b, at: a * b + at)), [4, 11]),
        ("zip", ([], [], EVEN), []),
    ],
)
def test_results(name: str, args: tuple[Value, ...], result: Value) -> None:
    before = list(args[0]) if isinstance(args[0], list) else None
    assert Bench().change(name, *args) == (before, result)


@pytest.mark.parametrize(
    ("name", "args", "after", "result"),
    [
        ("set", ([1, 2], -1, 5), [1, 5], None),
        ("set", ([1, 2], 5, 5), [1, 2], None),
        ("set", ([], 0, 5), [], None),
        ("push", ([1], [2]), [1, [2]], None),
        ("append", ([1], [2, 3]), [1, 2, 3], None),
        ("insert", ([1, 2], 1, 9), [1, 9, 2], None),
        ("insert", ([1, 2], -1, 9), [1, 9, 2], None),
        ("insert", ([1, 2], 99, 9), [1, 2, 9], None),
        ("insert", ([1, 2], INT_MIN, 9), [9, 1, 2], None),
        ("pad", ([1], 3, 0), [1, 0, 0], None),
        ("pad", ([1], 1, 0), [1], None),
        ("pad", ([], 2, bytearray(b"a")), [bytearray(b"a"), bytearray(b"a")], None),
        ("pop", ([1, 2],), [1], 2),
        ("pop", ([],), [], None),
        ("shift", ([1, 2],), [2], 1),
        ("shift", ([],), [], None),
        ("remove", ([1, 2, 3], -1), [1, 2], 3),
        ("remove", ([1, 2, 3], 9), [1, 2, 3], None),
        ("clear", ([1],), [], None),
        ("truncate", ([1, 2, 3], 2), [1, 2], None),
        ("truncate", ([1, 2, 3], -2), [], None),
        ("chop", ([1, 2, 3], 2), [2, 3], None),
        ("chop", ([1, 2, 3], -2), [], None),
        ("chop", ([1, 2, 3], INT_MAX), [1, 2, 3], None),
        ("reverse", ([1, 2],), [2, 1], None),
        ("splice", ([1, 2, 3, 4], ExclusiveRange(1, 3), [9]), [1, 9, 4], None),
        ("splice", ([1, 2, 3, 4], 1, 2, [9, 9, 9]), [1, 9, 9, 9, 4], None),
        ("splice", ([1, 2, 3, 4], -2, 1, []), [1, 2, 4], None),
        ("splice", ([], 5, 5, [1]), [1], None),
        ("splice", ([1], 9, 9, [2]), [1, 2], None),
        ("split", ([1, 2, 3, 4], -1), [1, 2, 3], [4]),
        ("split", ([1, 2], 0), [], [1, 2]),
        ("split", ([1, 2], 9), [1, 2], []),
        ("drain", ([1, 2, 3, 4], ExclusiveRange(1, 3)), [1, 4], [2, 3]),
        ("drain", ([1, 2, 3, 4], 1, 2), [1, 4], [2, 3]),
        ("drain", ([1, 2], 0, 0), [1, 2], []),
        ("drain", ([1, 2, 3, 4], EVEN), [1, 3], [2, 4]),
        ("drain", ([1, 2], "is_even"), [1], [2]),
        ("retain", ([1, 2, 3, 4], ExclusiveRange(1, 3)), [2, 3], [1, 4]),
        ("retain", ([1, 2], 0, 0), [1, 2], []),
        ("retain", ([1, 2, 3, 4], EVEN), [2, 4], [1, 3]),
        ("retain", ([1, 2], "is_even"), [2], [1]),
        ("dedup", ([1, 1.0, 2, 2, 1],), [1, 2, 1], None),
        ("dedup", ([],), [], None),
        ("dedup", ([FnPtr("a"), FnPtr("a")],), None, None),
        ("dedup", ([3, 5, 4], fn(2, lambda a, b: a % 2 == b % 2)), [3, 4], None),
        ("dedup", ([3, 5], fn(1, lambda a: True)), [3, 5], None),
        ("dedup", ([3, 5], "max"), [3, 5], None),
        ("sort", ([3, 1, 2],), [1, 2, 3], None),
        ("sort", ([],), [], None),
        ("sort", ([[1]],), [[1]], None),
        ("sort", (["b", "a", "C", "é"],), ["C", "a", "b", "é"], None),
        ("sort", ([Char("b"), Char("a")],), [Char("a"), Char("b")], None),
        ("sort", ([None, None],), [None, None], None),
        ("sort", ([True, False],), [False, True], None),
        ("sort", ([2.5, -3.0],), [-3.0, 2.5], None),
        ("sort_desc", ([2, 3, 1],), [3, 2, 1], None),
        ("sort", ([3, 1, 2], fn(2, lambda a, b: a - b)), [1, 2, 3], None),
        ("sort", ([3, 1, 2], fn(2, lambda a, b: b < a)), [3, 2, 1], None),
        ("sort", ([3, 1, 2], fn(2, lambda a, b: None)), [3, 1, 2], None),
        ("sort", ([3, 1, 2], fn(1, lambda a: 0)), [3, 1, 2], None),
        ("sort_by", ([3, 1, 2], fn(2, lambda a, b: b - a)), [3, 2, 1], None),
        ("for_each", ([1, 2], method(0, lambda this: None)), [1, 2], None),
    ],
)
def test_changes(name: str, args: tuple[Value, ...], after: Value, result: Value) -> None:
    receiver, computed = Bench().change(name, *args)
    assert receiver is args[0]
    assert computed == result
    if after is not None:
        assert receiver == after


def test_pointers_that_cannot_be_compared_are_not_duplicates() -> None:
    array: Value = [FnPtr("a"), FnPtr("a")]
    Bench().run("dedup", array)
    assert isinstance(array, list)
    assert len(array) == 2


@pytest.mark.parametrize(
    ("array", "message"),
    [
        ([1, 2.0], "elements of different types cannot be sorted"),
        ([[2], [1]], "elements of array cannot be sorted"),
        ([{}, {}], "elements of map cannot be sorted"),
        ([ExclusiveRange(0, 1)] * 2, "elements of core::ops::range::Range<i64> cannot be sorted"),
    ],
)
def test_what_cannot_be_sorted(array: Value, message: str) -> None:
    for name in ("sort", "sort_desc", "order", "order_desc"):
        with pytest.raises(ScriptError) as caught:
            Bench().run(name, array)
        assert caught.value.text == f"Function not found: {message}"


def test_results_share_nothing_with_the_array() -> None:
    inner: list[Value] = [1]
    array: Value = [inner, inner]
    bench = Bench()
    results = [
        bench.run("get", array, 0),
        bench.run("extract", array, 0),
        bench.run("filter", array, fn(1, lambda item: True)),
        bench.run("find", array, fn(1, lambda item: True)),
        bench.run("order_by", array, fn(2, lambda a, b: 0)),
        bench.run("order", [inner]),
    ]
    padded: list[Value] = []
    bench.run("pad", padded, 2, inner)
    inner.append(2)
    assert results == [[1], [[1], [1]], [[1], [1]], [1], [[1], [1]], [[1]]]
    assert padded == [[1], [1]]
    assert padded[0] is not padded[1]


# --- call-backs ------------------------------------------------------------------------------------------------


def test_for_each_passes_the_item_as_this_and_the_index_if_asked() -> None:
    seen: list[Value] = []
    Bench().run("for_each", [5, 6], method(1, lambda this, at: seen.append((this, at))))
    assert seen == [(5, 0), (6, 1)]


def test_a_wrong_number_of_parameters_is_wrapped_in_the_natives_call() -> None:
    with pytest.raises(ScriptError) as caught:
        Bench().run("map", [1], fn(3, lambda a, b, c: a))
    assert caught.value.text == "Function not found: anon$0123456789abcdef (i64, i64)"
    assert [level.name for level in caught.value.calls] == ["map"]


def test_an_error_of_a_native_call_back_is_wrapped_too() -> None:
    with pytest.raises(ScriptError) as caught:
        Bench().run("map", [INT_MIN], FnPtr("abs"))
    assert [level.name for level in caught.value.calls] == ["map"]


def test_an_unknown_name_fails_when_called_and_an_invalid_one_at_once() -> None:
    with pytest.raises(ScriptError, match=r"Function not found: nope \(i64, i64\)"):
        Bench().run("map", [1], "nope")
    with pytest.raises(ScriptError, match="Function not found: 1x"):
        Bench().run("map", [], "1x")


def test_an_element_equal_to_a_native_name_is_still_found() -> None:
    assert Bench().run("index_of", ["abs"], "nope") == -1
    with pytest.raises(ScriptError, match="Negation overflow"):
        Bench().run("index_of", [INT_MIN], "abs")


def test_a_failing_predicate_leaves_what_was_decided_before() -> None:
    def predicate(item: Value) -> Value:
        if item == 3:
            raise errors.runtime("three")
        return item == 1

    array: Value = [1, 2, 3, 1]
    with pytest.raises(ScriptError, match="three"):
        Bench().run("drain", array, fn(1, predicate))
    assert array == [2, 3, 1]


@pytest.mark.parametrize(
    "name", ["map", "filter", "some", "all", "for_each", "find", "find_map", "drain", "retain", "dedup", "sort", "reduce", "index_of"]
)
def test_a_call_back_may_change_the_array_it_walks(name: str) -> None:
    array: list[Value] = [3, 1, 2]

    def change(*_args: Value) -> Value:
        array.clear()
        array.extend([7, 7])
        return False if name in ("some", "find", "index_of", "drain") else None

    two_arguments = ("dedup", "sort", "reduce")
    Bench().run(name, array, method(2 if name in two_arguments else 0, lambda _this, *args: change(*args)))
    assert all(type(item) is int for item in array)


def test_a_changed_this_is_written_back_only_where_its_element_still_stands() -> None:
    class Doubling(Bench):
        def call(self, function: FnPtr, args: object, this: Value = UNBOUND) -> tuple[Value, Value]:
            if this == "b":
                array.insert(0, "z")
            return None, f"{this}{this}"

    array: list[Value] = ["a", "b", "c"]
    Doubling().run("for_each", array, method(0, lambda this: None))
    assert array == ["z", "aa", "b", "c"]


def test_reducing_writes_a_changed_this_back_too() -> None:
    class Doubling(Bench):
        def call(self, function: FnPtr, args: object, this: Value = UNBOUND) -> tuple[Value, Value]:
            return "result", f"{this}{this}"

    array: list[Value] = ["a", "b"]
    assert Doubling().run("reduce", array, method(1, lambda this, total: None)) == "result"
    assert array == ["aa", "bb"]


def test_natives_are_tried_with_the_index_when_they_do_not_take_the_item_alone() -> None:
    assert Bench().run("map", [0b101, 0b111], FnPtr("get_bit")) == [True, True]
    assert Bench().run("zip", [1, 5], [2, 3], FnPtr("max")) == [2, 5]


def test_growth_beyond_the_limits_stops() -> None:
    limits = Limits(max_array_size=3)
    for name, args in (
        ("push", ([1, 2, 3], 4)),
        ("append", ([1, 2], [3, 4])),
        ("insert", ([1, 2], 0, [3, 4])),
        ("pad", ([], 5, 0)),
        ("pad", ([], 10**18, [1])),
        ("splice", ([1, 2], 0, 0, [3, 4])),
        ("map", ([1, 2], fn(1, lambda item: [item, item]))),
        ("zip", ([1, 2], [3, 4], fn(2, lambda a, b: [a, b]))),
        ("reduce", ([1], fn(2, lambda total, item: [0] * 9))),
        ("set", ([1, 2], 0, [3, 4])),
        ("keys", ({"a": 1, "b": 1, "c": 1, "d": 1},)),
    ):
        with pytest.raises(Stop, match="Size of array"):
            Bench(limits).run(name, *args)


def test_absurd_padding_stops_even_without_limits() -> None:
    for item in (0, [1], {"a": 1}):
        with pytest.raises(Stop, match="Size of array"):
            Bench().run("pad", [], 10**18, item)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sort", ()),
        ("order", ()),
        ("contains", (-1,)),
        ("index_of", (-1,)),
        ("dedup", ()),
        ("shift", ()),
        ("extract", (0,)),
        ("splice", (0, 1, [])),
    ],
)
def test_long_arrays_charge(name: str, args: tuple[Value, ...]) -> None:
    bench = Bench()
    bench.run(name, list(range(500_000)), *args)
    assert bench.operations > 300


def test_growing_accounts_for_memory() -> None:
    bench = Bench()
    bench.run("map", list(range(1000)), fn(1, lambda item: item))
    bench.run("zip", list(range(1000)), list(range(1000)), fn(2, lambda a, b: a))
    assert bench.memory_bytes >= 2 * 960 * 32
