"""Which parameters a function takes over from its callers, instead of borrowing them.

A parameter that is changed in place has to be a copy of the caller's value. If the function made it, it would copy what nobody else holds
too: what a call or a literal gave, and a variable that is never read again, or is about to get the function's result
(``heap = pushed(heap, 3)``). So the caller makes it, where there is need (``lower.owning``). The same holds for what a function returns or
puts into a container (``list = node(3, list)``), if its callers would rarely have to copy, and for what it changes under another name.

All calls of such a function are known, and give it its arguments in function style. Others come through a pointer or by a name, and get a
function that copies first (``runtime.machine.Bound``).
"""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.resolve.bindings import Binding, Origin, Resolution


def take_over(found: Resolution, script: tree.Script) -> None:
    """Marks parameters that are taken over."""
    flows = found.flows
    if flows.is_open or flows.has_modules:
        return
    kept: list[tuple[Binding, list[tree.Expr]]] = []
    for function in script.functions:
        key = (function.name, len(function.params))
        frame = found.frames[id(function)]
        is_known = found.functions[key] == 1 and key in flows.calls and key not in flows.received and key not in found.in_caller_scope
        if not is_known or function.receiver is not None or frame.uses_this or frame.is_dynamic:
            continue
        renamed = _renamed(found, function)
        for at, binding in enumerate(frame.params):
            is_changed = binding.is_mutated or id(binding) in renamed
            binding.is_taken = not binding.is_cell and (is_changed or binding.is_kept)
            if binding.is_taken and not is_changed:
                kept.append((binding, [args[at] for args in flows.calls[key]]))
    # A parameter that is passed on is free where it is taken over itself, which all may be until one is found not to be.
    while refused := [binding for binding, given in kept if binding.is_taken and not _is_free(found, given)]:
        for binding in refused:
            binding.is_taken = False


def _renamed(found: Resolution, function: tree.Function) -> set[int]:
    """The parameters that a function changes under another name: it begins with ``let out = base``, and never reads ``base`` again.

    Further on in the function, it copies only if it comes there.
    """
    renamed: set[int] = set()
    for statement in function.body.statements:
        if type(statement) is not tree.Let:
            break
        node = statement.value
        binding = found.variables.get(id(node)) if type(node) is tree.Variable and not node.namespace else None
        if binding is not None and binding.last is node and found.declarations[id(statement.name)].is_mutated:
            renamed.add(id(binding))
    return renamed


def _is_free(found: Resolution, given: list[tree.Expr]) -> bool:
    """Whether what is given for a parameter that isn't changed is mostly nobody else's, so that taking it over costs nothing.

    It is returned, or put into a container: the function would copy it otherwise. Of numbers and the like nobody has to know.
    """
    places = [node for node in given if _is_place(node)]
    is_any = bool(places) or not _NEVER_SHARED.issuperset(map(type, given))
    return is_any and all(type(node) is tree.Variable and _is_last(found, node) for node in places)


_NEVER_SHARED: Final = frozenset({tree.Int, tree.Float, tree.Bool, tree.String, tree.Char, tree.Unit, tree.Interpolated, tree.Binary})


def _is_place(node: tree.Expr) -> bool:
    """Whether an argument's value may be a part of a variable. A constant is made anew for whoever changes or keeps it."""
    if type(node) is tree.Chain:
        return type(node.steps[-1]) is not tree.MethodStep
    return type(node) in (tree.Variable, tree.This)


def _is_last(found: Resolution, node: tree.Variable) -> bool:
    """Whether a variable is read here for the last time, or is about to get the call's result."""
    binding = None if node.namespace else found.variables.get(id(node))
    if binding is None or binding.is_cell or binding.is_const or binding.is_lent(node) or binding.borrows:
        return False
    is_own = binding.origin is Origin.LET or binding.is_taken
    is_survived = found.is_survived(node, node)
    if is_own and ((binding.last is node and binding.last_depth == binding.depth) or (id(node) in found.ending and not is_survived)):
        return True
    return not is_survived and any(
        op == "=" and type(value) is tree.Call and any(arg is node for arg in value.args) for op, value in binding.stores
    )
