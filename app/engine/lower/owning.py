"""What need not be copied: values of variables that borrow, and those that nobody reads again; and copies of records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from app.engine import tree
from app.engine.lower.parting import is_parted
from app.engine.resolve import MAKING, Binding, Origin, is_alike

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering


def stored(f: Lowering, node: Any) -> Any:
    """The node's value for a variable or a container: owned, unless it is for a variable that borrows."""
    return f.expr(node) if is_borrowed(f, node) or is_given_up(f, node) else f.owned(node)


def is_borrowed(f: Lowering, node: Any) -> bool:
    """Whether an expression's value is for a variable that borrows it."""
    return id(node) in f.resolution.borrowed and not f.frame.is_dynamic


def is_given_up(f: Lowering, node: Any) -> bool:
    """Whether a place's value may go elsewhere without a copy: it is read here for the last time, or about to be replaced."""
    if is_moved(f, node):
        return True
    replaced = f.replaced
    if replaced is not None and is_alike(f.resolution, node, replaced):
        return True
    return is_spent(f, node) if type(node) is tree.Variable else is_parted(f, node)


def is_moved(f: Lowering, node: Any) -> bool:
    """Whether a place gets another value, or this one back, before anybody looks at it."""
    return id(node) in f.resolution.moved and not f.frame.is_dynamic


def replaced_by(f: Lowering, node: tree.Assign) -> Any:
    """The place whose value an assignment may give up while it computes the new one, if there is one.

    Nobody can look at the place until then, or after an error (``is_survived``), and the variable occurs once on the right side, which
    only evaluates. Its value is nobody else's, as nothing is lent of it, and what a loop around here walks is a copy, or another part
    (``walked``).
    """
    target: Any = node.target
    root: Any = target.root if type(target) is tree.Chain else target
    if node.op != "=" or type(node.value) not in MAKING or f.frame.is_dynamic or f.unit.marks is not None:
        return None
    if f.resolution.is_survived(node, root):
        return None
    if type(root) is tree.This:
        return target if type(target) is tree.Chain and _uses_of_this(node.value) == 1 and _is_settled(f, node, target, None) else None
    binding = f.binding(root) if type(root) is tree.Variable else None
    if binding is None or binding.is_cell or binding.is_const or binding.borrows or binding.is_lent(node):
        return None
    if binding.origin is not Origin.LET and id(binding) not in f.owned_parameters:
        return None
    is_settled = type(target) is tree.Variable or _is_settled(f, node, target, binding)
    return target if is_settled and occurrences(f, node.value, binding) == 1 else None


def _is_settled(f: Lowering, node: tree.Assign, target: tree.Chain, root: Binding | None) -> bool:
    """Whether a chain leads to the same place after the value as before, by names, numbers and variables of the function's own."""
    for step in target.steps:
        if step.is_safe or type(step) is tree.MethodStep:
            return False
        if type(step) is tree.IndexStep and type(step.index) not in (tree.Int, tree.String):
            binding = f.binding(step.index) if type(step.index) is tree.Variable else None
            if binding is None or binding.is_cell or binding is root or not _is_only_read(f, node.value, binding):
                return False
    return True


def _is_only_read(f: Lowering, node: Any, binding: Binding) -> bool:
    """Whether an expression without statements leaves a variable as it is: no method is called on it, and no native gets it."""

    def is_it(part: Any) -> bool:
        return type(part) is tree.Variable and f.binding(part) is binding

    if type(node) is tree.Chain and is_it(node.root) and tree.MethodStep in map(type, node.steps):
        return False
    if type(node) is tree.Call and f.unit.script_function(node.name, len(node.args)) is None and any(map(is_it, node.args)):
        return False
    parts = _PARTS.get(type(node))
    return parts is None or all(_is_only_read(f, part, binding) for part in parts(node))


_MANY: Final = 2


def occurrences(f: Lowering, node: Any, binding: Binding) -> int:
    """How often a variable is read in an expression; many if that may hold statements."""
    return _count(node, lambda leaf: type(leaf) is tree.Variable and f.binding(leaf) is binding)


def _uses_of_this(node: Any) -> int:
    return _count(node, lambda leaf: type(leaf) is tree.This)


def _count(node: Any, is_wanted: Callable[[Any], bool]) -> int:
    """How many leaves of an expression are wanted."""
    parts = _PARTS.get(type(node))
    if parts is not None:
        return sum([_count(part, is_wanted) for part in parts(node)])
    if type(node) is tree.Variable or type(node) is tree.This:
        return int(is_wanted(node))
    return 0 if type(node) in LITERALS else _MANY


def _parts_of_chain(chain: tree.Chain) -> list[Any]:
    found: list[Any] = [chain.root]
    for step in chain.steps:
        if type(step) is tree.IndexStep:
            found.append(step.index)
        elif type(step) is tree.MethodStep:
            found += step.args
    return found


LITERALS: Final = frozenset({tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant})
_PARTS: Final[dict[type, Callable[[Any], list[Any]]]] = {
    tree.Call: lambda node: node.args,
    tree.Chain: _parts_of_chain,
    tree.Binary: lambda node: [node.left, node.right],
    tree.Unary: lambda node: [node.operand],
    tree.Array: lambda node: node.items,
    tree.Map: lambda node: [value for _, value in node.entries],
    tree.Interpolated: lambda node: node.parts,
}


def is_spent(f: Lowering, node: Any) -> bool:
    """Whether this is the last time that a variable of a loop's round or of a call is read, so that storing its value needs no copy."""
    binding = f.binding(node) if type(node) is tree.Variable and not f.frame.is_dynamic and f.unit.marks is None else None
    if binding is None or binding.is_cell or binding.is_const or binding.borrows or binding.is_lent(node):
        return False
    is_end = id(node) in f.resolution.ending and not f.resolution.is_survived(node, node)
    if binding.last is not node and not is_end:
        return False
    if type(binding.source) is tree.For:
        # An element of what is nobody's, such as a function's result: each is walked once.
        return _gives_new(f, binding.source.iterable) and (is_end or binding.last_depth == binding.depth + 1)
    is_short_lived = binding.depth > 0 or type(f.frame.node) is not tree.Script
    # What a handler gets is its own.
    is_own = binding.origin is Origin.LET or type(binding.source) is tree.Try or id(binding) in f.owned_parameters
    return is_own and is_short_lived and (is_end or binding.last_depth == binding.depth)


def is_added_last(f: Lowering, node: tree.Assign) -> bool:
    """Whether what is added to a place is a variable that is read here for the last time, and not the one that the place is in."""
    root: Any = node.target.root if type(node.target) is tree.Chain else node.target
    is_other = type(root) is tree.Variable and type(node.value) is tree.Variable and f.binding(root) is not f.binding(node.value)
    return is_other and is_spent(f, node.value)


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
