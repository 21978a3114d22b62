"""Values as data for other programs: type and content, as the conformance protocol writes them."""

from __future__ import annotations

from typing import Any

from app.engine.display import display
from app.engine.values import Char, ExclusiveRange, FnPtr, InclusiveRange, Iterator, Value, type_name


def as_plain(value: Value, depth: int = 200) -> dict[str, Any]:  # noqa: C901  # one line per type
    """``{"t": type, "v": content}``; integers are strings, floats have their full precision in ``r`` too."""
    kind = type_name(value)
    if value is None:
        return {"t": kind}
    if type(value) is float:
        return {"t": kind, "v": display(value), "r": exact(value)}
    if type(value) is int:
        return {"t": kind, "v": str(value)}
    if type(value) is bool:
        return {"t": kind, "v": value}
    if type(value) is str or type(value) is Char:
        return {"t": kind, "v": str(value)}
    if depth == 0 and type(value) in (list, dict):
        # Deeper than anybody writes out: shown instead, so that nesting can't exhaust the stack.
        return {"t": kind, "v": display(value)}
    if type(value) is list:
        return {"t": kind, "v": [as_plain(item, depth - 1) for item in value]}
    if type(value) is dict:
        return {"t": kind, "v": {key: as_plain(value[key], depth - 1) for key in sorted(value)}}
    if type(value) is FnPtr:
        return _pointer(value)
    if type(value) in (ExclusiveRange, InclusiveRange):
        return {"t": kind, "v": f"{value.start}{'..' if kind == 'range' else '..='}{value.end}"}  # type: ignore[attr-defined]  # ranges by the test before
    if type(value) is bytearray:
        return {"t": kind, "v": list(value)}
    return {"t": kind, "v": value.shown if isinstance(value, Iterator) else display(value)}


def _pointer(value: FnPtr) -> dict[str, Any]:
    shown: dict[str, Any] = {"t": "fnptr", "v": value.name}
    if value.curried:
        shown["curry"] = [as_plain(argument) for argument in value.arguments()]
    return shown


def exact(value: float) -> str:
    """A float with the shortest digits that give it back, as Rust's debug form writes them."""
    text = repr(value)
    if text == "nan":
        return "NaN"
    if "e" not in text:
        return text
    digits, _, exponent = text.partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"
