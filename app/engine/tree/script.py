"""A source as a whole, its functions, and what it takes from and gives to other sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.engine.tree.flow import Block
from app.engine.tree.node import Name, Node

if TYPE_CHECKING:
    from app.engine.tree.kinds import Expr, Stmt


@dataclass(slots=True)
class Import(Node):
    """``import "path" as alias``; ``alias`` is None when left out."""

    path: Expr
    alias: Name | None


@dataclass(slots=True)
class Export(Node):
    """``export x as y``; ``alias`` is None when left out."""

    name: Name
    alias: Name | None


@dataclass(slots=True)
class Function(Node):
    """``fn name(params) { }``. ``receiver`` is the type of a typed method (``fn i64.f()``) or None. ``pos`` is the name's."""

    name: str
    params: list[Name]
    body: Block
    receiver: str | None
    is_private: bool
    doc: tuple[str, ...]


@dataclass(slots=True)
class Script(Node):
    """A whole source. Functions are taken out of ``statements`` into ``functions``, in order of appearance."""

    statements: list[Stmt]
    functions: list[Function]
