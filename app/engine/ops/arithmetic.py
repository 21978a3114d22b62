"""Arithmetic, bit and shift operators, and what ``+`` and ``-`` mean on text, containers and timestamps.

Integers are i64 and checked; an operator's arithmetic error has no position (Rhai gives none). Floats never fail.
Source: Rhai 1.26 ``func/builtin.rs``, ``packages/arithmetic.rs``.
"""

from __future__ import annotations

import math
from typing import Final

from app.engine import errors, sizes
from app.engine.display import display, plain_float
from app.engine.errors import ScriptError
from app.engine.ops.copying import copied
from app.engine.running import Runtime
from app.engine.values import INT_MAX, INT_MIN, Char, Timestamp, Value, is_number, type_name

_U32_MAX: Final = 2**32 - 1
_WRAP: Final = 2**64
_FARTHEST_SECONDS: Final = 2.0**62
"""Beyond this a timestamp can't be moved (the clock of the real one ends at i64 seconds)."""


_TEXTS: Final = frozenset({str, Char})


def missing(op: str, *operands: Value) -> ScriptError:
    """The error for an operator that these operands don't have."""
    return errors.function_not_found(op, [type_name(operand) for operand in operands])


# --- + ---------------------------------------------------------------------------------------------------------


def add(rt: Runtime, a: Value, b: Value) -> Value:
    """``a + b``; the result is new."""
    if type(a) is int and type(b) is int:
        result = a + b
        if INT_MIN <= result <= INT_MAX:
            return result
        raise errors.operator_arithmetic(f"Addition overflow: {a} + {b}")
    if is_number(a) and is_number(b):
        return float(a) + float(b)
    if type(a) in _TEXTS or type(b) is str:
        return _joined(rt, a, b)
    return _add_containers(rt, a, b)


def _joined(rt: Runtime, a: Value, b: Value) -> str:
    """Text on either side takes the display of the other; two chars make a string."""
    if type(a) is Char and type(b) not in _TEXTS:
        raise missing("+", a, b)
    first, second = shown_for_joining(a), shown_for_joining(b)
    try:
        sizes.allow_joined(rt, first, second)
    except errors.Stop as stop:
        # Rhai's built-in joins of text and text know no position, the registered ones do.
        stop.has_place = not (type(a) in _TEXTS and type(b) in _TEXTS)
        raise
    if len(first) + len(second) <= sizes.SMALL_BYTES:
        # A short text that something is added to is usually a new one each time; a longer one is usually being built.
        rt.grow(len(second) + (len(first) if len(first) <= sizes.SHORT_SUM else 0))
    return str.__add__(first, second)


def shown_for_joining(value: Value) -> str:
    """A value's text when joined to a string: a blob is decoded, everything else displayed."""
    if type(value) is str:
        return value
    if type(value) is bytearray:
        return value.decode(errors="replace")
    return display(value)


def _add_containers(rt: Runtime, a: Value, b: Value) -> Value:
    if type(a) is list and type(b) is list:
        sizes.allow_elements(rt, len(a) + len(b), len(b))
        sizes.walk(rt, len(a) + len(b))
        joined = [*map(copied, a), *map(copied, b)]
        sizes.check(rt, joined)
        return joined
    if type(a) is dict and type(b) is dict:
        merged: dict[str, Value] = {**a, **b}
        sizes.walk(rt, len(merged))
        rt.grow(len(b) * sizes.ENTRY_BYTES)
        sizes.check(rt, merged)
        return copied(merged)
    if type(a) is bytearray and type(b) in (bytearray, Char):
        tail = b if type(b) is bytearray else str(b).encode()
        sizes.allow_bytes(rt, len(a) + len(tail), len(tail))
        return a + tail
    if type(a) is Timestamp and (type(b) is int or type(b) is float):
        return moved(a, b, "add")
    raise missing("+", a, b)


def moved(moment: Timestamp, seconds: float, verb: str) -> Timestamp:
    """The moment so many seconds later (``verb`` "add") or earlier ("subtract"); fractions are cut to milliseconds.

    Raises:
        ScriptError: the clock can't show it.
    """
    later = seconds if verb == "add" else -seconds
    if type(seconds) is float:
        if abs(seconds) > INT_MAX:
            raise errors.arithmetic(f"Integer overflow for timestamp {'add' if later > 0 else 'subtract'}: {plain_float(abs(seconds))}")
        milliseconds = 0 if math.isnan(later) else int(abs(later) * 1000.0)
        later = math.copysign(milliseconds / 1000.0, later)
    if abs(moment.seconds + later) > _FARTHEST_SECONDS:
        amount = plain_float(abs(seconds)) if type(seconds) is float else str(seconds)
        doing = "adding" if verb == "add" else "subtracting"
        if type(seconds) is float:
            doing = "adding" if later > 0 else "subtracting"
        raise errors.arithmetic(f"Timestamp overflow when {doing} {amount} second(s)")
    return Timestamp(moment.seconds + later)


# --- - * / % ** ------------------------------------------------------------------------------------------------


def subtract(a: Value, b: Value) -> Value:
    """``a - b``; on text removes every occurrence."""
    if type(a) is int and type(b) is int:
        result = a - b
        if INT_MIN <= result <= INT_MAX:
            return result
        raise errors.operator_arithmetic(f"Subtraction overflow: {a} - {b}")
    if is_number(a) and is_number(b):
        return float(a) - float(b)
    if type(a) is str and type(b) in _TEXTS:
        return without(a, str(b), is_char=type(b) is Char)
    if type(a) is Timestamp:
        if type(b) is Timestamp:
            return a.seconds - b.seconds
        if type(b) is int or type(b) is float:
            return moved(a, b, "subtract")
    raise missing("-", a, b)


def without(text: str, part: str, *, is_char: bool) -> str:
    """The text without any occurrence of the part; nothing taken from "" leaves the part itself if that is a string, as in Rhai."""
    if not part:
        return text
    if not text and not is_char:
        return str(part)
    return text.replace(part, "")


def multiply(a: Value, b: Value) -> Value:
    """``a * b``"""
    if type(a) is int and type(b) is int:
        result = a * b
        if INT_MIN <= result <= INT_MAX:
            return result
        raise errors.operator_arithmetic(f"Multiplication overflow: {a} * {b}")
    if is_number(a) and is_number(b):
        return float(a) * float(b)
    raise missing("*", a, b)


def divide(a: Value, b: Value) -> Value:
    """``a / b``; integers truncate towards zero."""
    if type(a) is int and type(b) is int:
        if b == 0:
            raise errors.operator_arithmetic(f"Division by zero: {a} / 0")
        quotient = abs(a) // abs(b)
        if (a < 0) is not (b < 0):
            return -quotient
        if quotient > INT_MAX:
            raise errors.operator_arithmetic(f"Division overflow: {a} / {b}")
        return quotient
    if is_number(a) and is_number(b):
        return _float_divide(float(a), float(b))
    raise missing("/", a, b)


def _float_divide(a: float, b: float) -> float:
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def modulo(a: Value, b: Value) -> Value:
    """``a % b``; the result has the sign of ``a``."""
    if type(a) is int and type(b) is int:
        if b == 0 or (b == -1 and a == INT_MIN):
            raise errors.operator_arithmetic(f"Modulo division by zero or overflow: {a} % {b}")
        rest = abs(a) % abs(b)
        return -rest if a < 0 else rest
    if is_number(a) and is_number(b):
        return _float_modulo(float(a), float(b))
    raise missing("%", a, b)


def _float_modulo(a: float, b: float) -> float:
    if b == 0.0 or math.isinf(a):
        return math.nan
    return math.fmod(a, b)


def power(a: Value, b: Value) -> Value:
    """``a ** b``"""
    if type(a) is int and type(b) is int:
        return _int_power(a, b)
    if is_number(a) and is_number(b):
        return float_power(float(a), float(b))
    raise missing("**", a, b)


def _int_power(a: int, b: int) -> int:
    if 0 <= b <= _U32_MAX:
        if -1 <= a <= 1:
            return a**b if b < 2 else (a * a if b % 2 == 0 else a)
        if b < 64:
            result: int = a**b
            if INT_MIN <= result <= INT_MAX:
                return result
    elif b < 0:
        raise errors.operator_arithmetic(f"Integer raised to a negative power: {a} ** {b}")
    raise errors.operator_arithmetic(f"Exponential overflow: {a} ** {b}")


def float_power(a: float, b: float) -> float:
    """IEEE ``pow``: never fails."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        if a == 0.0:
            return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
        return math.nan


# --- bits and shifts -------------------------------------------------------------------------------------------


def _wrapped(value: int) -> int:
    value &= _WRAP - 1
    return value - _WRAP if value > INT_MAX else value


def shift_left(a: Value, b: Value) -> Value:
    """``a << b``: too far gives 0, a negative distance shifts right."""
    if type(a) is int and type(b) is int:
        if b < 0:
            return a >> min(-b, 63)
        return _wrapped(a << b) if b < 64 else 0
    raise missing("<<", a, b)


def shift_right(a: Value, b: Value) -> Value:
    """``a >> b``: too far leaves the sign only, a negative distance shifts left."""
    if type(a) is int and type(b) is int:
        if b < 0:
            return _wrapped(a << -b) if b > -64 else 0
        return a >> min(b, 63)
    raise missing(">>", a, b)


def bit_and(a: Value, b: Value) -> Value:
    """``a & b`` of two integers or two bools."""
    if type(a) is int and type(b) is int:
        return a & b
    if type(a) is bool and type(b) is bool:
        return a & b
    raise missing("&", a, b)


def bit_or(a: Value, b: Value) -> Value:
    """``a | b`` of two integers or two bools."""
    if type(a) is int and type(b) is int:
        return a | b
    if type(a) is bool and type(b) is bool:
        return a | b
    raise missing("|", a, b)


def bit_xor(a: Value, b: Value) -> Value:
    """``a ^ b`` of two integers or two bools."""
    if type(a) is int and type(b) is int:
        return a ^ b
    if type(a) is bool and type(b) is bool:
        return a ^ b
    raise missing("^", a, b)


# --- unary -----------------------------------------------------------------------------------------------------


def negate(a: Value) -> Value:
    """``-a``"""
    if type(a) is int:
        if a == INT_MIN:
            raise errors.arithmetic(f"Negation overflow: -{a}")
        return -a
    if type(a) is float:
        return -a
    raise missing("-", a)


def plus(a: Value) -> Value:
    """``+a``"""
    if type(a) is int or type(a) is float:
        return a
    raise missing("+", a)
