"""Which captured variables hold containers that somebody changes in place, and which change while a closure runs.

A captured variable is one for the function around and all closures that have it, so whoever has borrowed what it holds has to fear them
all. But where none of them changes a container through it, and only puts another value there at the most, what it held stays as it was.
"""

from __future__ import annotations

from app.engine.resolve.bindings import Binding, Resolution


def settle(found: Resolution) -> None:
    """Marks captured variables whose values nobody changes in place."""
    if found.flows.is_open or found.flows.has_modules:
        return
    cells = [binding for binding in found.flows.bindings if binding.is_cell]
    if not cells:
        return
    changed = {id(_root(binding)) for binding in found.flows.bindings if binding.changes or binding.is_replaced}
    moving = changed | {id(_root(binding)) for binding, _ in [*found.flows.chains, *found.flows.natives]}
    moving |= {id(_root(binding)) for binding in found.flows.bindings if binding.is_assigned and isinstance(binding.source, Binding)}
    for binding in cells:
        root = id(_root(binding))
        binding.is_settled = root not in changed
        binding.is_steady = isinstance(binding.source, Binding) and root not in moving


def _root(binding: Binding) -> Binding:
    """The variable that was captured, perhaps by a closure within a closure."""
    while isinstance(binding.source, Binding):
        binding = binding.source
    return binding
