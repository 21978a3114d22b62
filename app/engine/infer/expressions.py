"""The type of an expression's value, given the types of variables and of the script's functions.

An expression that raises, or leaves, has no value, so nothing needs to be right for it. What isn't known here is ``ANY``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.engine import tree
from app.engine.infer import atoms, operators, steps, types
from app.engine.infer.atoms import ANY, ATOM, BOOL, CHAR, COUNTED, FLOAT, INT, NEVER, TEXT, UNIT, Kind, Type, integer
from app.engine.infer.operators import NUMBERS
from app.engine.infer.tables import Tables
from app.engine.infer.told import narrowed, of_value
from app.engine.infer.types import join
from app.engine.natives import Natives
from app.engine.resolve import Binding, Resolution
from app.engine.values import ExclusiveRange, InclusiveRange

_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "!in"})
_BY_NUMBER: Final = frozenset({"&", "<<", ">>"})
_RANGES: Final = frozenset({"..", "..="})
MODERATE_STEP: Final = 30
"""Where a run has 2 ** 30 operations at most, each of which pays for two steps at most: together 2 ** 61."""
SMALL_STEP: Final = 8
"""Where it may have any number: it takes months to add up 2 ** 53 steps."""


class Expressions(Tables):
    """Types of expressions."""

    __slots__ = (
        "_closures",
        "_of_in",
        "_resolution",
        "_settled",
        "_told",
        "functions",
        "is_settled",
        "is_widening",
        "length",
        "natives",
        "step_bits",
        "told_places",
    )

    def __init__(self, resolution: Resolution, known: Natives, *, is_moderate: bool = False) -> None:
        super().__init__()
        self._resolution = resolution
        self.step_bits = MODERATE_STEP if is_moderate and not resolution.flows.has_deep_steps else SMALL_STEP
        """By so many bits at most an integer may be stepped any number of times without leaving those of ``COUNTED``."""
        self.length = integer(30 if is_moderate else 46)
        """Of arrays and texts, none of which is longer."""
        self._told: Mapping[int, str] = {} if resolution.flows.is_open else resolution.told
        self.told_places = {} if resolution.flows.is_open else _steady(resolution.told_places)
        """By ``id`` of a step, what conditions have told of the entry that it leads to."""
        self.natives = known
        self.functions = resolution.functions
        self._of_in = ANY if resolution.flows.is_open else BOOL
        """``in`` is a call of ``contains``, which may be a function of the script's own; such scripts are open."""
        self.is_widening = False
        """Whether computed integers are taken for any integer, which ends inference sooner."""
        self.is_settled = False
        """Whether inference is over, so that each node is looked at once."""
        self._settled: dict[int, Type] = {}
        self._closures: dict[int, Type] = {}

    def of(self, node: Any) -> Type:
        """The type of an expression's or statement's value."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return _LITERALS.get(type(node), ANY)
        if not self.is_settled:
            return handler(self, node)
        found = self._settled.get(id(node))
        if found is None:
            found = self._settled[id(node)] = handler(self, node)
        return found

    def of_block(self, block: tree.Block) -> Type:
        """The type of a block's value: that of its last statement."""
        return self.of(block.statements[-1]) if block.statements else UNIT

    def of_loop(self, node: tree.While | tree.Do | tree.For) -> Type:
        """The type of a loop's value: what it is left with, or ()."""
        breaks = self._resolution.breaks.get(id(node), ())
        is_endless = type(node) is tree.While and node.condition is None
        found = NEVER if is_endless else UNIT
        for value in breaks:
            found = join(found, UNIT if value is None else self.of(value))
        return found

    def element(self, iterable: Any) -> Type:
        """The type of what a ``for`` loop walks."""
        if type(iterable) is tree.Binary and iterable.op in _RANGES:
            return self._between(self.of(iterable.left), self.of(iterable.right))
        held = iterable.value if type(iterable) is tree.Constant else None
        if isinstance(held, ExclusiveRange | InclusiveRange):
            return integer(max(abs(held.start), abs(held.end)).bit_length())
        bounds = steps.bounds_of_range(self, iterable)
        if bounds is not None:
            return self._between(self.of(bounds[0]), self.of(bounds[1]))
        walked = atoms.held(self.of(steps.text_of_characters(self, iterable) or iterable))
        if walked.kind is Kind.ARRAY:
            return walked.element
        if walked is NEVER:
            return NEVER
        return CHAR if walked.kind is Kind.TEXT else ANY

    @staticmethod
    def _between(first: Type, last: Type) -> Type:
        """The integers of a range."""
        if first is NEVER or last is NEVER:
            return NEVER
        return atoms.like(max(first.bits, last.bits)) if first.kind is last.kind is Kind.INT else INT

    # --- handlers ---

    def _variable(self, node: tree.Variable) -> Type:
        binding = self._resolution.variables.get(id(node))  # none of a path
        if binding is None:
            return steps.constant(self, node.name) if node.namespace == ("global",) else ANY
        found = self.of_binding(binding)
        told = self._told.get(id(node))
        # What is told of a map isn't relied on after methods that, were they closures in it, might replace it.
        if told is None or binding.is_replaced or binding.is_cell or binding.has_methods:
            return found
        if binding.is_assigned and id(node) not in self._resolution.told_now:
            return found
        return narrowed(found, told)

    def _this(self, node: tree.This) -> Type:
        owner = self._resolution.flows.this_in.get(id(node))
        return ANY if owner is None else self.this_of(owner)

    def _binary(self, node: tree.Binary) -> Type:
        spine: list[tree.Binary] = []
        inner: Any = node
        while type(inner) is tree.Binary and inner.op not in _COMPARISONS:
            spine.append(inner)
            inner = inner.left
        found = (self._of_in if inner.op == "in" else BOOL) if type(inner) is tree.Binary else self.of(inner)
        for link in reversed(spine):
            if link.op in _RANGES:
                found = ATOM
            elif type(link.right) is tree.Int and link.op in _BY_NUMBER:
                found = self._by_number(link.op, found, link.right.value)
            else:
                found = self._operated(link.op, found, self.of(link.right))
        return found

    def _by_number(self, op: str, left: Type, number: int) -> Type:
        left = atoms.present(left)
        found = operators.by_number(op, left.bits, number, is_widening=self.is_widening) if left.kind is Kind.INT else None
        return self._operated(op, left, integer(abs(number).bit_length())) if found is None else found

    def _operated(self, op: str, left: Type, right: Type) -> Type:
        if UNIT in (left, right) and (left.kind in NUMBERS or right.kind in NUMBERS):
            return NEVER
        if Kind.UNKNOWN in (left.kind, right.kind) and (atoms.may_be_container(left) or atoms.may_be_container(right)):
            return ANY
        left, right = atoms.present(left), atoms.present(right)
        if left.kind is not Kind.INT or right.kind is not Kind.INT:
            return operators.combined(op, left, right)
        if op in ("+", "-") and (self.is_widening or COUNTED in (left, right) or atoms.LARGEST in (left.bits, right.bits)):
            return self._stepped(left, right)
        # What still grows after some rounds may do so without end; a remainder doesn't grow.
        return INT if self.is_widening and op not in operators.SHRINKING else operators.of_integers(op, left.bits, right.bits)

    def _stepped(self, first: Type, second: Type) -> Type:
        """The type of a sum that may add up, or of a difference: any integer, unless one side is a step."""
        step, most = sorted((first.bits, second.bits))
        return COUNTED if step <= self.step_bits and most <= COUNTED.bits else INT

    def assigned(self, op: str, before: Type, value: Type) -> Type:
        """The type of a place after ``place op= value``."""
        if UNIT in (before, value) and (before.kind in NUMBERS or value.kind in NUMBERS):
            return NEVER
        if atoms.may_be_container(before) or atoms.may_be_container(value):
            return ANY
        # An operator on () fails, or gives what it is given.
        before, value = atoms.present(before), atoms.present(value)
        if op in ("+", "-") and before.kind is value.kind is Kind.INT:
            # What is added to a place usually adds up.
            return COUNTED if before.bits <= COUNTED.bits and value.bits <= self.step_bits else INT
        return operators.assigned(op, before, value)

    def _unary(self, node: tree.Unary) -> Type:
        if node.op == "!":
            return BOOL
        operand = atoms.present(self.of(node.operand))
        return operand if operand.kind in NUMBERS or operand is NEVER else ATOM

    def _closure(self, node: tree.Closure) -> Type:
        found = self._closures.get(id(node))
        if found is None:
            found = self._closures[id(node)] = atoms.pointer_to(id(node))
        return found

    def _coalesce(self, node: tree.Coalesce) -> Type:
        found = NEVER
        for item in node.items[:-1]:
            found = join(found, atoms.held(self.of(item)))
        return join(found, self.of(node.items[-1]))

    def _array(self, node: tree.Array) -> Type:
        return types.tuple_of([self.of(item) for item in node.items])

    def _map(self, node: tree.Map) -> Type:
        fields = {key.text: self.of(value) for key, value in node.entries}
        return types.map_of(fields, NEVER, frozenset(fields))

    def _call(self, node: tree.Call) -> Type:
        key = (node.name, len(node.args))
        if node.namespace or node.in_caller_scope:
            return ANY
        if key in self.functions:
            return self.result_of(key)
        if node.name == "type_of":
            return TEXT
        if not node.args:
            return ANY
        receiver = self.of(node.args[0])
        if node.name in _CHOOSING and len(node.args) == 2:
            return steps.chosen(self, node.name, receiver, self.of(node.args[1]))
        return steps.native(self, node.name, receiver, len(node.args) - 1)

    def result(self, closure: tree.Closure) -> Type:
        """What a closure gives."""
        frame = self._resolution.frames[id(closure)]
        found = self.of_block(closure.body)
        for value in frame.returns:
            found = join(found, UNIT if value is None else self.of(value))
        return found

    def total(self, closure: tree.Closure, initial: Any) -> Type:
        """What ``reduce`` gives, and its closure gets: the initial value, unless that is a function that makes it, or a later result."""
        first = self.of(initial)
        is_value = first is NEVER or first is UNIT or steps.is_no_function(first)
        return join(first, self.result(closure)) if is_value else ANY

    def keeps_this(self, node: Any) -> bool:
        """Whether an argument is certainly no function that could change the ``this`` that it is called with."""
        if type(node) is tree.Closure:
            frame = self._resolution.frames[id(node)]
            return not frame.uses_this and not frame.is_dynamic
        return self.is_value(node)

    def is_value(self, node: Any) -> bool:
        """Whether an expression's value is certainly no function."""
        found = self.of(node)
        return steps.is_no_function(found) or found is UNIT or found is NEVER

    def _chain(self, node: tree.Chain) -> Type:
        found = self.of(node.root)
        for step in node.steps:
            found = steps.of_step(self, found, step)
            if step.is_safe:
                found = join(found, UNIT)
        return found

    def _if(self, node: tree.If) -> Type:
        then = self.of_block(node.then)
        return join(then, UNIT if node.otherwise is None else self.of_block(node.otherwise))

    def _try(self, node: tree.Try) -> Type:
        # A handler gives (), if it doesn't leave.
        return join(self.of_block(node.body), NEVER if self.of_block(node.handler) is NEVER else UNIT)

    def _switch(self, node: tree.Switch) -> Type:
        found = UNIT if not node.arms or node.arms[-1].patterns else NEVER
        for arm in node.arms:
            found = join(found, self.of_block(arm.body))
        return found


def _steady(told: Mapping[int, tuple[str, tuple[Binding, ...]]]) -> dict[int, str]:
    """What is told of places to which variables lead that closures don't share."""
    return {step: name for step, (name, place) in told.items() if not any(each.is_cell or each.is_replaced for each in place)}


_CHOOSING: Final = frozenset({"min", "max"})
_LITERALS: Final[dict[type, Type]] = {
    tree.Float: FLOAT,
    tree.Bool: BOOL,
    tree.String: TEXT,
    tree.Interpolated: TEXT,
    tree.Char: CHAR,
    tree.Unit: UNIT,
    tree.And: BOOL,
    tree.Or: BOOL,
    tree.Noop: UNIT,
    tree.Let: UNIT,
    tree.Assign: UNIT,
    tree.Return: NEVER,
    tree.Throw: NEVER,
    tree.Break: NEVER,
    tree.Continue: NEVER,
}

_HANDLERS: Final[dict[type, Callable[[Expressions, Any], Type]]] = {
    tree.Variable: Expressions._variable,
    tree.This: Expressions._this,
    tree.Int: lambda _expressions, node: integer(abs(node.value).bit_length()),
    tree.Constant: lambda _expressions, node: of_value(node.value),
    tree.Binary: Expressions._binary,
    tree.Unary: Expressions._unary,
    tree.Coalesce: Expressions._coalesce,
    tree.Closure: Expressions._closure,
    tree.Array: Expressions._array,
    tree.Map: Expressions._map,
    tree.Call: Expressions._call,
    tree.Chain: Expressions._chain,
    tree.ExprStmt: lambda expressions, node: expressions.of(node.expr),
    tree.Block: lambda expressions, node: expressions.of_block(node),
    tree.If: Expressions._if,
    tree.Switch: Expressions._switch,
    tree.Try: Expressions._try,
    tree.While: lambda expressions, node: expressions.of_loop(node),
    tree.Do: lambda expressions, node: expressions.of_loop(node),
    tree.For: lambda expressions, node: expressions.of_loop(node),
}
