"""What need not be copied: values of variables that borrow, and those that nobody reads again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine import tree
from app.engine.resolve import Binding, Origin, part_of

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering


def stored(f: Lowering, binding: Binding | None, node: Any) -> Any:
    """The node's value for a variable: owned, unless the variable borrows."""
    borrows = binding is not None and binding.borrows and not f.frame.is_dynamic and part_of(node) is not None
    return f.expr(node) if borrows else f.owned(node)


def is_spent(f: Lowering, node: Any) -> bool:
    """Whether this is the last time that a variable of a loop's round or of a call is read, so that storing its value needs no copy."""
    binding = f.binding(node) if type(node) is tree.Variable and not f.frame.is_dynamic and f.unit.marks is None else None
    if binding is None or binding.is_cell or binding.is_const or binding.last is not node or binding.borrows or binding.is_lent:
        return False
    if type(binding.source) is tree.For:
        # An element of what is nobody's, such as a function's result: each is walked once.
        return _gives_new(f, binding.source.iterable) and binding.last_depth == binding.depth + 1
    is_short_lived = binding.depth > 0 or type(f.frame.node) is not tree.Script
    return binding.origin is Origin.LET and is_short_lived and binding.last_depth == binding.depth


def _gives_new(f: Lowering, node: Any) -> bool:
    """Whether an expression certainly gives a value of its own, that nothing else holds a part of."""
    if type(node) is tree.Chain:
        step = node.steps[-1]
        return type(step) is tree.MethodStep and (step.name == "values" or (step.name, len(step.args)) in f.unit.functions)
    return type(node) is tree.Call and not node.namespace and f.unit.script_function(node.name, len(node.args)) is not None


def dies_here(f: Lowering, node: Any) -> bool:
    """Whether a place belongs to the function alone, so that returning it needs no copy."""
    root = node.root if type(node) is tree.Chain else node
    if type(root) is not tree.Variable or f.frame.is_dynamic:
        return False
    binding = f.resolution.variables.get(id(root))
    if binding is None or binding.is_cell or binding.is_loop or binding.borrows:
        return False
    return not binding.is_parameter or id(binding) in f.owned_parameters
