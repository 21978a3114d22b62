"""Copies, as value semantics ask for them.

Only arrays, maps and blobs need copying: everything else can't change. Nesting is bounded by the depth a script can build
within its limits, but not by Python's stack, so deep values are copied without recursion.
"""

from __future__ import annotations

from typing import overload

from app.engine import sizes
from app.engine.natives import Runtime
from app.engine.values import Value

_CONTAINERS = frozenset({list, dict, bytearray})


@overload
def copied(value: dict[str, Value]) -> dict[str, Value]: ...
@overload
def copied(value: Value) -> Value: ...
def copied(value: Value) -> Value:
    """A value that shares no container with the given one."""
    if type(value) not in _CONTAINERS:
        return value
    if type(value) is list and _CONTAINERS.isdisjoint(map(type, value)):
        return value[:]
    if type(value) is dict and _CONTAINERS.isdisjoint(map(type, value.values())):
        return value.copy()
    top, inner = _shallow(value)
    while inner:
        container, key, part = inner.pop()
        container[key], more = _shallow(part)  # type: ignore[index]  # a list with an index or a map with a key
        inner += more
    return top


def _shallow(value: Value) -> tuple[Value, list[tuple[Value, Value, Value]]]:
    """A copy of one level, and where in it containers still have to be copied."""
    if type(value) is list:
        items = value[:]
        return items, [(items, at, item) for at, item in enumerate(items) if type(item) in _CONTAINERS]
    if type(value) is dict:
        entries = value.copy()
        return entries, [(entries, key, item) for key, item in entries.items() if type(item) in _CONTAINERS]
    return bytearray(value), []  # type: ignore[call-overload]  # the third kind of container


def copied_metered(rt: Runtime, value: Value) -> Value:
    """``copied``, charging for its size and, where large, accounting for its memory first."""
    if type(value) in _CONTAINERS:
        elements, entries, text_bytes, steps = sizes.measure(value)
        sizes.walk(rt, steps)
        del text_bytes  # strings are shared
        sizes.grow_copy(rt, elements * sizes.ELEMENT_BYTES + entries * sizes.ENTRY_BYTES)
    return copied(value)
