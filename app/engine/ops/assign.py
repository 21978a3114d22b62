"""``target op= value``.

Arrays, maps and blobs grow in place; everything else is the binary operator. Unlike the operators' own, errors of an
assignment always have a position. Source: Rhai 1.26 ``func/builtin.rs``, ``eval/stmt.rs``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import errors, sizes
from app.engine.ops import arithmetic
from app.engine.running import Runtime
from app.engine.values import Char, Value

_PLAIN: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "%": arithmetic.modulo,
    "**": arithmetic.power,
    "<<": arithmetic.shift_left,
    ">>": arithmetic.shift_right,
    "&": arithmetic.bit_and,
    "|": arithmetic.bit_or,
    "^": arithmetic.bit_xor,
}


def assign(rt: Runtime, op: str, target: Value, value: Value) -> Value:
    """The target's new value; a container is changed in place and returned. The caller owns ``value``.

    ``op`` is the base operator: ``+`` for ``+=``.

    Raises:
        ScriptError: the operator's.
        Stop: the target became too large.
    """
    try:
        if op == "+":
            grow = _GROWERS.get(type(target))
            if type(target) is str and type(value) is str:
                sizes.allow_joined(rt, target, value)
                return target + value
            return grow(rt, target, value) if grow is not None else arithmetic.add(rt, target, value)
        return _PLAIN[op](target, value)
    except (errors.ScriptError, errors.Stop) as error:
        error.has_place = True
        raise


def grow_array(rt: Runtime, array: list[Value], value: Value) -> Value:
    """``array += value``: the array, which got the elements of another one, or the value as its last.

    Raises:
        Stop: it is too large.
    """
    if type(value) is list:
        added = len(value)
        if added:
            before = len(array)
            if before:
                # Rhai measures the array as it was, so that one assignment may go over the limit.
                sizes.check_joined(rt, array, before, before + added)
            sizes.grow_joined(rt, before, added)
            array += value
    else:
        array.append(value)
        sizes.appended(rt, array, value)
    return array


def _grow_map(rt: Runtime, entries: dict[str, Value], value: Value) -> Value:
    if type(value) is not dict:
        return arithmetic.add(rt, entries, value)
    sizes.walk(rt, len(value))
    rt.grow(len(value) * sizes.ENTRY_BYTES)
    before = len(entries)
    entries |= value
    sizes.check_joined(rt, entries, before, len(entries))
    return entries


def _grow_blob(rt: Runtime, blob: bytearray, value: Value) -> Value:
    if type(value) is int:
        tail: bytes | bytearray = bytes((value & 0xFF,))
    elif type(value) is str or type(value) is Char:
        tail = str(value).encode()
    elif type(value) is bytearray:
        tail = value
    else:
        return arithmetic.add(rt, blob, value)
    sizes.allow_bytes(rt, len(blob) + len(tail), len(tail))
    blob += tail
    return blob


_GROWERS: Final[dict[type, Callable[[Runtime, Any, Value], Value]]] = {list: grow_array, dict: _grow_map, bytearray: _grow_blob}
