"""Copies, as value semantics ask for them.

Only arrays, maps and blobs need copying: everything else can't change. Nesting is bounded by the depth a script can build
within its limits, but not by Python's stack, so deep values are copied without recursion.
"""

from __future__ import annotations

from typing import Any, Final, overload

from app.engine import sizes
from app.engine.running import Runtime
from app.engine.values import Value

_CONTAINERS: Final = frozenset({list, dict, bytearray})


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


def _small_copy(rt: Runtime, value: Value) -> Value | None:
    """The copy of an array or map that is so small that copying it costs nothing; None for all others.

    Most values that are copied are records. They are counted while they are copied, in one walk, and bring nearer when what holds them is
    measured.
    """
    made: Any
    made, room = _level(value)
    top: Value = made
    pending: list[Any] = [made]
    for container in pending:  # grows while it is walked
        if room < 0:
            return None
        is_map = type(container) is dict
        if len(container) > _SHORT and _CONTAINERS.isdisjoint(map(type, container.values() if is_map else container)):
            continue
        for key, part in container.items() if is_map else enumerate(container):
            kind = type(part)
            # What is put is put under a key that is there already: the walk may go on.
            if kind is dict:
                container[key] = part = part.copy()
                room -= len(part) * sizes.ENTRY_BYTES
                pending.append(part)
            elif kind is list:
                container[key] = part = part[:]
                room -= len(part) * sizes.ELEMENT_BYTES
                pending.append(part)
            elif kind is bytearray:
                return None
    rt.unaccounted += sizes.SMALL_BYTES - room
    return top


_SHORT: Final = 6
"""Containers of more parts are looked through in C first."""


def _level(value: Value) -> tuple[Value, int]:
    """The copy of one level, and what it leaves of the size that costs nothing; of a blob, which is rare, nothing."""
    if type(value) is dict:
        return value.copy(), sizes.SMALL_BYTES - len(value) * sizes.ENTRY_BYTES
    if type(value) is list:
        return value[:], sizes.SMALL_BYTES - len(value) * sizes.ELEMENT_BYTES
    return None, -1


def owned_metered(rt: Runtime, part: list[Value]) -> Value:
    """``copied_metered`` for what was just cut out of an array, so that it need not be copied itself."""
    if not _CONTAINERS.isdisjoint(map(type, part)):
        return copied_metered(rt, part)
    size = len(part) * sizes.ELEMENT_BYTES
    if size <= sizes.SMALL_BYTES:
        rt.unaccounted += size
    else:
        sizes.walk(rt, len(part))
        sizes.grow_copy(rt, size)
    return part


def copied_metered(rt: Runtime, value: Value) -> Value:
    """``copied``, charging for its size and, where large, accounting for its memory first."""
    if type(value) is list and len(value) <= _SHORT and _CONTAINERS.isdisjoint(map(type, value)):
        rt.unaccounted += len(value) * sizes.ELEMENT_BYTES
        return value[:]
    if type(value) in _CONTAINERS:
        made = _small_copy(rt, value)
        if made is not None:
            return made
        elements, entries, text_bytes, steps = sizes.measure(value)
        sizes.walk(rt, steps)
        del text_bytes  # strings are shared
        sizes.grow_copy(rt, elements * sizes.ELEMENT_BYTES + entries * sizes.ENTRY_BYTES)
    return copied(value)
