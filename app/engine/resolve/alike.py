"""Expressions that are written alike, and those that lead to the same place again."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.resolve.bindings import Binding, Resolution


def is_alike(found: Resolution, one: Any, other: Any) -> bool:
    """Whether two expressions are written alike, of the same variables: they lead to the same place while nothing of it is stored in."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is tree.Variable:
        binding = variable_of(found, one)
        return binding is not None and binding is variable_of(found, other)
    if kind is tree.Chain:
        pairs = zip(one.steps, other.steps, strict=False)
        return (
            is_alike(found, one.root, other.root) and len(one.steps) == len(other.steps) and all(is_alike(found, *each) for each in pairs)
        )
    if kind is tree.IndexStep:
        return one.is_safe is other.is_safe and is_alike(found, one.index, other.index)
    if kind is tree.PropertyStep:
        return one.is_safe is other.is_safe and bool(one.name == other.name)
    if kind is tree.Binary:
        return bool(one.op == other.op) and is_alike(found, one.left, other.left) and is_alike(found, one.right, other.right)
    return kind is tree.This or (kind in (tree.Int, tree.String) and bool(one.value == other.value))


def variable_of(found: Resolution, node: Any) -> Binding | None:
    """The variable that a node names; None for any other node, and for names that are looked up at run time."""
    return found.variables.get(id(node)) if type(node) is tree.Variable and not node.namespace else None


def leads_there_again(found: Resolution, step: Any, root: Binding | None, *, for_good: bool = False) -> bool:
    """Whether a step of a chain finds the same entry whenever it is taken, until something is stored in the variables that it names.

    Not in ``root``, from which the chain starts: it names none of what is in that. ``for_good``: nothing ever is stored in them, either.
    """
    if type(step) is tree.MethodStep or step.is_safe:
        return False
    return type(step) is tree.PropertyStep or _is_fixed(found, step.index, root, for_good=for_good)


def _is_fixed(found: Resolution, node: Any, root: Binding | None, *, for_good: bool) -> bool:
    kind = type(node)
    if kind is tree.Binary:
        return node.op in _STEPS and all(_is_fixed(found, side, root, for_good=for_good) for side in (node.left, node.right))
    if kind is tree.Chain:
        are_properties = all(type(step) is tree.PropertyStep and not step.is_safe for step in node.steps)
        return are_properties and _is_fixed(found, node.root, root, for_good=for_good)
    if kind is tree.Variable:
        binding = variable_of(found, node)
        if binding is None or binding is root or binding.is_cell:
            return False
        return not (for_good and (binding.is_assigned or binding.is_mutated))
    return kind in (tree.Int, tree.String)


_STEPS: Final = frozenset({"+", "-", "*", "/", "%"})
