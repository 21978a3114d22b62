"""Comparisons: Python's own where the operands' types allow it, the library's for the rest."""

from __future__ import annotations

from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.arithmetic import (
    FUNCTIONS,
    NEVER_INT,
    arithmetic,
    by_library,
    completed,
    is_pure,
    left_side,
    may_be_int,
    merged,
)
from app.engine.lower.floats import float_equality, float_order
from app.engine.lower.frame import Lowering, has_block
from app.engine.lower.kinds import ALIKE, ATOMS, CONTAINERS, NEVER, Kind, Type, has_written_keys, parts_of
from app.engine.sizes import FREE_STEPS

ORDER: Final = frozenset({"<", "<=", ">", ">="})


def order(f: Lowering, node: tree.Binary) -> Any:
    """``<`` and its like; both sides' arithmetic shares the guard."""
    if _are_plain_integers(f, node) or _are_of(f, node, Kind.TEXT):
        return build.compare(*_ordered(f, node))
    if _are_of(f, node, Kind.CHAR):
        return _of_characters(f, node)
    left = left_side(f, node, 2)
    middle = len(f.out)
    right = arithmetic(f, node.right, 2)
    if len(f.out) > middle and (not is_pure(node.right) or left.leaves > 1):
        completed(f, left, middle, may_assign=has_block(node.right))
    slow = build.call(FUNCTIONS[node.op], [left.slow, right.slow], f.position(node.pos))
    if isinstance(right.fast, build.CONSTANT) and type(right.fast.value) is str and left.leaves == 1:
        return _checked(f, node, left.slow, right.slow, Kind.TEXT, slow)
    if type(node.right) is tree.Char and left.leaves == 1:
        return _checked(f, node, left.slow, right.slow, Kind.CHAR, slow)
    known = float_order(f, node, left, right)
    if known is not None:
        return known
    if not (may_be_int(left) and may_be_int(right)):
        return slow
    tests = merged(left.tests, right.tests)
    fast = build.compare(left.fast, node.op, right.fast)
    return build.guarded(tests, fast, slow)


def _are_plain_integers(f: Lowering, node: tree.Binary) -> bool:
    """Whether both sides are integers that take no arithmetic."""
    left, right = node.left, node.right
    if type(left) is tree.Binary or type(right) is tree.Binary:
        return False
    return f.kinds.of(left) is Kind.INT and f.kinds.of(right) is Kind.INT


def _are_of(f: Lowering, node: tree.Binary, kind: Kind) -> bool:
    return f.is_hot and f.kinds.of(node.left) is f.kinds.of(node.right) is kind


def _is_of_texts(kinds: list[Kind]) -> bool:
    """Whether a text is on either side, which equals nothing but texts; or a character, with anything but a blob, which can't be asked."""
    return Kind.TEXT in kinds or (Kind.CHAR in kinds and ATOMS.issuperset(kinds))


def _of_characters(f: Lowering, node: tree.Binary) -> Any:
    """Characters are compared as text, most of them without being made."""
    left, right = f.texts(node.left, node.right)
    return build.compare(left, node.op, right)


def _ordered(f: Lowering, node: tree.Binary) -> tuple[Any, str, Any]:
    left, right = f.operands((node.left, node.right))
    return left, node.op, right


def _checked(f: Lowering, node: tree.Binary, left: Any, right: Any, kind: Kind, slow: Any) -> Any:
    """Python's comparison if the left side is of the right one's kind."""
    fast = build.compare(left, node.op, right)
    if f.kinds.of(node.left) is kind:
        return fast
    return build.choice(f.is_type(left, "str" if kind is Kind.TEXT else "Char"), fast, slow)


_NATURAL: Final = (tree.String, tree.Unit, tree.Bool)


TYPES: Final = {
    "()": "NoneType",
    "i64": "int",
    "f64": "float",
    "bool": "bool",
    "string": "str",
    "char": "Char",
    "array": "list",
    "map": "dict",
    "Fn": "FnPtr",
}
"""The types that Python tells apart by one type each, as ``type_of`` names them."""


def _of_type(f: Lowering, node: tree.Binary) -> Any:
    """``type_of(x) == "map"``; None for other comparisons and names."""
    if type(node.left) is not tree.Call or type(node.right) is not tree.String or node.right.value not in TYPES:
        return None
    kind = type_asked(f, node.left)
    return None if kind is None else build.compare(kind, "is" if node.op == "==" else "is not", build.name(TYPES[node.right.value]))


def type_asked(f: Lowering, call: Any) -> Any:
    """Python's type of what ``type_of(x)`` asks for; None for other expressions."""
    if type(call) is not tree.Call or call.name != "type_of" or call.namespace or call.in_caller_scope or len(call.args) != 1:
        return None
    return None if f.unit.script_function("type_of", 1) is not None else build.call("type", f.operands(call.args))


def equality(f: Lowering, node: tree.Binary) -> Any:
    """``==`` and ``!=``; against a string, unit or a bool Python's own comparison means the same for every type."""
    known = _of_type(f, node)
    if known is not None:
        return known
    if type(node.right) in _NATURAL and type(node.left) not in _NATURAL:
        left, right = f.operands((node.left, node.right))
        if type(node.right) in (tree.Unit, tree.Bool):
            return build.compare(left, "is" if node.op == "==" else "is not", right)
        return build.compare(left, node.op, right)
    if not f.is_hot:
        return by_library(f, node, *f.operands((node.left, node.right)))
    if _are_of(f, node, Kind.CHAR):
        return _of_characters(f, node)
    if type(node.right) is tree.Char and type(node.left) is not tree.Char:
        left, right = f.operands((node.left, node.right))
        left = f.simple(left)
        return _checked(f, node, left, right, Kind.CHAR, by_library(f, node, left, right))
    return _by_kinds(f, node)


def _hold_alike(one: Type, other: Type) -> bool:
    """Whether both are arrays, or maps, of parts that Python compares as Rhai does, of one kind at each place."""
    if one.kind is not other.kind or one.kind not in CONTAINERS:
        return False
    if has_written_keys(one) and one.fields.keys() == other.fields.keys() and has_written_keys(other):
        pairs = [(part, other.fields[key]) for key, part in one.fields.items()]
    else:
        pairs = [(parts_of(one), parts_of(other))]
    return all(NEVER in pair or (pair[0].kind in ALIKE and pair[0].kind is pair[1].kind) for pair in pairs)


def _by_kinds(f: Lowering, node: tree.Binary) -> Any:
    """Equality of what isn't written down on the right side."""
    kinds = [f.kinds.of(node.left), f.kinds.of(node.right)]
    if _is_of_texts(kinds):
        return _of_characters(f, node)
    if kinds[0] is kinds[1] and kinds[0] in ALIKE:
        return build.compare(*_ordered(f, node))
    left, right = (f.simple(value) for value in f.operands((node.left, node.right)))
    slow = by_library(f, node, left, right)
    known = float_equality(f, node, left, right)
    if known is not None:
        return known
    if _hold_alike(f.kinds.type_of(node.left), f.kinds.type_of(node.right)):
        # What is long is charged for.
        is_short = build.compare(build.call("len", [left]), "<=", build.constant(FREE_STEPS))
        return build.choice(is_short, build.compare(left, node.op, right), slow)
    if kinds[0] in NEVER_INT or kinds[1] in NEVER_INT:
        return slow
    tests = [f.is_type(value, "int") for value, kind in zip((left, right), kinds, strict=True) if kind is not Kind.INT]
    fast = build.compare(left, node.op, right)
    return build.guarded(tests, fast, slow)
