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
    changed = {id(_root(binding)) for binding in found.flows.bindings if binding.changes or binding.is_replaced}
    for binding in found.flows.bindings:
        binding.is_settled = binding.is_cell and id(_root(binding)) not in changed
    moving = changed | {id(_root(binding)) for binding, _ in [*found.flows.chains, *found.flows.natives]}
    moving |= {id(_root(binding)) for binding in found.flows.bindings if binding.is_assigned and isinstance(binding.source, Binding)}
    for binding in found.flows.bindings:
        is_captured = binding.is_cell and isinstance(binding.source, Binding)
        binding.is_steady = is_captured and id(_root(binding)) not in moving


def _root(binding: Binding) -> Binding:
    """The variable that was captured, perhaps by a closure within a closure."""
    while isinstance(binding.source, Binding):
        binding = binding.source
    return binding
