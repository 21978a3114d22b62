"""Closures that lie in maps, called as methods straight away, and what becomes of a method's receiver."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import LEVEL, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.literals import pointer_to
from app.engine.lower.walks import Walk, receiver_target, root_cell, store_root, write_back
from app.engine.values import CURRIED, NAME


def direct_calls(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any], into: tuple[str, str]
) -> list[tuple[Any, list[Any]]]:
    """Calls of the few closures that the script writes under this name in maps: what must hold of each, and the statements.

    The test is whether the receiver is a map with this very pointer under the name, so nothing has to be known of either.
    """
    known = f.resolution.flows.methods.get((step.name, len(arguments)), [])
    if not f.is_hot or not 0 < len(known) <= _MOST_METHODS or root_cell(f, walk.node.root) is not None:
        return []
    if any(f.resolution.frames[id(closure)].is_dynamic for closure in known):
        return []
    key = build.constant(step.name)
    tests: list[Any] = []
    if step.name in walk.type.required:
        pointer = build.item(value, key)
    elif len(known) == 1:
        tests = [] if walk.type.kind is Kind.MAP else [f.is_type(value, "dict")]
        tests.append(build.compare(key, "in", value))
        pointer = build.item(value, key)
    else:
        found = build.call("dict_get", [value, key])
        pointer = found if walk.type.kind is Kind.MAP else build.choice(f.is_type(value, "dict"), found, build.constant(None))
    if len(known) > 1:
        pointer = f.temporary(pointer)
    return [
        (
            build.both([*tests, build.compare(pointer, "is", build.name(pointer_to(f.unit, f.unit.closure_number(closure))))]),
            _direct_call(f, walk, step, value, arguments, into, closure),
        )
        for closure in known
    ]


_MOST_METHODS: Final = 3


def is_told(f: Lowering, walk: Walk, step: tree.MethodStep, *, is_native: bool) -> bool:
    """Whether types tell which closures may lie under this name in a map, and any of them can be called straight away.

    A native of the name would leave its receiver alone.
    """
    if walk.type.kind is not Kind.MAP or not f.is_hot or f.frame.is_dynamic:
        return False
    closures = f.kinds.methods(walk.type, step.name)
    is_seen = (walk.is_place and walk.is_doubtful) or root_cell(f, walk.node.root) is not None
    if is_seen or not 0 < len(closures) <= _MOST_METHODS:
        return False
    frames = [f.resolution.frames[id(closure)] for closure in closures]
    if any(frame.is_dynamic or frame.swept_by or (is_native and frame.returns_this) for frame in frames):
        return False
    return all(len(closure.params) == len(step.args) for closure in closures)


def told_calls(f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, arguments: list[Any]) -> Any:
    """The result of one of these closures. Its pointer was never curried, so it holds just what the closure has captured."""
    closures = f.kinds.methods(walk.type, step.name)
    into = f.fresh(), f.fresh()
    pointer = build.item(value, build.constant(step.name))
    if len(closures) > 1:
        pointer = f.temporary(pointer)
    statements: list[Any] = []
    for closure in closures:
        is_it = build.compare(build.item(pointer, build.constant(NAME)), "==", build.constant(closure.name))
        call = _direct_call(f, walk, step, value, arguments, into, closure, build.item(pointer, build.constant(CURRIED)))
        statements = [build.if_(is_it, call, statements)] if statements else call
    f.out += statements
    return build.name(into[1])


def _direct_call(
    f: Lowering,
    walk: Walk,
    step: tree.MethodStep,
    value: Any,
    arguments: list[Any],
    into: tuple[str, str],
    closure: tree.Closure,
    captured: Any = None,
) -> list[Any]:
    """The call of a closure with the receiver as ``this``."""
    frame = f.resolution.frames[id(closure)]
    number = f.unit.closure_number(closure)
    before = [captured] if closure.captures else []
    this = [value] if frame.uses_this else []
    made = build.call(f.unit.closure_symbol(closure, number), [*before, build.name(LEVEL), *this, *arguments], f.position(step.pos))
    return with_receiver(f, walk, step, value, made, into, "" if frame.returns_this else None)


def with_receiver(
    f: Lowering, walk: Walk, step: tree.MethodStep, value: Any, made: Any, into: tuple[str, str], leaving: str | None
) -> list[Any]:
    """The statements of a direct call with a receiver. ``leaving`` is under what name it may leave another in its place, if it may."""

    def body() -> None:
        if leaving is None:
            f.out.append(build.store(build.target(into[1]), made))
        else:
            replace(f, walk, made, value, into, {leaving}, f.position(step.pos), is_this=True, is_last=True)

    statements, _ = f.captured_statements(body)
    return statements


def replace(
    f: Lowering, walk: Walk, made: Any, value: Any, into: tuple[str, str], named: set[str], at: build.Place, *, is_this: bool, is_last: bool
) -> None:
    """A call that gives its receiver's new value and its result, or (``is_last``) these the other way round."""
    slot, result = into
    root = receiver_target(f, walk)
    new = build.target(slot) if root is None else root
    targets = (build.target(result), new) if is_last else (new, build.target(result))
    run(f, walk, build.store(build.pair_target(*targets), made), value, named)
    if root is None and walk.is_place:
        write_back(f, walk, build.name(slot), in_place=False, at=at, old=value, is_this=is_this)


def run(f: Lowering, walk: Walk, call: Any, value: Any, named: set[str]) -> None:
    """Calls a method with one of these names; if it fails and somebody can see it, what it has left in ``this`` is put back first."""
    if not _outlives(f, walk, named):
        f.out.append(call)
        return
    error = f.fresh()

    def handler() -> None:
        if walk.containers:
            given = [build.name(error), value, build.pair(*walk.containers), walk.keys[-1]]
            f.out.append(build.expression(build.call("leave", given)))
        else:
            store_root(f, walk.node.root, build.call("left", [build.name(error), value]))
        f.out.append(build.raise_(None))

    statements, _ = f.captured_statements(handler)
    f.out.append(build.try_([call], error, statements))


def _outlives(f: Lowering, walk: Walk, named: set[str]) -> bool:
    """Whether the receiver can be seen after the method has failed: in a ``try``, by our caller's caller, by closures, or by name."""
    found, root = f.resolution, walk.node.root
    if not walk.is_place or not (found.flows.is_open or (found.catches and not named.isdisjoint(found.leaving))):
        return False
    return f.handling is not None or f.frame.is_dynamic or type(root) is tree.This or root_cell(f, root) is not None
