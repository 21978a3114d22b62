"""Object maps. Keys are walked in their order by code points. Source: Rhai 1.26 ``packages/map_basic.rs``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from app.engine import sizes
from app.engine.display import to_json
from app.engine.natives import CALLBACK_FAULTS, Package
from app.engine.ops.copying import copied_metered, owned_metered
from app.engine.running import Runtime
from app.engine.stdlib.callbacks import caller, is_true
from app.engine.values import FnPtr, Value

PACKAGE = Package("maps")
native = PACKAGE.native

_lengths: Final = partial(map, len)


@native("len", "map", returns="i64")
def length(map: dict[str, Value]) -> int:
    """The number of entries."""
    return len(map)


@native("is_empty", "map", returns="bool")
def is_empty(map: dict[str, Value]) -> bool:
    """Whether there is no entry."""
    return not map


@native("contains", "map", "string", returns="bool")
def contains(map: dict[str, Value], property: str) -> bool:
    """Whether there is an entry of that name."""
    return property in map


@native("get", "map", "string", context=True)
def get(rt: Runtime, map: dict[str, Value], property: str) -> Value:
    """A copy of the entry's value, or () if there is none."""
    return copied_metered(rt, map.get(property))


@native("set", "map", "string", "?", returns="()", mutates=True, context=True, stores=True)
def put(rt: Runtime, map: dict[str, Value], property: str, value: Value) -> None:
    """Sets or adds an entry."""
    map[property] = value
    sizes.grown(rt, map)


@native("clear", "map", returns="()", mutates=True)
def clear(map: dict[str, Value]) -> None:
    """Removes all entries."""
    map.clear()


@native("remove", "map", "string", mutates=True)
def remove(map: dict[str, Value], property: str) -> Value:
    """Removes an entry and returns its value, or ()."""
    return map.pop(property, None)


@native("mixin", "map", "map", returns="()", mutates=True, context=True, stores=True)
def mixin(rt: Runtime, map: dict[str, Value], other: dict[str, Value]) -> None:
    """Sets or adds all entries of another map."""
    sizes.walk(rt, len(other))
    rt.grow(len(other) * sizes.ENTRY_BYTES)
    before = len(map)
    map |= other
    sizes.check_joined(rt, map, before, len(map))


@native("fill_with", "map", "map", returns="()", mutates=True, context=True, stores=True)
def fill_with(rt: Runtime, map: dict[str, Value], other: dict[str, Value]) -> None:
    """Adds those entries of another map that are missing."""
    sizes.walk(rt, len(other))
    rt.grow(len(other) * sizes.ENTRY_BYTES)
    before = len(map)
    for key, value in other.items():
        map.setdefault(key, value)
    sizes.check_joined(rt, map, before, len(map))


@native("keys", "map", returns="array", context=True)
def keys(rt: Runtime, map: dict[str, Value]) -> list[Value]:
    """The names of all entries, sorted."""
    is_small = len(map) <= sizes.FEW_TEXTS and not rt.limits.has_small_sizes and sum(_lengths(map)) <= sizes.FEW_CHARACTERS
    if is_small:
        rt.grow(len(map) * sizes.ELEMENT_BYTES)
    else:
        sizes.walk(rt, len(map))
        sizes.allow_elements(rt, len(map), len(map))
    names: list[Any] = sorted(map)
    if not is_small:
        sizes.check_texts(rt, names)
    return names


@native("values", "map", returns="array", context=True)
def values(rt: Runtime, map: dict[str, Value]) -> Value:
    """Copies of all values, in the order of their names."""
    sizes.walk(rt, len(map))
    sizes.allow_elements(rt, len(map), len(map))
    return owned_metered(rt, [map[key] for key in sorted(map)])


@native("to_json", "map", returns="string", context=True)
def json(rt: Runtime, map: dict[str, Value]) -> str:
    """The map as JSON; characters stay in single quotes."""
    sizes.allow_shown(rt, map)
    text = to_json(map)
    sizes.check_text(rt, text)
    return text


# --- call-backs ------------------------------------------------------------------------------------------------


@native("map", "map", "Fn", returns="map", context=True)
def transform(rt: Runtime, map: dict[str, Value], mapper: FnPtr) -> dict[str, Value]:
    """A map of what a function of name and value gives for each entry."""
    results: dict[str, Value] = {}
    for key, _, result in _results(rt, "filter", map, mapper):
        results[key] = result
        sizes.grown(rt, results)
    sizes.check(rt, results)
    return results


@native("filter", "map", "Fn", returns="map", context=True)
def select(rt: Runtime, map: dict[str, Value], filter: FnPtr) -> dict[str, Value]:
    """A copy of the entries for which a function of name and value says true."""
    return {key: copied_metered(rt, value) for key, value, result in _results(rt, "filter", map, filter) if is_true(result)}


def _results(rt: Runtime, name: str, entries: dict[str, Value], function: FnPtr) -> list[tuple[str, Value, Value]]:
    call = caller(rt, name, function, 1, 0, 1)
    sizes.walk(rt, len(entries))
    results = []
    for key in sorted(entries):
        value = entries.get(key)
        try:
            result, after = call(value, (key,), ())
        except CALLBACK_FAULTS as error:
            _write_back(entries, key, value, rt.left(error, value))
            raise
        _write_back(entries, key, value, after)
        results.append((key, after, result))
    return results


def _write_back(entries: dict[str, Value], key: str, before: Value, after: Value) -> None:
    """Puts a changed ``this`` in its entry's place, if the entry is still there."""
    if after is not before and entries.get(key) is before:
        entries[key] = after


@native("drain", "map", "Fn", returns="map", mutates=True, context=True)
def drain(rt: Runtime, map: dict[str, Value], filter: FnPtr) -> dict[str, Value]:
    """Removes the entries for which a function of name and value says true and returns them."""
    return _removed(rt, "drain", map, filter, is_true)


@native("retain", "map", "Fn", returns="map", mutates=True, context=True)
def retain(rt: Runtime, map: dict[str, Value], filter: FnPtr) -> dict[str, Value]:
    """Removes the entries for which a function of name and value doesn't say true and returns them."""
    return _removed(rt, "retain", map, filter, lambda result: not is_true(result))


def _removed(rt: Runtime, name: str, entries: dict[str, Value], filter: FnPtr, goes: Callable[[Value], bool]) -> dict[str, Value]:
    call = caller(rt, name, filter, 1, 0, 1)
    sizes.walk(rt, len(entries))
    removed: dict[str, Value] = {}
    kept: dict[str, Value] = {}
    waiting = {key: entries[key] for key in sorted(entries, reverse=True)}
    try:
        while waiting:
            key, value = waiting.popitem()
            result, after = call(value, (key,), ())
            (removed if goes(result) else kept)[key] = after
    finally:
        # Also when the function fails: what was decided until then counts, but for the entry that failed.
        entries.clear()
        entries.update(kept)
        entries.update(waiting)
    return removed
