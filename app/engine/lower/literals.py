"""Literals, containers, interpolated text and closures."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, scoping
from app.engine.lower.constants import literal
from app.engine.lower.frame import EXPRESSIONS, Lowering
from app.engine.lower.kinds import Kind
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES
from app.engine.values import Char

_FEW: Final = 16
_SMALL: Final = (Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.CHAR)
_ATOMS: Final = (tree.Int, tree.Float, tree.Bool, tree.String, tree.Char, tree.Unit, tree.Closure)


def plain(_f: Lowering, node: Any) -> Any:
    """A literal that Python has too."""
    return build.constant(node.value)


def floating(f: Lowering, node: tree.Float) -> Any:
    """An f64."""
    return literal(f.unit, node.value)


def char(f: Lowering, node: tree.Char) -> Any:
    """A character."""
    return literal(f.unit, Char(node.value))


def unit(_f: Lowering, _node: tree.Unit) -> Any:
    """``()``"""
    return build.constant(None)


def constant(f: Lowering, node: tree.Constant) -> Any:
    """A folded value. Containers are shared by all evaluations; whoever stores one copies it."""
    return literal(f.unit, node.value)


def interpolated(f: Lowering, node: tree.Interpolated) -> Any:
    """Text with values in it; sizes are checked part by part."""
    parts = f.operands(node.parts)
    return build.call("text_of", [build.pair(*parts)], f.position(node.pos))


def array(f: Lowering, node: tree.Array) -> Any:
    """A new array; only elements that can hold something need measuring."""
    items = f.operands(node.items, owned=True)
    made = build.array(items)
    if len(items) < _FEW:
        if all(type(item) in _ATOMS for item in node.items):
            return made
        if _needs_no_measure(f, node.items):
            size_bytes = build.constant(len(items) * ELEMENT_BYTES)
            return build.call("new_record", [made, size_bytes], f.unit.place(node.items[-1].pos))
    return build.call("new_array", [made], f.unit.place(node.items[-1].pos) if node.items else f.position(node.pos))


def _needs_no_measure(f: Lowering, nodes: list[Any]) -> bool:
    """Whether no limit can be exceeded by what is put together, as the one text in it, if any, isn't over the limit itself."""
    texts = 0
    for node in nodes:
        kind = f.kinds.of(node)
        if kind is Kind.TEXT:
            texts += 1
        elif not (kind in _SMALL or type(node) in _ATOMS or (type(node) is tree.Array and not node.items)):
            return False
    return texts <= 1


def mapping(f: Lowering, node: tree.Map) -> Any:
    """A new map, in the author's order."""
    values = f.operands([value for _, value in node.entries], owned=True)
    made = build.mapping([key.text for key, _ in node.entries], values)
    if len(values) < _FEW:
        nodes = [value for _, value in node.entries]
        if all(type(value) in _ATOMS for value in nodes):
            return made
        if _needs_no_measure(f, nodes):
            size_bytes = build.constant(len(values) * ENTRY_BYTES)
            return build.call("new_record", [made, size_bytes], f.unit.place(node.entries[-1][1].pos))
    return build.call("new_map", [made], f.unit.place(node.entries[-1][1].pos) if node.entries else f.position(node.pos))


def closure(f: Lowering, node: tree.Closure) -> Any:
    """A function pointer; captured variables come first among its curried arguments."""
    from app.engine.lower.functions import lower_closure

    index = lower_closure(f.unit, node)
    cells = [scoping.cell(f, capture) for capture in node.captures]
    return build.call("closure", [build.constant(index), build.pair(*cells)], f.position(node.pos))


EXPRESSIONS[tree.Int] = plain
EXPRESSIONS[tree.Bool] = plain
EXPRESSIONS[tree.String] = plain
EXPRESSIONS[tree.Float] = floating
EXPRESSIONS[tree.Char] = char
EXPRESSIONS[tree.Unit] = unit
EXPRESSIONS[tree.Constant] = constant
EXPRESSIONS[tree.Interpolated] = interpolated
EXPRESSIONS[tree.Array] = array
EXPRESSIONS[tree.Map] = mapping
EXPRESSIONS[tree.Closure] = closure
