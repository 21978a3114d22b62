"""Which parameters a function takes over from its callers, instead of borrowing them.

A parameter that is changed in place has to be a copy of the caller's value. If the function made it, it would copy what nobody else holds
too: what a call or a literal gave, and a variable that is never read again, or is about to get the function's result
(``heap = pushed(heap, 3)``). So the caller makes it, where there is need (``lower.owning``). The same holds for what a function returns or
puts into a container (``list = node(3, list)``), if its callers would rarely have to copy.

All calls of such a function are known, and give it its arguments in function style. Others come through a pointer or by a name, and get a
function that copies first (``runtime.machine.Bound``).
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from app.engine import tree
from app.engine.resolve.bindings import Origin, Resolution


def take_over(found: Resolution, script: tree.Script) -> None:
    """Marks parameters that are taken over."""
    flows = found.flows
    if flows.is_open or flows.has_modules:
        return
    named = Counter((function.name, len(function.params)) for function in script.functions)
    for function in script.functions:
        key = (function.name, len(function.params))
        frame = found.frames[id(function)]
        is_known = named[key] == 1 and key in flows.calls and key not in flows.received and key not in found.in_caller_scope
        if not is_known or function.receiver is not None or frame.uses_this or frame.is_dynamic:
            continue
        for at, binding in enumerate(frame.params):
            if binding.is_cell:
                continue
            binding.is_taken = binding.is_mutated or (binding.is_kept and _is_free(found, [args[at] for args in flows.calls[key]]))


def _is_free(found: Resolution, given: list[tree.Expr]) -> bool:
    """Whether what is given for a parameter that isn't changed is mostly nobody else's, so that taking it over costs nothing.

    It is returned, or put into a container: the function would copy it otherwise.
    """
    places = [node for node in given if type(node) in _PLACES]
    return bool(places) and all(type(node) is tree.Variable and _is_last(found, node) for node in places)


_PLACES: Final = frozenset({tree.Variable, tree.Chain, tree.This, tree.Constant})


def _is_last(found: Resolution, node: tree.Variable) -> bool:
    """Whether a variable is read here for the last time, or is about to get the call's result."""
    binding = None if node.namespace else found.variables.get(id(node))
    if binding is None or binding.is_cell or binding.is_const or binding.is_lent(node) or binding.borrows:
        return False
    if binding.origin is Origin.LET and binding.last is node and binding.last_depth == binding.depth:
        return True
    return not found.catches and any(
        op == "=" and type(value) is tree.Call and any(arg is node for arg in value.args) for op, value in binding.stores
    )
