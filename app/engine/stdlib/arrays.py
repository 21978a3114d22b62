"""Arrays: elements, ends, length. Source: Rhai 1.26 ``packages/array_basic.rs``."""

from __future__ import annotations

from app.engine import errors, sizes
from app.engine.natives import Package
from app.engine.ops.copying import copied, copied_metered
from app.engine.running import Runtime
from app.engine.stdlib.spans import clamped
from app.engine.values import Value

PACKAGE = Package("arrays")
native = PACKAGE.native
getter = PACKAGE.getter

_MOVED = 4
"""Moving elements is charged for as walking a sixteenth of them."""
FREELY_MOVED = sizes.FREE_STEPS << _MOVED
"""So many elements are moved at no charge."""


@native("len", "array", returns="i64")
@getter("len", "array", returns="i64")
def length(array: list[Value]) -> int:
    """The number of elements."""
    return len(array)


@native("is_empty", "array", returns="bool")
@getter("is_empty", "array", returns="bool")
def is_empty(array: list[Value]) -> bool:
    """Whether there is no element."""
    return not array


@native("get", "array", "i64", context=True, pure=False)
def get(rt: Runtime, array: list[Value], index: int) -> Value:
    """A copy of the element at a position, or () after the end; negative positions count from the end."""
    at, _ = clamped(len(array), index, 0)
    return copied_metered(rt, array[at]) if at < len(array) else None


@native("set", "array", "i64", "?", returns="()", mutates=True, context=True, stores=True)
def put(rt: Runtime, array: list[Value], index: int, item: Value) -> None:
    """Replaces the element at a position; does nothing after the end."""
    at, _ = clamped(len(array), index, 0)
    if at < len(array):
        array[at] = item
        sizes.grown(rt, array)


@native("push", "array", "?", returns="()", mutates=True, context=True, stores=True)
def push(rt: Runtime, array: list[Value], item: Value) -> None:
    """Adds an element at the end."""
    array.append(item)
    sizes.grown(rt, array)


@native("append", "array", "array", returns="()", mutates=True, context=True, stores=True)
def append(rt: Runtime, array: list[Value], other: list[Value]) -> None:
    """Adds the elements of another array at the end."""
    sizes.walk(rt, len(other))
    before = len(array)
    sizes.allow_elements(rt, before + len(other), len(other))
    array += other
    sizes.check_joined(rt, array, before, len(array))


@native("insert", "array", "i64", "?", returns="()", mutates=True, context=True, stores=True)
def insert(rt: Runtime, array: list[Value], index: int, item: Value) -> None:
    """Inserts an element before a position; after the end it is added there."""
    at, _ = clamped(len(array), index, 0)
    sizes.walk(rt, (len(array) - at) >> _MOVED)
    array.insert(at, item)
    sizes.grown(rt, array)


@native("pad", "array", "i64", "?", returns="()", mutates=True, context=True)
def pad(rt: Runtime, array: list[Value], len_: int, item: Value) -> None:
    """Lengthens the array to so many elements with copies of the item."""
    missing = len_ - len(array)
    if missing <= 0:
        return
    if not array and len_ <= sizes.FREE_STEPS and not rt.limits.has_small_sizes and type(item) in sizes.FLAT:
        rt.grow(len_ * sizes.ELEMENT_BYTES)
        array += [item] * len_
        return
    elements, entries, text_bytes, steps = sizes.measure(item)
    if missing * (1 + elements + entries) > sizes.MOST_ELEMENTS:
        raise errors.array_too_large(rt.limits.max_array_size or sizes.MOST_ELEMENTS)
    if rt.limits.has_data_sizes:
        has_elements, has_entries, has_bytes, has_steps = sizes.measure(array)
        sizes.walk(rt, has_steps)
        sizes.check_sizes(
            rt.limits, has_elements + missing * (1 + elements), has_entries + missing * entries, has_bytes + missing * text_bytes
        )
    rt.grow(missing * (1 + elements) * sizes.ELEMENT_BYTES + missing * entries * sizes.ENTRY_BYTES)
    sizes.walk(rt, missing * (1 + steps))
    array += [copied(item) for _ in range(missing)] if steps or type(item) is bytearray else [copied(item)] * missing


@native("pop", "array", mutates=True)
def pop(array: list[Value]) -> Value:
    """Removes the last element and returns it, or ()."""
    return array.pop() if array else None


@native("shift", "array", mutates=True, context=True)
def shift(rt: Runtime, array: list[Value]) -> Value:
    """Removes the first element and returns it, or ()."""
    sizes.walk(rt, len(array) >> _MOVED)
    return array.pop(0) if array else None


@native("remove", "array", "i64", mutates=True, context=True)
def remove(rt: Runtime, array: list[Value], index: int) -> Value:
    """Removes the element at a position and returns it, or () outside."""
    if not -len(array) <= index < len(array):
        return None
    sizes.walk(rt, len(array) >> _MOVED)
    return array.pop(index)


@native("clear", "array", returns="()", mutates=True)
def clear(array: list[Value]) -> None:
    """Removes all elements."""
    array.clear()


@native("truncate", "array", "i64", returns="()", mutates=True)
def truncate(array: list[Value], len: int) -> None:
    """Cuts off everything after so many elements."""
    del array[max(len, 0) :]


@native("chop", "array", "i64", returns="()", mutates=True)
def chop(array: list[Value], len_: int) -> None:
    """Cuts off everything before the last so many elements."""
    if len_ < len(array):
        del array[: len(array) - max(len_, 0)]


@native("reverse", "array", returns="()", mutates=True, context=True)
def reverse(rt: Runtime, array: list[Value]) -> None:
    """Turns the order of the elements around."""
    sizes.walk(rt, len(array) >> _MOVED)
    array.reverse()
