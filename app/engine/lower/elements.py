"""Single elements put into arrays and taken out of them without the library: ``pop``, ``shift``, ``remove``, ``insert``."""

from __future__ import annotations

from typing import Any

from app.engine import tree
from app.engine.lower import build, texts
from app.engine.lower.frame import Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.methods import method
from app.engine.lower.pushes import measured
from app.engine.lower.walks import Walk, is_constant_root, root_cell, write_back
from app.engine.stdlib import arrays


def popped(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """``pop`` on what may be an array: if it is one, nothing else can be meant."""
    if is_constant_root(f, walk) or (walk.is_place and root_cell(f, walk.node.root) is not None):
        return None
    slot = f.fresh()

    def taken() -> None:
        last = build.call("list_pop", [value])
        if not f.kinds.takes_element(walk.type, step):
            last = build.choice(value, last, build.constant(None))
        f.out.append(build.store(build.target(slot), last))
        if walk.is_place and walk.is_doubtful:
            write_back(f, walk, value, in_place=True, at=f.position(step.pos))

    def by_library() -> None:
        result = method(f, walk, step, value, [])
        f.out.append(build.store(build.target(slot), result))

    if walk.type.kind is Kind.ARRAY:
        taken()
        return build.name(slot)
    quick, _ = f.captured_statements(taken)
    general, _ = f.captured_statements(by_library)
    f.out.append(build.if_(f.is_type(value, "list"), quick, general))
    return build.name(slot)


def shifted(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any) -> Any:
    """``shift`` on an array; what a long one costs is the library's to charge."""
    if not _is_in_line(f, walk, step):
        return None
    return _first(f, walk, step, value, [])


def removed(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``remove`` of an element by its position; outside, counted from the end, or in a long array it is the library's."""
    if not _is_in_line(f, walk, step) or len(arguments) != 1 or f.kinds.of(step.args[0]) is not Kind.INT:
        return None
    if type(step.args[0]) is tree.Int and step.args[0].value == 0:
        return _first(f, walk, step, value, arguments)
    array, at = f.simple(value), f.simple(arguments[0])
    length = build.call("len", [array])
    is_within = [build.compare(at, "<", length), build.compare(length, "<=", build.constant(arrays.FREELY_MOVED))]
    if f.kinds.interval(step.args[0])[0] < 0:
        is_within.insert(0, build.compare(at, ">=", build.constant(0)))
    return _chosen(f, walk, step, (array, [at]), is_within, build.call("list_pop", [array, at]))


def inserted(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """``insert`` before a position that an array has, or at its end; all else is the library's."""
    if not _is_in_line(f, walk, step) or len(arguments) != 2 or f.kinds.of(step.args[0]) is not Kind.INT:
        return None
    array, at, added = f.simple(value), f.simple(arguments[0]), f.simple(arguments[1])
    length = build.call("len", [array])
    is_within = [build.compare(at, "<=", length), build.compare(length, "<", build.constant(arrays.FREELY_MOVED))]
    if f.kinds.interval(step.args[0])[0] < 0:
        is_within.insert(0, build.compare(at, ">=", build.constant(0)))

    def put() -> None:
        f.out.append(build.expression(build.call("list_insert", [array, at, added])))
        measured(f, step.args[1], array, added, walk.type, f.position(step.pos))

    quick, _ = f.captured_statements(put)
    general, _ = f.captured_statements(lambda: f.out.append(build.expression(method(f, walk, step, array, [at, added]))))
    f.out.append(build.if_(build.both(is_within), quick, general))
    return build.constant(None)


def _is_in_line(f: Lowering, walk: Walk, step: tree.MethodStep) -> bool:
    """Whether a method is the library's, of what certainly is an array that may change where it is."""
    if walk.type.kind is not Kind.ARRAY or not texts.is_standard(f, step, arrays.PACKAGE.name, "array") or is_constant_root(f, walk):
        return False
    return not (walk.is_place and (walk.is_doubtful or root_cell(f, walk.node.root) is not None))


def _first(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """The first element, taken out of an array."""
    first = build.call("list_pop", [value, build.constant(0)])
    if not f.kinds.takes_element(walk.type, step):
        first = build.choice(value, first, build.constant(None))
    is_short = build.compare(build.call("len", [value]), "<=", build.constant(arrays.FREELY_MOVED))
    return _chosen(f, walk, step, (value, arguments), [is_short], first)


def _chosen(f: Lowering, walk: Walk, step: tree.MethodStep, call: tuple[Any, list[Any]], tests: list[Any], quick: Any) -> Any:
    """A quick way if tests hold, else the library's, given receiver and arguments."""
    slot = f.fresh()
    general, _ = f.captured_statements(lambda: f.out.append(build.store(build.target(slot), method(f, walk, step, *call))))
    f.out.append(build.if_(build.both(tests), [build.store(build.target(slot), quick)], general))
    return build.name(slot)
