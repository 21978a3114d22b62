"""``let`` and ``const``, and what a module gives away."""

from __future__ import annotations

from typing import Any

from app.engine import tree
from app.engine.lower import build, scoping, texts
from app.engine.lower.frame import STATEMENTS, Lowering
from app.engine.lower.literals import held_closure
from app.engine.lower.owning import stored


def let(f: Lowering, node: tree.Let, destination: str | None) -> None:
    """``let x = e``"""
    if node.name.text not in f.block_names:
        # Declared again in the same block, a name takes its old place.
        f.block_names.add(node.name.text)
        f.variables += 1
        if 0 < f.unit.max_variables < f.variables:
            f.out.append(build.expression(build.call("too_many_variables", [], f.unit.place(node.start))))
    if type(node.value) in FLOWS and not f.frame.is_dynamic and not f.resolution.declarations[id(node.name)].is_cell and not node.is_const:
        _let_flow(f, node)
    else:
        _let_value(f, node)
    if node.is_exported:
        export_name(f, node.name, node.name.text)
    deliver_unit(f, destination)


FLOWS = frozenset({tree.If, tree.Switch})


def gives(node: Any) -> bool:
    """Whether an ``if`` or ``switch`` certainly has an arm that stores its value."""
    first = node.then if type(node) is tree.If else node.arms[0].body if node.arms else None
    return first is not None and bool(first.statements) and type(first.statements[-1]) is tree.ExprStmt


def _let_flow(f: Lowering, node: tree.Let) -> None:
    """Each arm stores straight into the variable."""
    binding = f.resolution.declarations[id(node.name)]
    if not gives(node.value):
        f.out.append(build.store(build.target(binding.slot), build.constant(None)))
    f.statement(node.value, binding.slot)
    if texts.grows(f, binding):
        texts.begin(f, binding)
    f.visible.append(binding)
    f.learn(binding)


def _let_value(f: Lowering, node: tree.Let) -> None:
    if type(node.value) is tree.Closure and not f.frame.is_dynamic:
        value, held = held_closure(f, node.value)
        f.held[id(f.resolution.declarations[id(node.name)])] = held
    elif _is_unread(f, node) and f.kinds.text_of_characters(node.value) is not None:
        value = texts.characters(f, node.value)
    else:
        value = build.constant(None) if node.value is None else stored(f, node.value)
    if id(node) in f.global_constants:
        value = f.simple(value)
        f.out.append(build.expression(build.call("set_constant", [build.constant(node.name.text), value])))
    scoping.declare(f, node.name, value, is_const=node.is_const)


def _is_unread(f: Lowering, node: tree.Let) -> bool:
    """Whether nobody ever looks at the variable."""
    binding = f.resolution.declarations[id(node.name)]
    is_used = binding.is_read or binding.is_cell or binding.is_assigned or binding.is_mutated or node.is_exported
    return not is_used and not f.frame.is_dynamic and f.unit.marks is None


def export_name(f: Lowering, name: tree.Name, alias: str) -> None:
    """Marks a variable for whoever imports this module; its value is read when the module ends."""
    f.exports.append((alias, name))


def deliver_unit(f: Lowering, destination: str | None) -> None:
    """A statement without value gives ()."""
    if destination is not None:
        f.deliver(build.constant(None), destination)


STATEMENTS[tree.Let] = let
