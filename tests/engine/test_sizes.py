"""Measuring and limiting values."""

from __future__ import annotations

import pytest

from app.engine import errors, ops, sizes
from app.engine.errors import Stop
from app.engine.limits import Limits
from app.engine.values import Value
from tests.engine.bench import Bench


def test_nested_values_count_as_rhai_counts_them() -> None:
    value: Value = [[1, 2], bytearray(3), {"a": "héé", "b": {"c": [0]}}, "xy"]
    elements, entries, text_bytes, _ = sizes.measure(value)
    assert (elements, entries, text_bytes) == (4 + 2 + (1 + 3) + 1, 2 + 1, 5 + 2)


def test_a_blob_alone_counts_its_bytes_only() -> None:
    assert sizes.measure(bytearray(3))[0] == 3


@pytest.mark.parametrize(("maximum", "is_too_long"), [(3, True), (4, True), (5, False), (100, False)])
def test_text_is_measured_in_utf8(maximum: int, is_too_long: bool) -> None:
    assert sizes.text_exceeds("héé", maximum) is is_too_long


@pytest.mark.parametrize(
    ("limits", "value", "limit"),
    [
        (Limits(max_string_size=2), ["ab", "c"], "max_string_size"),
        (Limits(max_string_size=2), "abc", "max_string_size"),
        (Limits(max_array_size=2), [[1, 2]], "max_array_size"),
        (Limits(max_map_size=1), {"a": {"b": 1}}, "max_map_size"),
    ],
)
def test_a_value_over_a_limit_stops_the_run(limits: Limits, value: Value, limit: str) -> None:
    with pytest.raises(Stop) as caught:
        sizes.check(Bench(limits), value)
    assert caught.value.limit == limit


def test_without_limits_nothing_is_measured() -> None:
    bench = Bench()
    sizes.check(bench, [[0]] * 10_000)
    assert bench.operations == 0


def test_walks_of_ordinary_size_are_free_and_long_ones_charge_one_in_sixty_four() -> None:
    bench = Bench()
    sizes.walk(bench, sizes.FREE_STEPS)
    assert bench.operations == 0
    sizes.walk(bench, sizes.FREE_STEPS + 6400)
    assert bench.operations == 100


def test_growing_element_by_element_finds_a_nested_excess() -> None:
    bench = Bench(Limits(max_array_size=500))
    array: list[Value] = []

    def fill() -> None:
        for _ in range(500):
            array.append([1, 2])
            sizes.grown(bench, array)

    with pytest.raises(Stop, match="Size of array"):
        fill()
    assert 500 // 3 < len(array) < 250


def test_growing_element_by_element_is_linear_in_charges() -> None:
    bench = Bench(Limits(max_array_size=200_000))
    array: list[Value] = []
    for _ in range(50_000):
        array.append(1)
        sizes.grown(bench, array)
    assert bench.operations < 50_000
    assert bench.memory_bytes == 50_000 // 64 * 64 * sizes.ELEMENT_BYTES


@pytest.mark.parametrize("nested", [[1, 2], [[1], [2]]])
def test_growing_by_the_parts_of_others_is_linear_in_charges(nested: list[Value]) -> None:
    bench = Bench(Limits(max_array_size=200_000, max_map_size=200_000))
    array: Value = []
    entries: Value = {}
    for at in range(10_000):
        array = ops.assign(bench, "+", array, nested)
        entries = ops.assign(bench, "+", entries, {str(at): nested})
    assert bench.operations < 10_000


@pytest.mark.parametrize("added", [[[1, 2, 3]], [[1]] * 40, {"a": {"b": 1, "c": 2}}])
def test_what_grows_by_the_parts_of_others_is_found_too_large_in_the_next_doubling(added: Value) -> None:
    bench = Bench(Limits(max_array_size=5_000, max_map_size=5_000))
    grown: Value = type(added)()
    rounds = 0

    def fill() -> None:
        nonlocal grown, rounds
        for rounds in range(10_000):
            more = {f"{rounds}": added} if isinstance(added, dict) else added
            grown = ops.assign(bench, "+", grown, more)

    with pytest.raises(Stop, match="Size of"):
        fill()
    elements, entries, _, _ = sizes.measure(grown)
    assert 5_000 < max(elements, entries) < 2 * 5_000 + 100


def test_maps_grow_under_their_own_limit() -> None:
    bench = Bench(Limits(max_map_size=2))
    with pytest.raises(Stop, match="Size of object map"):
        sizes.grown(bench, {"a": 1, "b": 2, "c": 3})


def test_memory_is_accounted_before_growth() -> None:
    bench = Bench(Limits(max_memory=1000))
    with pytest.raises(Stop) as caught:
        sizes.allow_elements(bench, 100, 100)
    assert (caught.value.limit, caught.value.limit_value) == ("max_memory", 1000)


@pytest.mark.parametrize("call", [sizes.allow_elements, sizes.allow_bytes])
def test_nothing_absurd_is_made_even_without_limits(call: object) -> None:
    with pytest.raises(Stop, match="Size of array"):
        call(Bench(), 2**40, 2**40)  # type: ignore[operator]  # both take a runtime and two sizes


def test_limits_know_whether_any_size_is_bounded() -> None:
    assert not Limits().has_data_sizes
    assert Limits(max_map_size=1).has_data_sizes
    assert errors.map_too_large(1).limit == "max_map_size"


def test_scalars_are_never_too_large() -> None:
    bench = Bench(Limits(max_array_size=1, max_map_size=1, max_string_size=1))
    for value in (5, 1.5, None, True):
        sizes.check(bench, value)


def test_texts_that_might_be_too_long_are_measured_exactly() -> None:
    bench = Bench(Limits(max_string_size=8))
    sizes.allow_joined(bench, "éé", "éé")
    with pytest.raises(Stop, match="Length of string"):
        sizes.allow_joined(bench, "éé", "ééé")


def test_short_texts_that_are_kept_are_accounted_for_and_the_same_text_once() -> None:
    different, same, numbers = Bench(), Bench(), Bench()
    sizes.grow_step(different, [f"text number {at:20}" for at in range(64)])
    sizes.grow_step(same, ["one text"] * 64)
    sizes.grow_step(numbers, [*range(64)])
    assert different.memory_bytes == 64 * (sizes.ELEMENT_BYTES + sizes.TEXT_BYTES + 32)
    assert same.memory_bytes == numbers.memory_bytes + 8 * (sizes.TEXT_BYTES + 8)


def test_short_texts_in_maps_and_new_arrays_are_accounted_for_too() -> None:
    entries, array = Bench(), Bench()
    sizes.grow_step(entries, {str(at): f"value {at:10}" for at in range(64)})
    sizes.grow_array(array, [f"value {at:10}" for at in range(64)])
    assert entries.memory_bytes == 64 * (sizes.ENTRY_BYTES + sizes.TEXT_BYTES + 16)
    assert array.memory_bytes == 64 * (sizes.ELEMENT_BYTES + sizes.TEXT_BYTES + 16)
