"""Writing along a chain in full generality: host objects, text, bit fields, missing entries, and every error with its place.

Compiled code stores straight into arrays and maps; this is what it falls back on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.engine import errors, ops, sizes
from app.engine.lower import PathSite
from app.engine.running import Runtime
from app.engine.source import Place
from app.engine.values import HostObject, Value


def _placed(error: errors.ScriptError | errors.Stop, at: tuple[int, int]) -> None:
    if error.place is None and error.has_place and at[0]:
        error.place = Place(at[0], at[1] + 1)


def store(rt: Runtime, site: PathSite, op: str, root: Value, keys: Sequence[Value], value: Value) -> Value:
    """``root.keys op= value`` (``op`` empty: plain; "this": what a method left in ``this``); gives the root's new value."""
    containers = [root]
    for at in range(len(keys)):
        if site.safe[at] and containers[-1] is None:
            return root
        if at == len(keys) - 1:
            break
        containers.append(_read(rt, site, at, containers[-1], keys[at]))
    last = len(keys) - 1
    if op == "this":
        if type(containers[-1]) in _OF_SINGLES:
            return root
    elif op:
        current = _current(rt, site, containers[-1], keys[-1], value)
        try:
            value = ops.assign(rt, op, current, value)
        except (errors.ScriptError, errors.Stop) as error:
            _placed(error, site.sign_place)
            raise
    for at in range(last, -1, -1):
        before = containers[at]
        value = _write(rt, site, at, before, keys[at], value, is_last=at == last)
        if value is before and not any(isinstance(container, HostObject) for container in containers[:at]):
            return root
    return value


def _current(rt: Runtime, site: PathSite, container: Any, key: Value, value: Value) -> Value:
    """What is there before ``op=``. An entry that isn't there comes to be, even if the operator then fails."""
    if type(container) is dict and type(key) is str and key not in container:
        container[key] = None
        return None
    try:
        return _read(rt, site, len(site.names) - 1, container, key)
    except errors.ScriptError as error:
        if error.kind == "ErrorIndexingType":
            # Reported as an element that can't be written.
            _write(rt, site, len(site.names) - 1, container, key, value, is_last=True)
        raise


def store_into_constant(rt: Runtime, site: PathSite, op: str, root: Value, keys: Sequence[Value], value: Value) -> None:
    """The same on a constant: only what is below text or a number goes unnoticed, as in Rhai."""
    container = root = ops.copied(root)
    for at in range(len(keys) - 1):
        container = _read(rt, site, at, container, keys[at])
    if type(container) in (str, int, bytearray):
        store(rt, site, op, root, keys, value)
        return
    if site.names[-1] is None:
        _read(rt, site, len(keys) - 1, container, keys[-1])
    error = errors.constant_assigned(site.root_name)
    _placed(error, site.root_place)
    raise error


_OF_SINGLES: Final = frozenset({str, int, bytearray})
"""Their elements are made when they are read."""


def _read(rt: Runtime, site: PathSite, at: int, container: Value, key: Value) -> Value:
    try:
        if site.names[at] is not None:
            return ops.get_property(rt, container, site.names[at] or "")
        return ops.get_index(rt, container, key)
    except (errors.ScriptError, errors.Stop) as error:
        _placed(error, site.brackets[at] if error.kind == "ErrorIndexingType" else site.places[at])
        raise


def _write(rt: Runtime, site: PathSite, at: int, container: Any, key: Value, value: Value, *, is_last: bool) -> Value:
    try:
        if site.names[at] is not None:
            ops.set_property(rt, container, site.names[at] or "", value)
            return container
        return ops.set_index(rt, container, key, value)
    except errors.Stop as stop:
        _placed(stop, site.sign_place)
        raise
    except errors.ScriptError as error:
        if not is_last and error.kind in ("ErrorDotExpr", "ErrorIndexingType"):
            # What was changed is a value of its own that can't be put back: Rhai drops it.
            return container
        if error.kind == "ErrorMismatchDataType" and not _is_index_error(container, key, error):
            _placed(error, site.sign_place)
        _placed(error, site.brackets[at] if error.kind == "ErrorIndexingType" else site.places[at])
        raise


def _is_index_error(container: Value, key: Value, error: errors.ScriptError) -> bool:
    """Whether a type mismatch is about the index rather than the value stored."""
    return error.fields.get("requested") not in ("char", "bool", "INT", "integer")


__all__ = ["sizes", "store"]
