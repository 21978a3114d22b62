"""Searching, comparing and sorting arrays. Source: Rhai 1.26 ``packages/array_basic.rs``."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Final

from app.engine import errors, sizes
from app.engine.natives import CALLBACK_FAULTS, Package
from app.engine.ops.compare import equal
from app.engine.ops.contain import array_contains, position
from app.engine.ops.copying import copied_metered
from app.engine.running import Runtime
from app.engine.stdlib.callbacks import is_true
from app.engine.stdlib.key_order import sorted_by_keys
from app.engine.stdlib.spans import clamped
from app.engine.values import FnPtr, Value, rust_type_name

PACKAGE = Package("array order")
native = PACKAGE.native

FREE_LENGTH: Final = 128
"""So many elements are sorted for nothing."""
_SORTABLE = frozenset({int, float, str, bool, type(None)})
_RANKS = {int: 0, float: 1, str: 2}
"""Which type comes first where a comparer fails; Rhai's own order of types is arbitrary, but this much of it was seen."""


@native("contains", "array", "?", returns="bool", context=True)
def contains(rt: Runtime, array: list[Value], item: Value) -> bool:
    """Whether an element equals the item."""
    return array_contains(rt, array, item)


@native("index_of", "array", "?", returns="i64", context=True)
def index_of(rt: Runtime, array: list[Value], item: Value) -> int:
    """The position of the first element that equals the item, or -1."""
    return index_of_from(rt, array, item, 0)


@native("index_of", "array", "?", "i64", returns="i64", context=True)
def index_of_from(rt: Runtime, array: list[Value], item: Value, start: int) -> int:
    """The position of the first element, from a position on, that equals the item, or -1."""
    at, _ = clamped(len(array), start, 0)
    return position(rt, array, item, at)


@native("dedup", "array", returns="()", mutates=True, context=True)
def dedup(rt: Runtime, array: list[Value]) -> None:
    """Removes elements that equal the one before."""

    def same(before: Value, item: Value) -> bool:
        try:
            return equal(rt, before, item)
        except errors.ScriptError:
            return False

    sizes.walk(rt, len(array))
    kept = array[:1]
    for item in array[1:]:
        if not same(kept[-1], item):
            kept.append(item)
    array[:] = kept


@native("dedup", "array", "Fn", returns="()", mutates=True, context=True)
def dedup_by(rt: Runtime, array: list[Value], comparer: FnPtr) -> None:
    """Removes elements for which a function of the one before and the element says true."""
    items = array[:]
    kept = items[:1]
    for item in items[1:]:
        try:
            is_same = is_true(rt.call(comparer, (kept[-1], item))[0])
        except CALLBACK_FAULTS:
            is_same = False
        if not is_same:
            kept.append(item)
    array[:] = kept


# --- sorting ---------------------------------------------------------------------------------------------------


@native("sort", "array", returns="()", mutates=True, context=True)
def sort(rt: Runtime, array: list[Value]) -> None:
    """Sorts numbers, text, characters or bools, smallest first."""
    array[:] = _sorted(rt, array, is_reversed=False)


@native("sort_desc", "array", returns="()", mutates=True, context=True)
def sort_desc(rt: Runtime, array: list[Value]) -> None:
    """Sorts numbers, text, characters or bools, largest first."""
    array[:] = _sorted(rt, array, is_reversed=True)


@native("order", "array", returns="array", context=True, pure=False)
def order(rt: Runtime, array: list[Value]) -> list[Value]:
    """A sorted copy, smallest first."""
    return _sorted(rt, array, is_reversed=False)


@native("order_desc", "array", returns="array", context=True, pure=False)
def order_desc(rt: Runtime, array: list[Value]) -> list[Value]:
    """A sorted copy, largest first."""
    return _sorted(rt, array, is_reversed=True)


def _sorted(rt: Runtime, array: list[Value], *, is_reversed: bool) -> list[Value]:
    if len(array) <= 1:
        # Nothing is compared, so that anything goes.
        return [copied_metered(rt, item) for item in array]
    kinds = set(map(type, array))
    if len(kinds) > 1:
        raise errors.unknown_function("elements of different types cannot be sorted")
    kind = kinds.pop()
    if not issubclass(kind, str) and kind not in _SORTABLE:
        raise errors.unknown_function(f"elements of {rust_type_name(array[0])} cannot be sorted")
    sizes.walk(rt, len(array) * len(array).bit_length())
    if kind is type(None):
        return array[:]
    return sorted(array, reverse=is_reversed)  # type: ignore[type-var]  # all of one ordered type by the test before


@native("sort", "array", "Fn", returns="()", mutates=True, context=True)
@native("sort_by", "array", "Fn", returns="()", mutates=True, context=True)
def sort_by(rt: Runtime, array: list[Value], comparer: FnPtr) -> None:
    """Sorts by a function of two elements that gives a negative number (or true) if the first comes first."""
    array[:] = _sorted_by(rt, array, comparer)


@native("order", "array", "Fn", returns="array", context=True, pure=False)
@native("order_by", "array", "Fn", returns="array", context=True, pure=False)
def order_by(rt: Runtime, array: list[Value], comparer: FnPtr) -> Value:
    """A copy sorted by a function of two elements that gives a negative number (or true) if the first comes first."""
    return copied_metered(rt, _sorted_by(rt, array, comparer))


def _sorted_by(rt: Runtime, array: list[Value], comparer: FnPtr) -> list[Value]:
    """Works on a copy: the comparer may change the array meanwhile. Where it fails, types are compared."""

    def compare(first: Value, second: Value) -> int:
        try:
            answer = rt.call(comparer, (first, second))[0]
        except CALLBACK_FAULTS:
            answer = None
        return ordering(answer, first, second)

    keys = rt.keys(comparer)
    by_keys = sorted_by_keys(rt, array, keys, compare) if keys else None
    if by_keys is not None:
        return by_keys
    return sorted(array[:], key=cmp_to_key(compare))


def ordering(answer: Value, first: Value, second: Value) -> int:
    """What a comparer's answer says of two elements; of one that failed (None), or gave something else, their types."""
    if type(answer) is int:
        return answer
    if type(answer) is bool:
        return -1 if answer else 1
    return _RANKS.get(type(first), len(_RANKS)) - _RANKS.get(type(second), len(_RANKS))
