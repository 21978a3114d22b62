"""Replacing, padding, joining and splitting text. Source: Rhai 1.26 ``packages/string_more.rs``."""

from __future__ import annotations

import re
from typing import Final

from app.engine import errors, sizes
from app.engine.natives import Package
from app.engine.ops.arithmetic import shown_for_joining
from app.engine.ops.iterate import character
from app.engine.running import Runtime
from app.engine.stdlib.text import WHITESPACE
from app.engine.values import Value

PACKAGE = Package("text change")
native = PACKAGE.native

_GAPS: Final = re.compile(f"[{re.escape(WHITESPACE)}]+")


@native("append", "string", "?", returns="()", mutates=True, context=True)
def append(rt: Runtime, string: str, item: Value) -> tuple[str, None]:
    """Adds the text of any value at the end."""
    tail = shown_for_joining(item)
    sizes.allow_joined(rt, string, tail)
    return string + tail, None


@native("remove", "string", "string", returns="()", mutates=True, context=True)
@native("remove", "string", "char", returns="()", mutates=True, context=True)
def remove(rt: Runtime, string: str, part: str) -> tuple[str, None]:
    """Removes every occurrence of the part."""
    sizes.walk_text(rt, len(string))
    return string.replace(part, "") if part else string, None


@native("replace", "string", "string", "string", returns="()", mutates=True, context=True)
@native("replace", "string", "string", "char", returns="()", mutates=True, context=True)
@native("replace", "string", "char", "string", returns="()", mutates=True, context=True)
@native("replace", "string", "char", "char", returns="()", mutates=True, context=True)
def replace(rt: Runtime, string: str, find: str, substitute: str) -> tuple[str, None]:
    """Replaces every occurrence of one part by another."""
    if not string:
        return string, None
    sizes.walk_text(rt, len(string))
    if len(substitute) > len(find):
        count = string.count(find)
        size = sizes.byte_length(string) + count * (sizes.byte_length(substitute) - sizes.byte_length(find))
        sizes.allow_text(rt, size)
        sizes.walk_text(rt, size)
    replaced = string.replace(find, substitute)
    sizes.check_text(rt, replaced)
    return replaced, None


@native("pad", "string", "i64", "char", returns="()", mutates=True, context=True)
@native("pad", "string", "i64", "string", returns="()", mutates=True, context=True)
def pad(rt: Runtime, string: str, len_: int, padding: str) -> tuple[str, None]:
    """Lengthens the text to so many characters by repeating the padding; an empty padding does nothing."""
    maximum = rt.limits.max_string_size
    if maximum and len_ > maximum:
        raise errors.string_too_large(maximum)
    missing = len_ - len(string)
    if missing <= 0 or not padding:
        return string, None
    whole, rest = divmod(missing, len(padding))
    size = sizes.byte_length(string) + whole * sizes.byte_length(padding) + sizes.byte_length(padding[:rest])
    sizes.allow_text(rt, size)
    sizes.walk_text(rt, size)
    return string + str(padding) * whole + padding[:rest], None


# --- splitting -------------------------------------------------------------------------------------------------


@native("to_chars", "string", returns="array", context=True)
def to_chars(rt: Runtime, string: str) -> list[Value]:
    """An array of the characters."""
    sizes.allow_elements(rt, len(string), len(string))
    sizes.walk(rt, len(string))
    return list(map(character, string))


@native("to_blob", "string", returns="blob", context=True)
def to_blob(rt: Runtime, string: str) -> bytearray:
    """The text's UTF-8 bytes."""
    size = sizes.byte_length(string)
    sizes.allow_bytes(rt, size, size)
    return bytearray(string.encode())


@native("split", "string", returns="array", context=True)
def split_at_gaps(rt: Runtime, string: str) -> list[Value]:
    """The words between white space."""
    if string.isascii() and string.isprintable():
        # Its only gaps are blanks.
        return _parts(rt, string, string.split() if string else [""])
    return _parts(rt, string, [part for part in _GAPS.split(string) if part])


@native("split", "string", "i64", returns="array", context=True, pure=True)
def split_in_two(rt: Runtime, string: str, index: int) -> list[Value]:
    """The parts before and after a position; negative positions count from the end."""
    at = index if index > 0 else max(len(string) + index, 0)
    return _parts(rt, string, [string[:at], string[at:]])


@native("split", "string", "string", returns="array", context=True)
@native("split", "string", "char", returns="array", context=True)
def split(rt: Runtime, string: str, delimiter: str) -> list[Value]:
    """The parts between the occurrences of the delimiter."""
    if not string:
        return [""]
    length = len(string)
    if delimiter and length < sizes.FREE_STEPS and not rt.limits.has_small_sizes:
        # Too short to be charged for or to be over a limit: made first, accounted for then.
        parts: list[Value] = [*string.split(delimiter)]
        rt.grow(len(parts) * sizes.ELEMENT_BYTES + length)
        return parts
    _allow_parts(rt, string, string.count(delimiter) + 1)
    return _parts(rt, string, string.split(delimiter) if delimiter else ["", *string, ""])


@native("split", "string", "string", "i64", returns="array", context=True)
@native("split", "string", "char", "i64", returns="array", context=True)
def split_some(rt: Runtime, string: str, delimiter: str, segments: int) -> list[Value]:
    """At most so many parts, split from the start; the last one keeps the rest."""
    if segments <= 1 or not string:
        return [string]
    _allow_parts(rt, string, min(string.count(delimiter) + 1, segments))
    if delimiter:
        return _parts(rt, string, string.split(delimiter, segments - 1))
    if segments >= len(string) + 2:
        return _parts(rt, string, ["", *string, ""])
    return _parts(rt, string, ["", *string[: segments - 2], string[segments - 2 :]])


@native("split_rev", "string", "string", returns="array", context=True)
@native("split_rev", "string", "char", returns="array", context=True)
def split_rev(rt: Runtime, string: str, delimiter: str) -> list[Value]:
    """The parts between the occurrences of the delimiter, last part first."""
    if not string:
        return [""]
    _allow_parts(rt, string, string.count(delimiter) + 1)
    return _parts(rt, string, string.split(delimiter)[::-1] if delimiter else ["", *string[::-1], ""])


@native("split_rev", "string", "string", "i64", returns="array", context=True)
@native("split_rev", "string", "char", "i64", returns="array", context=True)
def split_rev_some(rt: Runtime, string: str, delimiter: str, segments: int) -> list[Value]:
    """At most so many parts, split from the end, last part first; the last one keeps the rest."""
    if segments <= 1 or not string:
        return [string]
    _allow_parts(rt, string, min(string.count(delimiter) + 1, segments))
    if delimiter:
        return _parts(rt, string, string.rsplit(delimiter, segments - 1)[::-1])
    if segments >= len(string) + 2:
        return _parts(rt, string, ["", *string[::-1], ""])
    keep = len(string) - (segments - 2)
    return _parts(rt, string, ["", *string[keep:][::-1], string[:keep]])


def _allow_parts(rt: Runtime, string: str, count: int) -> None:
    sizes.walk(rt, count)
    sizes.allow_elements(rt, count, count)
    rt.grow(len(string))


def _parts(rt: Runtime, string: str, parts: list[str]) -> list[Value]:
    sizes.walk_text(rt, len(string))
    result: list[Value] = [*parts]
    if len(result) > sizes.FREE_STEPS or len(string) * 4 > (rt.limits.max_string_size or sizes.MOST_BYTES):
        # Otherwise they are no more than the text, and their number was allowed before.
        sizes.check(rt, result)
    return result
