"""Trigonometric and hyperbolic functions of floats, in radians.

The inverse hyperbolic ones follow the formulas of Rust's standard library, because the C library's last digits differ.
Source: Rhai 1.26 ``packages/math_basic.rs``.
"""

from __future__ import annotations

import math

from app.engine.natives import Package
from app.engine.stdlib.floats import safe

PACKAGE = Package("trigonometry")
native = PACKAGE.native


@native("to_radians", "f64", returns="f64")
def to_radians(degrees: float) -> float:
    """Degrees as radians."""
    return degrees * (math.pi / 180.0)


@native("to_degrees", "f64", returns="f64")
def to_degrees(radians: float) -> float:
    """Radians as degrees."""
    return radians * (180.0 / math.pi)


@native("sin", "f64", returns="f64")
def sin(x: float) -> float:
    """The sine."""
    return safe(math.sin, x)


@native("cos", "f64", returns="f64")
def cos(x: float) -> float:
    """The cosine."""
    return safe(math.cos, x)


@native("tan", "f64", returns="f64")
def tan(x: float) -> float:
    """The tangent."""
    return safe(math.tan, x)


@native("asin", "f64", returns="f64")
def asin(x: float) -> float:
    """The angle with that sine."""
    return safe(math.asin, x)


@native("acos", "f64", returns="f64")
def acos(x: float) -> float:
    """The angle with that cosine."""
    return safe(math.acos, x)


@native("atan", "f64", returns="f64")
def atan(x: float) -> float:
    """The angle with that tangent."""
    return math.atan(x)


@native("atan", "f64", "f64", returns="f64")
def atan2(x: float, y: float) -> float:
    """The angle of the point whose tangent is x / y, in the right quadrant."""
    return math.atan2(x, y)


@native("sinh", "f64", returns="f64")
def sinh(x: float) -> float:
    """The hyperbolic sine."""
    return math.copysign(safe(math.sinh, x), x)


@native("cosh", "f64", returns="f64")
def cosh(x: float) -> float:
    """The hyperbolic cosine."""
    return safe(math.cosh, x)


@native("tanh", "f64", returns="f64")
def tanh(x: float) -> float:
    """The hyperbolic tangent."""
    return math.tanh(x)


@native("asinh", "f64", returns="f64")
def asinh(x: float) -> float:
    """The number with that hyperbolic sine."""
    size = abs(x)
    if size == 0.0 or not math.isfinite(size):
        return x
    inverse = 1.0 / size
    return math.copysign(math.log1p(size + size / (math.hypot(1.0, inverse) + inverse)), x)


@native("acosh", "f64", returns="f64")
def acosh(x: float) -> float:
    """The number with that hyperbolic cosine."""
    if x < 1.0 or math.isnan(x):
        return math.nan
    return math.log(x + math.sqrt(x - 1.0) * math.sqrt(x + 1.0))


@native("atanh", "f64", returns="f64")
def atanh(x: float) -> float:
    """The number with that hyperbolic tangent."""
    if abs(x) == 1.0:
        return math.copysign(math.inf, x)
    if abs(x) > 1.0 or math.isnan(x):
        return math.nan
    return math.copysign(0.5 * math.log1p(2.0 * abs(x) / (1.0 - abs(x))), x)


@native("hypot", "f64", "f64", returns="f64")
def hypot(x: float, y: float) -> float:
    """The length of the diagonal of a rectangle with these sides."""
    return math.hypot(x, y)
