"""A value with what is looked up in it: properties, methods, indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app.engine.tree.node import Node

if TYPE_CHECKING:
    from app.engine.tree.kinds import Expr


@dataclass(slots=True)
class PropertyStep(Node):
    """``.name`` in a chain; ``pos`` is the name. ``is_safe`` is ``?.``."""

    name: str
    is_safe: bool


@dataclass(slots=True)
class MethodStep(Node):
    """``.name(args)`` in a chain; ``pos`` is the name."""

    name: str
    args: list[Expr]
    is_safe: bool


@dataclass(slots=True)
class IndexStep(Node):
    """``[index]`` in a chain; ``pos`` is what Rhai reports for a failing index. ``is_safe`` is ``?[``."""

    index: Expr
    is_safe: bool


Step: TypeAlias = PropertyStep | MethodStep | IndexStep


@dataclass(slots=True)
class Chain(Node):
    """``root.a[b].c(d)``: the longest run of steps written without parentheses."""

    root: Expr
    steps: list[Step]
