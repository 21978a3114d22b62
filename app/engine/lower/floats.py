"""Comparisons of floats, by Python's own where that says the same.

Rhai compares floats within an epsilon relative to the larger one, and in its own way at infinity. Two that are clearly apart, by far more
than the epsilon, or the same, and neither of them large, compare in Python as they do there; the rest, NaN included, is the library's. An
integer beside a float is compared as a float in both. Each comparison stands alone behind ``and``, which Python is quickest at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.arithmetic import Arithmetic, by_library, finished, float_tests
from app.engine.lower.frame import Lowering, is_constant, is_simple
from app.engine.lower.kinds import Kind, present

_NUMBERS: Final = frozenset({Kind.FLOAT, Kind.INT})
_APART: Final = 1e-4
_MODERATE: Final = 1e11
"""Two numbers of less than this that are further from each other than ``_APART`` differ by more than four times the epsilon."""
_NEAR: Final = 1e-6
"""From a literal, a number clearly differs by this share of it."""
_LARGEST: Final = 1e200
"""A larger literal is left to the library."""
_FARTHEST: Final = 1e300
"""So is a number that is larger than this beside one."""

_BELOW, _ABOVE, _SAME = range(3)
_TRUE: Final = {"<": (_BELOW,), "<=": (_BELOW, _SAME), ">": (_ABOVE,), ">=": (_ABOVE, _SAME), "==": (_SAME,), "!=": (_BELOW, _ABOVE)}
"""Where the left side is if an operator says true."""
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def float_order(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic) -> Any:
    """``<`` and its like of a float and a number, known or most likely; None for other operands."""
    if _are_numbers(f, node):
        return _of_numbers(f, node, _value(f, left), _value(f, right), [])
    if is_constant(right.fast) and type(right.fast.value) is float:
        return _beside_literal(f, node, left, right)
    doubtful = _perhaps_units(f, node, left, right)
    return _of_numbers(f, node, left.slow, right.slow, doubtful) if doubtful else None


def float_equality(f: Lowering, node: tree.Binary, left: Any, right: Any) -> Any:
    """``==`` and ``!=`` of a float and a number, both simple; None for other operands."""
    return _of_numbers(f, node, left, right, []) if _are_numbers(f, node) else None


def _are_numbers(f: Lowering, node: tree.Binary) -> bool:
    kinds = {f.kinds.of(node.left), f.kinds.of(node.right)}
    return Kind.FLOAT in kinds and kinds <= _NUMBERS


def _value(f: Lowering, part: Arithmetic) -> Any:
    """A side's value, to be read again."""
    return part.slow if part.leaves == 1 else f.simple(finished(f, part))


def _of_numbers(f: Lowering, node: tree.Binary, left: Any, right: Any, tests: Sequence[Any]) -> Any:
    """The comparison of two simple values: a float and a number, if the tests hold."""
    slow = by_library(f, node, left, right)
    if is_constant(left) and is_constant(right):
        return slow
    if _is_bound(right):
        return _compared(node.op, _beside(left, left, right.value), tests, slow)
    if _is_bound(left):
        return _compared(_MIRRORED[node.op], _beside(right, right, left.value), tests, slow)
    return _compared(node.op, _between(f, left, right), tests, slow)


def _beside_literal(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic) -> Any:
    """Order of what may be a float and a literal one: of unknown type it is one, most likely, as it stands beside it."""
    slow = by_library(f, node, left.slow, right.slow)
    tests = float_tests(f, left, right)
    if tests is None or (not left.is_float and left.leaves > 1) or left.is_int or not _is_bound(right.fast):
        return slow
    value = first = left.fast
    if not is_simple(value):
        slot = f.fresh()
        value, first = build.name(slot), build.walrus(slot, value)
    return _compared(node.op, _beside(first, value, right.fast.value), tests, slow)


def _perhaps_units(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic) -> list[Any]:
    """What must hold where both sides are floats or (), and one may be (); nothing if that isn't known."""
    if left.leaves != 1 or right.leaves != 1 or f.kinds.of(node.left) not in (Kind.FLOAT, Kind.ATOM):
        return []
    types = [f.kinds.type_of(node.left), f.kinds.type_of(node.right)]
    values = [left.slow, right.slow]
    if any(present(of).kind is not Kind.FLOAT for of in types) or not all(map(is_simple, values)):
        return []
    doubtful = [value for value, of in zip(values, types, strict=True) if of.kind is not Kind.FLOAT]
    return [build.compare(value, "is not", build.constant(None)) for value in doubtful]


_Limits: TypeAlias = tuple[list[Any], list[Any], list[Any]]


class _Sides(NamedTuple):
    """How it is told where a number is beside another."""

    first: Any
    """What is compared, as it is read first."""
    value: Any
    """And as it is read again."""
    bounds: tuple[float, float, float]
    """It is clearly below if this is less than the first, above if it is more than the second, and the same if it is the third."""
    limits: _Limits
    """What must hold besides, lest one of the numbers is large, for each of these."""

    def told(self, sides: Sequence[int], *, is_first: bool) -> Any:
        """Whether it certainly is on one of these sides."""
        tests = []
        for number, side in enumerate(sides):
            value = self.first if is_first and not number else self.value
            here = build.compare(value, ("<", ">", "==")[side], build.constant(self.bounds[side]))
            tests.append(build.both([here, *self.limits[side]]))
        return build.either(tests)


def _is_bound(value: Any) -> bool:
    """Whether a value is a literal number that isn't too large."""
    return is_constant(value) and abs(value.value) <= _LARGEST


def _beside(first: Any, value: Any, number: float) -> _Sides:
    literal = float(number)
    margin = (abs(literal) + 1.0) * 2.0 * _NEAR
    limits: _Limits = [build.compare(value, ">", build.constant(-_FARTHEST))], [build.compare(value, "<", build.constant(_FARTHEST))], []
    return _Sides(first, value, (literal - margin, literal + margin, literal), limits)


def _between(f: Lowering, left: Any, right: Any) -> _Sides:
    slot = f.fresh()

    def within(low: Any, high: Any) -> list[Any]:
        return [build.compare(low, ">", build.constant(-_MODERATE)), build.compare(high, "<", build.constant(_MODERATE))]

    limits = within(left, right), within(right, left), within(right, right)
    first = build.walrus(slot, build.operation(left, "-", right))
    return _Sides(first, build.name(slot), (-_APART, _APART, 0.0), limits)


def _compared(op: str, sides: _Sides, tests: Sequence[Any], slow: Any) -> Any:
    """The comparison, if the tests hold."""
    wrong = [side for side in (_BELOW, _ABOVE, _SAME) if side not in _TRUE[op]]
    is_true = build.both([*tests, sides.told(_TRUE[op], is_first=True)])
    is_false = build.both([*tests, sides.told(wrong, is_first=False)])
    return build.choice(is_true, build.constant(True), build.choice(is_false, build.constant(False), slow))
