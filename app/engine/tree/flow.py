"""Statements that are also expressions: blocks, branches and loops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from app.engine.tree.node import Name, Node

if TYPE_CHECKING:
    from app.engine.tree.kinds import Expr, Stmt


@dataclass(slots=True)
class Block(Node):
    """``{ ... }`` as statement or expression; its value is its last statement's."""

    statements: list[Stmt]


@dataclass(slots=True)
class If(Node):
    """``if``; an ``else if`` is an If inside a Block in ``otherwise``. ``pos`` is the keyword."""

    condition: Expr
    then: Block
    otherwise: Block | None


@dataclass(slots=True)
class SwitchArm(Node):
    """One ``patterns if guard => body``. Patterns are literals (any constant expression) or RangePattern; ``_`` has none.

    ``body`` is a Block (a single expression becomes a Block of one).
    """

    patterns: list[Expr | RangePattern]
    guard: Expr | None
    body: Block


@dataclass(slots=True)
class RangePattern(Node):
    """``1..5`` or ``1..=5`` before ``=>``; bounds are i64."""

    low: int
    high: int
    is_inclusive: bool


@dataclass(slots=True)
class Switch(Node):
    """``switch``; the default arm, if any, is the last one without patterns."""

    subject: Expr
    arms: list[SwitchArm]


@dataclass(slots=True)
class While(Node):
    """``while`` and ``loop`` (then ``condition`` is None)."""

    condition: Expr | None
    body: Block


@dataclass(slots=True)
class Do(Node):
    """``do { } while c`` and ``do { } until c``"""

    body: Block
    condition: Expr
    is_until: bool


@dataclass(slots=True)
class For(Node):
    """``for x in xs`` and ``for (x, i) in xs``"""

    variable: Name
    counter: Name | None
    iterable: Expr
    body: Block


Flow: TypeAlias = Block | If | Switch | While | Do | For
