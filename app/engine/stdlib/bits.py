"""Single bits and bit fields of integers. Source: Rhai 1.26 ``packages/bit_field.rs``."""

from __future__ import annotations

from app.engine import errors
from app.engine.natives import Package
from app.engine.ops.index import bit_number, field_mask, signed
from app.engine.stdlib.spans import exclusive
from app.engine.values import ExclusiveRange, InclusiveRange

PACKAGE = Package("bits")
native = PACKAGE.native


def _inclusive(span: InclusiveRange) -> tuple[int, int]:
    start = max(span.start, 0)
    end = max(span.end, start - 1)
    if end > 63:
        raise errors.bit_field_bounds(end)
    return start, end - start + 1


@native("get_bit", "i64", "i64", returns="bool")
def get_bit(number: int, bit: int) -> bool:
    """Whether the bit is set; negative numbers count from the highest bit."""
    return number >> bit_number(bit) & 1 == 1


@native("set_bit", "i64", "i64", "bool", returns="()", mutates=True)
def set_bit(number: int, bit: int, is_set: bool) -> tuple[int, None]:
    """Sets or clears one bit."""
    mask = 1 << bit_number(bit)
    return signed(number | mask if is_set else number & ~mask), None


@native("get_bits", "i64", "i64", "i64", returns="i64")
def get_bits(number: int, start: int, count: int) -> int:
    """The bits from a position on, as a number."""
    if count <= 0:
        return 0
    at = bit_number(start)
    return signed((number >> at) & field_mask(0, min(count, 64 - at)))


@native("get_bits", "i64", "range", returns="i64")
def get_bits_exclusive(number: int, range_: ExclusiveRange) -> int:
    """The bits of a range, as a number."""
    return get_bits(number, *exclusive(range_))


@native("get_bits", "i64", "range=", returns="i64")
def get_bits_inclusive(number: int, range_: InclusiveRange) -> int:
    """The bits of a range, as a number."""
    return get_bits(number, *_inclusive(range_))


@native("set_bits", "i64", "i64", "i64", "i64", returns="()", mutates=True)
def set_bits(number: int, start: int, count: int, value: int) -> tuple[int, None]:
    """Replaces the bits from a position on by the lowest bits of a value."""
    if count <= 0:
        return number, None
    at = bit_number(start)
    mask = field_mask(at, min(count, 64 - at))
    return signed((number & ~mask) | (value << at & mask)), None


@native("set_bits", "i64", "range", "i64", returns="()", mutates=True)
def set_bits_exclusive(number: int, range_: ExclusiveRange, value: int) -> tuple[int, None]:
    """Replaces the bits of a range by the lowest bits of a value."""
    return set_bits(number, *exclusive(range_), value)


@native("set_bits", "i64", "range=", "i64", returns="()", mutates=True)
def set_bits_inclusive(number: int, range_: InclusiveRange, value: int) -> tuple[int, None]:
    """Replaces the bits of a range by the lowest bits of a value."""
    return set_bits(number, *_inclusive(range_), value)
