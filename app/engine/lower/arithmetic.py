"""Arithmetic in Python's own operators where the operands' types allow it.

A tree of operators on numbers or bits shares one guard: all leaves are integers and every intermediate result is small (or the leaves are
such that the result is a float); otherwise the whole tree is computed by the library's functions, which know every type, overflow, and
the errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.disturb import Disturbance, disturbance, is_disturbed
from app.engine.lower.frame import Lowering, has_block, is_simple
from app.engine.lower.kinds import Kind, Type
from app.engine.lower.lazy import coalesce
from app.engine.values import INT_MAX, INT_MIN

SMALL: Final = 2**30 - 1
"""The largest integer of one digit in CPython: comparing with it is fastest."""

FUNCTIONS: Final = {
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
"""The leaf function of each operator."""
_UNSEEN: Final = {"/": "divide_unseen", "%": "modulo_unseen"}
"""What divides where nobody looks at the error."""
NUMERIC: Final = frozenset({"+", "-", "*"})
BITS: Final = frozenset({"&", "|", "^"})
INLINE: Final = NUMERIC | BITS | {"/", "%", "<<", ">>"}
NEVER_INT: Final = (Kind.TEXT, Kind.FLOAT, Kind.BOOL, Kind.CHAR, Kind.ARRAY, Kind.MAP)
DEEPEST: Final = 6
_MOST_LEAVES: Final = 6
_TWO: Final = 2
"""Leaves of a single operation, of which nothing in between could leave i64."""


class Arithmetic:
    """A tree of inline arithmetic: what must hold, the fast value, and the value by the library."""

    __slots__ = ("fast", "is_float", "is_int", "is_other", "leaves", "raw", "slow", "tests")

    def __init__(
        self,
        tests: list[Any],
        fast: Any,
        slow: Any,
        leaves: int,
        *,
        is_int: bool,
        is_other: bool = False,
        is_float: bool = False,
        raw: Any = None,
    ) -> None:
        self.tests = tests
        self.fast = fast
        self.slow = slow
        self.leaves = leaves
        self.is_int = is_int
        self.is_other = is_other
        """Whether it is certainly no integer."""
        self.is_float = is_float
        """Whether it is a float if the tests hold (then ``is_other`` too)."""
        self.raw = raw
        """The integer operation whose range the last test checks, if that is what the last test does."""


def by_library(f: Lowering, node: tree.Binary, left: Any, right: Any) -> Any:
    """The operator as a call."""
    return build.call(FUNCTIONS[node.op], [left, right], f.position(node.pos))


def finished(f: Lowering, sum_: Arithmetic) -> Any:
    """The guarded value; a leaf is the same whatever its type."""
    if sum_.fast is sum_.slow:
        return sum_.fast
    slow = sum_.slow
    if sum_.raw is not None and sum_.is_int and sum_.leaves == _TWO:
        slow = beyond_small(sum_.fast.id, sum_.raw, _BOTH, slow)
    return build.guarded(sum_.tests, sum_.fast, slow)


def arithmetic(f: Lowering, node: Any, depth: int = 0) -> Arithmetic:
    """A tree of operators in line, with its leaves made simple."""
    if type(node) is not tree.Binary or node.op not in INLINE or id(node) in f.computed or depth >= DEEPEST:
        return leaf(f, node)
    left = left_side(f, node, depth + 1)
    middle = len(f.out)
    right = arithmetic(f, node.right, depth + 1)
    if len(f.out) > middle and (not is_pure(node.right) or left.leaves > 1):
        # The right side runs code of its own: the left one must be complete before it.
        completed(f, left, middle, may_assign=has_block(node.right))
    if left.leaves + right.leaves > _MOST_LEAVES:
        left = _settled(f, left)
        right = _settled(f, right)
    return combined(f, node, left, right)


def left_side(f: Lowering, node: tree.Binary, depth: int) -> Arithmetic:
    """The left operand as it is before the right one is evaluated."""
    left = node.left
    if type(left) is tree.Coalesce and disturbance(f, node.right) is not Disturbance.NOTHING:
        f.computed[id(left)] = f.temporary(f.expr(left))
    elif id(left) not in f.computed and is_disturbed(f, left, [node.right]):
        f.computed[id(left)] = f.temporary(f.copied(f.expr(left)))
    return arithmetic(f, left, depth)


def completed(f: Lowering, left: Arithmetic, middle: int, *, may_assign: bool) -> None:
    """Evaluates the left side before the statements of the right one, which start at ``middle``."""
    if left.leaves == 1 and (not may_assign or _stays(f, left.fast)):
        return
    slot = f.fresh()
    f.out.insert(middle, build.store(build.target(slot), finished(f, left)))
    value = build.name(slot)
    left.tests, left.fast, left.slow, left.leaves, left.raw = _tests_of(f, left, value), value, value, 1, None


def _stays(f: Lowering, value: Any) -> bool:
    """Whether a block can't store anything else in a leaf's local: a temporary one, or one of which a fact was found out for good.

    (Of what it may change in place there is a copy by now: ``left_side``.)
    """
    return not isinstance(value, build.NAME) or value.id.startswith("'") or (value.id, "int") in f.facts


def _settled(f: Lowering, part: Arithmetic) -> Arithmetic:
    if part.leaves == 1:
        return part
    value = f.temporary(finished(f, part))
    return Arithmetic(_tests_of(f, part, value), value, value, 1, is_int=part.is_int, is_other=part.is_other, is_float=part.is_float)


def _tests_of(f: Lowering, part: Arithmetic, value: Any) -> list[Any]:
    """What must be asked of a part's value once it is in a local: it may have come from the library, if anything was asked before."""
    if part.is_float and part.tests:
        return [f.is_type(value, "float")]
    return [] if part.is_int or part.is_other else [f.is_type(value, "int")]


def leaf(f: Lowering, node: Any) -> Arithmetic:
    """An operand that isn't inline arithmetic."""
    value = f.computed.get(id(node))
    if value is None:
        value = f.simple(coalesce(f, node, borrows=True) if type(node) is tree.Coalesce else f.expr(node))
    of = f.kinds.type_of(node)
    kind = of.kind
    if of.value is not None and of.value.kind is Kind.FLOAT:
        # A float, unless it is ().
        return Arithmetic([f.is_type(value, "float")], value, value, 1, is_int=False, is_other=True, is_float=True)
    is_int = kind is Kind.INT
    is_other = kind in NEVER_INT
    tests = [] if is_int or is_other else [f.is_type(value, "int")]
    return Arithmetic(tests, value, value, 1, is_int=is_int, is_other=is_other, is_float=kind is Kind.FLOAT)


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
    slow = build.call(FUNCTIONS[node.op], [left.slow, right.slow], f.position(node.pos))
    if (left.is_float or right.is_float) and node.op in _OF_FLOATS:
        made = _of_floats(f, node, left, right, slow)
        if made is not None:
            return made
    if left.is_other or right.is_other:
        # Not a leaf, although there is nothing to test: whoever comes next must see that it isn't evaluated yet.
        return Arithmetic([], slow, slow, 2, is_int=False, is_other=True)
    return _of_integers(f, node, left, right, slow)


def _of_integers(f: Lowering, node: Any, left: Arithmetic, right: Arithmetic, slow: Any) -> Arithmetic:
    tests = merged(left.tests, right.tests)
    is_int = left.is_int and right.is_int
    leaves = left.leaves + right.leaves
    if isinstance(left.fast, build.CONSTANT) and isinstance(right.fast, build.CONSTANT):
        value = f.temporary(slow)
        return Arithmetic([] if is_int else [f.is_type(value, "int")], value, value, 1, is_int=is_int)
    if node.op in ("/", "%"):
        if f.is_unseen:
            slow = build.call(_UNSEEN[node.op], [left.slow, right.slow], f.position(node.pos))
        return _division(f, node, left, right, tests, slow, leaves)
    if not (may_be_int(left) and may_be_int(right)):
        value = f.temporary(slow)
        return Arithmetic([f.is_type(value, "int")], value, value, 1, is_int=False)
    if node.op not in NUMERIC:
        return _bits(f, node, left, right, tests, slow, leaves)
    sides = f.kinds.sides(node.op, node.left, node.right)
    if is_int and not any(sides):
        return Arithmetic(tests, build.operation(left.fast, node.op, right.fast), slow, leaves, is_int=True)
    slot = f.fresh()
    if left.raw is not None and isinstance(right.fast, build.CONSTANT) and 0 < abs(right.fast.value) <= SMALL:
        # Small with a small literal added to it or multiplied, the left side was in range itself: one test does for both.
        raw = build.operation(left.raw, node.op, right.fast)
        tests[-1] = build.both(in_range(slot, raw, _BOTH))
    else:
        raw = build.operation(left.fast, node.op, right.fast)
        tests.append(build.both(in_range(slot, raw, sides)))
    return Arithmetic(tests, build.name(slot), slow, leaves, is_int=is_int, raw=raw)


def float_tests(f: Lowering, left: Arithmetic, right: Arithmetic) -> list[Any] | None:
    """What must hold for Python's arithmetic on a float and a number, which never fails and rounds as Rhai's; None if nothing can."""
    tests: list[Any] = []
    for part in (left, right):
        if part.is_other and not part.is_float:
            return None
        if part.leaves == 1 and not part.is_int and not part.is_float and not isinstance(part.fast, build.CONSTANT):
            # Of unknown type: a float, most likely, as it stands beside one.
            tests.append(f.is_type(part.fast, "float"))
        else:
            tests += part.tests
    return tests


_OF_FLOATS: Final = NUMERIC | {"/"}


def _of_floats(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic, slow: Any) -> Arithmetic | None:
    """Arithmetic with a float in it; only dividing by zero is something else in Python."""
    tests = float_tests(f, left, right)
    if tests is None:
        return None
    divisor = right.fast
    if node.op == "/" and not isinstance(divisor, build.CONSTANT):
        divisor, first = _named(f, divisor)
        tests.append(build.compare(first, "!=", build.constant(0)))
    elif node.op == "/" and not divisor.value:
        return None
    fast = build.operation(left.fast, node.op, divisor)
    return Arithmetic(tests, fast, slow, left.leaves + right.leaves, is_int=False, is_other=True, is_float=True)


def _bits(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic, tests: list[Any], slow: Any, leaves: int) -> Arithmetic:
    """Bits of two i64 are an i64; those shifted by a written number are, unless they are shifted out at the upper end."""
    is_int = left.is_int and right.is_int
    if node.op in BITS:
        return Arithmetic(tests, build.operation(left.fast, node.op, right.fast), slow, leaves, is_int=is_int)
    by = right.fast.value if isinstance(right.fast, build.CONSTANT) else None
    if by is None:
        return _shifted(f, node, left, right, tests, slow, leaves)
    if type(by) is not int or not 0 <= by < _WIDTH:
        return Arithmetic([build.constant(False)], build.constant(0), slow, leaves, is_int=is_int)
    if node.op == ">>":
        return Arithmetic(tests, build.operation(left.fast, ">>", right.fast), slow, leaves, is_int=is_int)
    raw = build.operation(left.fast, "*", build.constant(1 << by))
    sides = f.kinds.sides_by("*", node.left, 1 << by)
    if not any(sides):
        return Arithmetic(tests, raw, slow, leaves, is_int=is_int)
    slot = f.fresh()
    tests += in_range(slot, raw, sides)
    return Arithmetic(tests, build.name(slot), slow, leaves, is_int=is_int)


_WIDTH: Final = 63


def _shifted(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic, tests: list[Any], slow: Any, leaves: int) -> Arithmetic:
    """Bits shifted by a number that isn't written: to the left, both sides have to be small, so that nothing is shifted out.

    Python could shift to the left too, and without end; multiplying by one of a few powers can't take more than it should.
    """
    is_left = node.op == "<<"
    most = _SMALL_BITS if is_left else _WIDTH
    distance, first = _named(f, right.fast)
    low, high = f.kinds.interval(node.right) if right.is_int else (-1, most + 1)
    value = left.fast
    if low < 0:
        tests.append(build.compare(first, ">=", build.constant(0)))
        first = distance
    if high > most:
        tests.append(build.compare(first, "<=", build.constant(most)))
        first = distance
    if is_left and not _is_small(f, node.left, left):
        value, shifted = _named(f, value)
        tests += [build.compare(shifted, "<=", build.constant(SMALL)), build.compare(value, ">=", build.constant(-SMALL))]
    if not is_left:
        fast = build.operation(value, ">>", first)
    else:
        power = build.item(build.name("POWERS"), first)
        fast = power if isinstance(value, build.CONSTANT) and value.value == 1 else build.operation(value, "*", power)
    return Arithmetic(tests, fast, slow, leaves, is_int=left.is_int and right.is_int)


def _is_small(f: Lowering, node: Any, part: Arithmetic) -> bool:
    """Whether an integer certainly takes no more than ``_SMALL_BITS``."""
    low, high = f.kinds.interval(node) if part.is_int else (-SMALL - 1, SMALL)
    return low >= -SMALL and high <= SMALL


_SMALL_BITS: Final = SMALL.bit_length()


def compound(f: Lowering, node: tree.Assign, current: Any, of: Type) -> Any:
    """The new value of the local ``current op= value``, where the value is arithmetic and shares the guard."""
    part = arithmetic(f, node.value, 1)
    slow = build.call("assign", [build.constant(node.op), current, part.slow], f.position(node.pos))
    is_int = of.kind is Kind.INT
    raw = build.operation(current, node.op, part.fast)
    if of.kind is Kind.FLOAT or part.is_float:
        place = Arithmetic([], current, current, 1, is_int=is_int, is_other=of.kind in NEVER_INT, is_float=of.kind is Kind.FLOAT)
        tests = float_tests(f, place, part)
        if tests is not None:
            return build.guarded(tests, raw, slow)
    if not may_be_int(part) or of.kind in NEVER_INT:
        return slow
    tests = merged([] if is_int else [f.is_type(current, "int")], part.tests)
    sides = f.kinds.sides(node.op, node.target, node.value)
    if is_int and part.is_int and not any(sides):
        return build.guarded(tests, raw, slow)
    slot = f.fresh()
    if is_int and part.is_int and (not part.tests or (part.raw is not None and part.leaves == _TWO)):
        inner = in_range(part.fast.id, part.raw, _BOTH, INT_MIN, INT_MAX) if part.tests else []
        slow = beyond_small(slot, raw, sides, slow, inner)
    tests += in_range(slot, raw, sides)
    return build.choice(build.both(tests), build.name(slot), slow)


def may_be_int(part: Arithmetic) -> bool:
    """Whether the fast way of integers is worth writing down."""
    return not part.is_other and (not isinstance(part.fast, build.CONSTANT) or type(part.fast.value) is int)


def merged(first: list[Any], second: list[Any]) -> list[Any]:
    """Both lists of tests, without asking a variable's type twice; what follows a computation stays behind it."""
    # Tests of a local's type are shared nodes.
    return first + [test for test in second if test not in first]


_BOTH: Final = (True, True)


def in_range(slot: str, raw: Any, sides: tuple[bool, bool], least: int = -SMALL, most: int = SMALL) -> list[Any]:
    """The tests whether a result, which they store in a local, is small on the sides on which it may leave i64.

    The side above comes first: nothing has to be kept for the other one, as it would in Python's chained comparison.
    """
    below, above = sides
    result = build.walrus(slot, raw)
    tests: list[Any] = []
    if above or not below:
        tests.append(build.compare(result, "<=", build.constant(most)))
        result = build.name(slot)
    if below:
        tests.append(build.compare(result, ">=", build.constant(least)))
    return tests


def beyond_small(slot: str, raw: Any, sides: tuple[bool, bool], slow: Any, inner: Sequence[Any] = ()) -> Any:
    """A result of integers that may not be small, but an i64 all the same: cents, moments, whatever adds up.

    It is computed once more, as are those in it, which ``inner`` tests: that takes less than the library's call.
    """
    return build.choice(build.both([*inner, *in_range(slot, raw, sides, INT_MIN, INT_MAX)]), build.name(slot), slow)


def _division(f: Lowering, node: tree.Binary, left: Arithmetic, right: Arithmetic, tests: list[Any], slow: Any, leaves: int) -> Arithmetic:
    """Python rounds the same way as Rhai if neither side is negative."""
    is_int = left.is_int and right.is_int
    dividend, divisor = left.fast, right.fast
    if isinstance(divisor, build.CONSTANT):
        if type(divisor.value) is not int or divisor.value <= 0:
            return Arithmetic([build.constant(False)], build.constant(0), slow, leaves, is_int=is_int)
    elif not right.is_int or f.kinds.interval(node.right)[0] <= 0:
        divisor, first = _named(f, divisor)
        tests.append(build.compare(first, ">", build.constant(0)))
    if isinstance(dividend, build.CONSTANT):
        if type(dividend.value) is not int or dividend.value < 0:
            return Arithmetic([build.constant(False)], build.constant(0), slow, leaves, is_int=is_int)
    elif not left.is_int or f.kinds.interval(node.left)[0] < 0:
        dividend, first = _named(f, dividend)
        tests.append(build.compare(first, ">=", build.constant(0)))
    return Arithmetic(tests, build.operation(dividend, "//" if node.op == "/" else "%", divisor), slow, leaves, is_int=is_int)


def _named(f: Lowering, value: Any) -> tuple[Any, Any]:
    """A value as it is read again, and as it is read first."""
    if is_simple(value):
        return value, value
    slot = f.fresh()
    return build.name(slot), build.walrus(slot, value)
