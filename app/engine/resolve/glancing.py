"""Handlers that only glance at the error: whether it is a map, which text or number it is, an entry that no description of an error has.

To such a handler one of ours is as good as an empty map: nobody has to make its text, its fields and its place.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine import errors, tree
from app.engine.resolve.alike import variable_of
from app.engine.resolve.bindings import Binding, Resolution
from app.engine.resolve.telling import NOT_UNIT
from app.engine.tree.parts import parts

_TOLD: Final = (tree.String, tree.Int, tree.Float, tree.Char, tree.Bool, tree.Unit)
"""What no map is equal to."""


def is_glanced(found: Resolution, error: Binding, handler: tree.Block) -> bool:
    """Whether each place that reads a ``catch`` variable, which nothing changes, is such a glance.

    Sound, as every one of them gives the same for an empty map and for a description of an error; what the author has thrown stays what it
    is.
    """
    if error.is_cell or error.is_assigned or error.is_mutated:
        return False
    glances = {id(read) for node in parts([handler]) if variable_of(found, read := _glanced(found, node)) is error}
    return len(glances) == len(error.uses)


def _glanced(found: Resolution, node: Any) -> Any:
    """What a node only glances at; None for all other nodes."""
    kind = type(node)
    if kind is tree.Variable:
        # Where it is told to be a text, or a number, the author has thrown it.
        return node if found.told.get(id(node), NOT_UNIT) not in _MAY_BE_MAPS else None
    if kind is tree.Binary:
        return _compared(found, node)
    if kind is tree.Call:
        is_asked = node.name == "type_of" and len(node.args) == 1 and not node.namespace
        return node.args[0] if is_asked else None
    if kind is tree.Chain:
        return node.root if _is_elsewhere(node.steps[0]) else None
    if kind is tree.Switch:
        patterns = [type(pattern) for arm in node.arms for pattern in arm.patterns]
        return node.subject if set(_TOLD).issuperset(patterns) else None
    return None


def _compared(found: Resolution, node: tree.Binary) -> Any:
    if node.op in ("==", "!="):
        if type(node.right) in _TOLD:
            return node.left
        return node.right if type(node.left) in _TOLD else None
    is_key = node.op in ("in", "!in") and type(node.left) is tree.String and node.left.value not in errors.DESCRIBED
    return node.right if is_key and ("contains", 2) not in found.functions else None


def _is_elsewhere(step: tree.Step) -> bool:
    """Whether a first step asks for the type, or for an entry that no error has."""
    if type(step) is tree.MethodStep:
        return step.name == "type_of" and not step.args
    return type(step) is tree.PropertyStep and step.name not in errors.DESCRIBED


_MAY_BE_MAPS: Final = ("map", NOT_UNIT)
