"""Values as the author wrote them, or as folding computed them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.engine.tree.node import Name, Node

if TYPE_CHECKING:
    from app.engine.tree.kinds import Expr


@dataclass(slots=True)
class Unit(Node):
    """``()``"""


@dataclass(slots=True)
class Bool(Node):
    """``true`` or ``false``"""

    value: bool


@dataclass(slots=True)
class Int(Node):
    """An i64 literal; a minus sign directly before the digits belongs to it."""

    value: int


@dataclass(slots=True)
class Float(Node):
    """An f64 literal."""

    value: float


@dataclass(slots=True)
class Char(Node):
    """A character literal; ``value`` is one code point."""

    value: str


@dataclass(slots=True)
class String(Node):
    """A string literal without interpolation, escapes already resolved."""

    value: str


@dataclass(slots=True)
class Interpolated(Node):
    """A back-tick string with ``${...}``: parts are String nodes and the interpolated expressions (Block)."""

    parts: list[Expr]


@dataclass(slots=True)
class Array(Node):
    """``[a, b]``"""

    items: list[Expr]


@dataclass(slots=True)
class Map(Node):
    """``#{k: v}`` in the author's order; keys are unique (the parser checked)."""

    entries: list[tuple[Name, Expr]]


@dataclass(slots=True)
class Constant(Node):
    """A value computed at compile time by folding. ``value`` is a run-time value (see ``values``)."""

    value: object
