"""Values as plain data: what may cross from a script to its host and back, and be written in a journal.

Plain data is None, bool, int, float, str, lists and string-keyed dicts of plain data. It has no ranges, functions,
timestamps, blobs or host objects: those mean nothing outside the run that made them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from app.engine import errors
from app.engine.values import INT_MAX, INT_MIN, Char, Value, type_name

Plain: TypeAlias = "bool | int | float | str | Sequence[Plain] | Mapping[str, Plain] | None"

MAX_DEPTH: Final = 32
"""How deep data may be nested at the border. Deeper data is a mistake or an attack; JSON parsers balk at it too."""

_SCALARS: Final = frozenset({type(None), bool, int, float, str})


def to_plain(value: Value, depth: int = MAX_DEPTH) -> Plain:
    """A copy of a script's value as plain data; a char becomes a string.

    Raises:
        ScriptError: the value, or one inside it, has no plain form, or is nested too deep.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value  # type: ignore[return-value]  # narrowed by the exact type
    if kind is Char:
        return str.__str__(value)
    if depth == 0:
        raise errors.runtime(f"Data is nested more than {MAX_DEPTH} levels deep; flatten it")
    if isinstance(value, list):
        return [to_plain(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item, depth - 1) for key, item in value.items()}
    raise errors.runtime(f"A value of type {type_name(value)} cannot leave the script; use text, numbers, arrays or maps")


def from_plain(data: Plain) -> Value:
    """A fresh value from plain data. An integer beyond i64 becomes a float, as in a script's own source."""
    kind = type(data)
    if kind is int:
        return data if INT_MIN <= data <= INT_MAX else float(data)  # type: ignore[arg-type, operator]  # narrowed by the exact type
    if kind in _SCALARS:
        return data
    if isinstance(data, Mapping):
        return {key: from_plain(item) for key, item in data.items()}
    return [from_plain(item) for item in data]  # type: ignore[union-attr]  # what is left are sequences


def copied(data: Plain) -> Plain:
    """A deep copy."""
    if type(data) in _SCALARS:
        return data
    if isinstance(data, Mapping):
        return {key: copied(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [copied(value) for value in data]
    return data


def same(left: Plain, right: Plain) -> bool:
    """Whether two pieces of plain data are equal in value and in type, so that 1, 1.0 and true all differ."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind in _SCALARS and kind is not float:
        return left == right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float):
        return left == right or (left != left and right != right)
    return left == right
