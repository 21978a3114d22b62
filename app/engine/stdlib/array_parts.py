"""Parts of arrays: copying, cutting out and replacing them. Source: Rhai 1.26 ``packages/array_basic.rs``."""

from __future__ import annotations

from app.engine import sizes
from app.engine.natives import Package
from app.engine.ops.copying import CONTAINERS, copied_metered
from app.engine.running import Runtime
from app.engine.stdlib.spans import clamped, over_spans
from app.engine.values import INT_MAX, Value

PACKAGE = Package("array parts")
native = PACKAGE.native
_SMALL = sizes.SMALL_BYTES // sizes.ELEMENT_BYTES
"""So many elements are copied at no cost."""


@over_spans(PACKAGE, "extract", "array", returns="array", context=True, pure=False)
def extract(rt: Runtime, array: list[Value], start: int, len_: int) -> Value:
    """A copy of so many elements from a position on."""
    at, count = clamped(len(array), start, len_)
    sizes.walk(rt, count)
    part = array[at : at + count]
    if len(part) > _SMALL or not CONTAINERS.isdisjoint(map(type, part)):
        return copied_metered(rt, part)
    rt.measure_at -= len(part) * sizes.ELEMENT_BYTES
    return part


@native("extract", "array", "i64", returns="array", context=True, pure=False)
def extract_from(rt: Runtime, array: list[Value], start: int) -> Value:
    """A copy of the elements from a position to the end."""
    return extract(rt, array, start, INT_MAX)


@over_spans(PACKAGE, "splice", "array", "array", returns="()", mutates=True, context=True, stores=True)
def splice(rt: Runtime, array: list[Value], start: int, len_: int, replace: list[Value]) -> None:
    """Replaces so many elements from a position on by those of another array."""
    at, count = clamped(len(array), start, len_)
    sizes.walk(rt, len(array) - at + len(replace))
    sizes.allow_elements(rt, len(array) - count + len(replace), len(replace))
    array[at : at + count] = replace
    sizes.check(rt, array)


@native("split", "array", "i64", returns="array", mutates=True, context=True)
def split(rt: Runtime, array: list[Value], index: int) -> list[Value]:
    """Cuts the array at a position and returns the second part."""
    at, _ = clamped(len(array), index, 0)
    sizes.walk(rt, len(array) - at)
    tail = array[at:]
    del array[at:]
    return tail


@over_spans(PACKAGE, "drain", "array", returns="array", mutates=True, context=True)
def drain(rt: Runtime, array: list[Value], start: int, len_: int) -> list[Value]:
    """Removes so many elements from a position on and returns them."""
    at, count = clamped(len(array), start, len_)
    if count <= 0:
        return []
    sizes.walk(rt, len(array) - at)
    taken = array[at : at + count]
    del array[at : at + count]
    return taken


@over_spans(PACKAGE, "retain", "array", returns="array", mutates=True, context=True)
def retain(rt: Runtime, array: list[Value], start: int, len_: int) -> list[Value]:
    """Keeps only so many elements from a position on and returns the others; keeps all if that is none."""
    at, count = clamped(len(array), start, len_)
    if count <= 0:
        return []
    sizes.walk(rt, len(array))
    others = array[:at] + array[at + count :]
    array[:] = array[at : at + count]
    return others
