"""Entries that a map literal's variable gets before anybody could miss them: ``let o = #{ n: 1 }; o.sum = 0; o.show = || this.n``.

They are entries of the map as if they were written in the literal, as far as types go: between the two, nobody sees the map as a whole, and
nobody asks for the entry. That is so if the assignment is a statement of the block that declares the variable, which is left for good by
whatever doesn't come to it; if all that is done with the variable until then goes to other entries, named by properties; and if no closure
ever has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.engine import tree
from app.engine.resolve.bindings import Binding, Resolution


@dataclass(slots=True)
class Made:
    """What a variable holds that starts with a map literal."""

    binding: Binding
    keys: set[str]
    """Written in the literal, or added since."""
    named: list[str] = field(default_factory=list)
    """The properties that were named first, in chains that start at the variable."""
    added: dict[str, tree.Assign] = field(default_factory=dict)

    def add(self, node: tree.Assign, target: tree.Chain) -> None:
        """An assignment along a chain from the variable, in the block that declares it."""
        step = target.steps[0]
        if node.op != "=" or len(target.steps) != 1 or type(step) is not tree.PropertyStep or step.is_safe:
            return
        is_whole = len(self.binding.uses) > len(self.named)
        if not is_whole and step.name not in self.keys and self.named.count(step.name) == 1:
            self.keys.add(step.name)
            self.added[step.name] = node


def made_by(binding: Binding, value: Any) -> Made | None:
    """The map that a variable starts with, if it is a literal, of constants or not; else None."""
    if type(value) is tree.Map:
        return Made(binding, {key.text for key, _ in value.entries})
    return Made(binding, set(value.value)) if type(value) is tree.Constant and type(value.value) is dict else None


def complete(found: Resolution, made: list[Made]) -> None:
    """Notes the entries that are added so."""
    if found.flows.is_open:
        return
    for each in made:
        if each.added and not each.binding.is_cell:
            found.completed[id(each.binding)] = {key: node.value for key, node in each.added.items()}
            found.completing.update(map(id, each.added.values()))
