"""Ranges and what ``for`` walks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.engine import errors
from app.engine.ops.arithmetic import missing
from app.engine.values import INT_MAX, Char, ExclusiveRange, InclusiveRange, Iterator, Value


class _Characters(dict[str, Char]):
    """Characters by their text; a few hundred are kept, because looking one up takes a third of the time of making it."""

    def __missing__(self, text: str) -> Char:
        return Char(text)


_CHARACTERS: Final = _Characters({chr(code): Char(chr(code)) for code in range(256)})

character: Final = _CHARACTERS.__getitem__
"""The character that a text of one is."""


def exclusive_range(a: Value, b: Value) -> ExclusiveRange:
    """``a..b``; an open end is the largest integer, an open start 0."""
    start, end = _bounds("..", a, b)
    return ExclusiveRange(start, end)


def inclusive_range(a: Value, b: Value) -> InclusiveRange:
    """``a..=b``"""
    start, end = _bounds("..=", a, b)
    return InclusiveRange(start, end)


def _bounds(op: str, a: Value, b: Value) -> tuple[int, int]:
    if type(a) is int and type(b) is int:
        return a, b
    if type(a) is int and b is None:
        return a, INT_MAX
    if a is None and type(b) is int:
        return 0, b
    raise missing(op, a, b)


def iterate(value: Value) -> Iterable[Value]:
    """What ``for`` walks: a sequence independent of later changes to the value. Elements aren't copied.

    Raises:
        ScriptError: the value has no elements.
    """
    kind = type(value)
    if type(value) is list:
        return value[:]
    if type(value) is ExclusiveRange:
        return range(value.start, value.end)
    if type(value) is InclusiveRange:
        return range(value.start, value.end + 1)
    if kind is str:
        return map(character, value)  # type: ignore[call-overload, no-any-return]  # a str by the test before
    if type(value) is bytearray:
        return bytes(value)
    if type(value) is Iterator:
        return value.make()
    raise errors.not_iterable()
