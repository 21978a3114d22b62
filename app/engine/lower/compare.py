"""Comparisons: Python's own where the operands' types allow it, the library's for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.arithmetic import (
    FUNCTIONS,
    NEVER_INT,
    Arithmetic,
    arithmetic,
    by_library,
    completed,
    float_tests,
    is_pure,
    left_side,
    may_be_int,
    merged,
)
from app.engine.lower.frame import Lowering, has_block, is_simple
from app.engine.lower.kinds import ATOMS, Kind, present

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
    if isinstance(right.fast, build.CONSTANT) and type(right.fast.value) is float:
        return _float_order(f, node, left, right.fast.value, slow)
    if left.is_float and right.is_float and left.leaves == right.leaves == 1 and not (left.tests or right.tests):
        return _order_of_floats(f, node, left.fast, right.fast, slow)
    doubts = _perhaps_floats(f, node, left, right)
    if doubts:
        return _order_of_floats(f, node, left.slow, right.slow, slow, doubts)
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


_FARTHEST: Final = 1e300
_LARGEST: Final = 1e200
_NEAR: Final = 1e-6


def _float_order(f: Lowering, node: tree.Binary, left: Arithmetic, bound: float, slow: Any) -> Any:
    """Order against a literal float.

    Rhai compares floats within an epsilon relative to the larger one, and its own way at infinity. Clearly apart from the literal
    (by far more than the epsilon) and finite, Python's comparison gives the same; the rest, NaN included, is the library's.
    """
    tests = float_tests(
        f, left, Arithmetic([], build.constant(bound), build.constant(bound), 1, is_int=False, is_other=True, is_float=True)
    )
    if tests is None or (not left.is_float and left.leaves > 1) or left.is_int or abs(bound) > _LARGEST:
        return slow
    if not is_simple(left.fast):
        slot = f.fresh()
        value, first = build.name(slot), build.walrus(slot, left.fast)
    else:
        value = first = left.fast
    tests.append(build.either(_apart(first, value, bound)))
    return build.choice(build.both(tests), build.compare(value, node.op, build.constant(bound)), slow)


def _apart(first: Any, value: Any, bound: float) -> list[Any]:
    """Whether a value, as it is read first and again, is finite and clearly below a literal, or above it."""
    margin = (abs(bound) + 1.0) * 2.0 * _NEAR
    below = build.chained(build.constant(-_FARTHEST), "<", first, "<", build.constant(bound - margin))
    above = build.chained(build.constant(bound + margin), "<", value, "<", build.constant(_FARTHEST))
    return [below, above]


def _equality_of_float(f: Lowering, node: tree.Binary, bound: float) -> Any:
    """Equality of a float and a literal one, which Python tells if they are the same or clearly apart; None for other comparisons."""
    if not f.is_hot or f.kinds.of(node.left) is not Kind.FLOAT or abs(bound) > _LARGEST:
        return None
    value = f.simple(f.expr(node.left))
    fast = build.compare(value, node.op, build.constant(bound))
    is_same = build.compare(value, "==", build.constant(bound))
    return build.choice(build.either([is_same, *_apart(value, value, bound)]), fast, by_library(f, node, value, build.constant(bound)))


_APART: Final = 1e-4
_MODERATE: Final = 1e11
_LARGE: Final = 1e15
_PERHAPS_FLOAT: Final = (Kind.FLOAT, Kind.ATOM)


def _perhaps_floats(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic) -> list[Any]:
    """What must hold where both sides are floats or (), and one may be (); nothing if that isn't known."""
    if left.leaves != 1 or right.leaves != 1 or f.kinds.of(node.left) not in _PERHAPS_FLOAT:
        return []
    types = [f.kinds.type_of(node.left), f.kinds.type_of(node.right)]
    values = [left.slow, right.slow]
    if any(present(of).kind is not Kind.FLOAT for of in types) or not all(map(is_simple, values)):
        return []
    doubtful = [value for value, of in zip(values, types, strict=True) if of.kind is not Kind.FLOAT]
    return [build.compare(value, "is not", build.constant(None)) for value in doubtful]


def _order_of_floats(f: Lowering, node: tree.Binary, left: Any, right: Any, slow: Any, doubts: Sequence[Any] = ()) -> Any:
    """Floats that differ by more than ``_APART``, one of which is moderate, are further apart than Rhai's epsilon, which is relative."""
    slot = f.fresh()
    gap = build.name(slot)
    above = build.chained(build.constant(_APART), "<", build.walrus(slot, build.operation(left, "-", right)), "<", build.constant(_LARGE))
    below = build.chained(build.constant(-_LARGE), "<", gap, "<", build.constant(-_APART))
    moderate = build.chained(build.constant(-_MODERATE), "<", right, "<", build.constant(_MODERATE))
    return build.choice(build.both([*doubts, build.either([above, below]), moderate]), build.compare(left, node.op, right), slow)


_ALIKE: Final = (Kind.INT, Kind.TEXT, Kind.CHAR, Kind.BOOL)
"""Kinds whose values Python compares with each other as Rhai does."""
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
    known = _equality_of_float(f, node, node.right.value) if type(node.right) is tree.Float else _of_type(f, node)
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
    kinds = [f.kinds.of(node.left), f.kinds.of(node.right)]
    if _is_of_texts(kinds):
        return _of_characters(f, node)
    if kinds[0] is kinds[1] and kinds[0] in _ALIKE:
        return build.compare(*_ordered(f, node))
    left, right = (f.simple(value) for value in f.operands((node.left, node.right)))
    slow = by_library(f, node, left, right)
    if kinds[0] in NEVER_INT or kinds[1] in NEVER_INT:
        return slow
    tests = [f.is_type(value, "int") for value, kind in zip((left, right), kinds, strict=True) if kind is not Kind.INT]
    fast = build.compare(left, node.op, right)
    return build.guarded(tests, fast, slow)
