"""Equality, order and truth.

Values of different types are unequal and unordered, without error, but for numbers and text; of the same type without
the operator (function pointers, arrays in ``<``) they are an error. Floats compare within an epsilon relative to the larger
one. Source: Rhai 1.26 ``func/builtin.rs``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, Final

from app.engine import errors, sizes
from app.engine.ops.arithmetic import missing
from app.engine.running import Runtime
from app.engine.values import Char, ExclusiveRange, InclusiveRange, Timestamp, Value, dispatch_name, is_number, rust_type_name

EPSILON: Final = 2.0**-52

UNDEFINED_PAIRS: Final = frozenset({(ExclusiveRange, InclusiveRange), (InclusiveRange, ExclusiveRange), (bytearray, Char)})
"""Different types that have no ``==`` and no order, and aren't simply unequal either."""
_TEXTS: Final = frozenset({str, Char})
_ORDERED: Final = frozenset({int, bool, str, Char})
_DIRECT: Final = frozenset({int, bool, str, Char, bytearray, type(None)})


def require_bool(value: Value) -> bool:
    """The value, if it is a bool (conditions, ``&&``, ``||``).

    Raises:
        ScriptError: it isn't.
    """
    if type(value) is bool:
        return value
    raise errors.mismatched_data("bool", rust_type_name(value))


def invert(a: Value) -> bool:
    """``!a``"""
    if type(a) is bool:
        return not a
    raise missing("!", a)


# --- floats ----------------------------------------------------------------------------------------------------


def _scale(x: float, y: float) -> float:
    """What a difference is measured by: the larger magnitude, or 1 near zero. NaN counts as the smaller one."""
    if x * y == 0.0:
        return 1.0
    if x != x:
        return abs(y)
    return abs(x) if y != y else max(abs(x), abs(y))


def float_equal(x: float, y: float) -> bool:
    """``x == y`` of floats. NaN and infinities equal nothing, but that NaN equals 0.0 (as in Rhai)."""
    scale = _scale(x, y)
    return scale == 0.0 or abs(x - y) / scale <= EPSILON


def float_not_equal(x: float, y: float) -> bool:
    """``x != y`` of floats; false where NaN is involved, as ``==`` is."""
    scale = _scale(x, y)
    return scale != 0.0 and abs(x - y) / scale > EPSILON


def float_less(x: float, y: float) -> bool:
    """``x < y`` of floats."""
    scale = _scale(x, y)
    return scale != 0.0 and (y - x) / scale > EPSILON


def float_less_equal(x: float, y: float) -> bool:
    """``x <= y`` of floats."""
    scale = _scale(x, y)
    return scale == 0.0 or (y - x) / scale > -EPSILON


# --- == and != -------------------------------------------------------------------------------------------------


def equal(rt: Runtime, a: Value, b: Value) -> bool:
    """``a == b``"""
    kind = type(a)
    if kind is type(b):
        if kind in _DIRECT:
            return a == b
        if kind is list or kind is dict:
            return _equal_containers(rt, a, b)
        return _equal_of_same_type(a, b)
    if is_number(a) and is_number(b):
        return float_equal(float(a), float(b))
    if kind in _TEXTS and type(b) in _TEXTS:
        return str(a) == str(b)
    if (kind, type(b)) in UNDEFINED_PAIRS:
        raise missing("==", a, b)
    return False


def element_equal(rt: Runtime, element: Value, item: Value) -> bool:
    """``==`` as arrays use it on their elements: different types are unequal, whatever they are."""
    return (type(element), type(item)) not in UNDEFINED_PAIRS and equal(rt, element, item)


def _equal_of_same_type(a: Value, b: Value) -> bool:
    if type(a) is float and type(b) is float:
        return float_equal(a, b)
    if isinstance(a, ExclusiveRange | InclusiveRange) and isinstance(b, ExclusiveRange | InclusiveRange):
        return a.start == b.start and a.end == b.end
    if type(a) is Timestamp and type(b) is Timestamp:
        return a.seconds == b.seconds
    if dispatch_name(a) != dispatch_name(b):
        return False
    raise missing("==", a, b)


def _equal_containers(rt: Runtime, a: Value, b: Value) -> bool:
    """Compares in order, without recursion: nesting is as deep as a script cares to build it."""
    pending: list[Iterator[tuple[Value, Value]]] = [iter([(a, b)])]
    while pending:
        for x, y in pending[-1]:
            if type(x) is type(y) and (type(x) is list or type(x) is dict):
                pairs = _pairs(rt, x, y)
                if pairs is None:
                    return False
                pending.append(pairs)
                break
            if not element_equal(rt, x, y):
                return False
        else:
            pending.pop()
    return True


def _pairs(rt: Runtime, a: Value, b: Value) -> Iterator[tuple[Value, Value]] | None:
    """What has to be equal for two arrays or two maps to be equal; None if they can't be."""
    if type(a) is list and type(b) is list:
        sizes.walk(rt, len(a))
        return zip(a, b, strict=True) if len(a) == len(b) else None
    if type(a) is dict and type(b) is dict:
        sizes.walk(rt, len(a))
        if a.keys() == b.keys():
            return ((a[key], b[key]) for key in sorted(a))
    return None


def not_equal(rt: Runtime, a: Value, b: Value) -> bool:
    """``a != b``: not simply the opposite, because of NaN."""
    kind, other = type(a), type(b)
    if is_number(a) and is_number(b) and (kind is float or other is float):
        return float_not_equal(float(a), float(b))
    if (kind, other) in UNDEFINED_PAIRS and kind is not bytearray:
        return True
    try:
        return not equal(rt, a, b)
    except errors.ScriptError:
        if kind in (list, dict):
            raise
        raise missing("!=", a, b) from None


# --- order -----------------------------------------------------------------------------------------------------


def _order(op: str, compare: Callable[[Any, Any], bool], compare_floats: Callable[[float, float], bool]) -> Callable[[Value, Value], bool]:
    def ordered(a: Value, b: Value) -> bool:
        kind, other = type(a), type(b)
        if kind is other:
            if kind in _ORDERED:
                return compare(a, b)
            if a is None:
                return False
            if type(a) is Timestamp and type(b) is Timestamp:
                return compare(a.seconds, b.seconds)
        if is_number(a) and is_number(b):
            return compare_floats(float(a), float(b))
        if kind in _TEXTS and other in _TEXTS:
            return compare(str(a)[:2], str(b)[:2])
        if dispatch_name(a) == dispatch_name(b) or (kind, other) in UNDEFINED_PAIRS:
            raise missing(op, a, b)
        return False

    ordered.__doc__ = f"``a {op} b``; false where the types can't be compared."
    return ordered


less = _order("<", operator.lt, float_less)
less_equal = _order("<=", operator.le, float_less_equal)
greater = _order(">", operator.gt, lambda x, y: float_less(y, x))
greater_equal = _order(">=", operator.ge, lambda x, y: float_less_equal(y, x))
