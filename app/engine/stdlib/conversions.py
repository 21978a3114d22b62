"""Numbers from text and text from numbers. Source: Rhai 1.26 ``packages/math_basic.rs``, ``packages/string_basic.rs``."""

from __future__ import annotations

import math
import re
from typing import Final

from app.engine import errors, sizes
from app.engine.display import plain_float
from app.engine.natives import Package
from app.engine.running import Runtime
from app.engine.stdlib.text import WHITESPACE
from app.engine.values import INT_MAX

PACKAGE = Package("conversions")
native = PACKAGE.native

_DIGITS: Final = {digit: value for value, digit in enumerate("0123456789abcdefghijklmnopqrstuvwxyz")} | {
    digit: value for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10)
}
SMALL: Final = {str(number): number for number in range(1000)}
"""Small integers by their text: most texts that are read spell one, and looking it up takes half the time."""
_FLOAT: Final = re.compile(r"[+-]?(?:inf|infinity|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.IGNORECASE | re.ASCII)
_WRAP: Final = 2**64


def _digits(rt: Runtime, number: int, form: str) -> str:
    text = format(number % _WRAP, form)
    sizes.check_text(rt, text)
    return text


@native("to_hex", "i64", returns="string", context=True)
def to_hex(rt: Runtime, number: int) -> str:
    """The number in base 16; a negative one by its 64 bits."""
    return _digits(rt, number, "x")


@native("to_octal", "i64", returns="string", context=True)
def to_octal(rt: Runtime, number: int) -> str:
    """The number in base 8; a negative one by its 64 bits."""
    return _digits(rt, number, "o")


@native("to_binary", "i64", returns="string", context=True)
def to_binary(rt: Runtime, number: int) -> str:
    """The number in base 2; a negative one by its 64 bits."""
    return _digits(rt, number, "b")


@native("to_int", "i64", returns="i64")
def int_to_int(number: int) -> int:
    """The integer itself."""
    return number


@native("to_int", "char", returns="i64")
def char_to_int(character: str) -> int:
    """The character's Unicode code point."""
    return ord(character)


@native("to_int", "f64", returns="i64")
def float_to_int(number: float) -> int:
    """The part before the decimal point, as an integer."""
    if math.isnan(number):
        return 0
    if abs(number) > 2.0**63:
        raise errors.arithmetic(f"Integer overflow: to_int({plain_float(number)})")
    return min(int(number), INT_MAX)


@native("to_float", "i64", returns="f64")
@native("to_float", "f64", returns="f64")
def to_float(number: float) -> float:
    """The number as a float."""
    return float(number)


@native("parse_int", "string", returns="i64", context=True)
def parse_int(rt: Runtime, string: str) -> int:
    """The integer that the text spells in base 10."""
    return parse_int_radix(rt, string, 10)


@native("parse_int", "string", "i64", returns="i64", context=True)
def parse_int_radix(rt: Runtime, string: str, radix: int) -> int:
    """The integer that the text spells in a base from 2 to 36."""
    if not 2 <= radix <= 36:
        raise errors.arithmetic(f"Invalid radix: '{radix}'")
    sizes.walk_text(rt, len(string))
    return integer_spelled(string, radix)


def integer_spelled(string: str, radix: int) -> int:
    """The integer that a text spells in a base.

    Raises:
        ScriptError: it spells none.
    """
    value, problem = integer_of(string, radix)
    if problem:
        raise errors.arithmetic(f"Error parsing integer number '{string}': {problem}")
    return value


def integer_of(string: str, radix: int) -> tuple[int, str]:
    """The integer that a text spells in a base, and what is wrong with the text ("" if nothing)."""
    digits = string.strip(WHITESPACE)
    is_negative = digits[:1] == "-"
    if len(digits) > 1 and (is_negative or digits[0] == "+"):
        digits = digits[1:]
    value, problem = _read_digits(digits, radix, is_negative)
    return -value if is_negative else value, problem


def _read_digits(digits: str, radix: int, is_negative: bool) -> tuple[int, str]:
    """The value, and what is wrong with the digits ("" if nothing)."""
    if not digits:
        return 0, "cannot parse integer from empty string"
    value = 0
    for character in digits.lstrip("0"):
        digit = _DIGITS.get(character, radix)
        if digit >= radix:
            return 0, "invalid digit found in string"
        value = value * radix + digit
        if value > INT_MAX + is_negative:
            return 0, f"number too {'small' if is_negative else 'large'} to fit in target type"
    return value, ""


@native("parse_float", "string", returns="f64", context=True)
def parse_float(rt: Runtime, string: str) -> float:
    """The float that the text spells."""
    sizes.walk_text(rt, len(string))
    value = float_of(string)
    if value is None:
        problem = "invalid float literal" if string.strip(WHITESPACE) else "cannot parse float from empty string"
        raise errors.arithmetic(f"Error parsing floating-point number '{string}': {problem}")
    return value


def float_of(string: str) -> float | None:
    """The float that a text spells; None if it spells none."""
    text = string.strip(WHITESPACE)
    return float(text) if _FLOAT.fullmatch(text) else None
