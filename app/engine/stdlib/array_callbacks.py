"""Functions of arrays that call a function for each element. Source: Rhai 1.26 ``packages/array_basic.rs``.

A callback may change the array that is being walked (through a captured variable): each walk goes over the elements as
they were at its start, and a ``this`` that the callback changed is written back only where its element still stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.engine import sizes
from app.engine.natives import CALLBACK_FAULTS, Package
from app.engine.ops.copying import copied_metered
from app.engine.running import Runtime
from app.engine.stdlib.callbacks import caller, is_true
from app.engine.stdlib.spans import clamped
from app.engine.values import UNBOUND, FnPtr, Value

PACKAGE = Package("array call-backs")
native = PACKAGE.native


def _results(
    rt: Runtime, name: str, array: list[Value], function: FnPtr, start: int = 0, *, is_passed: bool = True
) -> Iterator[tuple[int, Value, Value]]:
    """Position, item and what the function gave for it, one after the other."""
    call = caller(rt, name, function, 0, 1, 0 if is_passed else None)
    items = array[start:]
    for at, item in enumerate(items, start):
        try:
            result, after = call(item, (), (at,))
        except CALLBACK_FAULTS as error:
            write_back(array, at, item, rt.left(error, item))
            raise
        if after is not item:
            write_back(array, at, item, after)
            item = after
        yield at, item, result


def write_back(array: list[Value], at: int, before: Value, after: Value) -> None:
    """Puts a changed ``this`` in its element's place, if the element is still there."""
    if at < len(array) and array[at] is before:
        array[at] = after


@native("for_each", "array", "Fn", returns="()", mutates=True, context=True)
def for_each(rt: Runtime, array: list[Value], function: FnPtr) -> None:
    """Calls a function with each element as ``this``, which may change it."""
    for _ in _results(rt, "for_each", array, function, is_passed=False):
        pass
    sizes.check(rt, array)


@native("map", "array", "Fn", returns="array", context=True)
def transform(rt: Runtime, array: list[Value], function: FnPtr) -> list[Value]:
    """An array of what a function gives for each element."""
    results: list[Value] = []
    for _, _, result in _results(rt, "map", array, function):
        results.append(result)
        if not len(results) & 63:
            rt.grow(64 * sizes.ELEMENT_BYTES)
    sizes.check(rt, results)
    return results


@native("filter", "array", "Fn", returns="array", context=True)
def select(rt: Runtime, array: list[Value], filter: FnPtr) -> list[Value]:
    """A copy of the elements for which a function says true."""
    return [copied_metered(rt, item) for _, item, result in _results(rt, "filter", array, filter) if is_true(result)]


@native("some", "array", "Fn", returns="bool", context=True)
def some(rt: Runtime, array: list[Value], filter: FnPtr) -> bool:
    """Whether a function says true for at least one element."""
    return any(is_true(result) for _, _, result in _results(rt, "some", array, filter))


@native("all", "array", "Fn", returns="bool", context=True)
def every(rt: Runtime, array: list[Value], filter: FnPtr) -> bool:
    """Whether a function says true for every element."""
    return all(is_true(result) for _, _, result in _results(rt, "all", array, filter))


@native("index_of", "array", "Fn", returns="i64", context=True)
def index_where(rt: Runtime, array: list[Value], filter: FnPtr) -> int:
    """The position of the first element for which a function says true, or -1."""
    return index_where_from(rt, array, filter, 0)


@native("index_of", "array", "Fn", "i64", returns="i64", context=True)
def index_where_from(rt: Runtime, array: list[Value], filter: FnPtr, start: int) -> int:
    """The position of the first element, from a position on, for which a function says true, or -1."""
    at, _ = clamped(len(array), start, 0)
    return next((here for here, _, result in _results(rt, "index_of", array, filter, at) if is_true(result)), -1)


@native("find", "array", "Fn", context=True)
def find(rt: Runtime, array: list[Value], filter: FnPtr) -> Value:
    """A copy of the first element for which a function says true, or ()."""
    return find_from(rt, array, filter, 0)


@native("find", "array", "Fn", "i64", context=True)
def find_from(rt: Runtime, array: list[Value], filter: FnPtr, start: int) -> Value:
    """A copy of the first element, from a position on, for which a function says true, or ()."""
    at = index_where_from(rt, array, filter, start)
    return copied_metered(rt, array[at]) if 0 <= at < len(array) else None


@native("find_map", "array", "Fn", context=True)
def find_map(rt: Runtime, array: list[Value], filter: FnPtr) -> Value:
    """The first thing other than () that a function gives for an element, or ()."""
    return find_map_from(rt, array, filter, 0)


@native("find_map", "array", "Fn", "i64", context=True)
def find_map_from(rt: Runtime, array: list[Value], filter: FnPtr, start: int) -> Value:
    """The first thing other than () that a function gives for an element from a position on, or ()."""
    at, _ = clamped(len(array), start, 0)
    return next((result for _, _, result in _results(rt, "find_map", array, filter, at) if result is not None), None)


# --- reducing --------------------------------------------------------------------------------------------------


@native("reduce", "array", "Fn", context=True)
def reduce(rt: Runtime, array: list[Value], reducer: FnPtr) -> Value:
    """What remains of all elements when a function folds them into one value, starting from ()."""
    return _reduced(rt, "reduce", array, reducer, None, range(len(array)))


@native("reduce", "array", "Fn", "?", context=True, stores=True)
def reduce_from(rt: Runtime, array: list[Value], reducer: FnPtr, initial: Value) -> Value:
    """What remains of all elements when a function folds them into one value, starting from a given one."""
    return _reduced(rt, "reduce", array, reducer, initial, range(len(array)))


@native("reduce_rev", "array", "Fn", context=True)
def reduce_rev(rt: Runtime, array: list[Value], reducer: FnPtr) -> Value:
    """The same as reduce, from the last element to the first."""
    return _reduced(rt, "reduce_rev", array, reducer, None, range(len(array) - 1, -1, -1))


@native("reduce_rev", "array", "Fn", "?", context=True, stores=True)
def reduce_rev_from(rt: Runtime, array: list[Value], reducer: FnPtr, initial: Value) -> Value:
    """The same as reduce, from the last element to the first."""
    return _reduced(rt, "reduce_rev", array, reducer, initial, range(len(array) - 1, -1, -1))


def _reduced(rt: Runtime, name: str, array: list[Value], reducer: FnPtr, initial: Value, order: range) -> Value:
    call = caller(rt, name, reducer, 1, 1, 1)
    items = array[:]
    result = initial
    for at in order:
        try:
            result, after = call(items[at], (result,), (at,))
        except CALLBACK_FAULTS as error:
            write_back(array, at, items[at], rt.left(error, items[at]))
            raise
        if after is not items[at]:
            write_back(array, at, items[at], after)
    sizes.check(rt, result)
    return result


@native("zip", "array", "array", "Fn", returns="array", context=True)
def combine(rt: Runtime, array: list[Value], other: list[Value], function: FnPtr) -> list[Value]:
    """An array of what a function gives for each pair of elements of two arrays, as long as the shorter one."""
    call = caller(rt, "zip", function, 2, 1, None)
    results: list[Value] = []
    for at, pair in enumerate(zip(array[:], other[:], strict=False)):
        results.append(call(UNBOUND, pair, (at,))[0])
        if not len(results) & 63:
            rt.grow(64 * sizes.ELEMENT_BYTES)
    sizes.check(rt, results)
    return results


# --- removing --------------------------------------------------------------------------------------------------


@native("drain", "array", "Fn", returns="array", mutates=True, context=True)
def drain(rt: Runtime, array: list[Value], filter: FnPtr) -> list[Value]:
    """Removes the elements for which a function says true and returns them."""
    return _removed(rt, "drain", array, filter, is_true)


@native("retain", "array", "Fn", returns="array", mutates=True, context=True)
def retain(rt: Runtime, array: list[Value], filter: FnPtr) -> list[Value]:
    """Removes the elements for which a function doesn't say true and returns them."""
    return _removed(rt, "retain", array, filter, lambda result: not is_true(result))


def _removed(rt: Runtime, name: str, array: list[Value], filter: FnPtr, goes: Callable[[Value], bool]) -> list[Value]:
    call = caller(rt, name, filter, 0, 1, 0)
    items = array[:]
    kept: list[Value] = []
    removed: list[Value] = []
    done = 0
    try:
        for at, item in enumerate(items):
            result, after = call(item, (), (at,))
            done += 1
            (removed if goes(result) else kept).append(after)
    except CALLBACK_FAULTS as error:
        items[done] = rt.left(error, items[done])
        raise
    finally:
        # Also when the function fails: Rhai removes as it goes.
        array[:] = kept + items[done:]
    return removed
