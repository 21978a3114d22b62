"""Literals and their values: from tree to value and back."""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.display import thrown_text
from app.engine.fold.state import UNKNOWN
from app.engine.lexer import KEYWORDS, RESERVED_WORDS, is_identifier
from app.engine.values import Char, Value

_LITERALS: Final = (tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant)


def is_constant(expr: tree.Expr) -> bool:
    """Whether an expression is a literal through and through."""
    if isinstance(expr, _LITERALS):
        return True
    if isinstance(expr, tree.Array):
        return all(map(is_constant, expr.items))
    if isinstance(expr, tree.Map):
        return all(is_constant(value) for _, value in expr.entries)
    if isinstance(expr, tree.Interpolated):
        return all(map(is_constant, expr.parts))
    if isinstance(expr, tree.Closure):
        return not expr.captures
    return isinstance(expr, tree.Call) and is_named_function(expr)


def is_named_function(call: tree.Call) -> bool:
    """Whether a call is ``Fn("name")`` with a name that a function can have."""
    if call.name != "Fn" or call.namespace or len(call.args) != 1 or not isinstance(call.args[0], tree.String):
        return False
    name = call.args[0].value
    return is_identifier(name) and name not in KEYWORDS and name not in RESERVED_WORDS


def value_of(expr: tree.Expr) -> Value:
    """The value of a literal, or ``UNKNOWN``; function pointers are left to run time."""
    match expr:
        case tree.Unit():
            return None
        case (
            tree.Bool(value=value) | tree.Int(value=value) | tree.Float(value=value) | tree.String(value=value) | tree.Constant(value=value)
        ):
            return value
        case tree.Char(value=value):
            return Char(value)
        case tree.Array(items=items):
            values = [value_of(item) for item in items]
            return UNKNOWN if any(value is UNKNOWN for value in values) else values
        case tree.Map(entries=entries):
            return _map_value(entries)
        case tree.Interpolated(parts=parts):
            texts = [value_of(part) for part in parts]
            return UNKNOWN if any(text is UNKNOWN for text in texts) else "".join(map(thrown_text, texts))
        case _:
            return UNKNOWN


def _map_value(entries: list[tuple[tree.Name, tree.Expr]]) -> Value:
    found: dict[str, Value] = {}
    for name, expr in entries:
        value = value_of(expr)
        if value is UNKNOWN:
            return UNKNOWN
        found[name.text] = value
    return found


def literal(value: Value, at: tree.Node, pos: int) -> tree.Expr:
    """A value as a tree, in the place of ``at`` and blamed at ``pos``."""
    kind = type(value)
    start, end = at.start, at.end
    if value is None:
        return tree.Unit(start, end, pos)
    if kind is bool:
        return tree.Bool(start, end, pos, bool(value))
    if isinstance(value, int):
        return tree.Int(start, end, pos, value)
    if isinstance(value, float):
        return tree.Float(start, end, pos, value)
    if isinstance(value, Char):
        return tree.Char(start, end, pos, str(value))
    if isinstance(value, str):
        return tree.String(start, end, pos, value)
    return tree.Constant(start, end, pos, value)


def moved(expr: tree.Expr, pos: int) -> tree.Expr:
    """The expression, blamed elsewhere."""
    expr.pos = pos
    return expr
