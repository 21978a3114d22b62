"""Places in trees that the real Rhai's messages speak of, and which expressions are literals to its parser."""

from __future__ import annotations

from app.engine import tree


def start_position(expr: tree.Expr) -> int:
    """Where an expression begins, as Rhai sees it: an operator's sign or a call's name, not their first operand."""
    if type(expr) is tree.And or type(expr) is tree.Or or type(expr) is tree.Coalesce:
        return start_position(expr.items[0])
    if type(expr) is tree.Chain:
        return start_position(expr.root)
    if type(expr) is tree.Variable:
        return expr.start
    return expr.pos


_TYPE_WORDS: dict[type[tree.Node], str] = {
    tree.Unit: "()",
    tree.Int: "a number",
    tree.Float: "a floating-point number",
    tree.Char: "a character",
    tree.String: "a string",
    tree.Interpolated: "a string",
    tree.Array: "an array",
    tree.Map: "an object map",
}
_NOT_ITERABLE: frozenset[type[tree.Node]] = frozenset({tree.Unit, tree.Int, tree.Float, tree.Char, tree.Map})


def not_a_bool(expr: tree.Expr) -> str | None:
    """What a literal is, if it can't be a condition."""
    if type(expr) is tree.Closure and not expr.captures:
        return "Fn"
    return _TYPE_WORDS.get(type(expr))


def not_iterable(expr: tree.Expr) -> str | None:
    """What a literal is, if it can't be looped over."""
    if type(expr) is tree.Bool:
        return "a boolean"
    return _TYPE_WORDS[type(expr)] if type(expr) in _NOT_ITERABLE else None


_LITERALS: frozenset[type[tree.Node]] = frozenset({tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String})


def is_constant(expr: tree.Expr) -> bool:
    """Whether an expression is a literal through and through."""
    if type(expr) is tree.Interpolated:
        return all(is_constant(part) for part in expr.parts)
    if type(expr) is tree.Array:
        return all(is_constant(item) for item in expr.items)
    if type(expr) is tree.Map:
        return all(is_constant(value) for _, value in expr.entries)
    if type(expr) is tree.Closure:
        return not expr.captures
    return type(expr) in _LITERALS


def is_literal(expr: tree.Expr) -> bool:
    """Whether a switch may have the expression before ``=>``: a constant, a range of constants, or ``Fn("name")``."""
    if type(expr) is tree.Call:
        return expr.name == "Fn" and not expr.namespace and len(expr.args) == 1 and type(expr.args[0]) is tree.String
    return is_constant(expr) or range_bounds(expr) is not None


def range_bounds(expr: tree.Expr) -> tuple[int, int] | None:
    """The bounds of a range of literals; an open end is the smallest or largest there is."""
    if not (type(expr) is tree.Binary and expr.op in ("..", "..=")):
        return None
    low, high = expr.left, expr.right
    if type(low) is tree.Int and type(high) is tree.Int:
        return low.value, high.value
    if type(low) is tree.Int and type(high) is tree.Unit:
        return low.value, 2**63 - 1
    if type(low) is tree.Unit and type(high) is tree.Int:
        return 0, high.value
    return None
