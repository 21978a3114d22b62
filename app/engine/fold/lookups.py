"""Reading an element of a literal, or of a constant map, at compile time."""

from __future__ import annotations

from typing import Final

from app.engine import ops, tree
from app.engine.fold.constants import literal, moved
from app.engine.fold.purity import is_pure
from app.engine.fold.state import State


def looked_up(root: tree.Expr, step: tree.Step, state: State) -> tree.Expr | None:
    """What ``root`` holds under a chain's only step, if that can be told now."""
    if type(root) not in _ROOTS:
        return None
    match step:
        case tree.PropertyStep(name=name):
            return _entry(root, name, state)
        case tree.IndexStep(index=tree.String(value=name)):
            return _entry(root, name, state)
        case tree.IndexStep(index=tree.Int(value=index)):
            return _element(root, index)
        case _:
            return None


_ROOTS: Final = frozenset({tree.Map, tree.Array, tree.Int, tree.String, tree.Constant, tree.Variable})


def _entry(root: tree.Expr, name: str, state: State) -> tree.Expr | None:
    if type(root) is tree.Map and all(is_pure(value) for _, value in root.entries):
        found = next((value for key, value in root.entries if key.text == name), None)
        return tree.Unit(root.start, root.end, root.pos) if found is None else moved(found, root.pos)
    value: object = None
    if type(root) is tree.Variable and not root.namespace:
        value = state.constant(root.name)
    elif type(root) is tree.Constant:
        value = root.value
    return literal(ops.copied(value.get(name)), root, root.pos) if isinstance(value, dict) else None


def _element(root: tree.Expr, index: int) -> tree.Expr | None:
    if type(root) is tree.Array:
        if -len(root.items) <= index < len(root.items) and all(map(is_pure, root.items)):
            return moved(root.items[index], root.pos)
    elif type(root) is tree.Int:
        if -64 <= index < 64:
            return tree.Bool(root.start, root.end, root.pos, bool(root.value >> (index % 64) & 1))
    elif type(root) is tree.String and -len(root.value) <= index < len(root.value):
        return tree.Char(root.start, root.end, root.pos, root.value[index])
    return None
