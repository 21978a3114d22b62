"""What lowering asks of inference: the kind of an expression's value, and the types behind it.

It is the only place in ``lower`` that knows how types are found.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine.infer import ANY, Expressions, Interval, Intervals, Kind, Type
from app.engine.resolve import Binding

CHANGEABLE: Final = (Kind.UNKNOWN, Kind.ARRAY, Kind.MAP)
"""What may be shared with a variable and change under it, so that keeping it takes a copy."""


class Kinds:
    """Answers for one program; each node is looked at once."""

    __slots__ = ("_intervals", "_known", "_types")

    def __init__(self, types: Expressions, intervals: Intervals) -> None:
        self._intervals = intervals
        self._types = types
        self._known: dict[int, Type] = {}

    def type_of(self, node: Any) -> Type:
        """The type of an expression's value."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = self._types.of(node)
        return found

    def of(self, node: Any) -> Kind:
        """The kind of an expression's value."""
        return self.type_of(node).kind

    def step(self, of: Type, step: Any) -> Type:
        """The type of what a step of a chain leads to."""
        return self._types.step(of, step)

    def interval(self, node: Any) -> Interval:
        """The bounds of an integer expression's value."""
        return self._intervals.of(node)

    def fits(self, op: str, left: Any, right: Any) -> bool:
        """Whether a sum, difference or product of two integers is certainly an i64."""
        return self._intervals.fits(op, self.interval(left), self.interval(right))

    def of_binding(self, binding: Binding) -> Kind:
        """The kind of everything a variable ever holds."""
        return self._types.of_binding(binding).kind


__all__ = ["ANY", "CHANGEABLE", "Kind", "Kinds", "Type"]
