"""What tokens there are.

A token's kind is its own text for keywords and symbols, else one of the names in capitals below. Kinds are compared
by the million, so they are plain interned strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

IDENTIFIER: Final = "IDENTIFIER"
RESERVED: Final = "RESERVED"
INT: Final = "INT"
FLOAT: Final = "FLOAT"
CHAR: Final = "CHAR"
STRING: Final = "STRING"
TEXT: Final = "TEXT"
"""A part of a back-tick string that an interpolation follows."""
ERROR: Final = "ERROR"
"""Something that is no token; its value is the LexFault."""
END: Final = "END"
UNARY_MINUS: Final = "UNARY -"
UNARY_PLUS: Final = "UNARY +"

KEYWORDS: Final = frozenset(
    """true false let const if else switch do while until loop for in continue break return throw try catch fn private
    import export as""".split()
)

CALLABLE_WORDS: Final = frozenset("curry call type_of is_shared print debug eval Fn is_def_var is_def_fn".split())
"""Reserved words that may be called."""

METHOD_WORDS: Final = frozenset("curry call type_of is_shared".split())
"""Reserved words that may be called in method style."""

RESERVED_WORDS: Final = CALLABLE_WORDS | frozenset(
    """use case async public package super var protected spawn shared is sync static default this thread yield new match await
    null with void nil module go goto""".split()
)

UNARY_NEXT: Final = frozenset(
    """; : , ?? .. ..= { ( [ + += - -= * *= / /= % %= ** **= << <<= >> >>= = == != < > ! <= >= | & if while until in !in && &= || |= ^ ^=
    return throw ?[""".split()
) | {UNARY_MINUS, UNARY_PLUS, ERROR}
"""After these a sign belongs to what follows it."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


def is_identifier(text: str) -> bool:
    """Whether a text has the form of an identifier; it may be reserved all the same."""
    return _IDENTIFIER.match(text) is not None


@dataclass(frozen=True, slots=True)
class LexFault:
    """Why a piece of text is no token: Rhai's name for it and the message."""

    kind: str
    message: str
    has_place: bool = True


@dataclass(slots=True)
class Tokens:
    """All tokens of a source as parallel lists, ended by an END token.

    ``values`` holds the number, the text or the LexFault; None for keywords and symbols. ``docs`` are the doc comments with
    the index of the token they stand before; ``comments`` the spans of all comments.
    """

    kinds: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    docs: list[tuple[int, str]] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)

    def add(self, kind: str, value: object, start: int, end: int) -> None:
        """Appends a token."""
        self.kinds.append(kind)
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)

    def shown(self, index: int) -> str:
        """A token as messages quote it."""
        kind, value = self.kinds[index], self.values[index]
        match kind:
            case "STRING":
                return f'"{value}"'
            case "TEXT":
                return "string"
            case "END":
                return "{EOF}"
            case "ERROR" if isinstance(value, LexFault):
                return value.message
            case "UNARY -" | "UNARY +":
                return kind[-1]
            case "IDENTIFIER" | "RESERVED" | "INT" | "FLOAT" | "CHAR":
                return str(value)
            case _:
                return kind
