"""The quick way to read JSON that is just JSON: Python's reader in C, wherever it is sure to agree with Rhai's grammar.

Whatever it isn't sure of (escapes, duplicate names, anything malformed, too large or too deep) is left to
``json_text``, which knows Rhai's rules and messages.
"""

from __future__ import annotations

import json
from typing import Any, Final

from app.engine.limits import Limits
from app.engine.values import INT_MAX, INT_MIN, Value

NOT_PLAIN: Final = object()
"""Says that the text needs the other reader."""

_DEEPEST: Final = 60
"""Below Rhai's default depth of expressions, so that the other reader never has to object."""


def plain(limits: Limits, text: str) -> Value:
    """The value of the text, or ``NOT_PLAIN``."""
    if "\\" in text:
        return NOT_PLAIN
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return NOT_PLAIN
    return value if _fits(value, limits) else NOT_PLAIN


def _integer(digits: str) -> Value:
    if len(digits) > 20:
        return float(digits)
    number = int(digits)
    return number if INT_MIN <= number <= INT_MAX else float(digits)


def _entries(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("a name occurs twice")
    return entries


def _refuse(word: str) -> Value:
    raise ValueError(f"{word} is no JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_entries, parse_int=_integer, parse_constant=_refuse)


def _fits(value: Value, limits: Limits) -> bool:
    """Whether nothing in the value is too deep or, by itself, too large."""
    level: list[Value] = [value]
    for _ in range(min(limits.max_expr_depth or _DEEPEST, _DEEPEST)):
        deeper: list[Value] = []
        for item in level:
            if not _is_small_enough(item, limits):
                return False
            if type(item) is list:
                deeper += item
            elif type(item) is dict:
                deeper += item.keys()
                deeper += item.values()
        if not deeper:
            return True
        level = deeper
    return False


def _is_small_enough(item: Value, limits: Limits) -> bool:
    if type(item) is str:
        return not limits.max_string_size or len(item) * 4 <= limits.max_string_size
    if type(item) is list:
        return not limits.max_array_size or len(item) < limits.max_array_size
    return type(item) is not dict or not limits.max_map_size or len(item) <= limits.max_map_size
