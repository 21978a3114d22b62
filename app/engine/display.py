"""Values as text: what ``print`` shows (display), what ``debug`` and containers show (debug), and JSON.

None of these recurses: nesting is as deep as a script cares to build it. Source: Rhai 1.26 ``packages/string_basic.rs``,
``types/float.rs``, ``api/json.rs``.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

from app.engine.values import (
    INT_MAX,
    Char,
    ExclusiveRange,
    FnPtr,
    HostObject,
    InclusiveRange,
    Timestamp,
    Value,
    type_name,
)
from app.engine.values import Iterator as ValueIterator

_NATURAL_MAX: Final = 9999999827968.0
"""1e13 rounded to f32: Rhai compares with that."""
_NATURAL_MIN: Final = 9.9999998245167e-14
"""1e-13 rounded to f32."""


_PLAIN_MIN: Final = 1e-4
"""From here on, and as far as print goes without an exponent, Python writes floats as Rust does."""


# --- floats ----------------------------------------------------------------------------------------------------


def float_text(value: float) -> str:
    """A float as ``print`` shows it: shortest digits, exponent form outside of about 1e-13 to 1e13."""
    magnitude = abs(value)
    if _PLAIN_MIN <= magnitude <= _NATURAL_MAX:
        return repr(value)
    if magnitude == 0.0:
        return "0.0"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if magnitude > _NATURAL_MAX or magnitude < _NATURAL_MIN:
        return _with_exponent(value)
    return _without_exponent(value)


def float_debug(value: float) -> str:
    """A float as ``debug`` shows it (Rust's ``{:?}``): exponent form outside of 1e-4 to 1e16, a sign on zero."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    magnitude = abs(value)
    if magnitude != 0.0 and (magnitude >= 1e16 or magnitude < 1e-4):
        return _with_exponent(value)
    return _without_exponent(value)


def _parts(value: float) -> tuple[str, str, int]:
    """Sign, shortest significant digits, and the power of ten of the first digit."""
    mantissa, _, exponent = repr(value).partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = whole + fraction
    power = len(whole) - 1 + int(exponent or 0)
    leading = len(digits) - len(digits.lstrip("0"))
    if leading == len(digits):
        return sign, "0", 0
    return sign, digits[leading:].rstrip("0") or "0", power - leading


def _with_exponent(value: float) -> str:
    sign, digits, power = _parts(value)
    return f"{sign}{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{power}"


def _without_exponent(value: float) -> str:
    sign, digits, power = _parts(value)
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    if len(digits) <= power + 1:
        return f"{sign}{digits}{'0' * (power + 1 - len(digits))}.0"
    return f"{sign}{digits[: power + 1]}.{digits[power + 1 :]}"


def plain_float(value: float) -> str:
    """A float as Rust's ``{}`` writes it: never an exponent, no ``.0``."""
    if math.isnan(value) or math.isinf(value):
        return float_text(value)
    text = _without_exponent(value)
    return text[:-2] if text.endswith(".0") else text


# --- strings ---------------------------------------------------------------------------------------------------

_ESCAPES: Final = {"\t": "\\t", "\r": "\\r", "\n": "\\n", '"': '\\"', "\\": "\\\\", "\0": "\\0"}
_COMBINING: Final = frozenset({"Mn", "Me"})


def quoted(text: str) -> str:
    """A string in quotes with escapes, as Rust's ``{:?}`` writes it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    # By distinct characters: long texts have few, and translate runs at memory speed.
    return f'"{text.translate({ord(character): _escaped(character) for character in set(text)})}"'


def _escaped(character: str) -> str:
    escape = _ESCAPES.get(character)
    if escape is not None:
        return escape
    return character if _is_shown(character) else f"\\u{{{ord(character):x}}}"


def _quoted_char(character: str) -> str:
    shown = character if character == '"' else "\\'" if character == "'" else _escaped(character)
    return f"'{shown}'"


def _is_shown(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) not in _COMBINING


# --- ranges, blobs ---------------------------------------------------------------------------------------------


def _range_text(value: ExclusiveRange | InclusiveRange) -> str:
    sign = ".." if type(value) is ExclusiveRange else "..="
    return f"{value.start}{sign}" if value.end == INT_MAX else f"{value.start}{sign}{value.end}"


def _blob_text(value: bytearray) -> str:
    return f"[{' '.join(value[at : at + 8].hex() for at in range(0, len(value), 8))}]"


# --- the forms -------------------------------------------------------------------------------------------------


def display(value: Value) -> str:
    """The text of ``print`` and ``to_string``; ``()`` is empty."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return float_text(value)
    if value is None:
        return ""
    return debug(value)


def debug(value: Value) -> str:
    """The text of ``debug`` and ``to_debug``, and of values inside containers: strings quoted, characters bare."""
    return _container_text(value, _debug_leaf) if type(value) in (list, dict) else _debug_leaf(value)


def _debug_leaf(value: Value) -> str:
    if type(value) is Char:
        return str(value)
    if type(value) is FnPtr:
        return f"Fn({value.name})"
    if isinstance(value, HostObject | ValueIterator):
        return type_name(value)
    return _common_leaf(value)


def _common_leaf(value: Value) -> str:
    for kinds, shown in _LEAVES:
        if isinstance(value, kinds):
            return shown(value)
    return type_name(value)


_LEAVES: Final[tuple[tuple[Any, Callable[[Any], str]], ...]] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, float_debug),
    (str, quoted),
    (type(None), lambda _: "()"),
    ((ExclusiveRange, InclusiveRange), _range_text),
    (bytearray, _blob_text),
    (Timestamp, lambda _: "<timestamp>"),
)


def thrown_text(value: Value) -> str:
    """How a thrown value reads in "Runtime error: ...": display, but containers in Rust's own debug form."""
    if type(value) in (list, dict):
        return _container_text(value, _rust_leaf)
    if isinstance(value, ValueIterator):
        return value.shown
    return str(value) if type(value) is Char else display(value)


_SHOWN_CURRIED: Final = frozenset(
    {type(None), bool, int, float, str, Char, FnPtr, ExclusiveRange, InclusiveRange, Timestamp, ValueIterator}
)
"""What is shown of a function pointer's leading arguments: neither containers nor captured variables, whatever cells these live in."""


def _rust_leaf(value: Value) -> str:
    if type(value) is Char:
        return _quoted_char(value)
    if type(value) is FnPtr:
        form = "Fn" if value.code is None else "Fn*"
        arguments = "".join(f", {_rust_leaf(part)}" for part in value.curried if type(part) in _SHOWN_CURRIED)
        return f"{form}({quoted(value.name)}{arguments})"
    if isinstance(value, ValueIterator):
        return value.shown
    return _common_leaf(value)


def _container_text(value: Value, leaf: Callable[[Value], str]) -> str:
    parts: list[str] = []
    frames: list[tuple[Iterator[tuple[str, Value]], str]] = [(iter([("", value)]), "")]
    while frames:
        items, closing = frames[-1]
        for prefix, item in items:
            parts.append(prefix)
            if type(item) is list:
                parts.append("[")
                frames.append((_list_items(item), "]"))
                break
            if type(item) is dict:
                parts.append("#{")
                frames.append((_map_items(item), "}"))
                break
            parts.append(leaf(item))
        else:
            parts.append(closing)
            frames.pop()
    return "".join(parts)


def _list_items(array: list[Value]) -> Iterator[tuple[str, Value]]:
    return ((", " if at else "", item) for at, item in enumerate(array))


def _map_items(entries: dict[str, Value]) -> Iterator[tuple[str, Value]]:
    return ((f"{', ' if at else ''}{quoted(key)}: ", entries[key]) for at, key in enumerate(sorted(entries)))


# --- JSON ------------------------------------------------------------------------------------------------------


def to_json(value: Value) -> str:
    """The value as Rhai's ``to_json`` writes it: nearly JSON; characters stay in single quotes, ranges are bare."""
    parts: list[str] = []
    frames: list[tuple[Iterator[tuple[str, Value]], str]] = [(iter([("", value)]), "")]
    while frames:
        items, closing = frames[-1]
        for prefix, item in items:
            parts.append(prefix)
            inner = _json_items(item)
            if inner is not None:
                parts.append("{" if type(item) is dict else "[")
                frames.append((inner, "}" if type(item) is dict else "]"))
                break
            parts.append(_json_leaf(item))
        else:
            parts.append(closing)
            frames.pop()
    return "".join(parts)


def _json_items(value: Value) -> Iterator[tuple[str, Value]] | None:
    if type(value) is dict:
        return ((f"{',' if at else ''}{quoted(key)}:", value[key]) for at, key in enumerate(sorted(value)))
    if type(value) is list or type(value) is bytearray:
        return (("," if at else "", item) for at, item in enumerate(value))
    if type(value) is FnPtr and value.curried:
        return (("," if at else "", item) for at, item in enumerate((value.name, *value.arguments())))
    return None


def _json_leaf(value: Value) -> str:
    if value is None:
        return "null"
    if type(value) is FnPtr:
        return quoted(value.name)
    return _rust_leaf(value)
