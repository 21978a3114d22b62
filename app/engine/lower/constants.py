"""Run-time constants as Python expressions."""

from __future__ import annotations

from typing import Any, Final

from app.engine.lower import build
from app.engine.lower.unit import Unit
from app.engine.values import Char

_MOST_WRITTEN: Final = 24
_MOST_PARTS: Final = 64
_LONGEST_WRITTEN: Final = 64
_ATOMS: Final = frozenset({int, bool, type(None), Char})


def is_written(value: Any) -> bool:
    """Whether a constant container is so small that it is written out where it is stored, which is quicker than copying it."""
    return type(value) in (list, dict) and (_is_flat(value, _MOST_WRITTEN) or _left(value, _MOST_PARTS) >= 0)


def _is_flat(value: Any, most: int) -> bool:
    """Whether a container holds little, and fewer the deeper it goes."""
    if type(value) in (list, dict):
        parts = value if type(value) is list else value.values()
        return len(value) <= most and all(_is_flat(part, most // 4) for part in parts)
    return _is_atom(value)


def _left(value: Any, most: int) -> int:
    """How many parts are left of so many after those of a container; fewer than 0 if there is anything else in it."""
    left = most - len(value)
    for part in (value if type(value) is list else value.values()) if left >= 0 else ():
        if type(part) in (list, dict):
            left = _left(part, left)
        elif not _is_atom(part):
            return -1
        if left < 0:
            break
    return left


def _is_atom(value: Any) -> bool:
    if type(value) is float:
        return value == value and abs(value) != float("inf")
    return type(value) in _ATOMS or (type(value) is str and len(value) <= _LONGEST_WRITTEN)


def written(unit: Unit, value: Any) -> Any:
    """A small constant container as a display, which makes a new one."""
    if type(value) is list:
        return build.array([written(unit, item) for item in value])
    if type(value) is dict:
        return build.mapping(list(value), [written(unit, item) for item in value.values()])
    return literal(unit, value)


def literal(unit: Unit, value: Any) -> Any:
    """A run-time constant as an expression; containers aren't copied."""
    if type(value) in (int, str, bool, type(None)) or (type(value) is float and _is_atom(value)):
        return build.constant(value)
    if type(value) is Char:
        key = f"c:{value}"
        unit.constants[key] = value
        return build.name(key)
    return unit.constant(value)
