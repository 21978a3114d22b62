"""Variables: reading, storing, declaring, and the scopes of blocks.

Usually a variable is a local of the generated function, or a cell in one if a closure captures it. In a dynamic frame (one that calls
``eval`` or ``f!()``) variables live in a scope object and are found by name, as ``eval`` may add or shadow any.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, texts
from app.engine.lower.frame import EXPRESSIONS, SCOPE, THIS, Lowering
from app.engine.lower.kinds import Kind
from app.engine.resolve import Binding

_FIRST: Final = build.constant(0)
MADE: Final = -1
"""Stands for the depth of a loop that makes the character itself as each round begins."""


def read(f: Lowering, node: tree.Variable) -> Any:
    """A variable's value, borrowed."""
    if node.namespace:
        return _qualified(f, node)
    if f.frame.is_dynamic:
        return build.item(_found(f, node), _FIRST)
    binding = f.binding(node)
    if binding is None:
        return _unknown(f, node)
    if binding.slot in f.bare:
        if f.bare[binding.slot] == len(f.results):
            return build.call("character", [build.name(binding.slot)])
        # In a loop of its own it would be made each time.
        f.bare[binding.slot] = MADE
        return build.name(character(binding))
    held = f.facts.get((binding.slot, "")) if binding.is_steady else None
    return local(binding) if held is None else build.name(held)


def character(binding: Binding) -> str:
    """The local that holds the character of a variable that is kept as plain text."""
    return f"{binding.slot}:char"


def local(binding: Binding) -> Any:
    """A static variable's value."""
    slot = build.name(binding.slot)
    return build.item(slot, _FIRST) if binding.is_cell else slot


def _found(f: Lowering, node: tree.Variable) -> Any:
    return build.call("scope_find", [build.name(SCOPE), build.constant(node.name)], f.position(node.pos))


def _unknown(f: Lowering, node: tree.Variable) -> Any:
    """Perhaps a function's name, which is then a pointer to it; else an error."""
    if any(name == node.name for name, _ in f.unit.functions):
        return build.call("function_named", [build.constant(node.name)], f.position(node.pos))
    return build.call("missing_variable", [build.constant(node.name)], f.position(node.pos))


def _qualified(f: Lowering, node: tree.Variable) -> Any:
    at = f.unit.place(node.start)
    if node.namespace == ("global",):
        return build.call("global_constant", [build.constant(node.name)], at)
    path = build.pair(*[build.constant(part) for part in node.namespace])
    return build.call("module_variable", [path, build.constant(node.name)], at)


def cell(f: Lowering, name: tree.Name) -> Any:
    """What a closure gets for a captured variable: the cell, or a constant's value.

    Which of them is settled before the program runs, whatever ``eval`` declares meanwhile.
    """
    binding = f.resolution.captured.get(id(name))
    if f.frame.is_dynamic:
        captures = "scope_capture" if binding is None or not binding.is_const else "scope_value"
        return build.call(captures, [build.name(SCOPE), build.constant(name.text)], f.unit.place(name.pos))
    if binding is None:
        return build.call("missing_variable", [build.constant(name.text)], f.unit.place(name.pos))
    slot = build.name(binding.slot)
    return slot if binding.is_cell else f.copied(slot, f.kinds.type_of_binding(binding))


def store(f: Lowering, node: tree.Variable, value: Any) -> None:
    """``variable = value``; the value is owned."""
    if f.frame.is_dynamic:
        value = f.simple(value)
        entry = build.call("scope_variable", [build.name(SCOPE), build.constant(node.name)], f.position(node.pos))
        f.out.append(build.store(build.item_target(f.temporary(entry), _FIRST), value))
        return
    binding = f.binding(node)
    if binding is None:
        f.out.append(build.expression(value))
        f.out.append(build.expression(_unknown_target(f, node)))
    else:
        store_local(f, binding, value)


def _unknown_target(f: Lowering, node: tree.Variable) -> Any:
    if node.namespace:
        f.out.append(build.expression(_qualified(f, node)))
        return build.call("constant_target", [build.constant(node.name)], f.position(node.end - len(node.name)))
    if any(name == node.name for name, _ in f.unit.functions):
        return build.call("constant_target", [build.constant(node.name)], f.position(node.pos))
    return build.call("missing_variable", [build.constant(node.name)], f.position(node.pos))


def store_local(f: Lowering, binding: Binding, value: Any) -> None:
    """Stores into a static variable."""
    f.kinds.forget((id(binding),))
    if binding.is_cell:
        f.out.append(build.store(build.item_target(build.name(binding.slot), _FIRST), value))
    else:
        f.out.append(build.store(build.target(binding.slot), value))
        if texts.grows(f, binding):
            texts.begin(f, binding)


def changed_target(f: Lowering, binding: Binding) -> Any:
    """What a static variable's new value is stored in where it comes with others; None if more has to be done."""
    if texts.grows(f, binding):
        return None
    f.kinds.forget((id(binding),))
    slot = binding.slot
    return build.item_target(build.name(slot), _FIRST) if binding.is_cell else build.target(slot)


def declare(f: Lowering, name: tree.Name, value: Any, *, is_const: bool = False) -> None:
    """``let name = value``: a new variable, or a new cell."""
    if f.frame.is_dynamic:
        args = [build.name(SCOPE), build.constant(name.text), value, build.constant(is_const)]
        f.out.append(build.expression(build.call("scope_push", args, f.unit.place(name.pos))))
        return
    binding = f.resolution.declarations[id(name)]
    f.visible.append(binding)
    f.out.append(build.store(build.target(binding.slot), build.array([value]) if binding.is_cell else value))
    if texts.grows(f, binding):
        texts.begin(f, binding)
    f.learn(binding)


def this(f: Lowering, node: tree.This) -> Any:
    """``this``, borrowed."""
    if not f.frame.uses_this:
        return build.call("unbound", [], f.position(node.pos))
    value = build.name(THIS)
    if f.kinds.of(node) is not Kind.UNKNOWN:
        return value
    bound = build.call("bound", [value], f.position(node.pos))
    return build.choice(build.compare(value, "is not", build.name("UNBOUND")), value, bound) if f.is_hot else bound


EXPRESSIONS[tree.Variable] = read
EXPRESSIONS[tree.This] = this
