"""The operation model: what each charge point of a program costs.

The real Rhai counts one operation per statement, per expression node, per element looked up and per call. Counting like that
while running would cost more than the work itself, so the sum is formed here, at compile time, for each stretch of code that
always runs as a whole, and is paid at its *charge point*: each statement of the main program, a function's entry, each round
of a loop, and each arm of a branch that costs at least ``HEAVY``. Lighter arms are paid, by half, with what is around them.
So totals are those of the real Rhai but for branches taken or not, and for operands whose types call a native where this model
expects a built-in operator. Natives add what ``sizes`` says. What a native's call-backs count is kept here; Rhai forgets it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from app.engine import tree

HEAVY: Final = 6
EXACT_UP_TO: Final = 40
"""Heavier stretches are weighed less exactly."""
_LITERALS: Final = frozenset({tree.Unit, tree.Bool, tree.Int, tree.Float, tree.Char, tree.String, tree.Constant})
_BLOCKS: Final = frozenset({tree.Block, tree.If, tree.Switch, tree.While, tree.Do, tree.For, tree.Try})
_SINGLE: Final = frozenset({*_LITERALS, tree.Variable, tree.This})
"""Expressions that are one operation."""
_STATED: Final = _BLOCKS | {tree.Call, tree.Binary, tree.Unary}
"""Expressions that aren't counted twice as statements."""
_FREE: Final = frozenset({"call", "type_of", "Fn", "curry", "is_shared", "is_def_var", "is_def_fn"})
"""Called like functions, but not by a call."""


def rounded(weight: int) -> int:
    """A weight with two significant digits, so that a program has few different ones."""
    if weight <= EXACT_UP_TO:
        return weight
    step = 1 << (weight.bit_length() - 5)
    return weight // step * step


class Weights:
    """Weighs trees; ``points`` collects the charge points by the ``id`` of their block.

    ``functions`` are the script's own, by name and number of arguments: their entry pays for the call.
    """

    __slots__ = ("functions", "given_back", "points")

    def __init__(self, functions: Collection[tuple[str, int]] = ()) -> None:
        self.functions = functions
        self.points: dict[int, int] = {}
        self.given_back = 0
        """What loops pay too much, as far as nothing beside them has been made cheaper for it yet."""

    def function(self, body: tree.Block) -> int:
        """What entering the function costs: the call and everything that always runs."""
        weight = self.points[id(body)] = 1 + self.block(body)
        return weight

    def block(self, block: tree.Block) -> int:
        """All statements together."""
        return self.total(block.statements)

    def total(self, nodes: Iterable[Any]) -> int:
        """The sum of several statements. Half of it is paid whatever loops among them give back: something before a loop may leave."""
        around, self.given_back = self.given_back, 0
        costs = [_COSTS[type(node)](self, node) for node in nodes]
        weight = sum(costs)
        if self.given_back:
            weight -= min(self.given_back, weight // 2)
        self.given_back = around
        return max(weight, len(costs) and 1)

    def statement(self, node: Any) -> int:
        """One of the main program's statements, of which what loops before it have given back is paid already."""
        cost = self.cost(node)
        paid = min(self.given_back, cost - 1)
        self.given_back -= paid
        return cost - paid

    def cost(self, node: Any) -> int:
        """What a statement or expression costs, without what its charge points pay."""
        return _COSTS[type(node)](self, node)

    def arm(self, block: tree.Block) -> int:
        """A block that may or may not run: 0 here if it pays for itself, else its share."""
        return self.share(block, self.block(block))

    def share(self, block: tree.Block, weight: int, share: int = 2) -> int:
        """What of an arm's weight is paid around it."""
        if weight >= HEAVY:
            self.points[id(block)] = weight
            return 0
        return (weight + share - 1) // share

    # --- expressions ---

    def value(self, node: Any) -> int:
        """An expression in an expression; a block there is one more node."""
        kind = type(node)
        if kind in _SINGLE:
            return 1
        return _COSTS[kind](self, node) + (kind in _BLOCKS)

    def values(self, nodes: Iterable[Any]) -> int:
        """Several expressions."""
        return sum([1 if type(node) in _SINGLE else self.value(node) for node in nodes])

    def binary(self, node: tree.Binary) -> int:
        """An operator and its operands; ``in`` calls a native."""
        left = 1 if type(node.left) in _SINGLE else self.value(node.left)
        right = 1 if type(node.right) in _SINGLE else self.value(node.right)
        return 1 + left + right + (node.op in ("in", "!in"))

    def lazy(self, node: tree.And | tree.Or | tree.Coalesce) -> int:
        """The first operand always, the others half the time, a little more often after ``&&``."""
        return 1 + self.value(node.items[0]) + (self.values(node.items[1:]) + (type(node) is tree.And)) // 2

    def call(self, node: tree.Call) -> int:
        """The call, its arguments, and the function's own operation if it is a native (a script function's entry pays for itself)."""
        is_free = node.name in _FREE or (node.name, len(node.args)) in self.functions
        return (1 if is_free else 2) + self.values(node.args)

    def chain(self, node: tree.Chain) -> int:
        """The chain, its root, an operation per element looked up or method called, and the arguments."""
        return 1 + self.steps(node)

    def steps(self, node: tree.Chain) -> int:
        """A chain without its own node. Where something is to be evaluated first, or there are several steps, each counts twice."""
        weight = 1 if type(node.root) in _SINGLE else self.value(node.root)
        count = len(node.steps)
        weight += count if count == 1 else 2 * count
        for step in node.steps:
            if type(step) is tree.MethodStep:
                weight += self.values(step.args) + (count == 1 and bool(step.args))
                weight -= step.name == "call" or (step.name, len(step.args)) in self.functions
            elif type(step) is tree.IndexStep and (count > 1 or type(step.index) not in _LITERALS):
                weight += self.value(step.index) + (count == 1)
        return weight

    def closure(self, node: tree.Closure) -> int:
        """Making a function pointer; captured variables are curried arguments."""
        self.function(node.body)
        return 1 if not node.captures else 5 + len(node.captures)

    # --- statements ---

    def assign(self, node: tree.Assign) -> int:
        """The statement, the value, and the target."""
        target = node.target
        return 1 + self.value(node.value) + (self.steps(target) if type(target) is tree.Chain else 1)

    def expression(self, node: tree.ExprStmt) -> int:
        """A call or an operator as a statement isn't counted twice."""
        kind = type(node.expr)
        return _COSTS[kind](self, node.expr) + (kind not in _STATED)

    def if_(self, node: tree.If) -> int:
        """The condition, what both arms cost, and half of what else a light arm does."""
        weight = 1 + self.value(node.condition)
        if node.otherwise is None:
            return weight + self.arm(node.then)
        then, otherwise = self.block(node.then), self.block(node.otherwise)
        always = min(then, otherwise)
        return weight + always + self.share(node.then, then - always) + self.share(node.otherwise, otherwise - always)

    def switch(self, node: tree.Switch) -> int:
        """The subject, a guard or two, and a share of each light arm."""
        count = max(1, len(node.arms))
        guards = [self.value(arm.guard) for arm in node.arms if arm.guard is not None]
        light = [self.share(arm.body, self.result(arm.body), 1) for arm in node.arms]
        return 1 + self.value(node.subject) + (sum(guards) + sum(light)) // count

    def result(self, body: tree.Block) -> int:
        """An arm of a switch: an expression, or a block as one."""
        only = body.statements[0] if len(body.statements) == 1 else None
        if type(only) is tree.ExprStmt and only.start == body.start:
            return self.value(only.expr)
        return 1 + self.block(body)

    def while_(self, node: tree.While) -> int:
        """Each round pays for the condition and the body, even the last, which only looks at the condition: given back here."""
        if node.condition is None:
            self.points[id(node.body)] = max(1, self.block(node.body))
            return 1
        body = self.block(node.body)
        self.points[id(node.body)] = body + self.value(node.condition)
        self.given_back += body
        return 1

    def do(self, node: tree.Do) -> int:
        """Each round pays for the body and the condition."""
        self.points[id(node.body)] = max(1, self.block(node.body) + self.value(node.condition))
        return 1

    def for_(self, node: tree.For) -> int:
        """Each round pays for the body."""
        self.points[id(node.body)] = max(1, self.block(node.body))
        return 1 + self.value(node.iterable)

    def try_(self, node: tree.Try) -> int:
        """The body, and half of a light handler."""
        return 1 + self.block(node.body) + self.arm(node.handler)

    def valued(self, node: Any) -> int:
        """A statement with one optional value."""
        return 1 + (0 if node.value is None else self.value(node.value))


def _literal(_weights: Weights, _node: Any) -> int:
    return 1


_COSTS: dict[type, Callable[[Weights, Any], int]] = {
    **dict.fromkeys((*_LITERALS, tree.Variable, tree.This, tree.Noop, tree.Export, tree.Missing), _literal),
    tree.Function: lambda _weights, _node: 0,
    tree.Interpolated: lambda weights, node: 1 + weights.values(node.parts),
    tree.Array: lambda weights, node: 1 + weights.values(node.items),
    tree.Map: lambda weights, node: 1 + weights.values(value for _, value in node.entries),
    tree.Unary: lambda weights, node: 1 + weights.value(node.operand) + (node.op != "!"),
    tree.Binary: Weights.binary,
    tree.And: Weights.lazy,
    tree.Or: Weights.lazy,
    tree.Coalesce: Weights.lazy,
    tree.Call: Weights.call,
    tree.Chain: Weights.chain,
    tree.Closure: Weights.closure,
    tree.Block: lambda weights, node: 1 + weights.block(node),
    tree.If: Weights.if_,
    tree.Switch: Weights.switch,
    tree.While: Weights.while_,
    tree.Do: Weights.do,
    tree.For: Weights.for_,
    tree.Try: Weights.try_,
    tree.ExprStmt: Weights.expression,
    tree.Let: lambda weights, node: weights.valued(node) + (node.value is None),
    tree.Assign: Weights.assign,
    tree.Return: Weights.valued,
    tree.Throw: Weights.valued,
    tree.Break: Weights.valued,
    tree.Continue: _literal,
    tree.Import: lambda weights, node: 1 + weights.value(node.path),
}
