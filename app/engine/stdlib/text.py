"""Text: its length, characters, case and ends. Source: Rhai 1.26 ``packages/string_more.rs``.

Everything counts characters (code points), but ``bytes``, which counts UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.engine import sizes
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.values import Char

PACKAGE = Package("text")
native = PACKAGE.native
getter = PACKAGE.getter

WHITESPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""Unicode's White_Space; Python's own strip also takes the information separators."""


@native("len", "string", returns="i64")
@getter("len", "string", returns="i64")
def length(string: str) -> int:
    """The number of characters."""
    return len(string)


@native("bytes", "string", returns="i64", context=True)
@getter("bytes", "string", returns="i64", context=True)
def byte_count(rt: Runtime, string: str) -> int:
    """The number of bytes in UTF-8."""
    sizes.walk_text(rt, len(string))
    return sizes.byte_length(string)


@native("is_empty", "string", returns="bool")
@getter("is_empty", "string", returns="bool")
def is_empty(string: str) -> bool:
    """Whether there is no character."""
    return not string


@native("get", "string", "i64")
def get(string: str, index: int) -> Char | None:
    """The character at a position, or () outside; negative positions count from the end."""
    return Char(string[index]) if -len(string) <= index < len(string) else None


@native("set", "string", "i64", "char", returns="()", mutates=True, context=True)
def put(rt: Runtime, string: str, index: int, character: str) -> tuple[str, None]:
    """Replaces the character at a position; does nothing outside."""
    if not -len(string) <= index < len(string):
        return string, None
    sizes.walk_text(rt, len(string))
    at = index % len(string)
    return string[:at] + str(character) + string[at + 1 :], None


@native("clear", "string", returns="()", mutates=True)
def clear(_string: str) -> tuple[str, None]:
    """Removes all characters."""
    return "", None


@native("truncate", "string", "i64", returns="()", mutates=True, context=True)
def truncate(rt: Runtime, string: str, len_: int) -> tuple[str, None]:
    """Cuts off everything after so many characters."""
    sizes.walk_text(rt, len(string))
    return string[: max(len_, 0)], None


@native("trim", "string", returns="()", mutates=True, context=True)
def trim(rt: Runtime, string: str) -> tuple[str, None]:
    """Removes white space at both ends."""
    sizes.walk_text(rt, len(string))
    return string.strip(WHITESPACE), None


@native("pop", "string", mutates=True, context=True)
def pop(rt: Runtime, string: str) -> tuple[str, Char | None]:
    """Removes the last character and returns it, or ()."""
    sizes.walk_text(rt, len(string))
    return (string[:-1], Char(string[-1])) if string else (string, None)


@native("pop", "string", "i64", returns="string", mutates=True, context=True)
def pop_many(rt: Runtime, string: str, len_: int) -> tuple[str, str]:
    """Removes so many characters from the end and returns them."""
    if len_ <= 0:
        return string, ""
    sizes.walk_text(rt, len(string))
    return string[:-len_], string[-len_:]


@native("to_upper", "string", returns="string", context=True)
def to_upper(rt: Runtime, string: str) -> str:
    """The text in upper case."""
    sizes.walk_text(rt, len(string))
    upper = string.upper()
    sizes.check_text(rt, upper)
    return upper


@native("to_lower", "string", returns="string", context=True)
def to_lower(rt: Runtime, string: str) -> str:
    """The text in lower case."""
    sizes.walk_text(rt, len(string))
    lower = string.lower()
    sizes.check_text(rt, lower)
    return lower


@native("make_upper", "string", returns="()", mutates=True, context=True)
def make_upper(rt: Runtime, string: str) -> tuple[str, None]:
    """Changes the text to upper case."""
    return to_upper(rt, string), None


@native("make_lower", "string", returns="()", mutates=True, context=True)
def make_lower(rt: Runtime, string: str) -> tuple[str, None]:
    """Changes the text to lower case."""
    return to_lower(rt, string), None


# --- characters ------------------------------------------------------------------------------------------------


class _Cases(dict[str, Char]):
    """Characters in another case, by their text; itself where that would be several. Some are kept, as looking one up is quicker."""

    __slots__ = ("_changed",)

    def __init__(self, changed: Callable[[str], str]) -> None:
        self._changed = changed
        self.update({chr(code): self[chr(code)] for code in range(_KEPT)})

    def __missing__(self, text: str) -> Char:
        changed = self._changed(text)
        return Char(changed if len(changed) == 1 else text)


_KEPT: Final = 256
_UPPER: Final = _Cases(str.upper)
_LOWER: Final = _Cases(str.lower)


@native("to_upper", "char", returns="char")
def char_to_upper(character: str) -> Char:
    """The character in upper case; itself where that would be several."""
    return _UPPER[character]


@native("to_lower", "char", returns="char")
def char_to_lower(character: str) -> Char:
    """The character in lower case; itself where that would be several."""
    return _LOWER[character]


@native("make_upper", "char", returns="()", mutates=True)
def make_char_upper(character: Char) -> tuple[Char, None]:
    """Changes the character to upper case."""
    return char_to_upper(character), None


@native("make_lower", "char", returns="()", mutates=True)
def make_char_lower(character: Char) -> tuple[Char, None]:
    """Changes the character to lower case."""
    return char_to_lower(character), None
