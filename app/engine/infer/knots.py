"""Whether a pointer's call may come back to the captured variable that the pointer was read from.

Rhai locks such a variable during the call, which only code can tell that reads the variable meanwhile. If captured variables that may
hold pointers keep what they start with, what a pointer leads to is older than the pointer, and that is older than the variable that it
is in, and that is older than the closures that have captured it: so none of them is called again, unless it is given as an argument.
"""

from __future__ import annotations

from typing import Final

from app.engine.infer.atoms import is_pointer
from app.engine.infer.expressions import Expressions
from app.engine.infer.steps import may_hold_pointers
from app.engine.resolve import Binding, Origin, Resolution


def has_knots(resolution: Resolution, found: Expressions) -> bool:
    """Whether something newer may be put where closures find it, or where that isn't known."""
    flows = resolution.flows
    if not found.is_following or found.is_lost or flows.has_paths:
        return True
    changed = {id(binding) for binding, _ in (*flows.chains, *flows.natives)}
    return any(_is_knot(found, binding, changed) for binding in flows.bindings if binding.is_cell)


def _is_knot(found: Expressions, binding: Binding, changed: set[int]) -> bool:
    """Whether a captured variable may get a pointer after it was captured."""
    of = found.of_binding(binding)
    if not may_hold_pointers(of):
        return False
    if binding.stores or binding.received or not (binding.origin in _STARTING or binding.is_parameter):
        return True
    # A pointer stays as it is, whatever is called on it.
    return not is_pointer(of) and (binding.is_replaced or id(binding) in changed)


_STARTING: Final = (Origin.LET, Origin.PARAMETER, Origin.CAPTURE)
"""Variables with a cell for each value that they start with; that of a loop has one for all rounds."""
