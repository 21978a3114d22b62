"""Which parameters a function takes over from its callers, instead of borrowing them.

A parameter that is changed in place has to be a copy of the caller's value. If the function made it, it would copy what nobody else holds
too: what a call or a literal gave, and a variable that is never read again, or is about to get the function's result
(``heap = pushed(heap, 3)``). So the caller makes it, where there is need (``lower.owning``).

All calls of such a function are known, and give it its arguments in function style. Others come through a pointer or by a name, and get a
function that copies first (``runtime.machine.Bound``).
"""

from __future__ import annotations

from collections import Counter

from app.engine import tree
from app.engine.resolve.bindings import Resolution


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
        if is_known and function.receiver is None and not frame.uses_this and not frame.is_dynamic:
            for binding in frame.params:
                binding.is_taken = binding.is_mutated and not binding.is_cell
