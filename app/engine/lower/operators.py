"""Operators: Python's own arithmetic where the operands' types allow it, the library's functions for the rest.

An arithmetic tree shares one guard: all leaves are integers and every intermediate result is small; otherwise the whole tree is
computed by the library's functions, which know every type, overflow, and the errors.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.frame import EXPRESSIONS, Lowering, has_block, is_simple
from app.engine.lower.kinds import Kind

SMALL: Final = 2**30 - 1
"""The largest integer of one digit in CPython: comparing with it is fastest."""

_FUNCTIONS: Final = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "modulo",
    "**": "power",
    "<<": "shift_left",
    ">>": "shift_right",
    "&": "bit_and",
    "|": "bit_or",
    "^": "bit_xor",
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "in": "contains",
    "!in": "lacks",
    "..": "exclusive_range",
    "..=": "inclusive_range",
}
INLINE: Final = frozenset({"+", "-", "*", "/", "%"})
_NEVER_INT: Final = frozenset({Kind.TEXT, Kind.FLOAT, Kind.BOOL, Kind.ARRAY, Kind.MAP})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_DEEPEST: Final = 6
_MOST_LEAVES: Final = 6


class Arithmetic:
    """A tree of inline arithmetic: what must hold, the fast value, and the value by the library."""

    __slots__ = ("fast", "is_int", "is_other", "leaves", "slow", "tests")

    def __init__(self, tests: list[Any], fast: Any, slow: Any, leaves: int, *, is_int: bool, is_other: bool = False) -> None:
        self.tests = tests
        self.fast = fast
        self.slow = slow
        self.leaves = leaves
        self.is_int = is_int
        self.is_other = is_other
        """Whether it is certainly no integer, so that the fast way can't be taken."""


def binary(f: Lowering, node: tree.Binary) -> Any:
    """Any binary operator."""
    spine: list[tree.Binary] = []
    inner: Any = node
    while type(inner) is tree.Binary and len(spine) < 2 * _DEEPEST:
        spine.append(inner)
        inner = inner.left
    if type(inner) is tree.Binary and id(inner) not in f.computed:
        # A long chain of operators: compute its left end first, so that neither we nor Python's compiler recurse deep.
        f.computed[id(inner)] = _left_end(f, inner)
    if id(node) in f.computed:
        return f.computed[id(node)]
    if node.op in INLINE:
        return finished(f, arithmetic(f, node))
    if node.op in _ORDER:
        return order(f, node)
    if node.op in ("==", "!="):
        return equality(f, node)
    left, right = f.operands((node.left, node.right))
    return by_library(f, node, left, right)


def _left_end(f: Lowering, node: tree.Binary) -> Any:
    chain: list[tree.Binary] = []
    inner: Any = node
    while type(inner) is tree.Binary:
        chain.append(inner)
        inner = inner.left
    value = f.temporary(f.expr(inner))
    for link in reversed(chain):
        mark = len(f.out)
        right = f.expr(link.right)
        if len(f.out) > mark and has_block(link.right):
            right = f.simple(right)
        value = f.temporary(by_library(f, link, value, right))
    return value


def by_library(f: Lowering, node: tree.Binary, left: Any, right: Any) -> Any:
    """The operator as a call."""
    return build.call(_FUNCTIONS[node.op], [left, right], f.place(node))


def finished(f: Lowering, sum_: Arithmetic) -> Any:
    """The guarded value."""
    return build.choice(build.both(sum_.tests), sum_.fast, sum_.slow) if sum_.tests else sum_.fast


def arithmetic(f: Lowering, node: Any, depth: int = 0) -> Arithmetic:
    """A tree of ``+ - * / %`` with its leaves made simple."""
    if type(node) is not tree.Binary or node.op not in INLINE or id(node) in f.computed or depth >= _DEEPEST:
        return leaf(f, node)
    mark = len(f.out)
    left = arithmetic(f, node.left, depth + 1)
    middle = len(f.out)
    right = arithmetic(f, node.right, depth + 1)
    if len(f.out) > middle and (not is_pure(node.right) or left.leaves > 1):
        # The right side runs code of its own: the left one must be complete before it.
        _complete(f, left, mark, middle, has_block(node.right))
    if left.leaves + right.leaves > _MOST_LEAVES:
        left = _settled(f, left)
        right = _settled(f, right)
    return combined(f, node, left, right)


def _complete(f: Lowering, left: Arithmetic, _mark: int, middle: int, may_assign: bool) -> None:
    if left.leaves == 1 and (not may_assign or not isinstance(left.fast, build.NAME) or left.fast.id.startswith("'")):
        return
    slot = f.fresh()
    f.out.insert(middle, build.store(build.target(slot), finished(f, left)))
    value = build.name(slot)
    left.tests, left.fast, left.slow, left.leaves = ([] if left.is_int or left.is_other else [f.is_type(value, "int")]), value, value, 1


def _settled(f: Lowering, part: Arithmetic) -> Arithmetic:
    if part.leaves == 1:
        return part
    value = f.temporary(finished(f, part))
    tests = [] if part.is_int or part.is_other else [f.is_type(value, "int")]
    return Arithmetic(tests, value, value, 1, is_int=part.is_int, is_other=part.is_other)


def leaf(f: Lowering, node: Any) -> Arithmetic:
    """An operand that isn't inline arithmetic."""
    value = f.computed.get(id(node))
    if value is None:
        value = f.simple(coalesce(f, node, borrows=True) if type(node) is tree.Coalesce else f.expr(node))
    kind = f.kinds.of(node)
    is_int = kind is Kind.INT
    is_other = kind in _NEVER_INT
    return Arithmetic([] if is_int or is_other else [f.is_type(value, "int")], value, value, 1, is_int=is_int, is_other=is_other)


def is_pure(node: Any) -> bool:
    """Whether evaluating can neither print, call, nor assign, so that a failing neighbour may be noticed later."""
    kind = type(node)
    if kind in (tree.Variable, tree.Int, tree.Float, tree.String, tree.Constant, tree.Bool, tree.Char, tree.Unit, tree.This):
        return True
    if kind is tree.Binary:
        return is_pure(node.left) and is_pure(node.right)
    return (
        kind is tree.Chain
        and is_pure(node.root)
        and all(type(step) is tree.PropertyStep or (type(step) is tree.IndexStep and is_pure(step.index)) for step in node.steps)
    )


def combined(f: Lowering, node: Any, left: Arithmetic, right: Arithmetic) -> Arithmetic:
    """One operator over two parts."""
    slow = build.call(_FUNCTIONS[node.op], [left.slow, right.slow], f.place(node))
    if left.is_other or right.is_other:
        # Not a leaf, although there is nothing to test: whoever comes next must see that it isn't evaluated yet.
        return Arithmetic([], slow, slow, 2, is_int=False, is_other=True)
    tests = _merged(left.tests, right.tests)
    is_int = left.is_int and right.is_int
    leaves = left.leaves + right.leaves
    if isinstance(left.fast, build.CONSTANT) and isinstance(right.fast, build.CONSTANT):
        value = f.temporary(slow)
        return Arithmetic([] if is_int else [f.is_type(value, "int")], value, value, 1, is_int=is_int)
    if node.op in ("/", "%"):
        return _division(node.op, left, right, tests, slow, leaves, is_int=is_int)
    if not (_may_be_int(left) and _may_be_int(right)):
        value = f.temporary(slow)
        return Arithmetic([f.is_type(value, "int")], value, value, 1, is_int=False)
    slot = f.fresh()
    result = build.walrus(slot, build.operation(left.fast, node.op, right.fast))
    tests.append(_in_range(node.op, result, left.fast, right.fast))
    return Arithmetic(tests, build.name(slot), slow, leaves, is_int=is_int)


def compound(f: Lowering, node: tree.Assign, current: Any, *, is_int: bool) -> Any:
    """The new value of the local ``current op= value``, where the value is arithmetic and shares the guard."""
    part = arithmetic(f, node.value, 1)
    slow = build.call("assign", [build.constant(node.op), current, part.slow], f.place(node))
    if not _may_be_int(part):
        return slow
    tests = _merged([] if is_int else [f.is_type(current, "int")], part.tests)
    slot = f.fresh()
    tests.append(_in_range(node.op, build.walrus(slot, build.operation(current, node.op, part.fast)), current, part.fast))
    return build.choice(build.both(tests), build.name(slot), slow)


def _may_be_int(part: Arithmetic) -> bool:
    return not part.is_other and (not isinstance(part.fast, build.CONSTANT) or type(part.fast.value) is int)


def _merged(first: list[Any], second: list[Any]) -> list[Any]:
    """Both lists of tests, without asking a variable's type twice; what follows a computation stays behind it."""
    # Tests of a local's type are shared nodes.
    return first + [test for test in second if test not in first]


def _in_range(op: str, result: Any, left: Any, right: Any) -> Any:
    """Whether a sum is small; with a literal on one side it can leave the range on one side only."""
    number = right.value if isinstance(right, build.CONSTANT) else None
    if type(number) is int and op in "+-":
        rises = (number >= 0) is (op == "+")
        return build.compare(result, "<=" if rises else ">=", build.constant(SMALL if rises else -SMALL))
    if isinstance(left, build.CONSTANT) and op == "+":
        return build.compare(result, "<=" if left.value >= 0 else ">=", build.constant(SMALL if left.value >= 0 else -SMALL))
    return build.chained(build.constant(-SMALL), "<=", result, "<=", build.constant(SMALL))


def _division(op: str, left: Arithmetic, right: Arithmetic, tests: list[Any], slow: Any, leaves: int, *, is_int: bool) -> Arithmetic:
    """Python rounds the same way as Rhai if neither side is negative."""
    if isinstance(right.fast, build.CONSTANT):
        if type(right.fast.value) is not int or right.fast.value <= 0:
            return Arithmetic([build.constant(False)], build.constant(0), slow, leaves, is_int=is_int)
    else:
        tests.append(build.compare(right.fast, ">", build.constant(0)))
    if isinstance(left.fast, build.CONSTANT):
        if type(left.fast.value) is not int or left.fast.value < 0:
            return Arithmetic([build.constant(False)], build.constant(0), slow, leaves, is_int=is_int)
    else:
        tests.append(build.compare(left.fast, ">=", build.constant(0)))
    return Arithmetic(tests, build.operation(left.fast, "//" if op == "/" else "%", right.fast), slow, leaves, is_int=is_int)


def order(f: Lowering, node: tree.Binary) -> Any:
    """``<`` and its like; both sides' arithmetic shares the guard."""
    left = arithmetic(f, node.left, 2)
    middle = len(f.out)
    right = arithmetic(f, node.right, 2)
    if len(f.out) > middle and (not is_pure(node.right) or left.leaves > 1):
        _complete(f, left, 0, middle, has_block(node.right))
    slow = build.call(_FUNCTIONS[node.op], [left.slow, right.slow], f.place(node))
    kind = f.kinds.of(node.right)
    if isinstance(right.fast, build.CONSTANT) and type(right.fast.value) is str and left.leaves == 1:
        return build.choice(f.is_type(left.slow, "str"), build.compare(left.slow, node.op, right.slow), slow)
    if type(node.right) is tree.Char and left.leaves == 1:
        return build.choice(f.is_type(left.slow, "Char"), build.compare(left.slow, node.op, right.slow), slow)
    if kind is Kind.FLOAT and left.leaves == 1 and isinstance(right.fast, build.CONSTANT):
        return slow
    if not (_may_be_int(left) and _may_be_int(right)):
        return slow
    tests = _merged(left.tests, right.tests)
    fast = build.compare(left.fast, node.op, right.fast)
    return build.choice(build.both(tests), fast, slow) if tests else fast


_NATURAL: Final = (tree.String, tree.Char, tree.Unit, tree.Bool)


def equality(f: Lowering, node: tree.Binary) -> Any:
    """``==`` and ``!=``; against text, unit or a bool Python's own comparison means the same for every type."""
    if type(node.right) in _NATURAL and type(node.left) not in _NATURAL:
        left, right = f.operands((node.left, node.right))
        if type(node.right) in (tree.Unit, tree.Bool):
            return build.compare(left, "is" if node.op == "==" else "is not", right)
        return build.compare(left, node.op, right)
    left, right = (f.simple(value) if not is_simple(value) else value for value in f.operands((node.left, node.right)))
    slow = by_library(f, node, left, right)
    kinds = [f.kinds.of(node.left), f.kinds.of(node.right)]
    if not _NEVER_INT.isdisjoint(kinds):
        return slow
    tests = [f.is_type(value, "int") for value, kind in zip((left, right), kinds, strict=True) if kind is not Kind.INT]
    fast = build.compare(left, node.op, right)
    return build.choice(build.both(tests), fast, slow) if tests else fast


def unary(f: Lowering, node: tree.Unary) -> Any:
    """``-x``, ``+x``, ``!x``"""
    value = f.expr(node.operand)
    if node.op == "!":
        if f.kinds.of(node.operand) is Kind.BOOL:
            return build.negated(value)
        value = f.simple(value)
        return build.choice(f.is_type(value, "bool"), build.negated(value), build.call("invert", [value], f.place(node)))
    return build.call("negate" if node.op == "-" else "plus", [value], f.place(node))


def condition(f: Lowering, node: Any) -> Any:
    """A value that must be a bool."""
    value = f.expr(node)
    if f.kinds.of(node) is Kind.BOOL:
        return value
    value = f.simple(value)
    return build.choice(f.is_type(value, "bool"), value, build.call("require_bool", [value], f.place(node)))


def lazy(f: Lowering, node: tree.And | tree.Or) -> Any:
    """``&&`` and ``||``: bools, the later ones only if reached."""
    is_and = type(node) is tree.And
    join = build.both if is_and else build.either
    value = condition(f, node.items[0])
    for item in node.items[1:]:
        inner, later = f.captured_statements(partial(condition, f, item))
        if not inner:
            value = join([value, later])
            continue
        slot = f.fresh()
        f.out.append(build.store(build.target(slot), value))
        inner.append(build.store(build.target(slot), later))
        test = build.name(slot)
        f.out.append(build.if_(test if is_and else build.negated(test), inner, []))
        value = test
    return value


def coalesce(f: Lowering, node: tree.Coalesce, *, borrows: bool = False) -> Any:
    """``a ?? b``: the first that isn't (); it may be borrowed by whoever keeps nothing of it."""
    slot = f.fresh()
    lower = f.expr if borrows else f.owned
    f.out.append(build.store(build.target(slot), lower(node.items[0])))
    result = build.name(slot)
    bodies: list[list[Any]] = []
    for item in node.items[1:]:
        inner, value = f.captured_statements(partial(lower, item))
        inner.append(build.store(build.target(slot), value))
        bodies.append(inner)
    for at in range(len(bodies) - 1, 0, -1):
        bodies[at - 1].append(build.if_(build.compare(result, "is", build.constant(None)), bodies[at], []))
    f.out.append(build.if_(build.compare(result, "is", build.constant(None)), bodies[0], []))
    return result


EXPRESSIONS[tree.Binary] = binary
EXPRESSIONS[tree.Unary] = unary
EXPRESSIONS[tree.And] = lazy
EXPRESSIONS[tree.Or] = lazy
EXPRESSIONS[tree.Coalesce] = coalesce
