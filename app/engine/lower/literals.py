"""Literals, containers, interpolated text and closures."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build, scoping, texts
from app.engine.lower.constants import literal
from app.engine.lower.frame import EXPRESSIONS, Lowering
from app.engine.lower.kinds import Kind
from app.engine.lower.unit import Unit
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SHORT_TEXT
from app.engine.values import Char

_FEW: Final = 16
_MOST_TEXTS: Final = 2
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
    if texts.can_interpolate(f, node):
        return texts.interpolated(f, node)
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
            return _accounted(f, made, len(items) * ELEMENT_BYTES, f.unit.place(node.items[-1].pos))
    return build.call("new_array", [made], f.unit.place(node.items[-1].pos) if node.items else f.position(node.pos))


def _accounted(f: Lowering, made: Any, size_bytes: int, at: build.Place) -> Any:
    """A small new container, which only has to be accounted for."""
    value = f.temporary(made)
    f.out.append(build.expression(build.call("grow", [build.constant(size_bytes)], at)))
    return value


def _needs_no_measure(f: Lowering, nodes: list[Any]) -> bool:
    """Whether no limit can be exceeded by what is put together, as the one text in it, if any, isn't over the limit itself."""
    texts = 0
    for node in nodes:
        kind = f.kinds.of(node)
        if kind is Kind.TEXT:
            texts += 1
        elif not (kind in _SMALL or type(node) in _ATOMS or _is_empty(node)):
            return False
    return texts <= 1


def _is_empty(node: Any) -> bool:
    """Whether a literal is an empty array or map."""
    if type(node) is tree.Constant:
        return type(node.value) in (list, dict) and not node.value
    return type(node) is tree.Array and not node.items


def texts_of_record(f: Lowering, node: Any) -> list[str] | None:
    """The keys of a small map literal's texts whose length isn't known; None if it isn't one of atoms only, with two such texts at most."""
    if type(node) is not tree.Map or len(node.entries) >= _FEW:
        return None
    keys: list[str] = []
    for key, value in node.entries:
        kind = f.kinds.of(value)
        if kind is Kind.TEXT:
            if type(value) is not tree.String or len(value.value) > SHORT_TEXT:
                keys.append(key.text)
        elif kind not in _SMALL and type(value) not in _ATOMS:
            return None
    return keys if len(keys) <= _MOST_TEXTS else None


def mapping(f: Lowering, node: tree.Map) -> Any:
    """A new map, in the author's order."""
    values = f.operands([value for _, value in node.entries], owned=True)
    made = build.mapping([key.text for key, _ in node.entries], values)
    if len(values) < _FEW:
        nodes = [value for _, value in node.entries]
        if all(type(value) in _ATOMS for value in nodes):
            return made
        if _needs_no_measure(f, nodes):
            return _accounted(f, made, len(values) * ENTRY_BYTES, f.unit.place(node.entries[-1][1].pos))
    return build.call("new_map", [made], f.unit.place(node.entries[-1][1].pos) if node.entries else f.position(node.pos))


def closure(f: Lowering, node: tree.Closure) -> Any:
    """A function pointer; captured variables come first among its curried arguments."""
    from app.engine.lower.functions import lower_closure

    index = lower_closure(f.unit, node)
    if not node.captures:
        return build.name(pointer_to(f.unit, index))
    cells = [scoping.cell(f, capture) for capture in node.captures]
    return build.call("closure", [build.constant(index), build.pair(*cells)], f.position(node.pos))


def pointer_to(unit: Unit, number: int) -> str:
    """The global that holds the pointer to a closure without captures: one for all times that it is evaluated."""
    return f"f:{unit.prefix}{number}"


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
