"""Statements that have no value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.engine.tree.flow import Block
from app.engine.tree.node import Name, Node

if TYPE_CHECKING:
    from app.engine.tree.kinds import Expr


@dataclass(slots=True)
class Noop(Node):
    """``;`` alone"""


@dataclass(slots=True)
class ExprStmt(Node):
    """An expression used as a statement; ``has_semicolon`` matters to the formatter only."""

    expr: Expr
    has_semicolon: bool = False


@dataclass(slots=True)
class Let(Node):
    """``let x = e`` and ``const X = e``; ``value`` is None when left out. ``pos`` is the name's."""

    name: Name
    value: Expr | None
    is_const: bool
    is_exported: bool = False


@dataclass(slots=True)
class Assign(Node):
    """``target op value``: ``op`` is ``=`` or the base operator of ``+=`` and the like (``+``). ``pos`` is the sign.

    The target is a Variable, This or a Chain ending in a PropertyStep or IndexStep.
    """

    op: str
    target: Expr
    value: Expr


@dataclass(slots=True)
class Return(Node):
    """``return e``"""

    value: Expr | None


@dataclass(slots=True)
class Throw(Node):
    """``throw e``; without a value inside catch it re-throws."""

    value: Expr | None


@dataclass(slots=True)
class Break(Node):
    """``break e``"""

    value: Expr | None


@dataclass(slots=True)
class Continue(Node):
    """``continue``"""


@dataclass(slots=True)
class Try(Node):
    """``try { } catch (e) { }``"""

    body: Block
    variable: Name | None
    handler: Block
