"""Names read, operators, calls, closures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.engine.tree.flow import Block
from app.engine.tree.node import Name, Node

if TYPE_CHECKING:
    from app.engine.tree.kinds import Expr


@dataclass(slots=True)
class Variable(Node):
    """A name read (or, at the root of an assignment's target, written). ``namespace`` is empty or the path before ``::``."""

    name: str
    namespace: tuple[str, ...] = ()


@dataclass(slots=True)
class This(Node):
    """``this``"""


@dataclass(slots=True)
class Unary(Node):
    """``-x``, ``+x``, ``!x``; ``pos`` is the operator."""

    op: str
    operand: Expr


@dataclass(slots=True)
class Binary(Node):
    """An operator call: arithmetic, bits, comparison, ``in``, ``!in``, ``..``, ``..=``; ``pos`` is the operator."""

    op: str
    left: Expr
    right: Expr


@dataclass(slots=True)
class And(Node):
    """``a && b && c``: operands left to right, evaluated lazily."""

    items: list[Expr]


@dataclass(slots=True)
class Or(Node):
    """``a || b``"""

    items: list[Expr]


@dataclass(slots=True)
class Coalesce(Node):
    """``a ?? b``; the right side may be a Block that holds return, throw or break."""

    items: list[Expr]


@dataclass(slots=True)
class Call(Node):
    """``f(a)``, ``ns::f(a)``, ``f!(a)``; ``pos`` is the name. ``in_caller_scope`` is the ``!``."""

    name: str
    args: list[Expr]
    namespace: tuple[str, ...] = ()
    in_caller_scope: bool = False


@dataclass(slots=True)
class Closure(Node):
    """``|a, b| body``. ``captures`` are the outer variables used by the body, in order of first use, each with its first use's position.

    ``name`` is ``anon$`` and sixteen hexadecimal digits, unique in the script.
    """

    name: str
    params: list[Name]
    captures: list[Name]
    body: Block
