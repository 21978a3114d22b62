"""Run-time constants as Python expressions."""

from __future__ import annotations

from typing import Any, Final

from app.engine.lower import build
from app.engine.lower.unit import Unit
from app.engine.values import Char

MOST_WRITTEN: Final = 24
"""Constant containers up to this size are written out where they are stored, which is quicker than copying them."""


def is_plain(value: Any, most: int) -> bool:
    """Whether a container holds little, and nothing but what Python has literals for."""
    if type(value) is list:
        return len(value) <= most and all(is_plain(item, most // 4) or _is_written(item) for item in value)
    if type(value) is dict:
        return len(value) <= most and all(is_plain(item, most // 4) or _is_written(item) for item in value.values())
    return False


def _is_written(value: Any) -> bool:
    return type(value) in _WRITTEN or (type(value) is str and len(value) <= _LONGEST_WRITTEN)


_WRITTEN: Final = frozenset({int, bool, type(None)})
_LONGEST_WRITTEN: Final = 64


def written(unit: Unit, value: Any) -> Any:
    """A small constant container as a display, which makes a new one."""
    if type(value) is list:
        return build.array([written(unit, item) for item in value])
    if type(value) is dict:
        return build.mapping(list(value), [written(unit, item) for item in value.values()])
    return literal(unit, value)


def literal(unit: Unit, value: Any) -> Any:
    """A run-time constant as an expression; containers aren't copied."""
    if type(value) in (int, str, bool, type(None)) or (type(value) is float and value == value and abs(value) != float("inf")):
        return build.constant(value)
    if type(value) is Char:
        key = f"c:{value}"
        unit.constants[key] = value
        return build.name(key)
    return unit.constant(value)
