"""What conditions tell of variables' types: ``type_of(x) == "map"``, ``x != ()``.

It holds for variables that nothing else is ever stored in. Whether that is so isn't known before the walk is over, so whoever asks looks.
Of others it holds for now: until the walk, which goes the way of evaluation, meets a store, and not in loops and closures within, whose
later rounds come after stores that the walk hasn't met yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.engine import tree

if TYPE_CHECKING:
    from app.engine.resolve.bindings import Binding
    from app.engine.resolve.names import Walker

UNIT: Final = "()"
NOT_UNIT: Final = ""
"""Told of a variable that holds anything but ()."""

_LEAVING: Final = (tree.Return, tree.Throw, tree.Break, tree.Continue)


class Told(NamedTuple):
    """What is told of a variable."""

    name: str
    """Of the type, as ``type_of`` gives it, or ``NOT_UNIT``."""
    stores: int
    """How many stores into the variable the walk had met; -1 if it may have met one within the condition."""
    repeats: int
    """How many loops and closures were around."""


def told(walker: Walker, node: Any, *, holds: bool) -> dict[int, Told]:
    """What is known if a condition holds, or doesn't, by ``id`` of the binding."""
    return _told(walker, node, node.start, holds=holds)


def told_now(walker: Walker, binding: Binding, name: str, since: int) -> Told:
    """What is told of a variable by a condition that begins at an offset."""
    return Told(name, len(binding.stores) if binding.stored_at < since else -1, walker.repeats)


def _told(walker: Walker, node: Any, since: int, *, holds: bool) -> dict[int, Told]:
    kind = type(node)
    if kind is tree.Binary:
        return _compared(walker, node, since, is_equal=(node.op == "==") is holds) if node.op in ("==", "!=") else {}
    if kind is tree.Unary and node.op == "!":
        return _told(walker, node.operand, since, holds=not holds)
    found: dict[int, Told] = {}
    if kind is (tree.And if holds else tree.Or):
        for item in node.items:
            found |= _told(walker, item, since, holds=holds)
    return found


def _compared(walker: Walker, node: tree.Binary, since: int, *, is_equal: bool) -> dict[int, Told]:
    if type(node.right) is tree.String:
        variable, name = asked(walker, node.left), node.right.value
    elif type(node.right) is tree.Unit:
        variable, name = node.left, UNIT
    else:
        return {}
    binding = walker.lookup(variable.name) if type(variable) is tree.Variable and not variable.namespace else None
    if binding is None or not (is_equal or name == UNIT):
        return {}
    return {id(binding): told_now(walker, binding, name if is_equal else NOT_UNIT, since)}


def asked(walker: Walker, node: Any) -> Any:
    """The ``x`` of ``type_of(x)``; None for anything else."""
    if type(node) is not tree.Call or node.name != "type_of" or node.namespace or node.in_caller_scope or len(node.args) != 1:
        return None
    return None if ("type_of", 1) in walker.functions else node.args[0]


def told_behind(walker: Walker, node: tree.If) -> dict[int, Told]:
    """What is known behind an ``if``: ``if x == () { return; }`` lets nothing else pass."""
    if node.otherwise is not None or not node.then.statements or type(node.then.statements[-1]) not in _LEAVING:
        return {}
    return told(walker, node.condition, holds=False)
