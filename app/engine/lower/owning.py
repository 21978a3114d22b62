"""What need not be copied: values of variables that borrow, and those that nobody reads again; and copies of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.kinds import ATOMS, Kind, Type, has_written_keys, holds_atoms, is_record
from app.engine.resolve import Binding, Origin, part_of
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SMALL_BYTES

if TYPE_CHECKING:
    from app.engine.lower.frame import Lowering
    from app.engine.lower.unit import Unit


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


def copied_record(unit: Unit, value: Any, of: Type) -> Any:
    """A copy of a map that holds atoms, arrays of atoms, and records of atoms: two levels, without looking at what is in them."""
    lists, maps = [], []
    room = SMALL_BYTES - len(of.fields) * ENTRY_BYTES
    for key, inner in of.fields.items() if of.kind is Kind.MAP and is_record(of) else ():
        if inner.kind is Kind.ARRAY and holds_atoms(inner):
            lists.append(key)
        elif inner.kind is Kind.MAP and has_written_keys(inner) and holds_atoms(inner):
            maps.append(key)
            room -= len(inner.fields) * ENTRY_BYTES
        elif inner.kind not in ATOMS:
            room = -1
            break
    if room < 0 or not (lists or maps):
        return build.call("copy", [value])
    parts = unit.constant((tuple(lists), tuple(maps), room // ELEMENT_BYTES))
    return build.call("copy_record", [value, parts])
