"""What one walk over a script's tree finds out, for all checks to read: declarations, references, calls, blocks.

Scopes follow the language: a function sees its parameters and its own variables only, a closure sees what surrounds it as well,
``eval`` and ``f!()`` make names appear that no walk can see (then ``has_eval`` and ``runs_in_callers`` say so).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.engine import tree
from app.engine.natives import Natives
from app.engine.source import Source
from app.ide.context import Context
from app.ide.spelling import Speller


class Kind(StrEnum):
    """How a name came to be."""

    LET = "variable"
    CONST = "constant"
    PARAMETER = "parameter"
    LOOP = "loop variable"
    COUNTER = "loop counter"
    CAUGHT = "caught error"
    MODULE = "module"
    HOST = "host variable"


@dataclass(slots=True, eq=False)
class Frame:
    """A function's, a closure's or the script's own body. A closure has an ``outer`` frame that it sees."""

    node: tree.Function | tree.Closure | None
    outer: Frame | None = None
    parameters: dict[str, Declaration] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Declaration:
    """A name's introduction. ``values`` are all it is ever given, ``is_opaque`` says that it may also change otherwise."""

    name: str
    kind: Kind
    start: int
    end: int
    frame: Frame | None
    statement: tree.Let | None = None
    values: list[tree.Expr | None] = field(default_factory=list)
    updates: list[tuple[str, tree.Expr]] = field(default_factory=list)
    """Operator and operand of each ``+=`` and the like."""
    reads: int = 0
    writes: int = 0
    is_opaque: bool = False
    host_type: str = ""


@dataclass(slots=True, eq=False)
class Unknown:
    """A variable that nothing declares, with the names that were visible there."""

    node: tree.Variable
    frame: Frame
    visible: Sequence[str]


@dataclass(slots=True, eq=False)
class CallSite:
    """A call by name. ``receiver`` is the chain up to the step for a method, else None. ``variable`` is one of that name in scope."""

    node: tree.Call | tree.MethodStep
    frame: Frame
    chain: tree.Chain | None = None
    step: int = 0
    variable: Declaration | None = None

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def argc(self) -> int:
        """The number of arguments in parentheses."""
        return len(self.node.args)

    @property
    def receiver(self) -> tree.Expr | None:
        """What the method is called on."""
        if self.chain is None:
            return None
        return (
            self.chain.root
            if self.step == 0
            else tree.Chain(self.chain.start, self.node.pos, self.chain.pos, self.chain.root, self.chain.steps[: self.step])
        )


@dataclass(slots=True, eq=False)
class Hiding:
    """A declaration that hides a parameter of its own function. ``reads_it`` when its value is made from the parameter."""

    declaration: Declaration
    parameter: Declaration
    reads_it: bool


@dataclass(slots=True, eq=False)
class Facts:
    """All findings of one walk."""

    source: Source
    context: Context
    script: tree.Script
    natives: Natives
    """What the context offers, looked up once."""
    declarations: list[Declaration] = field(default_factory=list)
    resolved: dict[int, Declaration] = field(default_factory=dict)
    """Declaration by the ``id`` of the Variable node that refers to it."""
    mentioned: dict[int, Declaration] = field(default_factory=dict)
    """Likewise for ``global::NAME`` and for the Name that an ``export`` names, which no check looks at."""
    unknown: list[Unknown] = field(default_factory=list)
    calls: list[CallSite] = field(default_factory=list)
    blocks: list[Sequence[tree.Stmt]] = field(default_factory=list)
    comparisons: list[tree.Binary] = field(default_factory=list)
    chains: list[tuple[tree.Chain, Frame, bool]] = field(default_factory=list)
    """Every chain, with whether it is the target of an assignment."""
    hidings: list[Hiding] = field(default_factory=list)
    functions: dict[str, set[int]] = field(default_factory=dict)
    """The script's own functions: numbers of parameters by name."""
    property_names: set[str] = field(default_factory=set)
    """Names that may hold a function in a map: keys, properties written, strings."""
    tested_names: set[str] = field(default_factory=set)
    """Names asked for with ``is_def_var`` or ``is_def_fn``."""
    runs_in_callers: set[str] = field(default_factory=set)
    """Functions called as ``f!()``."""
    modules: set[str] = field(default_factory=set)
    has_eval: bool = False
    speller: Speller = field(default_factory=Speller)
    """Bounds what all suggestions for the text cost together."""
    kinds: dict[Declaration, frozenset[str] | None] = field(default_factory=dict)
    """The variables' types as far as they were asked for (see ``types``); None while one is being found."""
