"""Calls in function style, and what looks like a function but isn't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.engine import errors, tree
from app.engine.natives import Dispatcher
from app.engine.stdlib.functions import pointer as named_pointer
from app.engine.values import UNBOUND, FnPtr, Value, type_name
from tests.engine.walker.expressions import start_of
from tests.engine.walker.frame import Entry, Frame, NotCovered, means


@means(tree.Call)
def call(frame: Frame, node: tree.Call) -> Value:
    """The script's own function, a special form, or a native."""
    machine = frame.machine
    if node.namespace:
        raise NotCovered("modules")
    function = machine.untyped.get((node.name, len(node.args)))
    if function is None:
        special = _SPECIAL.get(node.name)
        if special is not None and len(node.args) in special[0]:
            return special[1](frame, node)
    args = [frame.evaluate(arg) for arg in node.args] if node.in_caller_scope else _arguments(frame, node.args)
    if function is not None:
        with frame.blamed(node.pos):
            return machine.invoke(function, args, caller=frame.scope if node.in_caller_scope else None)[0]
    dispatcher = machine.natives.lookup(node.name, len(args))
    if dispatcher is None:
        with frame.blamed(node.pos):
            raise errors.function_not_found(node.name, [type_name(value) for value in args])
    return _native(frame, node, dispatcher, args)


def _arguments(frame: Frame, nodes: list[tree.Expr]) -> list[Value]:
    """In order, but a variable that is the first of several is looked up last."""
    if nodes and isinstance(nodes[0], tree.Variable | tree.This) and (isinstance(nodes[0], tree.Variable) or frame.this is not UNBOUND):
        rest = [frame.evaluate(node) for node in nodes[1:]]
        return [frame.evaluate(nodes[0]), *rest]
    return [frame.evaluate(node) for node in nodes]


def _native(frame: Frame, node: tree.Call, dispatcher: Dispatcher, args: list[Value]) -> Value:
    """A native changes its first argument if that is a variable which is neither constant nor shared."""
    first = node.args[0] if node.args else None
    entry = frame.find(first.name) if isinstance(first, tree.Variable) and not first.namespace else None
    if entry is not None and (entry.is_const or entry.is_shared):
        entry = None
    with frame.blamed(node.pos):
        if not args:
            return dispatcher(frame.machine) if dispatcher.context else dispatcher()
        after, result = dispatcher.call_method(frame.machine, args[0], args[1:])
    if entry is not None:
        entry.value = after
    elif isinstance(first, tree.This) and not frame.is_this_const:
        frame.this = after
    return result


# --- special forms -----------------------------------------------------------------------------------------------


def _not_covered(_frame: Frame, _node: tree.Call) -> Value:
    raise NotCovered("eval")


def _pointer(frame: Frame, node: tree.Call) -> Value:
    name = frame.evaluate(node.args[0])
    with frame.blamed(start_of(node.args[0])):
        if type(name) is not str:
            raise errors.mismatched_data("string", type_name(name))
        return named_pointer(name)


def _required(frame: Frame, node: tree.Expr) -> FnPtr:
    value = frame.evaluate(node)
    if type(value) is not FnPtr:
        with frame.blamed(start_of(node)):
            raise errors.mismatched_data("Fn", type_name(value))
    return value


def _call(frame: Frame, node: tree.Call) -> Value:
    function = _required(frame, node.args[0])
    args = [frame.evaluate(arg) for arg in node.args[1:]]
    machine = frame.machine
    in_scope = machine.untyped.get((function.name, len(args))) if node.in_caller_scope and not function.curried else None
    entry = frame.find(node.args[1].name) if len(node.args) > 1 and isinstance(node.args[1], tree.Variable) else None
    if args and not function.curried and function.code is None and (function.name, len(args)) not in machine.untyped:
        dispatcher = machine.natives.lookup(function.name, len(args))
        if dispatcher is not None:
            return _changing(frame, node, dispatcher, args, entry)
    with frame.blamed(node.pos):
        return machine.apply(function, args)[0] if in_scope is None else machine.invoke(in_scope, args, caller=frame.scope)[0]


def _changing(frame: Frame, node: tree.Call, dispatcher: Dispatcher, args: list[Value], entry: Entry | None) -> Value:
    """A native behind a pointer, which changes the variable that is its first argument."""
    with frame.blamed(node.pos):
        after, result = dispatcher.call_method(frame.machine, args[0], args[1:])
    if entry is not None and not entry.is_const and not entry.is_shared:
        entry.value = after
    elif isinstance(node.args[1], tree.This) and not frame.is_this_const:
        frame.this = after
    return result


def _curry(frame: Frame, node: tree.Call) -> Value:
    function = _required(frame, node.args[0])
    return FnPtr(function.name, (*function.curried, *[frame.evaluate(arg) for arg in node.args[1:]]), function.code, function.cells)


def _is_shared(frame: Frame, node: tree.Call) -> Value:
    argument = node.args[0]
    frame.evaluate(argument)
    entry = frame.find(argument.name) if isinstance(argument, tree.Variable) else None
    return isinstance(entry, Entry) and entry.is_shared


def _type_of(frame: Frame, node: tree.Call) -> Value:
    return type_name(frame.evaluate(node.args[0]))


def _is_def_var(frame: Frame, node: tree.Call) -> Value:
    name = frame.evaluate(node.args[0])
    with frame.blamed(start_of(node.args[0])):
        if type(name) is not str:
            raise errors.mismatched_data("string", type_name(name))
    return any(entry.name == name for entry in frame.scope)


_ANY = range(1, 1 << 16)

_SPECIAL: dict[str, tuple[Any, Callable[[Frame, tree.Call], Value]]] = {
    "eval": ((1,), _not_covered),
    "is_def_fn": ((2, 3), _not_covered),
    "is_def_var": ((1,), _is_def_var),
    "Fn": ((1,), _pointer),
    "call": (_ANY, _call),
    "curry": (_ANY[1:], _curry),
    "is_shared": ((1,), _is_shared),
    "type_of": ((1,), _type_of),
}
