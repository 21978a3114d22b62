"""The types of values that are known: constants, and those of which a condition has told something."""

from __future__ import annotations

from typing import Any, Final

from app.engine.infer.atoms import ANY, ATOM, BOOL, CHAR, FLOAT, INT, NEVER, TEXT, UNIT, Kind, Type, held, integer
from app.engine.infer.types import array_of, map_of, tuple_of
from app.engine.resolve.telling import NOT_UNIT
from app.engine.values import Char, ExclusiveRange, InclusiveRange


def narrowed(of: Type, name: str) -> Type:
    """The type of a value of which ``type_of`` has told the name, or that it isn't ()."""
    if name == NOT_UNIT or of is NEVER:
        return held(of)
    told = _BY_NAME.get(name)
    if told is None or told is UNIT:
        return told or of
    known = held(of)
    if known.kind is told.kind:
        return known
    # Of another kind it can't be: code that isn't reached.
    return told if known.kind in (Kind.UNKNOWN, Kind.ATOM) and known is not NEVER else NEVER


_BY_NAME: Final = {
    "i64": INT,
    "f64": FLOAT,
    "bool": BOOL,
    "string": TEXT,
    "char": CHAR,
    "()": UNIT,
    "array": Type(Kind.ARRAY, ANY),
    "map": Type(Kind.MAP, ANY),
}

_VALUES: Final[dict[type, Type]] = {
    float: FLOAT,
    bool: BOOL,
    str: TEXT,
    Char: CHAR,
    type(None): UNIT,
    ExclusiveRange: ATOM,
    InclusiveRange: ATOM,
}
_MOST_LOOKED_AT: Final = 64


def of_value(value: Any) -> Type:
    """The type of a constant."""
    if type(value) is int:
        return integer(abs(value).bit_length())
    if type(value) is list:
        if len(value) > _MOST_LOOKED_AT:
            return array_of(ANY)
        return tuple_of([of_value(item) for item in value])
    if type(value) is dict:
        return map_of({key: of_value(item) for key, item in value.items()}, NEVER, frozenset(value))
    return _VALUES.get(type(value), ANY)
