"""The new value of what an operator is assigned with, ``x op= y``: in line for numbers and short texts, by the library for all else."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, texts
from app.engine.lower.arithmetic import BITS, NEVER_INT, NUMERIC, beyond_small, in_range
from app.engine.lower.frame import Lowering, is_constant
from app.engine.lower.kinds import ANY, Kind, Type, present


def updated(f: Lowering, node: tree.Assign, current: Any, value: Any, kept: Any, of: Type = ANY) -> Any:
    """The new value of ``current op= value``; both are simple. ``kept`` is the value for the library, ``of`` the place's type."""
    at = f.position(node.pos)
    slow = build.call("assign", [build.constant(node.op), current, kept], at)
    if not f.is_hot or node.op not in _INLINE:
        return slow
    if node.op in _SHIFTING or (node.op in _OF_INTEGERS and Kind.FLOAT not in (of.kind, f.kinds.of(node.value))):
        return _OF_INTEGERS[node.op](f, node, current, value, of, slow)
    raw = build.operation(current, node.op, value)
    kind = f.kinds.of(node.value)
    if node.op == "+" and present(of).kind is Kind.TEXT and kind in texts.JOINED:
        raw = build.operation(current, "+", texts.part_of(kind, value))
        return _updated_text(f, current, raw, of, slow)
    if Kind.FLOAT in (of.kind, kind):
        return _updated_float(f, node, current, value, of.kind, slow)
    if (is_constant(value) and type(value.value) is not int) or of.kind in NEVER_INT or kind in NEVER_INT:
        return slow
    tests = [] if of.kind is Kind.INT else [f.is_type(current, "int")]
    if kind is not Kind.INT:
        tests.append(f.is_type(value, "int"))
    if node.op not in NUMERIC:
        return build.guarded(tests, raw, slow)
    is_variable = type(node.target) is tree.Variable
    sides = f.kinds.sides(node.op, node.target, node.value) if is_variable else f.kinds.sides_of(node.op, of, node.value)
    if not any(sides):
        return build.guarded(tests, raw, slow)
    slot = f.fresh()
    if not tests:
        slow = beyond_small(slot, raw, sides, slow)
    tests += in_range(slot, raw, sides)
    return build.choice(build.both(tests), build.name(slot), slow)


def _updated_text(f: Lowering, current: Any, raw: Any, of: Type, slow: Any) -> Any:
    """A short text in a container that gets a text or a character; it may be () instead."""
    slot, short = f.fresh(), build.name("TEXT_SHORT")
    tests = [] if of.kind is Kind.TEXT else [build.compare(current, "is not", build.constant(None))]
    tests.append(build.compare(build.call("len", [current]), "<=", short))
    tests.append(build.compare(build.call("len", [build.walrus(slot, raw)]), "<=", short))
    return build.choice(build.both(tests), build.name(slot), slow)


_DIVIDING: Final = {"/": "//", "%": "%"}
_SHIFTING: Final = frozenset({"<<", ">>"})
_WIDTH: Final = 63


def _shifted(f: Lowering, node: tree.Assign, current: Any, value: Any, of: Type, slow: Any) -> Any:
    """An integer whose bits are shifted: to the left by a written number only, if none is shifted out."""
    is_written = is_constant(value)
    if of.kind is not Kind.INT or f.kinds.of(node.value) is not Kind.INT or (is_written and not 0 <= value.value < _WIDTH):
        return slow
    if node.op == ">>":
        tests = [] if is_written else [build.chained(build.constant(0), "<=", value, "<=", build.constant(_WIDTH))]
        return build.guarded(tests, build.operation(current, ">>", value), slow)
    if not is_written:
        return slow
    slot = f.fresh()
    raw = build.operation(current, "*", build.constant(1 << value.value))
    return build.choice(build.both(in_range(slot, raw, (True, True))), build.name(slot), beyond_small(slot, raw, (True, True), slow))


def _updated_quotient(f: Lowering, node: tree.Assign, current: Any, value: Any, of: Type, slow: Any) -> Any:
    """An integer that is divided: Python rounds as Rhai does if neither side is negative."""
    kind = f.kinds.of(node.value)
    if of.kind in NEVER_INT or kind in NEVER_INT or (is_constant(value) and (type(value.value) is not int or value.value <= 0)):
        return slow
    tests = [] if of.kind is Kind.INT else [f.is_type(current, "int")]
    if kind is not Kind.INT:
        tests.append(f.is_type(value, "int"))
    if not is_constant(value) and (kind is not Kind.INT or f.kinds.interval(node.value)[0] <= 0):
        tests.append(build.compare(value, ">", build.constant(0)))
    if of.kind is not Kind.INT or type(node.target) is not tree.Variable or f.kinds.interval(node.target)[0] < 0:
        tests.append(build.compare(current, ">=", build.constant(0)))
    return build.guarded(tests, build.operation(current, _DIVIDING[node.op], value), slow)


_OF_INTEGERS: Final = {"/": _updated_quotient, "%": _updated_quotient, "<<": _shifted, ">>": _shifted}
"""What makes the new value where both sides are integers, most likely, and Python's operator alone won't do."""
_INLINE: Final = NUMERIC | BITS | _OF_INTEGERS.keys()


def _updated_float(f: Lowering, node: tree.Assign, current: Any, value: Any, kind: Kind, slow: Any) -> Any:
    """A place that holds a float, or is changed by one: Python's own, if both are numbers."""
    tests = []
    for part, known in ((current, kind), (value, f.kinds.of(node.value))):
        if known in _OPEN:
            tests.append(f.is_type(part, "float"))
        elif known not in (Kind.FLOAT, Kind.INT):
            return slow
    if node.op not in NUMERIC and node.op != "/":
        return slow
    if node.op == "/" and is_constant(value):
        return build.guarded(tests, build.operation(current, "/", value), slow) if value.value else slow
    if node.op == "/":
        tests.append(build.compare(value, "!=", build.constant(0)))
    return build.guarded(tests, build.operation(current, node.op, value), slow)


_OPEN: Final = (Kind.UNKNOWN, Kind.ATOM)
"""Kinds that say nothing of whether a value is a number."""
