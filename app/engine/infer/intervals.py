"""Between which bounds an integer lies, so that arithmetic that can't leave i64 needs no test.

A variable's interval is the join of everything stored in it, found by iterating from nothing; what doesn't settle in a few rounds is
unbounded. A variable that is only stepped by small amounts from known values is a counter: it takes 2 ** 49 steps to carry it out of
``FAR``, which no run lives to see (months at ten nanoseconds each), so its bounds are ``FAR`` on the side that it moves to. Where
operations are limited, steps may be as large as the limit leaves room for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from app.engine import tree
from app.engine.infer.atoms import Kind, Type, present
from app.engine.infer.expressions import SMALL_STEP, Expressions
from app.engine.infer.steps import bounds_of_range
from app.engine.natives import Natives
from app.engine.resolve import Binding, Origin, Resolution
from app.engine.values import INT_MAX, INT_MIN, ExclusiveRange, InclusiveRange

Interval: TypeAlias = tuple[int, int]
"""Lowest and highest value, both included."""

FULL: Final[Interval] = (INT_MIN, INT_MAX)
FAR: Final = 2**62
_START: Final = 2**61
_SMALL_STEP: Final = 4096
_LONGEST: Final = 2**40
"""No array or text is longer: it would not fit into any memory."""
_MOST_ROUNDS: Final = 5
_MOST_ACTIVE: Final = 4
_MOST_LOOKS: Final = 50_000
"""So many expressions are looked at for one program; whatever is asked for later is unbounded."""
_SHRINKING: Final = frozenset({"/", "%"})


def sized(of: Type) -> Interval:
    """Where integers of a type lie, as far as it says."""
    bits = present(of).bits
    return (-(2**bits), 2**bits) if bits < 63 else FULL


class Intervals:
    """Answers for one program."""

    __slots__ = ("_active", "_budget", "_changed", "_known", "_natives", "_parameters", "_resolution", "_step", "_types", "assumed")

    def __init__(self, script: tree.Script, resolution: Resolution, natives: Natives, types: Expressions) -> None:
        self._resolution = resolution
        self._natives = natives
        self._types = types
        self._step = 2**types.step_bits if types.step_bits > SMALL_STEP else _SMALL_STEP
        self._known: dict[int, Interval] = {}
        self._active: dict[int, Interval | None] = {}
        self._changed: set[int] | None = None
        self.assumed: dict[int, Interval] = {}
        """By ``id`` of the binding, what conditions say of variables at the place that is being lowered."""
        self._budget = _MOST_LOOKS
        self._parameters: dict[int, tuple[tuple[str, int], int]] = {}
        for function in script.functions:
            key = (function.name, len(function.params))
            # Of others it isn't known that they are integers.
            for at, binding in enumerate(resolution.frames[id(function)].params if key in resolution.flows.calls else ()):
                self._parameters[id(binding)] = key, at

    def of(self, node: Any) -> Interval:
        """The bounds of an expression's value, if it is an integer."""
        return self._of(node) or FULL

    def of_binding(self, binding: Binding) -> Interval:
        """The bounds of everything that a variable ever holds, if these are integers."""
        return self._variable(binding) or FULL

    @staticmethod
    def sides(op: str, left: Interval, right: Interval) -> tuple[bool, bool]:
        """On which sides, below and above, a sum, difference or product of two integers may leave i64."""
        low, high = _corners(op, left, right)
        return low < INT_MIN, high > INT_MAX

    # --- expressions; None: no value so far ---

    def _of(self, node: Any) -> Interval | None:
        kind = type(node)
        self._budget -= 1
        if self._budget < 0:
            return FULL
        if kind is tree.Int or (kind is tree.Constant and type(node.value) is int):
            return node.value, node.value
        if kind is tree.Variable:
            binding = None if node.namespace else self._resolution.variables.get(id(node))
            return FULL if binding is None else self._read(binding)
        if kind is tree.Binary:
            return self._binary(node)
        if kind is tree.Chain:
            return (0, _LONGEST) if self._is_length(node) else self._typed(node)
        if kind is tree.Call:
            return self._typed(node)
        if kind is tree.Switch and node.arms and not node.arms[-1].patterns:
            return self._joined(arm.body for arm in node.arms)
        if kind is tree.If and node.otherwise is not None:
            return self._joined((node.then, node.otherwise))
        return FULL

    def _typed(self, node: Any) -> Interval:
        """What the type says."""
        return sized(self._types.of(node))

    def _read(self, binding: Binding) -> Interval | None:
        found = self._variable(binding)
        known = None if self._active or found is None else self.assumed.get(id(binding))
        return found if known is None or found is None else (max(found[0], known[0]), min(found[1], known[1]))

    def assume(self, binding: Binding, bounds: Interval) -> bool:
        """From here on a variable lies between these bounds too, until ``forget``; False if something unseen may change it."""
        if self._is_open(binding):
            return False
        before = self.assumed.get(id(binding), FULL)
        self.assumed[id(binding)] = (max(before[0], bounds[0]), min(before[1], bounds[1]))
        return True

    def forget(self, binding: int) -> None:
        """Another value is, or may have been, stored in a variable, given by its ``id``."""
        self.assumed.pop(binding, None)

    def _joined(self, blocks: Iterable[tree.Block]) -> Interval | None:
        found: Interval | None = None
        for block in blocks:
            last = block.statements[-1] if block.statements else None
            found = _join(found, self._of(last.expr) if type(last) is tree.ExprStmt else FULL)
        return found

    def _is_length(self, node: tree.Chain) -> bool:
        step: Any = node.steps[0]
        is_length = len(node.steps) == 1 and type(step) is not tree.IndexStep and step.name == "len"
        return is_length and self._types.of(node).kind is Kind.INT and self._types.of(node.root).kind in (Kind.ARRAY, Kind.TEXT)

    def _binary(self, node: tree.Binary) -> Interval | None:
        if type(node.left) is tree.Binary and type(node.left.left) is tree.Binary and type(node.left.left.left) is tree.Binary:
            return FULL  # long chains of operators aren't worth the recursion
        left, right = self._of(node.left), self._of(node.right)
        if left is None or right is None:
            return None
        if node.op in ("+", "-", "*"):
            low, high = _corners(node.op, left, right)
            return max(low, INT_MIN), min(high, INT_MAX)
        return _shrunk(node.op, left, right) if node.op in _SHRINKING else _of_bits(node.op, left, right)

    # --- variables ---

    def _variable(self, binding: Binding) -> Interval | None:
        while type(binding.source) is Binding:
            binding = binding.source
        key = id(binding)
        if key in self._known:
            return self._known[key]
        if key in self._active:
            return self._active[key]
        if len(self._active) >= _MOST_ACTIVE or self._is_open(binding):
            return sized(self._types.of_binding(binding))
        low, high = self._settled(binding)
        least, most = sized(self._types.of_binding(binding))
        found = max(low, least), min(high, most)
        if not self._active:
            self._known[key] = found
        return found

    def _is_open(self, binding: Binding) -> bool:
        """Whether it isn't known what is stored in a variable."""
        if binding.is_cell or binding.is_replaced or self._types.of_binding(binding).kind is not Kind.INT:
            return True
        if self._changed is None:
            self._changed = set(self._changed_in_place())
        return id(binding) in self._changed

    def _changed_in_place(self) -> Iterable[int]:
        """Bits can be set in an integer."""
        node: Any
        for binding, node in self._resolution.flows.chains:
            if type(node) is tree.Assign or not all(self._is_harmless(step) for step in node.steps):
                yield id(binding)
        for binding, call in self._resolution.flows.natives:
            dispatcher = self._natives.lookup(call.name, len(call.args))
            if dispatcher is None or dispatcher.mutates:
                yield id(binding)

    def _is_harmless(self, step: Any) -> bool:
        if type(step) is not tree.MethodStep:
            return True
        dispatcher = self._natives.lookup(step.name, len(step.args) + 1)
        return dispatcher is not None and not dispatcher.mutates and (step.name, len(step.args)) not in self._resolution.flows.calls

    def _settled(self, binding: Binding) -> Interval:
        sources, steps = self._stored(binding)
        key = id(binding)
        base: Interval | None = None
        self._active[key] = None
        try:
            for _ in range(_MOST_ROUNDS):
                found = base
                for source in sources:
                    found = _join(found, self._first(source))
                stepped = self._stepped(found, steps)
                if stepped is None:
                    return FULL
                if found == base and stepped == self._active[key]:
                    return stepped
                base, self._active[key] = found, stepped
        finally:
            del self._active[key]
        return FULL

    def _first(self, source: Any) -> Interval | None:
        """The interval of something stored: an expression, a loop's range, or what an operator makes of the variable."""
        if type(source) is tuple:
            op, binding, value = source
            before, by = self._variable(binding), self._of(value)
            return None if before is None or by is None else _shrunk(op, before, by)
        if type(source) is not tree.For:
            return self._of(source)
        iterable = source.iterable
        if type(iterable) is tree.Constant and type(iterable.value) in (ExclusiveRange, InclusiveRange):
            walked: Any = iterable.value
            return min(walked.start, walked.end), max(walked.start, walked.end)
        if type(iterable) is tree.Binary and iterable.op in ("..", "..="):
            left, right = self._of(iterable.left), self._of(iterable.right)
            if left is None or right is None:
                return None
            return left[0], max(left[0], right[1] - (iterable.op == ".."))
        bounds = bounds_of_range(self._types, iterable)
        return FULL if bounds is None else self._in_steps(*bounds)

    def _in_steps(self, start: Any, end: Any, step: Any = None) -> Interval | None:
        """Between which bounds the elements of ``range(start, end, step)`` lie."""
        first, last = self._of(start), self._of(end)
        if first is None or last is None:
            return None
        by = (1, 1) if step is None else self._of(step)
        if by is not None and by[0] > 0:
            return first[0], max(first[0], last[1] - 1)
        return min(first[0], last[0]), max(first[1], last[1])

    def _stepped(self, base: Interval | None, steps: list[tuple[str, Any]]) -> Interval | None:
        """What counting makes of the values that it starts from; None if there are none."""
        if base is None or not steps:
            return base
        falls = rises = False
        for op, node in steps:
            low, high = self._of(node) or (0, 0)
            if not -self._step <= low <= high <= self._step:
                return FULL
            falls = falls or (low < 0 if op == "+" else high > 0)
            rises = rises or (high > 0 if op == "+" else low < 0)
        if not -_START <= base[0] <= base[1] <= _START:
            return FULL
        return -FAR if falls else base[0], FAR if rises else base[1]

    def _stored(self, binding: Binding) -> tuple[list[Any], list[tuple[str, Any]]]:
        """Everything stored in a variable: values, and what it is stepped by."""
        sources: list[Any] = []
        steps: list[tuple[str, Any]] = []
        if binding.origin is Origin.LET and binding.value is not None:
            sources.append(binding.value)
        elif type(binding.source) is tree.For:
            sources.append(binding.source)
        elif binding.origin is Origin.COUNTER:
            sources.append(tree.Int(0, 0, 0, _LONGEST))
            sources.append(tree.Int(0, 0, 0, 0))
        elif id(binding) in self._parameters:
            key, at = self._parameters[id(binding)]
            for args in self._resolution.flows.calls.get(key, ()):
                self._sort(binding, "=", args[at], sources, steps)
        else:
            return [tree.Unit(0, 0, 0)], []
        for op, value in binding.stores:
            self._sort(binding, op, value, sources, steps)
        return sources, steps

    def _sort(self, binding: Binding, op: str, value: Any, sources: list[Any], steps: list[tuple[str, Any]]) -> None:
        if op in ("+", "-"):
            steps.append((op, value))
        elif op in _SHRINKING:
            sources.append((op, binding, value))
        elif op != "=":
            sources.append(tree.Unit(0, 0, 0))  # anything
        elif type(value) is tree.Binary and value.op in ("+", "-") and self._is_variable(value.left, binding):
            steps.append((value.op, value.right))
        else:
            sources.append(value)

    def _is_variable(self, node: Any, binding: Binding) -> bool:
        return type(node) is tree.Variable and self._resolution.variables.get(id(node)) is binding


def _join(first: Interval | None, second: Interval | None) -> Interval | None:
    if first is None or second is None:
        return first or second
    return min(first[0], second[0]), max(first[1], second[1])


def _shrunk(op: str, left: Interval, right: Interval) -> Interval:
    """The bounds of a remainder or a quotient, which are rounded towards zero."""
    if right[0] <= 0:
        return FULL
    if op == "/":
        return min(left[0], 0), max(left[1], 0)
    most = min(right[1] - 1, max(abs(left[0]), abs(left[1])))
    return 0 if left[0] >= 0 else -most, most if left[1] > 0 else 0


def _of_bits(op: str, left: Interval, right: Interval) -> Interval:
    """The bounds of an operator on bits, whose operands mostly aren't negative."""
    if op == "&" and max(left[0], right[0]) >= 0:
        return 0, min(side[1] for side in (left, right) if side[0] >= 0)
    if op in ("|", "^") and min(left[0], right[0]) >= 0:
        return 0, (1 << max(left[1], right[1]).bit_length()) - 1
    if op in ("<<", ">>") and right[0] == right[1] and 0 <= right[0] < 63:
        if op == ">>":
            return left[0] >> right[0], left[1] >> right[0]
        low, high = left[0] << right[0], left[1] << right[0]
        return (low, high) if low >= INT_MIN and high <= INT_MAX else FULL
    return FULL


def _corners(op: str, left: Interval, right: Interval) -> Interval:
    """The bounds of a sum, difference or product, wherever they lie."""
    if op == "+":
        return left[0] + right[0], left[1] + right[1]
    if op == "-":
        return left[0] - right[1], left[1] - right[0]
    products = [first * second for first in left for second in right]
    return min(products), max(products)
