"""Finding and cutting parts of text. Source: Rhai 1.26 ``packages/string_more.rs``."""

from __future__ import annotations

from app.engine import sizes
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.stdlib.spans import over_spans

PACKAGE = Package("text search")
native = PACKAGE.native


@native("contains", "string", "string", returns="bool", context=True)
@native("contains", "string", "char", returns="bool", context=True)
def contains(rt: Runtime, string: str, part: str) -> bool:
    """Whether the part occurs in the text."""
    sizes.walk_text(rt, len(string))
    return str(part) in string


@native("starts_with", "string", "string", returns="bool")
@native("starts_with", "string", "char", returns="bool")
def starts_with(string: str, part: str) -> bool:
    """Whether the text begins with the part."""
    return string.startswith(part)


@native("ends_with", "string", "string", returns="bool")
@native("ends_with", "string", "char", returns="bool")
def ends_with(string: str, part: str) -> bool:
    """Whether the text ends with the part."""
    return string.endswith(part)


@native("index_of", "string", "string", returns="i64", context=True)
@native("index_of", "string", "char", returns="i64", context=True)
def index_of(rt: Runtime, string: str, part: str) -> int:
    """The position of the first occurrence, or -1."""
    sizes.walk_text(rt, len(string))
    return string.find(part) if string else -1


@native("index_of", "string", "string", "i64", returns="i64", context=True)
@native("index_of", "string", "char", "i64", returns="i64", context=True)
def index_of_from(rt: Runtime, string: str, part: str, start: int) -> int:
    """The position of the first occurrence from a position on, or -1."""
    if start < 0:
        start = max(len(string) + start, 0)
    if not string or (start > 0 and start >= len(string)):
        return -1
    sizes.walk_text(rt, len(string) - start)
    return string.find(part, start)


@over_spans(PACKAGE, "sub_string", "string", returns="string", context=True)
def sub_string(rt: Runtime, string: str, start: int, len: int) -> str:
    """So many characters from a position on."""
    at, count = _part(string, start, len)
    sizes.walk_text(rt, count)
    return string[at : at + count]


@native("sub_string", "string", "i64", returns="string", context=True)
def sub_string_from(rt: Runtime, string: str, start: int) -> str:
    """The characters from a position to the end."""
    return sub_string(rt, string, start, len(string))


@over_spans(PACKAGE, "crop", "string", returns="()", context=True, mutates=True)
def crop(rt: Runtime, string: str, start: int, len: int) -> tuple[str, None]:
    """Keeps only so many characters from a position on."""
    return sub_string(rt, string, start, len), None


@native("crop", "string", "i64", returns="()", context=True, mutates=True)
def crop_from(rt: Runtime, string: str, start: int) -> tuple[str, None]:
    """Keeps only the characters from a position to the end."""
    return sub_string(rt, string, start, len(string)), None


def _part(string: str, start: int, count: int) -> tuple[int, int]:
    length = len(string)
    if count <= 0 or start >= length:
        return 0, 0
    at = start if start >= 0 else max(length + start, 0)
    return at, min(count, length - at)
