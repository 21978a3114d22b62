"""``switch``: literals first, in order, then ranges, then the default; types must match exactly."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.compare import TYPES, type_asked
from app.engine.lower.constants import literal
from app.engine.lower.declarations import deliver_unit
from app.engine.lower.frame import STATEMENTS, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.lazy import condition
from app.engine.values import Char, ExclusiveRange, InclusiveRange

_MANY: Final = 24
_KINDS: Final = {"int": Kind.INT, "str": Kind.TEXT, "Char": Kind.CHAR, "float": Kind.FLOAT}
_TYPES: Final = {int: "int", str: "str", Char: "Char", float: "float"}


def switch(f: Lowering, node: tree.Switch, destination: str | None) -> None:
    """Tests in a row; with many arms, one test at a time so that nesting stays flat."""
    kind = _type_asked(f, node)
    subject = f.simple(kind or f.text(node.subject) or f.expr(node.subject))
    known = f.kinds.of(node.subject)
    default = node.arms[-1] if node.arms and not node.arms[-1].patterns else None
    tries: list[tuple[Any, tree.SwitchArm]] = []
    for by_range in (False, True):
        for arm in node.arms:
            patterns = [pattern for pattern in arm.patterns if _takes_part(f, node, pattern, by_range=by_range)]
            if patterns:
                is_matched = _matches(f, subject, patterns, by_range=by_range, known=known) if kind is None else _is_type(subject, patterns)
                tries.append((is_matched, arm))
    if len(tries) > _MANY:
        _flat(f, tries, default, destination)
    else:
        f.out += _nested(f, tries, default, destination)


def _type_asked(f: Lowering, node: tree.Switch) -> Any:
    """Python's type of the ``x`` of ``switch type_of(x)``, if all patterns are names of types that Python tells apart; else None."""
    patterns = [pattern for arm in node.arms for pattern in arm.patterns]
    return type_asked(f, node.subject) if all(type(each) is tree.String and each.value in TYPES for each in patterns) else None


def _is_type(subject: Any, patterns: list[Any]) -> Any:
    return build.either([build.compare(subject, "is", build.name(TYPES[pattern.value])) for pattern in patterns])


def _takes_part(f: Lowering, node: tree.Switch, pattern: Any, *, by_range: bool) -> bool:
    """Whether a pattern is tried in that round. A range is also a value: the first round compares it with a subject that may be one."""
    if type(pattern) is not tree.RangePattern:
        return not by_range
    return by_range or not (isinstance(node.subject, _NO_RANGES) or f.kinds.of(node.subject) not in _MAY_BE_RANGES)


_MAY_BE_RANGES: Final = (Kind.UNKNOWN, Kind.ATOM)
_NO_RANGES: Final = (tree.Int, tree.Float, tree.String, tree.Char, tree.Bool, tree.Unit)


def _nested(f: Lowering, tries: list[tuple[Any, tree.SwitchArm]], default: tree.SwitchArm | None, destination: str | None) -> list[Any]:
    otherwise, _ = f.captured_statements(lambda: _arm(f, default, destination))
    for test, arm in reversed(tries):
        setup, full = _guarded(f, test, arm)
        body, _ = f.captured_statements(partial(_arm, f, arm, destination))
        otherwise = [*setup, build.if_(full, body, otherwise)]
    return otherwise


def _flat(f: Lowering, tries: list[tuple[Any, tree.SwitchArm]], default: tree.SwitchArm | None, destination: str | None) -> None:
    slot = f.fresh()
    is_open = build.compare(build.name(slot), "is", build.constant(None))
    f.out.append(build.store(build.target(slot), build.constant(None)))
    arms: list[tree.SwitchArm] = []
    for test, arm in tries:
        setup, full = _guarded(f, test, arm)
        arms.append(arm)
        found = build.store(build.target(slot), build.constant(len(arms) - 1))
        f.out.append(build.if_(is_open, [*setup, build.if_(full, [found], [])], []))
    f.out.append(_chosen(f, slot, arms, 0, len(arms), default, destination))


def _chosen(
    f: Lowering, slot: str, arms: list[tree.SwitchArm], low: int, high: int, default: tree.SwitchArm | None, destination: str | None
) -> Any:
    """A binary search over the arms' numbers."""
    if low == 0 and high == len(arms):
        otherwise, _ = f.captured_statements(lambda: _arm(f, default, destination))
        inner = _chosen(f, slot, [*arms, arms[0]], 0, len(arms), default, destination)
        return build.if_(build.compare(build.name(slot), "is", build.constant(None)), otherwise, [inner])
    if high - low == 1:
        body, _ = f.captured_statements(lambda: _arm(f, arms[low], destination))
        return build.if_(build.constant(True), body, [])
    middle = (low + high) // 2
    test = build.compare(build.name(slot), "<", build.constant(middle))
    return build.if_(
        test, [_chosen(f, slot, arms, low, middle, default, destination)], [_chosen(f, slot, arms, middle, high, default, destination)]
    )


def _arm(f: Lowering, arm: tree.SwitchArm | None, destination: str | None) -> None:
    if arm is None:
        deliver_unit(f, destination)
    else:
        f.block(arm.body, destination)


def _guarded(f: Lowering, test: Any, arm: tree.SwitchArm) -> tuple[list[Any], Any]:
    """The whole test, and statements that must run before it."""
    if arm.guard is None:
        return [], test
    inner, guard = f.captured_statements(lambda: condition(f, arm.guard))
    if not inner:
        return [], build.both([test, guard])
    slot = f.fresh()
    inner.append(build.store(build.target(slot), guard))
    return [build.store(build.target(slot), build.constant(False)), build.if_(test, inner, [])], build.name(slot)


def _matches(f: Lowering, subject: Any, patterns: list[Any], *, by_range: bool, known: Kind) -> Any:
    """Whether the subject is one of the patterns."""
    tests: list[Any] = []
    by_type: dict[str, list[Any]] = defaultdict(list)
    for pattern in patterns:
        if by_range:
            tests.append(_in_range(subject, pattern, is_int=known is Kind.INT))
            continue
        value = _value(pattern)
        if type(value) in _TYPES and value == value:
            by_type[_TYPES[type(value)]].append(value)
        elif value is None or type(value) is bool:
            tests.append(build.compare(subject, "is", build.constant(value)))
        else:
            tests.append(build.call("same", [subject, f.unit.constant(value)]))
    for kind, values in by_type.items():
        plain = [str(value) if type(value) is Char else value for value in values]
        # Only a string equals a longer string: its type needn't be asked.
        is_plain = known is _KINDS[kind] or (kind == "str" and all(len(value) > 1 for value in values))
        if len(plain) == 1:
            test = build.compare(subject, "==", literal(f.unit, plain[0]))
        elif kind == "float" or (is_plain and known is not _KINDS[kind]):
            test = build.compare(subject, "in", build.pair(*[literal(f.unit, value) for value in plain]))
        else:
            test = build.compare(subject, "in", build.members(plain))
        tests.append(test if is_plain else build.both([build.is_type(subject, kind), test]))
    return build.either(tests)


def _value(pattern: Any) -> Any:
    if type(pattern) is tree.RangePattern:
        return (InclusiveRange if pattern.is_inclusive else ExclusiveRange)(pattern.low, pattern.high)
    if type(pattern) is tree.Unit:
        return None
    if type(pattern) is tree.Char:
        return Char(pattern.value)
    if type(pattern) is tree.Array:
        return [_value(item) for item in pattern.items]
    if type(pattern) is tree.Map:
        return {key.text: _value(value) for key, value in pattern.entries}
    return pattern.value


def _in_range(subject: Any, pattern: tree.RangePattern, *, is_int: bool) -> Any:
    low, high = build.constant(pattern.low), build.constant(pattern.high)
    test = build.chained(low, "<=", subject, "<=" if pattern.is_inclusive else "<", high)
    if is_int:
        return test
    return build.both([build.either([build.is_type(subject, "int"), build.is_type(subject, "float")]), test])


STATEMENTS[tree.Switch] = switch
