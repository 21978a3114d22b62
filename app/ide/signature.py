"""``signature``: the call that is being written, and which of its parameters it is at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.ide.callables import ways_to_call
from app.ide.context import Context
from app.ide.keywords import KEYWORD_FUNCTIONS
from app.ide.reading import Reading, read
from app.ide.receivers import DOTS, receiver_before

_CLOSERS: Final = frozenset({")", "]", "}"})
_OPENERS: Final = frozenset({"[", "?[", "{", "#{"})
_LONGEST_WALK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call it; ``parameters`` are the places of its parameters in the label."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """The call that an offset is in. ``start`` is where its name begins, ``active`` the first way that has room for the argument."""

    name: str
    start: int
    ways: tuple[Signature, ...]
    active: int
    parameter: int


def signature(text: str, offset: int, context: Context | None = None) -> Signatures | None:
    """The innermost call whose parentheses an offset is in; None outside of any, and for what nobody knows."""
    reading = read(text, context)
    if reading.is_in_comment(offset):
        return None
    found = _open_call(reading, offset)
    if found is None:
        return None
    at, argument = found
    name, start = str(reading.tokens.values[at]), reading.tokens.starts[at]
    is_method = at > 0 and reading.tokens.kinds[at - 1] in DOTS
    kinds = receiver_before(reading, at - 1).kinds if is_method else None
    ways = tuple(
        Signature(way.label, tuple(way.parameter_spans()), way.doc) for way in ways_to_call(reading, name, is_method=is_method, kinds=kinds)
    )
    if not ways and name in KEYWORD_FUNCTIONS:
        label, doc = KEYWORD_FUNCTIONS[name]
        ways = (Signature(label, (), doc),)
    if not ways:
        return None
    active = next((index for index, way in enumerate(ways) if len(way.parameters) > argument), 0)
    return Signatures(name, start, ways, active, argument)


def _open_call(reading: Reading, offset: int) -> tuple[int, int] | None:
    """The index of the called name and the number of the argument, from 0."""
    tokens = reading.tokens
    index, depth, commas = reading.before(offset), 0, 0
    if index > 0 and tokens.kinds[index] == "()" and offset < tokens.ends[index]:
        return (index - 1, 0) if _is_called(reading, index - 1) else None
    for at in range(index, max(index - _LONGEST_WALK, -1), -1):
        kind = tokens.kinds[at]
        if kind in _CLOSERS and tokens.ends[at] <= offset:
            depth += 1
        elif depth and (kind in _OPENERS or kind == "("):
            depth -= 1
        elif kind == "," and not depth:
            commas += 1
        elif kind == "(":
            return (at - 1, commas) if _is_called(reading, at - 1) else None
        elif kind in _OPENERS or (kind == ";" and not depth):
            return None
    return None


def _is_called(reading: Reading, at: int) -> bool:
    """Whether the token before parentheses is a name, and not one that is being defined."""
    return at >= 0 and reading.is_name(at) and (at < 1 or reading.tokens.kinds[at - 1] != "fn")
