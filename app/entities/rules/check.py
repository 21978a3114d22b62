"""What a compiled rule is, and the words that all of them use."""

from collections.abc import Callable
from typing import Final, TypeAlias

from app.entities.types import FieldFault, Json

Faults: TypeAlias = list[FieldFault]
Check: TypeAlias = Callable[[Json, str, Faults], Json]
"""Takes a value, its path, and the faults found so far; gives the value's normal form. What it gives beside a new fault means nothing."""

REQUIRED: Final = "This field is required: give it a value."


def kind_of(value: Json) -> str:
    """What a value is, in words that JSON's users know."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
    return "an object"


def shown(value: Json, most: int = 60) -> str:
    """A value as a message repeats it; long ones are cut."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def is_encodable(text: str) -> bool:
    """Whether text can be kept: no lone surrogates, and no NUL, which PostgreSQL can't hold."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text) if not text.isascii() else "\0" not in text
