"""Chains ``root.a[b].c(d)``: read, called, and assigned to.

Arguments and indices are evaluated before the root. What a step gives is part of its container; a method that gives its
receiver a new value (text, numbers) has it written back along the steps that led there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.engine import errors, ops, tree
from app.engine.values import UNBOUND, FnPtr, Value, type_name
from tests.engine.walker.expressions import bound, located, start_of
from tests.engine.walker.frame import Entry, Frame, means
from tests.engine.walker.machine import Function

_ABOUT_THE_VALUE = frozenset({"char", "bool", "INT", "integer"})
"""Types that an assigned element must have; a mismatch is reported at the sign, one of the index at the index."""


@dataclass(slots=True)
class Walk:
    """How far a chain has been walked: the value reached, and the containers and steps passed since ``root``.

    ``held`` is the variable that the chain starts from.
    """

    frame: Frame
    root: tree.Expr
    entry: Entry | None
    value: Value
    is_const: bool
    held: Entry | None = None
    passed: list[tuple[Value, tree.Step, Value]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The root's name, for messages about constants."""
        return self.entry.name if self.entry is not None else ""

    def read(self, step: tree.Step, key: Value) -> None:
        """Goes down one property or index."""
        container = self.value
        self.value = _read(self.frame, container, step, key)
        self.passed.append((container, step, key))

    def replace(self, new: Value) -> None:
        """Gives the value reached a new value, and so the containers on the way to it that can't change in place."""
        for container, step, key in reversed(self.passed):
            try:
                changed = _write(self.frame, container, step, key, new, step.pos)
            except errors.ScriptError as error:
                if error.kind in ("ErrorDotExpr", "ErrorIndexingType"):
                    return  # a value of its own that can't be put back
                raise
            if changed is container:
                return
            new = changed
        if self.entry is not None:
            self.entry.value = new
        elif isinstance(self.root, tree.This):
            self.frame.this = new


def _read(frame: Frame, container: Value, step: tree.Step, key: Value) -> Value:
    if isinstance(step, tree.PropertyStep):
        with frame.blamed(step.pos):
            return ops.get_property(frame.machine, container, step.name)
    with frame.blamed(step.pos):
        try:
            return ops.get_index(frame.machine, container, key)
        except errors.ScriptError as error:
            _blame_bracket(frame, error, step)
            raise


def _write(frame: Frame, container: Value, step: tree.Step, key: Value, value: Value, sign: int) -> Value:
    """Puts a value into a container; gives the container's new value."""
    try:
        if isinstance(step, tree.PropertyStep):
            with frame.blamed(step.pos):
                ops.set_property(frame.machine, container, step.name, value)
            return container
        return ops.set_index(frame.machine, container, key, value)
    except errors.ScriptError as error:
        _blame_bracket(frame, error, step)
        is_about_value = error.kind == "ErrorMismatchDataType" and error.fields["requested"] in _ABOUT_THE_VALUE
        with frame.blamed(sign if is_about_value else step.pos):
            raise
    except errors.Stop as stop:
        stop.place = frame.machine.source.place(sign)
        raise


def _blame_bracket(frame: Frame, error: errors.ScriptError, step: tree.Step) -> None:
    if error.kind == "ErrorIndexingType":
        error.place = frame.machine.source.place(step.start)


def _start(frame: Frame, node: tree.Chain) -> Walk:
    root = node.root
    if isinstance(root, tree.Variable) and not root.namespace:
        with frame.blamed(root.pos):
            entry = located(frame, root.name)
        return Walk(frame, root, entry, entry.value, entry.is_const, entry)
    if isinstance(root, tree.This):
        return Walk(frame, root, None, bound(frame, root), frame.is_this_const)
    return Walk(frame, root, None, frame.evaluate(root), isinstance(root, tree.Variable))


def _arguments(frame: Frame, steps: list[tree.Step]) -> list[list[Value]]:
    found: list[list[Value]] = []
    for step in steps:
        nodes = [step.index] if isinstance(step, tree.IndexStep) else step.args if isinstance(step, tree.MethodStep) else []
        found.append([frame.evaluate(node) for node in nodes])
    return found


def _gives_up(steps: list[tree.Step], at: int) -> bool:
    """Whether the step ends the chain at (). In a run of indices Rhai's parser takes each question mark for the index before it."""
    step = steps[at]
    if isinstance(step, tree.IndexStep) and at + 1 < len(steps) and isinstance(steps[at + 1], tree.IndexStep):
        step = steps[at + 1]
    return step.is_safe


@means(tree.Chain)
def chain(frame: Frame, node: tree.Chain) -> Value:
    """The value at the end of the chain, as a copy."""
    arguments = _arguments(frame, node.steps)
    walk = _start(frame, node)
    return ops.copied(walk.value) if _walked(walk, node.steps, arguments, len(node.steps)) else None


def _walked(walk: Walk, steps: list[tree.Step], arguments: list[list[Value]], count: int) -> bool:
    """Takes so many steps; False if the chain was given up at ()."""
    for at in range(count):
        step = steps[at]
        if walk.value is None and _gives_up(steps, at):
            return False
        if isinstance(step, tree.MethodStep):
            walk.value = _method(walk, step, arguments[at])
            walk.entry, walk.root, walk.is_const, walk.passed = None, tree.Unit(0, 0, 0), False, []
        else:
            walk.read(step, arguments[at][0] if arguments[at] else None)
    return True


# --- methods -----------------------------------------------------------------------------------------------------


def _method(walk: Walk, step: tree.MethodStep, args: list[Value]) -> Value:
    frame, value = walk.frame, walk.value
    if step.name == "is_shared" and not args:
        return walk.entry is not None and not walk.passed and walk.entry.is_shared
    with frame.blamed(step.pos):
        if step.name == "curry":
            return _curried(value, args)
        is_scripted = step.name == "call" or frame.machine.method(value, step.name, len(args)) is not None
        try:
            with _locked(walk.held):
                after, result = _called(walk, step, value, args)
        except errors.ScriptError as error:
            if not walk.is_const:
                _put_back(walk, value, frame.machine.left(error, value), is_scripted=is_scripted)
            raise
    _put_back(walk, value, after, is_scripted=is_scripted)
    return result


def _put_back(walk: Walk, before: Value, after: Value, *, is_scripted: bool) -> None:
    """Where a method has left another value. What a script function leaves in ``this`` is lost if it came out of text, bits or a blob."""
    if after is not before and not (is_scripted and walk.passed and type(walk.passed[-1][0]) in (str, int, bytearray)):
        walk.replace(after)


@contextmanager
def _locked(entry: Entry | None) -> Iterator[None]:
    """The shared variable at the root of a chain is locked while a method runs: ``a.map(|v| v + a.len())`` is a data race."""
    if entry is None or not entry.is_shared:
        yield
        return
    entry.is_locked = True
    try:
        yield
    finally:
        entry.is_locked = False


def _curried(value: Value, args: list[Value]) -> Value:
    if type(value) is not FnPtr:
        raise errors.mismatched_data("Fn", type_name(value))
    return FnPtr(value.name, (*value.curried, *args), value.code, value.cells)


def _called(walk: Walk, step: tree.MethodStep, value: Value, args: list[Value]) -> tuple[Value, Value]:
    """The receiver's new value, and the method's result."""
    machine = walk.frame.machine
    machine.left_over = UNBOUND
    if step.name == "call":
        return _call(walk, step, value, args)
    found = machine.method(value, step.name, len(args))
    if isinstance(found, Function):
        result, this = machine.invoke(found, args, value, is_this_const=walk.is_const)
        return this, result
    if found is not None:
        result, this = machine.apply(found, args, value)
        return this, result
    dispatcher = machine.natives.lookup(step.name, len(args) + 1)
    if dispatcher is None:
        raise errors.function_not_found(step.name, [type_name(value), *map(type_name, args)])
    if walk.is_const and not dispatcher.choose((value, *args)).pure:
        raise errors.constant_method(step.name)
    return machine.native_method(dispatcher, value, args)


def _call(walk: Walk, step: tree.MethodStep, value: Value, args: list[Value]) -> tuple[Value, Value]:
    """``pointer.call(...)``, or ``object.call(pointer, ...)`` with the object as ``this``."""
    machine = walk.frame.machine
    if type(value) is FnPtr:
        return value, machine.apply(value, args)[0]
    if not args:
        raise errors.mismatched_data("Fn", type_name(value))
    if type(args[0]) is not FnPtr:
        with walk.frame.blamed(start_of(step.args[0])):
            raise errors.mismatched_data("Fn", type_name(args[0]))
    machine.require_unlocked(args[0])
    result, this = machine.apply(args[0], args[1:], value)
    return this, result


# --- assignment --------------------------------------------------------------------------------------------------


def assign(frame: Frame, node: tree.Assign, target: tree.Chain, value: Value) -> None:
    """``root.steps op= value``"""
    steps, last = target.steps, target.steps[-1]
    arguments = _arguments(frame, steps)
    walk = _start(frame, target)
    if not _walked(walk, steps, arguments, len(steps) - 1) or (walk.value is None and _gives_up(steps, len(steps) - 1)):
        return
    key = arguments[-1][0] if arguments[-1] else None
    container: Any = walk.value
    if walk.is_const:
        _refuse(walk, target, last, key)
        container = ops.copied(container)
    if node.op != "=":
        if type(container) is dict and type(key) is str and isinstance(last, tree.IndexStep):
            container.setdefault(key, None)
        if type(container) is dict and isinstance(last, tree.PropertyStep):
            container.setdefault(last.name, None)
        try:
            current = _read(frame, container, last, key)
        except errors.ScriptError as error:
            if error.kind == "ErrorIndexingType":
                _write(frame, container, last, key, value, node.pos)
            raise
        with frame.blamed(node.pos):
            value = ops.assign(frame.machine, node.op, current, value)
    changed = _write(frame, container, last, key, value, node.pos)
    if changed is not container and not walk.is_const:
        walk.replace(changed)


def _refuse(walk: Walk, target: tree.Chain, last: tree.Step, key: Value) -> None:
    """Constants refuse, but for what is below text, a number or a blob: that change goes unnoticed, as in Rhai."""
    if type(walk.value) in (str, int, bytearray):
        return
    if isinstance(last, tree.IndexStep):
        _read(walk.frame, ops.copied(walk.value), last, key)
    with walk.frame.blamed(start_of(target.root)):
        raise errors.constant_assigned(walk.name)
