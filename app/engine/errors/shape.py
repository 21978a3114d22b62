"""Errors as text, as data, and as what ``catch`` binds: the only place that gives them a shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.engine.errors.kinds import ScriptError, Stop
from app.engine.source import Place


def _at(text: str, place: Place | None) -> str:
    return text if place is None else f"{text} (line {place.line}, position {place.column})"


def full_text(error: ScriptError | Stop) -> str:
    """The whole message with the places of all levels."""
    text = _at(error.text, error.place)
    for level in error.calls:
        text = _at(f"{text}\n{level.phrase}", level.place)
    return text


def rendered(error: ScriptError | Stop) -> dict[str, object]:
    """The error as data: ``kind``, ``message``, ``line``, ``col``, and by kind ``parse_kind``, ``value``, or ``fn`` and ``inner``.

    ``value`` is the run-time value itself; the caller encodes it.
    """
    text = _at(error.text, error.place)
    data = _shape(error.kind, text, error.place)
    if error.parse_kind is not None:
        data["parse_kind"] = error.parse_kind
    if error.kind == "ErrorRuntime":
        data["value"] = error.value
    for level in error.calls:
        text = _at(f"{text}\n{level.phrase}", level.place)
        data = {**_shape("ErrorInFunctionCall", text, level.place), "fn": level.name, "inner": data}
    return data


def _shape(kind: str, message: str, place: Place | None) -> dict[str, object]:
    line, column = (None, None) if place is None else (place.line, place.column)
    return {"kind": kind, "message": message, "line": line, "col": column}


DESCRIBED: Final = frozenset(
    """error message function source line position variable module requested actual type property length index""".split()
)
"""The entries that descriptions of errors may have: of the map that ``catch`` binds for an error which nobody has thrown."""


def caught(error: ScriptError) -> object:
    """What ``catch (e)`` binds: the thrown value itself, or a map that describes the error.

    Source: Rhai book, "Catch exceptions"; a value thrown inside a called function still arrives bare.
    """
    if error.kind == "ErrorRuntime":
        return error.value
    if not error.calls:
        return _description(error.kind, error.text, error.fields, error.place)
    text = _at(error.text, error.place)
    for level in error.calls[:-1]:
        text = _at(f"{text}\n{level.phrase}", level.place)
    outermost = error.calls[-1]
    fields: dict[str, object] = {"function": outermost.name, "source": outermost.source}
    return _description("ErrorInFunctionCall", f"{text}\n{outermost.phrase}", fields, outermost.place)


def _description(kind: str, message: str, fields: Mapping[str, object], place: Place | None) -> dict[str, object]:
    described: dict[str, object] = {"error": kind, "message": message, **fields}
    if place is not None:
        described["line"] = place.line
        described["position"] = place.column
    return described
