"""Functions of floats; none of them fails, as in IEEE arithmetic. Source: Rhai 1.26 ``packages/math_basic.rs``."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.engine.natives import Package

PACKAGE = Package("math")
native = PACKAGE.native
getter = PACKAGE.getter


@native("PI", returns="f64")
def pi() -> float:
    """The ratio of a circle's circumference to its diameter."""
    return math.pi


@native("E", returns="f64")
def e() -> float:
    """The base of the natural logarithm."""
    return math.e


def safe(function: Callable[[float], float], x: float) -> float:
    """A function of the math module as IEEE has it: NaN outside of its domain, infinite where it overflows."""
    try:
        return function(x)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


@native("sqrt", "f64", returns="f64")
def sqrt(x: float) -> float:
    """The square root."""
    return safe(math.sqrt, x)


@native("exp", "f64", returns="f64")
def exp(x: float) -> float:
    """e to the power of x."""
    return safe(math.exp, x)


@native("ln", "f64", returns="f64")
def ln(x: float) -> float:
    """The natural logarithm."""
    return -math.inf if x == 0.0 else safe(math.log, x)


@native("log", "f64", returns="f64")
def log10(x: float) -> float:
    """The logarithm to base 10."""
    return -math.inf if x == 0.0 else safe(math.log10, x)


@native("log", "f64", "f64", returns="f64")
def log(x: float, base: float) -> float:
    """The logarithm to any base."""
    above, below = ln(x), ln(base)
    if below == 0.0:
        # ln(1) is +0, so that only the sign of the numerator matters.
        return math.nan if above == 0.0 or math.isnan(above) else math.copysign(math.inf, above)
    return above / below


def _whole(x: float, function: Callable[[float], int]) -> float:
    if not math.isfinite(x):
        return x
    return math.copysign(float(function(x)), x)


@native("floor", "f64", returns="f64")
@getter("floor", "f64", returns="f64")
def floor(x: float) -> float:
    """The next whole number downwards."""
    return _whole(x, math.floor)


@native("ceiling", "f64", returns="f64")
@getter("ceiling", "f64", returns="f64")
def ceiling(x: float) -> float:
    """The next whole number upwards."""
    return _whole(x, math.ceil)


@native("round", "f64", returns="f64")
@getter("round", "f64", returns="f64")
def nearest(x: float) -> float:
    """The nearest whole number; halves go away from zero."""
    whole = _whole(x, math.trunc)
    return whole + math.copysign(1.0, x) if abs(x - whole) >= 0.5 else whole


@native("int", "f64", returns="f64")
@getter("int", "f64", returns="f64")
def whole_part(x: float) -> float:
    """The part before the decimal point."""
    return _whole(x, math.trunc)


@native("fraction", "f64", returns="f64")
@getter("fraction", "f64", returns="f64")
def fraction(x: float) -> float:
    """The part after the decimal point."""
    return x - _whole(x, math.trunc)


@native("is_nan", "f64", returns="bool")
@getter("is_nan", "f64", returns="bool")
def is_nan(x: float) -> bool:
    """Whether the number is "not a number"."""
    return math.isnan(x)


@native("is_finite", "f64", returns="bool")
@getter("is_finite", "f64", returns="bool")
def is_finite(x: float) -> bool:
    """Whether the number is neither infinite nor "not a number"."""
    return math.isfinite(x)


@native("is_infinite", "f64", returns="bool")
@getter("is_infinite", "f64", returns="bool")
def is_infinite(x: float) -> bool:
    """Whether the number is infinite."""
    return math.isinf(x)
