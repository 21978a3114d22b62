"""What an operand's evaluation may change, as far as the operands before it are concerned.

Containers are borrowed from their variables while an expression is evaluated. That is a copy's equal only as long as nothing changes the
container before it is used: in ``a + [a.pop()]`` the left side is the array as it was, so it has to be copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from app.engine import tree
from app.engine.lower.kinds import CHANGEABLE
from app.engine.lower.owning import is_given_up
from app.engine.members import Member

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering


class Disturbance(Member):
    """What may have changed after an expression was evaluated, from least to most."""

    NOTHING: ClassVar[Disturbance]
    SHARED: ClassVar[Disturbance]
    """Variables that closures have captured: somebody's closure may have been called."""
    ANYTHING: ClassVar[Disturbance]


_LEAVES: Final = frozenset(
    {tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant, tree.Variable, tree.This, tree.Closure}
)
_IN_CALLERS_SCOPE: Final = frozenset({"eval"})


def disturbance(f: Lowering, node: Any) -> Disturbance:
    """What evaluating an expression may change; too much rather than too little."""
    kind = type(node)
    if kind in _LEAVES:
        return Disturbance.NOTHING
    if kind is tree.Call:
        return max(_of_call(f, node), of_all(f, node.args))
    if kind is tree.Chain:
        level = disturbance(f, node.root)
        for step in node.steps:
            if type(step) is not tree.PropertyStep:
                level = max(level, _of_step(f, step))
        return level
    parts = _parts(f, node)
    return Disturbance.ANYTHING if parts is None else of_all(f, parts)


def of_all(f: Lowering, nodes: list[Any]) -> Disturbance:
    """What evaluating several expressions may change."""
    level = Disturbance.NOTHING
    for node in nodes:
        if type(node) not in _LEAVES:
            level = max(level, disturbance(f, node))
    return level


def _parts(f: Lowering, node: Any) -> list[Any] | None:
    """The operands of a node that does nothing but evaluate them; None if it may hold statements."""
    kind = type(node)
    if kind is tree.Binary:
        return [node.left, node.right]
    if kind is tree.Unary:
        return [node.operand]
    if kind is tree.Interpolated:
        found: list[Any] = node.parts
        return found
    if kind in (tree.Array, tree.And, tree.Or, tree.Coalesce):
        items: list[Any] = node.items
        return None if kind is tree.Array and any(is_given_up(f, item) for item in items) else items
    if kind is not tree.Map:
        return None
    # Whoever gets a container to which a variable's value was given up may change that value.
    values = [value for _, value in node.entries]
    return None if any(is_given_up(f, value) for value in values) else values


def _of_call(f: Lowering, node: tree.Call) -> Disturbance:
    """A script's function changes none of its caller's variables but those given up to it, a native at most its first argument's."""
    if node.in_caller_scope or node.name in _IN_CALLERS_SCOPE:
        return Disturbance.ANYTHING
    function = f.unit.script_function(node.name, len(node.args))
    if function is not None and function.takes:
        return Disturbance.ANYTHING
    if id(node) in f.resolution.reaching:
        return Disturbance.ANYTHING
    if function is None:
        dispatcher = f.unit.natives.lookup(node.name, len(node.args))
        if dispatcher is not None and dispatcher.mutates:
            return Disturbance.ANYTHING
    return Disturbance.SHARED


def _of_step(f: Lowering, step: Any) -> Disturbance:
    if type(step) is tree.IndexStep:
        return disturbance(f, step.index)
    dispatcher = f.unit.natives.lookup(step.name, len(step.args) + 1)
    own = (step.name, len(step.args))
    is_native = dispatcher is not None and not dispatcher.mutates and id(step) not in f.resolution.reaching
    is_reading = is_native and own not in f.unit.functions and own not in f.unit.typed
    return max(Disturbance.SHARED if is_reading else Disturbance.ANYTHING, of_all(f, step.args))


def is_shared_place(f: Lowering, node: Any) -> bool:
    """Whether an expression reads (a part of) a variable that others may hold too."""
    root = node.root if type(node) is tree.Chain else node
    if type(root) is not tree.Variable or not f.is_place(node):
        return False
    if f.frame.is_dynamic:
        return True
    binding = f.binding(root)
    return binding is not None and binding.is_cell


def is_unsettled_place(f: Lowering, node: Any) -> bool:
    """Whether it does, and others may change in place what the variable holds."""
    root = node.root if type(node) is tree.Chain else node
    if not is_shared_place(f, node) or type(root) is not tree.Variable:
        return False
    binding = None if f.frame.is_dynamic else f.binding(root)
    return binding is None or not binding.is_settled


def is_disturbed(f: Lowering, node: Any, later: list[Any]) -> bool:
    """Whether an expression's value may be a container that one of those evaluated after it changes."""
    if not later or not f.is_place(node) or f.kinds.of(node) not in CHANGEABLE:
        return False
    level = of_all(f, later)
    return level is Disturbance.ANYTHING or (level is Disturbance.SHARED and is_unsettled_place(f, node))
