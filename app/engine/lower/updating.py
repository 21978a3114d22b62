"""The new value of a place after ``place op= value``, where both are of types that Python's own operators do."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.arithmetic import BITS, NEVER_INT, NUMERIC, in_range
from app.engine.lower.frame import Lowering, is_constant
from app.engine.lower.kinds import ANY, Kind, Type


def updated(f: Lowering, node: tree.Assign, current: Any, value: Any, kept: Any, of: Type = ANY) -> Any:
    """The new value of ``current op= value``; both are simple. ``kept`` is the value for the library, ``of`` the place's type."""
    at = f.position(node.pos)
    slow = build.call("assign", [build.constant(node.op), current, kept], at)
    if not f.is_hot or node.op not in _INLINE:
        return slow
    kind = f.kinds.of(node.value)
    if Kind.FLOAT in (of.kind, kind):
        return _updated_float(f, node, current, value, of.kind, slow)
    if (is_constant(value) and type(value.value) is not int) or of.kind in NEVER_INT or kind in NEVER_INT:
        return slow
    tests = [] if of.kind is Kind.INT else [f.is_type(current, "int")]
    if kind is not Kind.INT:
        tests.append(f.is_type(value, "int"))
    if node.op in _DIVISIONS:
        return _divided(f, node, current, value, of, (tests, slow))
    raw = build.operation(current, node.op, value)
    if node.op not in NUMERIC:
        return build.guarded(tests, raw, slow)
    is_variable = type(node.target) is tree.Variable
    sides = f.kinds.sides(node.op, node.target, node.value) if is_variable else f.kinds.sides_of(node.op, of, node.value)
    if not any(sides):
        return build.guarded(tests, raw, slow)
    slot = f.fresh()
    tests += in_range(slot, raw, sides)
    return build.choice(build.both(tests), build.name(slot), slow)


_DIVISIONS: Final = {"/": "//", "%": "%"}
"""Of integers, in Python."""
_INLINE: Final = NUMERIC | BITS | _DIVISIONS.keys()


def _divided(f: Lowering, node: tree.Assign, current: Any, value: Any, of: Type, guarded: tuple[list[Any], Any]) -> Any:
    """An integer divided by one, or its remainder: Python rounds the same way as Rhai if neither side is negative."""
    tests, slow = guarded
    if is_constant(value):
        if value.value <= 0:
            return slow
    elif f.kinds.of(node.value) is not Kind.INT or f.kinds.interval(node.value)[0] <= 0:
        tests.append(build.compare(value, ">", build.constant(0)))
    is_variable = type(node.target) is tree.Variable and of.kind is Kind.INT
    if not is_variable or f.kinds.interval(node.target)[0] < 0:
        tests.append(build.compare(current, ">=", build.constant(0)))
    return build.guarded(tests, build.operation(current, _DIVISIONS[node.op], value), slow)


def _updated_float(f: Lowering, node: tree.Assign, current: Any, value: Any, kind: Kind, slow: Any) -> Any:
    """A place that holds a float, or is changed by one: Python's own, if both are numbers. Only dividing by 0 is something else."""
    tests = []
    for part, known in ((current, kind), (value, f.kinds.of(node.value))):
        if known in _OPEN:
            tests.append(f.is_type(part, "float"))
        elif known not in (Kind.FLOAT, Kind.INT):
            return slow
    if node.op == "/" and not is_constant(value):
        tests.append(build.compare(value, "!=", build.constant(0)))
    elif node.op not in NUMERIC and not (node.op == "/" and value.value):
        return slow
    return build.guarded(tests, build.operation(current, node.op, value), slow)


_OPEN: Final = (Kind.UNKNOWN, Kind.ATOM)
"""Kinds that say nothing of whether a value is a number."""
