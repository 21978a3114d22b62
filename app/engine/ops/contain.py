"""``item in container``: Rhai's ``contains`` on arrays, text, maps, ranges and blobs."""

from __future__ import annotations

from typing import Final

from app.engine import errors, sizes
from app.engine.ops.compare import element_equal
from app.engine.running import Runtime
from app.engine.values import Char, ExclusiveRange, InclusiveRange, Value, type_name


def contains(rt: Runtime, item: Value, container: Value) -> bool:
    """``item in container``

    Raises:
        ScriptError: the container doesn't hold items of that type.
    """
    if type(container) is list:
        return array_contains(rt, container, item)
    if type(container) is str and type(item) in (str, Char):
        sizes.walk_text(rt, len(container))
        return str(item) in container
    if type(container) is dict and type(item) is str:
        return item in container
    if type(item) is int:
        if type(container) is ExclusiveRange:
            return container.start <= item < container.end
        if type(container) is InclusiveRange:
            return container.start <= item <= container.end
        if type(container) is bytearray:
            sizes.walk(rt, len(container) >> 6)
            return item & 0xFF in container
    raise errors.function_not_found("contains", [type_name(container), type_name(item)])


def array_contains(rt: Runtime, array: list[Value], item: Value) -> bool:
    """Whether an element equals the item."""
    return position(rt, array, item, 0) >= 0


def position(rt: Runtime, array: list[Value], item: Value, start: int) -> int:
    """The position of the first element from there on that equals the item, or -1."""
    sizes.walk(rt, len(array) - start)
    doubtful = _DOUBTFUL.get(type(item))
    if doubtful is None or not doubtful.isdisjoint(map(type, array)):
        return next((at for at in range(start, len(array)) if element_equal(rt, array[at], item)), -1)
    if start:
        array = array[start:]
    return start + array.index(item) if item in array else -1


_DOUBTFUL: Final[dict[type, frozenset[type]]] = {
    str: frozenset(),
    Char: frozenset(),
    type(None): frozenset(),
    int: frozenset({bool, float}),
    bool: frozenset({int, float}),
}
"""By type of an item: which elements Python may compare with it in another way than Rhai. Text equals text only in both."""


def lacks(rt: Runtime, item: Value, container: Value) -> bool:
    """``item !in container``"""
    return not contains(rt, item, container)
