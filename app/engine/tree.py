"""The syntax tree.

One class per construct of the language, as written by the author: nothing is folded or renamed here. Nodes are
not frozen because they are made by the ten thousand, but nobody changes one after the parser has returned it, save
``fold``, which takes the tree over.

Every node starts with ``start`` and ``end`` (its text, as offsets) and ``pos``: the offset that the real Rhai
reports in errors raised by this construct (an operator's sign, a called name, an index), or ``NO_POSITION``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(slots=True)
class Node:
    """What all nodes have."""

    start: int
    end: int
    pos: int


@dataclass(slots=True)
class Name(Node):
    """An identifier where it is introduced: a variable, a parameter, an alias."""

    text: str


# --- expressions ---------------------------------------------------------------------------------------------


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


@dataclass(slots=True)
class Closure(Node):
    """``|a, b| body``. ``captures`` are the outer variables used by the body, in order of first use, each with its first use's position.

    ``name`` is ``anon$`` and sixteen hexadecimal digits, unique in the script.
    """

    name: str
    params: list[Name]
    captures: list[Name]
    body: Block


@dataclass(slots=True)
class Block(Node):
    """``{ ... }`` as statement or expression; its value is its last statement's."""

    statements: list[Stmt]


# --- statements that are also expressions --------------------------------------------------------------------


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


# --- statements ----------------------------------------------------------------------------------------------


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
class Missing(Node):
    """Stands where the parser found an error and went on; a tree with one is never compiled."""


Expr: TypeAlias = (
    Unit
    | Bool
    | Int
    | Float
    | Char
    | String
    | Interpolated
    | Array
    | Map
    | Constant
    | Variable
    | This
    | Unary
    | Binary
    | And
    | Or
    | Coalesce
    | Call
    | Chain
    | Closure
    | Block
    | If
    | Switch
    | While
    | Do
    | For
    | Missing
)

Stmt: TypeAlias = (
    Noop
    | ExprStmt
    | Let
    | Assign
    | Return
    | Throw
    | Break
    | Continue
    | Try
    | Import
    | Export
    | Function
    | Block
    | If
    | Switch
    | While
    | Do
    | For
    | Missing
)


@dataclass(slots=True)
class Script(Node):
    """A whole source. Functions are taken out of ``statements`` into ``functions``, in order of appearance."""

    statements: list[Stmt]
    functions: list[Function]
