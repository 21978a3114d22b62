"""Ranges, and the iterators that ``for`` walks. Source: Rhai 1.26 ``packages/iter_basic.rs``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from app.engine import errors, sizes
from app.engine.natives import Package
from app.engine.ops.index import bit_number
from app.engine.ops.iterate import character
from app.engine.running import Runtime
from app.engine.stdlib.spans import exclusive, inclusive_or_empty
from app.engine.values import INT_MAX, INT_MIN, ExclusiveRange, InclusiveRange, Iterator, Value

PACKAGE = Package("ranges")
native = PACKAGE.native
getter = PACKAGE.getter


@native("start", "range", returns="i64")
@native("start", "range=", returns="i64")
@getter("start", "range", returns="i64")
@getter("start", "range=", returns="i64")
def start(range_: ExclusiveRange | InclusiveRange) -> int:
    """The first integer of the range."""
    return range_.start


@native("end", "range", returns="i64")
@native("end", "range=", returns="i64")
@getter("end", "range", returns="i64")
@getter("end", "range=", returns="i64")
def end(range_: ExclusiveRange | InclusiveRange) -> int:
    """The range's upper bound."""
    return range_.end


@native("is_inclusive", "range", returns="bool")
@native("is_inclusive", "range=", returns="bool")
@getter("is_inclusive", "range", returns="bool")
@getter("is_inclusive", "range=", returns="bool")
def is_inclusive(range_: ExclusiveRange | InclusiveRange) -> bool:
    """Whether the upper bound belongs to the range."""
    return type(range_) is InclusiveRange


@native("is_exclusive", "range", returns="bool")
@native("is_exclusive", "range=", returns="bool")
@getter("is_exclusive", "range", returns="bool")
@getter("is_exclusive", "range=", returns="bool")
def is_exclusive(range_: ExclusiveRange | InclusiveRange) -> bool:
    """Whether the upper bound doesn't belong to the range."""
    return type(range_) is ExclusiveRange


@native("is_empty", "range", returns="bool")
@native("is_empty", "range=", returns="bool")
@getter("is_empty", "range", returns="bool")
@getter("is_empty", "range=", returns="bool")
def is_empty(range_: ExclusiveRange | InclusiveRange) -> bool:
    """Whether no integer lies in the range."""
    return range_.start + (type(range_) is ExclusiveRange) > range_.end


@native("contains", "range", "i64", returns="bool", pure=False)
@native("contains", "range=", "i64", returns="bool", pure=False)
def contains(range_: ExclusiveRange | InclusiveRange, value: int) -> bool:
    """Whether the integer lies in the range."""
    return range_.start <= value < range_.end + (type(range_) is InclusiveRange)


# --- stepping --------------------------------------------------------------------------------------------------


@native("range", "i64", "i64", returns="range")
def between(start: int, end: int) -> ExclusiveRange:
    """The integers from one to before another."""
    return ExclusiveRange(start, end)


@native("range", "range", "i64", returns="range")
def step_range(range_: ExclusiveRange, step: int) -> Iterator:
    """Every so manieth integer of a range."""
    return steps(range_.start, range_.end, step)


@native("range", "i64", "i64", "i64", returns="range")
def steps(start: int, end: int, step: int) -> Iterator:
    """The integers from one to before another, in steps, which may be negative."""
    if step == 0:
        raise _no_step()
    # A walk that would leave the integers ends before the value from which it would; Rhai adds before it hands one out.
    last = min(end, INT_MAX - step + 1) if step > 0 else max(end, INT_MIN - step - 1)
    return Iterator("steps of i64", "rhai::packages::iter_basic::StepRange<i64>", lambda: range(start, last, step))


def _no_step() -> errors.ScriptError:
    problem = errors.operator_arithmetic("step value cannot be zero")
    return errors.in_native_call("range", problem)


@native("range", "f64", "f64", "f64", returns="range")
def float_steps(start: float, end: float, step: float) -> Iterator:
    """The floats from one to before another, in steps, which may be negative."""
    if start + step == start:
        raise _no_step()
    return Iterator("steps of f64", "rhai::packages::iter_basic::StepRange<f64>", lambda: _walk_floats(start, end, step))


def _walk_floats(value: float, end: float, step: float) -> Iterable[Value]:
    if step > 0:
        while value < end:
            yield value
            value += step
    elif step < 0:
        while value > end:
            yield value
            value += step


# --- characters and bits ---------------------------------------------------------------------------------------


def _characters(rt: Runtime, string: str, start: int, count: int) -> Iterator:
    at = start if start >= 0 else max(len(string) + start, 0)
    part = string[at : at + count] if count > 0 else ""
    sizes.walk_text(rt, len(part))
    return characters_of(part)


def characters_of(string: str) -> Iterator:
    """All characters of a text; charges nothing."""
    return Iterator("chars", "rhai::packages::iter_basic::CharsStream", partial(map, character, string))


@native("chars", "string", returns="range", context=True)
@getter("chars", "string", returns="range", context=True)
def chars(rt: Runtime, string: str) -> Iterator:
    """The characters one after the other."""
    return _characters(rt, string, 0, INT_MAX)


@native("chars", "string", "i64", returns="range", context=True)
def chars_from(rt: Runtime, string: str, start: int) -> Iterator:
    """The characters from a position on."""
    return _characters(rt, string, start, INT_MAX)


@native("chars", "string", "i64", "i64", returns="range", context=True)
def chars_part(rt: Runtime, string: str, start: int, len: int) -> Iterator:
    """So many characters from a position on."""
    return _characters(rt, string, start, len)


@native("chars", "string", "range", returns="range", context=True)
def chars_exclusive(rt: Runtime, string: str, range_: ExclusiveRange) -> Iterator:
    """The characters of a range of positions."""
    return _characters(rt, string, *exclusive(range_))


@native("chars", "string", "range=", returns="range", context=True)
def chars_inclusive(rt: Runtime, string: str, range_: InclusiveRange) -> Iterator:
    """The characters of a range of positions."""
    return _characters(rt, string, *inclusive_or_empty(range_))


def _bits(number: int, start: int, count: int) -> Iterator:
    first = bit_number(start)
    end = min(first + max(count, 0), 64)
    shown = "rhai::packages::iter_basic::BitRange"
    return Iterator("bits", shown, lambda: [number >> bit & 1 == 1 for bit in range(first, end)])


@native("bits", "i64", returns="range")
@getter("bits", "i64", returns="range")
def bits(number: int) -> Iterator:
    """All 64 bits, lowest first."""
    return _bits(number, 0, 64)


@native("bits", "i64", "i64", returns="range")
def bits_from(number: int, start: int) -> Iterator:
    """The bits from a position on, lowest first."""
    return _bits(number, start, 64)


@native("bits", "i64", "i64", "i64", returns="range")
def bits_part(number: int, start: int, len: int) -> Iterator:
    """So many bits from a position on, lowest first."""
    return _bits(number, start, len)


@native("bits", "i64", "range", returns="range")
def bits_exclusive(number: int, range_: ExclusiveRange) -> Iterator:
    """The bits of a range of positions, lowest first."""
    return _bits(number, *exclusive(range_))


@native("bits", "i64", "range=", returns="range")
def bits_inclusive(number: int, range_: InclusiveRange) -> Iterator:
    """The bits of a range of positions, lowest first."""
    return _bits(number, *inclusive_or_empty(range_))
