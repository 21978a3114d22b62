"""Methods of texts that scripts call most, written out for short texts; everything else goes the general way.

A short text is below every limit that isn't small itself, costs no operations to walk, and counts as an atom (``sizes``). Each maker
takes the general leaf and gives one with the same signature; it is used only while the library's own functions are in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.engine import sizes
from app.engine.natives import Natives
from app.engine.ops import character
from app.engine.runtime.machine import Machine
from app.engine.runtime.turns import free_characters
from app.engine.runtime.unseen import Unseen
from app.engine.stdlib import conversions, core, ranges, text, text_change, text_search
from app.engine.stdlib.ranges import characters_of
from app.engine.values import Char, Value

Leaf = Callable[..., Any]

IN_FUNCTION_STYLE: Final = ("n", "u")
"""Styles in which the receiver counts among the arguments."""
_MOST_DIGITS: Final = 18
_PARTS: Final = frozenset({str, Char})


def _split(machine: Machine, general: Leaf) -> Leaf:
    grow = machine.grow
    most = 0 if machine.limits.has_small_sizes else sizes.FREE_STEPS

    def split(level: Any, receiver: Value, delimiter: Value) -> Value:
        if type(receiver) is str and type(delimiter) in _PARTS and receiver and len(receiver) < most:
            # Between nothing and nothing, Rhai has an empty part at either end.
            parts: list[Any] = receiver.split(delimiter) if delimiter else ["", *receiver, ""]  # type: ignore[arg-type]  # a text by the test
            grow(len(parts) * sizes.ELEMENT_BYTES + len(receiver))
            return parts
        return general(level, receiver, delimiter)

    return split


def _chars(_machine: Machine, general: Leaf) -> Leaf:
    def chars(level: Any, receiver: Value) -> Value:
        if type(receiver) is str and len(receiver) <= sizes.FREE_CHARACTERS:
            return characters_of(receiver)
        return general(level, receiver)

    return chars


def _to_chars(machine: Machine, general: Leaf) -> Leaf:
    grow = machine.grow
    most = 0 if machine.limits.has_small_sizes else sizes.FREE_STEPS

    def to_chars(level: Any, receiver: Value) -> Value:
        if type(receiver) is str and len(receiver) <= most:
            grow(len(receiver) * sizes.ELEMENT_BYTES)
            return list(map(character, receiver))
        return general(level, receiver)

    return to_chars


def _parse_int(_machine: Machine, general: Leaf) -> Leaf:
    def parse_int(level: Any, receiver: Value) -> Value:
        # Python's digits are those of all scripts, Rust's are ASCII's.
        if type(receiver) is str and len(receiver) <= _MOST_DIGITS:
            return int(receiver) if receiver.isdecimal() and receiver.isascii() else conversions.integer_spelled(receiver, 10)
        return general(level, receiver)

    return parse_int


def _parse_int_unseen(_machine: Machine, general: Leaf) -> Leaf:
    def parse_int(level: Any, receiver: Value) -> Value:
        if type(receiver) is not str or len(receiver) > sizes.FREE_CHARACTERS:
            return general(level, receiver)
        if receiver.isdecimal() and len(receiver) <= _MOST_DIGITS and receiver.isascii():
            return int(receiver)
        value, problem = conversions.integer_of(receiver, 10)
        if problem:
            raise Unseen
        return value

    return parse_int


def _parse_float(_machine: Machine, general: Leaf) -> Leaf:
    def parse_float(level: Any, receiver: Value) -> Value:
        value = conversions.float_of(receiver) if type(receiver) is str and len(receiver) <= sizes.FREE_CHARACTERS else None
        return general(level, receiver) if value is None else value

    return parse_float


def _parse_float_unseen(_machine: Machine, general: Leaf) -> Leaf:
    def parse_float(level: Any, receiver: Value) -> Value:
        if type(receiver) is not str or len(receiver) > sizes.FREE_CHARACTERS:
            return general(level, receiver)
        value = conversions.float_of(receiver)
        if value is None:
            raise Unseen
        return value

    return parse_float


def _to_string(machine: Machine, general: Leaf) -> Leaf:
    if machine.limits.has_small_sizes:
        # A number's digits may be too many.
        return general

    def to_string(level: Any, receiver: Value) -> Value:
        if type(receiver) is int or type(receiver) is Char:
            return str(receiver)
        if type(receiver) is str and len(receiver) <= sizes.SHORT_TEXT:
            return receiver
        return general(level, receiver)

    return to_string


def _sub_string(_machine: Machine, general: Leaf) -> Leaf:
    def sub_string(level: Any, receiver: Value, start: Value, count: Value) -> Value:
        if type(receiver) is str and type(start) is int and type(count) is int and start >= 0 < count <= sizes.FREE_CHARACTERS:
            return receiver[start : start + count]
        return general(level, receiver, start, count)

    return sub_string


def _sub_string_from(_machine: Machine, general: Leaf) -> Leaf:
    def sub_string(level: Any, receiver: Value, start: Value) -> Value:
        if type(receiver) is str and type(start) is int and start >= 0 and len(receiver) <= sizes.FREE_CHARACTERS:
            return receiver[start:]
        return general(level, receiver, start)

    return sub_string


def _index_of(_machine: Machine, general: Leaf) -> Leaf:
    def index_of(level: Any, receiver: Value, part: Value) -> Value:
        if type(receiver) is str and type(part) in _PARTS and receiver and len(receiver) <= sizes.FREE_CHARACTERS:
            return receiver.find(part)  # type: ignore[arg-type]  # a text by the test
        return general(level, receiver, part)

    return index_of


def _starts_with(_machine: Machine, general: Leaf) -> Leaf:
    def starts_with(level: Any, receiver: Value, part: Value) -> Value:
        if type(receiver) is str and type(part) in _PARTS:
            return receiver.startswith(part)  # type: ignore[arg-type]  # a text by the test
        return general(level, receiver, part)

    return starts_with


def _ends_with(_machine: Machine, general: Leaf) -> Leaf:
    def ends_with(level: Any, receiver: Value, part: Value) -> Value:
        if type(receiver) is str and type(part) in _PARTS:
            return receiver.endswith(part)  # type: ignore[arg-type]  # a text by the test
        return general(level, receiver, part)

    return ends_with


def _trim(_machine: Machine, general: Leaf) -> Leaf:
    def trim(level: Any, receiver: Value) -> Any:
        if type(receiver) is str and len(receiver) <= sizes.FREE_CHARACTERS:
            return receiver.strip(text.WHITESPACE), None
        return general(level, receiver)

    return trim


def _replace(machine: Machine, general: Leaf) -> Leaf:
    most = 0 if machine.limits.has_small_sizes else sizes.SHORT_TEXT
    free = 0 if machine.limits.has_small_sizes else free_characters(machine.limits)

    def replace(level: Any, receiver: Any, find: Any, substitute: Any) -> Any:
        if type(receiver) is str and type(find) in _PARTS and type(substitute) in _PARTS and receiver:
            if len(receiver) <= most and len(substitute) <= most:
                replaced = receiver.replace(find, substitute)
                if len(replaced) <= most:
                    return replaced, None
            elif len(receiver) <= free and len(substitute) <= len(find):
                # It gets no longer.
                return receiver.replace(find, substitute), None
        return general(level, receiver, find, substitute)

    return replace


def _pad(machine: Machine, general: Leaf) -> Leaf:
    most = 0 if machine.limits.has_small_sizes else sizes.SHORT_TEXT

    def pad(level: Any, receiver: Value, length: Value, padding: Value) -> Any:
        is_short = type(receiver) is str and type(length) is int and length <= most
        if is_short and type(padding) in _PARTS and len(padding) == 1:  # type: ignore[arg-type]  # by the test
            return receiver.ljust(length, padding), None  # type: ignore[attr-defined]  # by the test
        return general(level, receiver, length, padding)

    return pad


_METHODS: Final[Mapping[tuple[str, str, int], tuple[str, Callable[[Machine, Leaf], Leaf]]]] = {
    ("m", "split", 1): (text_change.PACKAGE.name, _split),
    ("m", "chars", 0): (ranges.PACKAGE.name, _chars),
    ("m", "to_chars", 0): (text_change.PACKAGE.name, _to_chars),
    ("m", "to_string", 0): (core.PACKAGE.name, _to_string),
    ("m", "parse_int", 0): (conversions.PACKAGE.name, _parse_int),
    ("m", "sub_string", 2): (text_search.PACKAGE.name, _sub_string),
    ("m", "sub_string", 1): (text_search.PACKAGE.name, _sub_string_from),
    ("m", "index_of", 1): (text_search.PACKAGE.name, _index_of),
    ("m", "starts_with", 1): (text_search.PACKAGE.name, _starts_with),
    ("m", "ends_with", 1): (text_search.PACKAGE.name, _ends_with),
    ("m", "parse_float", 0): (conversions.PACKAGE.name, _parse_float),
    ("n", "parse_int", 1): (conversions.PACKAGE.name, _parse_int),
    ("n", "parse_float", 1): (conversions.PACKAGE.name, _parse_float),
    ("u", "parse_int", 1): (conversions.PACKAGE.name, _parse_int_unseen),
    ("u", "parse_float", 1): (conversions.PACKAGE.name, _parse_float_unseen),
    ("p", "trim", 0): (text.PACKAGE.name, _trim),
    ("p", "replace", 2): (text_change.PACKAGE.name, _replace),
    ("p", "pad", 2): (text_change.PACKAGE.name, _pad),
}
"""By style, name and number of arguments: the package that has to be the only one with such a function for texts, and the maker."""


def maker(natives: Natives, style: str, name: str, argc: int) -> Callable[[Machine, Leaf], Leaf] | None:
    """What makes the quick form of a method; None if there is none, or somebody else has a function of that name for texts."""
    package, made = _METHODS.get((style, name, argc), ("", None))
    dispatcher = None if made is None else natives.lookup(name, argc if style in IN_FUNCTION_STYLE else argc + 1)
    return made if dispatcher is not None and dispatcher.is_of(package, "string", "i64", "char") else None
