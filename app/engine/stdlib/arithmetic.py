"""Integers, and what integers and floats share. Source: Rhai 1.26 ``packages/arithmetic.rs``, ``packages/logic.rs``."""

from __future__ import annotations

import math
from typing import TypeVar

from app.engine import errors
from app.engine.natives import Package
from app.engine.values import INT_MIN

PACKAGE = Package("arithmetic")
native = PACKAGE.native
getter = PACKAGE.getter

Comparable = TypeVar("Comparable", int, float, str)


@getter("is_zero", "i64", returns="bool")
@native("is_zero", "i64", returns="bool")
@getter("is_zero", "f64", returns="bool")
@native("is_zero", "f64", returns="bool")
def is_zero(number: float) -> bool:
    """Whether the number is zero."""
    return number == 0


@getter("is_odd", "i64", returns="bool")
@native("is_odd", "i64", returns="bool")
def is_odd(number: int) -> bool:
    """Whether the integer is odd."""
    return number & 1 == 1


@getter("is_even", "i64", returns="bool")
@native("is_even", "i64", returns="bool")
def is_even(number: int) -> bool:
    """Whether the integer is even."""
    return number & 1 == 0


@native("abs", "i64", returns="i64")
def int_abs(number: int) -> int:
    """The number without its sign."""
    if number == INT_MIN:
        raise errors.arithmetic(f"Negation overflow: -{number}")
    return abs(number)


@native("abs", "f64", returns="f64")
def float_abs(number: float) -> float:
    """The number without its sign."""
    return abs(number)


@native("sign", "i64", returns="i64")
def int_sign(number: int) -> int:
    """-1, 0 or 1 for negative, zero or positive."""
    return (number > 0) - (number < 0)


@native("sign", "f64", returns="i64")
def float_sign(number: float) -> int:
    """-1, 0 or 1 for negative, zero or positive."""
    if math.isnan(number):
        raise errors.arithmetic("Sign of NaN is undefined")
    return (number > 0) - (number < 0)


@native("max", "i64", "i64", returns="i64")
@native("max", "f64", "f64", returns="f64")
@native("max", "string", "string", returns="string")
@native("max", "char", "char", returns="char")
def larger(first: Comparable, second: Comparable) -> Comparable:
    """The larger of the two."""
    return first if first >= second else second


@native("min", "i64", "i64", returns="i64")
@native("min", "f64", "f64", returns="f64")
@native("min", "string", "string", returns="string")
@native("min", "char", "char", returns="char")
def smaller(first: Comparable, second: Comparable) -> Comparable:
    """The smaller of the two."""
    return first if first <= second else second


@native("max", "i64", "f64", returns="f64")
@native("max", "f64", "i64", returns="f64")
def larger_float(first: float, second: float) -> float:
    """The larger of the two, as a float."""
    return larger(float(first), float(second))


@native("min", "i64", "f64", returns="f64")
@native("min", "f64", "i64", returns="f64")
def smaller_float(first: float, second: float) -> float:
    """The smaller of the two, as a float."""
    return smaller(float(first), float(second))
