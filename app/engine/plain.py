"""Values as data for other programs: type and content, as the conformance protocol writes them."""

from __future__ import annotations

from typing import Any

from app.engine.display import display
from app.engine.runtime import Bound
from app.engine.values import Char, ExclusiveRange, FnPtr, InclusiveRange, Value, type_name


def as_plain(value: Value) -> dict[str, Any]:
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
    if type(value) is list:
        return {"t": kind, "v": [as_plain(item) for item in value]}
    if type(value) is dict:
        return {"t": kind, "v": {key: as_plain(value[key]) for key in sorted(value)}}
    if type(value) is FnPtr:
        shown: dict[str, Any] = {"t": "fnptr", "v": value.name}
        curried = value.curried[value.code.compiled.captures :] if isinstance(value.code, Bound) else value.curried
        if value.curried:
            shown["curry"] = [as_plain(item) for item in curried] if curried else [as_plain(cell[0]) for cell in value.curried]
        return shown
    if type(value) in (ExclusiveRange, InclusiveRange):
        return {"t": kind, "v": f"{value.start}{'..' if kind == 'range' else '..='}{value.end}"}  # type: ignore[attr-defined]  # ranges by the test before
    if type(value) is bytearray:
        return {"t": kind, "v": list(value)}
    return {"t": kind, "v": display(value)}


def exact(value: float) -> str:
    """A float with the shortest digits that give it back, as Rust's debug form writes them."""
    text = repr(value)
    if text == "nan":
        return "NaN"
    if "e" not in text:
        return text
    digits, _, exponent = text.partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"
