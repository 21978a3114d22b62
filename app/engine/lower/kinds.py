"""What is known of an expression's type without inference: literals, comparisons, and variables that only ever hold such.

A later pass may know more; lowering asks only ``Kinds.of``.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from app.engine import tree
from app.engine.lower.unit import Unit
from app.engine.resolve import Binding


class Kind(Enum):
    """A type that lowering can use."""

    UNKNOWN = 0
    INT = 1
    FLOAT = 2
    BOOL = 3
    TEXT = 4
    ATOM = 5
    """Something that can't change in place, of whatever type."""
    ARRAY = 6
    MAP = 7


CHANGEABLE: Final = (Kind.UNKNOWN, Kind.ARRAY, Kind.MAP)
"""What may be shared with a variable and change under it, so that keeping it takes a copy."""


_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^"})
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "!in"})
_LITERALS: Final = {
    tree.Int: Kind.INT,
    tree.Float: Kind.FLOAT,
    tree.Bool: Kind.BOOL,
    tree.String: Kind.TEXT,
    tree.Interpolated: Kind.TEXT,
    tree.Char: Kind.ATOM,
    tree.Unit: Kind.ATOM,
    tree.And: Kind.BOOL,
    tree.Or: Kind.BOOL,
    tree.Array: Kind.ARRAY,
    tree.Map: Kind.MAP,
}
_VALUES: Final = {
    int: Kind.INT,
    float: Kind.FLOAT,
    bool: Kind.BOOL,
    str: Kind.TEXT,
    type(None): Kind.ATOM,
    list: Kind.ARRAY,
    dict: Kind.MAP,
}


class Kinds:
    """Answers for one function."""

    __slots__ = ("_is_dynamic", "_known", "_unit")

    def __init__(self, unit: Unit, *, is_dynamic: bool = False) -> None:
        self._unit = unit
        self._is_dynamic = is_dynamic
        self._known: dict[int, Kind] = {}

    def of(self, node: Any) -> Kind:
        """The kind of an expression's value."""
        kind = type(node)
        found = _LITERALS.get(kind)
        if found is not None:
            return found
        if kind is tree.Variable:
            binding = None if node.namespace or self._is_dynamic else self._unit.resolution.variables.get(id(node))
            return Kind.UNKNOWN if binding is None else self.of_binding(binding)
        if kind is tree.Binary:
            return self._of_binary(node)
        if kind is tree.Unary:
            return Kind.BOOL if node.op == "!" else self._number(self.of(node.operand))
        if kind is tree.Constant:
            return _VALUES.get(type(node.value), Kind.UNKNOWN)
        if kind is tree.Closure:
            return Kind.ATOM
        if kind is tree.Chain:
            return self._of_chain(node)
        if kind is tree.If and node.otherwise is not None:
            return self._of_arms([node.then, node.otherwise])
        if kind is tree.Switch and node.arms and not node.arms[-1].patterns:
            return self._of_arms([arm.body for arm in node.arms])
        return Kind.UNKNOWN

    def _of_chain(self, node: tree.Chain) -> Kind:
        """The length of what certainly has one is an integer."""
        step = node.steps[0]
        if len(node.steps) == 1 and type(step) is tree.PropertyStep and step.name == "len":
            return Kind.INT if self.of(node.root) in (Kind.ARRAY, Kind.TEXT) else Kind.UNKNOWN
        return Kind.UNKNOWN

    def _of_arms(self, arms: list[tree.Block]) -> Kind:
        """The kind that all arms give; one that leaves has no say."""
        found: set[Kind] = set()
        for arm in arms:
            last = arm.statements[-1] if arm.statements else None
            if isinstance(last, tree.ExprStmt):
                found.add(self.of(last.expr))
            elif not isinstance(last, tree.Throw | tree.Return):
                return Kind.UNKNOWN
        return found.pop() if len(found) == 1 else Kind.UNKNOWN

    @staticmethod
    def _number(kind: Kind) -> Kind:
        return kind if kind in (Kind.INT, Kind.FLOAT) else Kind.ATOM

    def _of_binary(self, node: tree.Binary) -> Kind:
        if node.op in _COMPARISONS:
            return Kind.BOOL
        if node.op not in _ARITHMETIC:
            return Kind.ATOM
        left = node
        while type(left.left) is tree.Binary and left.left.op in _ARITHMETIC:
            left = left.left
        return self.combined(node.op, self.of(node.left) if left is node else self._of_binary(node.left), self.of(node.right))  # type: ignore[arg-type]  # a Binary by the loop's test

    @staticmethod
    def combined(op: str, left: Kind, right: Kind) -> Kind:
        """The kind of an arithmetic operator's result; ``+`` may make a container, the others never do."""
        if left is Kind.INT and right is Kind.INT:
            return Kind.INT
        if left in (Kind.INT, Kind.FLOAT) and right in (Kind.INT, Kind.FLOAT):
            return Kind.FLOAT
        if op == "+" and (left is Kind.TEXT or right is Kind.TEXT):
            return Kind.TEXT
        if op != "+" or (left not in CHANGEABLE and right not in CHANGEABLE):
            return Kind.ATOM
        return left if left is right else Kind.UNKNOWN

    def of_binding(self, binding: Binding) -> Kind:
        """The kind of everything a variable ever holds."""
        found = self._known.get(id(binding))
        if found is not None:
            return found
        if binding.value is None or binding.is_cell or binding.is_replaced:
            return Kind.UNKNOWN
        # Assume the first value's kind, then see whether every later store keeps it. If not, forget what was concluded meanwhile.
        before = len(self._known)
        first = self.of(binding.value)
        if first is Kind.MAP and binding.has_methods:
            first = Kind.UNKNOWN  # the method may be an entry, whose closure may assign ``this``
        self._known[id(binding)] = first
        for op, value in binding.stores if first is not Kind.UNKNOWN else ():
            stored = self.of(value)
            if op != "=":
                # Whatever is added to an array becomes an element of it, or several.
                stored = first if op == "+" and first is Kind.ARRAY else self.combined(op, first, stored)
            if stored is not first:
                for concluded in list(self._known)[before:]:
                    del self._known[concluded]
                self._known[id(binding)] = first = Kind.UNKNOWN
                break
        return first

    def declare(self, binding: Binding, kind: Kind) -> None:
        """Says what a variable holds (a range's loop variable)."""
        self._known[id(binding)] = kind
