"""Literals and their values: from tree to value and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from app.engine import tree
from app.engine.display import thrown_text
from app.engine.fold.state import UNKNOWN
from app.engine.lexer import KEYWORDS, RESERVED_WORDS, is_identifier
from app.engine.values import Char, Value


def is_constant(expr: tree.Expr) -> bool:
    """Whether an expression is a literal through and through."""
    answer = _CONSTANT.get(type(expr))
    return answer is not None and (answer is True or answer(expr))


def is_named_function(call: tree.Call) -> bool:
    """Whether a call is ``Fn("name")`` with a name that a function can have."""
    if call.name != "Fn" or call.namespace or len(call.args) != 1 or type(call.args[0]) is not tree.String:
        return False
    name = call.args[0].value
    return is_identifier(name) and name not in KEYWORDS and name not in RESERVED_WORDS


_CONSTANT: Final[dict[type[tree.Node], Literal[True] | Callable[[Any], bool]]] = {
    **dict.fromkeys((tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant), True),
    tree.Array: lambda node: all(map(is_constant, node.items)),
    tree.Map: lambda node: all(is_constant(value) for _, value in node.entries),
    tree.Interpolated: lambda node: all(map(is_constant, node.parts)),
    tree.Closure: lambda node: not node.captures,
    tree.Call: is_named_function,
}
"""Every expression is asked at least once per pass: a table by its class answers fastest."""


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
