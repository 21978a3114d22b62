"""Calls in function style. Script functions are known by name and number of arguments; natives are bound by the runtime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, numbers, scoping
from app.engine.lower.disturb import Disturbance, is_shared_place, of_all
from app.engine.lower.frame import EXPRESSIONS, LEVEL, SCOPE, THIS, Lowering
from app.engine.lower.owning import LITERALS, is_given_up, occurrences
from app.engine.lower.straight import straight_call
from app.engine.lower.unit import Compiled
from app.engine.natives import Dispatcher


def call(f: Lowering, node: tree.Call) -> Any:
    """``name(args)``"""
    special = _SPECIAL.get(node.name)
    if node.namespace:
        args = build.pair(*f.operands(node.args, owned=True))
        path = build.pair(*[build.constant(part) for part in node.namespace])
        given = [build.name(LEVEL), path, build.constant(node.name), args]
        return build.call_site("module_call", given, f.position(node.pos), f.unit.site("module", f.unit.place(node.start)))
    if node.in_caller_scope and (special is None or (node.name, len(node.args)) in f.unit.functions):
        args = build.pair(*f.operands(node.args, owned=True))
        return build.call("call_in_scope", [build.name(LEVEL), build.name(SCOPE), build.constant(node.name), args], f.position(node.pos))
    function = f.unit.script_function(node.name, len(node.args))
    if special is not None and function is None:
        lowered = special(f, node)
        if lowered is not None:
            return lowered
    if function is not None:
        return script_call(f, function, _arguments_of(f, function, node.args), build.constant(None), f.position(node.pos))
    if node.args and numbers.is_quick(f, node.name, list(map(f.kinds.type_of, node.args))):
        return numbers.quick(node.name, [f.simple(value) for value in operands(f, node.args)], f.kinds.of(node.args[0]))
    f.kinds.disturb()
    dispatcher = f.unit.natives.lookup(node.name, len(node.args))
    if dispatcher is None:
        return build.call("no_function", [build.constant(node.name), build.pair(*operands(f, node.args))], f.position(node.pos))
    return native_call(f, node, dispatcher)


def arguments(f: Lowering, nodes: list[Any]) -> list[Any]:
    """Arguments for a script function: borrowed, unless something that runs before its body could change them."""
    return operands(f, nodes, passed=True)


def _arguments_of(f: Lowering, function: Compiled, nodes: list[Any]) -> list[Any]:
    """Arguments for a known function: those that it takes over are copies, or what nobody else holds."""
    if not function.takes:
        return arguments(f, nodes)
    taken = {at: is_given_up(f, nodes[at]) and _is_only_here(f, nodes[at], nodes) for at in function.takes}
    if _is_first_late(f, nodes):
        rest = f.operands(nodes[1:], passed=True, taken={at - 1: is_given for at, is_given in taken.items()})
        rest = [f.simple(value) for value in rest]
        return [*f.operands(nodes[:1], passed=True, taken=taken), *rest]
    return f.operands(nodes, passed=True, taken=taken)


def _is_only_here(f: Lowering, node: Any, nodes: list[Any]) -> bool:
    """Whether no other argument can be a part of what one argument gives up, or the whole."""
    binding = f.binding(node) if type(node) is tree.Variable else None
    if binding is None:
        # The place that the result is stored in: nothing else on that side starts from the same variable.
        return True
    return sum(occurrences(f, each, binding) for each in nodes) == 1


def operands(f: Lowering, nodes: list[Any], *, owned: bool = False, passed: bool = False) -> list[Any]:
    """The arguments of a call in function style, in Rhai's order: a variable that is the first argument is looked up last.

    Source: ``Engine::make_function_call``, which turns such a call into a method's.
    """
    if not _is_first_late(f, nodes):
        return f.operands(nodes, owned=owned, passed=passed)
    rest = [f.simple(value) for value in f.operands(nodes[1:], owned=owned, passed=passed)]
    return [*f.operands(nodes[:1], owned=owned, passed=passed), *rest]


def _is_first_late(f: Lowering, nodes: list[Any]) -> bool:
    return len(nodes) > 1 and _is_late(f, nodes[0]) and _matters(f, nodes)


def _is_late(f: Lowering, node: Any) -> bool:
    return type(node) is tree.Variable or (type(node) is tree.This and f.frame.uses_this)


def _matters(f: Lowering, nodes: list[Any]) -> bool:
    """Whether the order can be noticed: the variable isn't there, what is evaluated before may change it, or each may fail.

    A captured variable can't be read while a method that was called on it runs.
    """
    first = nodes[0]
    if f.frame.is_dynamic or (type(first) is tree.Variable and f.binding(first) is None):
        return True
    if is_shared_place(f, first):
        return not all(_is_sure(f, node) for node in nodes[1:])
    return of_all(f, nodes[1:]) is Disturbance.ANYTHING


def _is_sure(f: Lowering, node: Any) -> bool:
    """Whether evaluating can neither fail nor change anything: a literal, or a local."""
    if type(node) is tree.Variable:
        binding = f.binding(node)
        return binding is not None and not binding.is_cell
    return type(node) in LITERALS


def script_call(f: Lowering, function: Compiled, args: list[Any], this: Any, at: build.Place) -> Any:
    """A direct call of a script function, in function style; its ``this`` is unbound."""
    given = [build.name(LEVEL)]
    if function.is_dynamic:
        given.append(build.call("new_scope", []))
    if function.uses_this:
        given.append(build.name("UNBOUND"))
    result = build.call(function.symbol, given + args, at)
    return build.item(result, build.constant(0)) if function.returns_this else result


def native_call(f: Lowering, node: tree.Call, dispatcher: Dispatcher) -> Any:
    """A native; if it changes its first argument and that is a variable, the variable changes."""
    first = node.args[0] if node.args else None
    binding = f.binding(first) if type(first) is tree.Variable else None
    by_reference = (
        dispatcher.mutates
        and not f.frame.is_dynamic
        and ((binding is not None and not binding.is_const and not binding.is_cell) or (type(first) is tree.This and f.frame.uses_this))
    )
    if dispatcher.stores and by_reference:
        rest = [f.simple(value) for value in f.operands(node.args[1:], owned=True)]
        values = [f.expr(first), *rest]
    elif dispatcher.stores:
        values = operands(f, node.args, owned=True)
    else:
        values = operands(f, node.args)
        if dispatcher.mutates and not by_reference and first is not None and f.is_place(first):
            values[0] = f.copied(values[0], f.kinds.type_of(first))
    if by_reference and dispatcher.replaces_receiver:
        slot = f.fresh()
        into = build.target(THIS) if binding is None else build.target(binding.slot)
        made = build.call(f.unit.native("p", node.name, len(values)), [build.name(LEVEL), *values], f.position(node.pos))
        f.out.append(build.store(build.pair_target(into, build.target(slot)), made))
        return build.name(slot)
    if node.name in numbers.READING and len(values) == 1:
        values = [f.simple(values[0])]
        read = numbers.read(f, node.name, values[0], f.kinds.type_of(first), f.position(node.pos))
        if read is not None:
            return read
    at = f.position(node.pos)
    straight = straight_call(f, dispatcher, map(f.kinds.type_of, node.args), values, at)
    if straight is not None:
        return straight
    if dispatcher.context:
        values.insert(0, build.name(LEVEL))
    return build.call(f.unit.native("n", node.name, len(node.args)), values, at)


# --- what looks like a function but isn't -----------------------------------------------------------------------


def _eval(f: Lowering, node: tree.Call) -> Any:
    if len(node.args) != 1:
        return None
    text = f.expr(node.args[0])
    this = build.name(THIS) if f.frame.uses_this else build.name("UNBOUND")
    return build.call("evaluate", [build.name(LEVEL), build.name(SCOPE), this, text], f.start_place(node.args[0]))


def _pointer(f: Lowering, node: tree.Call) -> Any:
    if len(node.args) != 1:
        return None
    return build.call("pointer", [f.expr(node.args[0])], f.start_place(node.args[0]))


def _call_pointer(f: Lowering, node: tree.Call) -> Any:
    if not node.args:
        return None
    # The pointer is looked at before the other arguments are evaluated, and reported where it stands.
    pointer = build.call("require_pointer", [f.expr(node.args[0])], f.start_place(node.args[0]))
    if of_all(f, node.args[1:]) is not Disturbance.NOTHING:
        pointer = f.temporary(pointer)
    args = build.pair(*f.operands(node.args[1:], passed=True))
    if node.in_caller_scope:
        return build.call("call_pointer_in_scope", [build.name(LEVEL), build.name(SCOPE), pointer, args], f.position(node.pos))
    if len(node.args) > 1 and _is_by_reference(f, node.args[1]):
        return _call_pointer_on(f, node, [build.name(LEVEL), pointer, args])
    return build.call("call_pointer", [build.name(LEVEL), pointer, args], f.position(node.pos))


def _is_by_reference(f: Lowering, node: Any) -> bool:
    """Whether a native called in function style changes the variable itself that is its first argument."""
    if f.frame.is_dynamic:
        return False
    binding = f.binding(node) if type(node) is tree.Variable else None
    return (binding is not None and not binding.is_const and not binding.is_cell) or (type(node) is tree.This and f.frame.uses_this)


def _call_pointer_on(f: Lowering, node: tree.Call, args: list[Any]) -> Any:
    after, result = f.fresh(), f.fresh()
    made = build.call("call_pointer_on", args, f.position(node.pos))
    f.out.append(build.store(build.pair_target(build.target(after), build.target(result)), made))
    first = node.args[1]
    if type(first) is tree.Variable:
        scoping.store(f, first, build.name(after))
    else:
        f.out.append(build.store(build.target(THIS), build.name(after)))
    return build.name(result)


def _curry(f: Lowering, node: tree.Call) -> Any:
    if len(node.args) < 2:
        return None
    values = f.operands(node.args, owned=True)
    pointer = build.call("require_pointer", [values[0]], f.start_place(node.args[0]))
    return build.call("curry", [pointer, build.pair(*values[1:])], f.position(node.pos))


def _is_shared_call(f: Lowering, node: tree.Call) -> Any:
    return is_shared(f, node.args[0]) if len(node.args) == 1 else None


def is_shared(f: Lowering, node: Any) -> Any:
    """Whether a variable has been captured by now."""
    if type(node) is tree.Variable and not node.namespace:
        if f.frame.is_dynamic:
            return build.call("scope_shares", [build.name(SCOPE), build.constant(node.name)], f.position(node.pos))
        binding = f.binding(node)
        if binding is not None and binding.is_cell:
            return build.call("is_captured", [build.name(binding.slot)])
    f.temporary(f.expr(node))
    return build.constant(False)


def _is_def_var(f: Lowering, node: tree.Call) -> Any:
    if len(node.args) != 1:
        return None
    return build.call("scope_has", [build.name(SCOPE), f.expr(node.args[0])], f.start_place(node.args[0]))


def _is_def_fn(f: Lowering, node: tree.Call) -> Any:
    if len(node.args) not in (2, 3):
        return None
    return build.call("is_defined", [build.pair(*f.operands(node.args))], f.position(node.pos))


def _type_of(f: Lowering, node: tree.Call) -> Any:
    return build.call("type_of", f.operands(node.args)) if len(node.args) == 1 else None


_SPECIAL: Final[dict[str, Callable[[Lowering, tree.Call], Any]]] = {
    "eval": _eval,
    "Fn": _pointer,
    "call": _call_pointer,
    "curry": _curry,
    "is_shared": _is_shared_call,
    "is_def_var": _is_def_var,
    "is_def_fn": _is_def_fn,
    "type_of": _type_of,
}

EXPRESSIONS[tree.Call] = call
__all__ = ["arguments", "call", "is_shared", "native_call", "scoping", "script_call"]
