"""What resolution finds out: bindings, frames, and the table from nodes to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias, TypeVar

from app.engine import tree
from app.engine.members import Member


class Origin(Member):
    """Where a variable gets its first value from."""

    LET: ClassVar[Origin]
    PARAMETER: ClassVar[Origin]
    LOOP: ClassVar[Origin]
    COUNTER: ClassVar[Origin]
    CAPTURE: ClassVar[Origin]
    OUTSIDE: ClassVar[Origin]
    """The host, a closure's caller, or an error caught."""


@dataclass(slots=True)
class Changes:
    """What is changed in place in a loop: ids of bindings."""

    loop: int
    """The loop's ``id``."""
    end: int
    """Where it ends in the source."""
    changed: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Leaving:
    """A block that ends with ``return``, ``break`` or ``continue``: no place behind it in the loop, or function, is reached from it."""

    end: int
    """Where it ends in the source."""
    around: int
    """How many loops are around it."""
    loops: int = 0
    """Variables with at least so many loops around their declarations are needed no more when it is left, whichever way that is."""


_Note = TypeVar("_Note")


def noted(before: Sequence[_Note], one: _Note) -> list[_Note]:
    """What is noted of a variable, with one more. Of most there is little to note, so that they begin with an empty tuple for all."""
    if not isinstance(before, list):
        return [*before, one]
    before.append(one)
    return before


@dataclass(slots=True, eq=False)
class Binding:
    """One declared variable of one frame.

    ``slot`` is its name in the generated code: the author's name, a quote (which no author's name can hold) and a number.
    """

    name: str
    slot: str
    is_const: bool = False
    is_parameter: bool = False
    is_loop: bool = False
    is_cell: bool = False
    """Captured by a closure, so that its value lives in a cell."""
    is_settled: bool = False
    """If it is captured: nobody changes in place what it holds (``sharing``)."""
    is_steady: bool = False
    """It captures a variable that stays as it is as long as a closure runs."""
    is_read: bool = False
    is_assigned: bool = False
    """Stored again after its declaration."""
    is_mutated: bool = False
    """Its container is, or might be, changed in place through this variable."""
    changes: Sequence[tuple[int, bool, tuple[Leaving, ...]]] = ()
    """Where that is, whether it is otherwise than by ``push``, which leaves all elements as they are, and in which blocks that leave."""
    makings: Sequence[tuple[int, int, int]] = ()
    """From where to where it is assigned what may be made of its old value, and how many loops are around."""
    borrows: bool = False
    """It holds parts of other variables without a copy (``lending``), so that nothing it holds is ever given away without one."""
    loans: Sequence[tuple[int, int]] = ()
    """From where to where others hold parts of it."""
    is_kept: bool = False
    """It is returned by name, or an entry of a literal."""
    is_taken: bool = False
    """It is a parameter that the function takes over from its callers (``taking``), so that its value is nobody else's."""
    since: int = 0
    """Where its declaration ends in the source."""
    until: int = 0
    """Where it is needed no more: the end of the last statement, or loop behind its declaration, that reads it."""
    uses: Sequence[tuple[int, int]] = ()
    """Where it is read, and until where each of that needs it."""
    loops: int = 0
    """How many loops of its function are around its declaration."""
    stored_depth: int = 0
    """How many loops and closures are around the deepest place where it is assigned."""
    is_replaced: bool = False
    """A method or native called on it might put a value of another type in its place."""
    is_opaque: bool = False
    """So might one that is neither just a map's entry nor a function of the script."""
    is_called: bool = False
    """So might one that is no function of the script."""
    received: Set[tuple[str, int]] = frozenset()
    """Functions of the script that are called on it as methods, by name and number of arguments."""
    has_methods: bool = False
    """A method is called on it that, were it a map's entry, might do so."""
    properties: int = 0
    """How often its properties are read or written."""
    elements: int = 0
    """How often its elements are."""
    operands: int = 0
    """How often it is an operand of arithmetic or a comparison."""
    repeated: int = 0
    """How often any of these three is in a loop."""
    calls: int = 0
    """How often the pointer in it is called, outside of loops and closures."""
    value: tree.Expr | None = None
    """What a ``let`` starts it with; None for other declarations."""
    stores: Sequence[tuple[str, tree.Expr]] = ()
    """Everything assigned to it later, with the operator."""
    origin: Origin = Origin.LET
    last: tree.Variable | None = None
    """Where it is read last, in the author's order."""
    depth: int = 0
    """How many loops and closures are around its declaration."""
    last_depth: int = 0
    """How many are around the place where it is read last."""
    stored_at: int = -1
    """Where the last store begins that the walk has met."""
    walks: int = 0
    """How many chains with methods start at it, or natives that call back are given it first."""
    walked_at: int = -1
    """Where the last of them begins."""
    source: tree.For | tree.Try | Binding | None = None
    """Where its value comes from: the loop that it is declared by, or the variable of the enclosing frame that it captures."""

    def is_lent(self, node: tree.Node) -> bool:
        """Whether others that are still needed may hold parts of it where a node is evaluated."""
        return any([since <= node.end and node.start <= until for since, until in self.loans])


@dataclass(slots=True, eq=False)
class Frame:
    """A function, a closure, or the main program."""

    node: tree.Script | tree.Function | tree.Closure
    params: list[Binding] = field(default_factory=list)
    uses_this: bool = False
    changes_this: bool = False
    """Whether something may change ``this`` in place, or put another value there."""
    this_uses: int = 0
    """How often ``this`` is written in it."""
    is_hot: bool = True
    """Whether it may run often in one run of the program, loops in it aside."""
    returns_this: bool = False
    """Whether the function can put another value in the place of ``this``."""
    rebinds_this: bool = False
    """Whether it can if ``this`` is a map."""
    is_dynamic: bool = False
    """Whether variables are looked up by name at run time (it calls ``eval``, or runs in its caller's scope)."""
    count: int = 0
    returns: list[tree.Expr | None] = field(default_factory=list)
    """The values of its ``return`` statements."""
    has_closures: bool = False
    """Whether closures are written in it."""
    swept_by: str = ""
    """The native that calls it for each element in turn, if it is a closure written as the argument of such a one."""

    def slot(self, name: str) -> str:
        """A fresh name for a local of the generated function."""
        self.count += 1
        return f"{name}'{self.count}"


Owner: TypeAlias = tree.Function | tree.Closure
"""What may have a ``this``."""


@dataclass(slots=True)
class Resolution:
    """Tables keyed by ``id`` of the node, because nodes compare by content."""

    functions: Counter[tuple[str, int]]
    """The script's functions by name and number of parameters; those for several types are as many."""
    variables: dict[int, Binding] = field(default_factory=dict)
    """Variable nodes that name a known variable."""
    told: dict[int, str] = field(default_factory=dict)
    """Variable nodes of whose values conditions have told the type, as ``type_of`` names it, or that they aren't () (``telling``)."""
    told_now: set[int] = field(default_factory=set)
    """Those of them for which it holds even if something is stored in the variable elsewhere."""
    told_places: dict[int, tuple[str, tuple[Binding, ...]]] = field(default_factory=dict)
    """Steps of chains that lead to places of which conditions have told the same, and the variables that the places are found by."""
    declarations: dict[int, Binding] = field(default_factory=dict)
    """Name nodes of ``let``, ``for``, ``catch``, parameters, and captures (there: the closure's own binding)."""
    captured: dict[int, Binding] = field(default_factory=dict)
    """Name nodes of captures to the variable of the enclosing frame."""
    frames: dict[int, Frame] = field(default_factory=dict)
    """Script, Function and Closure nodes."""
    mutated_in: dict[int, set[int]] = field(default_factory=dict)
    """For nodes: ids of the bindings that are changed inside the loop; of the function or closure, if its ``this`` is."""
    stored_in: dict[int, set[int]] = field(default_factory=dict)
    """For nodes of loops: ids of the bindings that are assigned inside the loop."""
    breaks: dict[int, list[tree.Expr | None]] = field(default_factory=dict)
    """For nodes of loops that are left by ``break``: with which values."""
    exported: dict[int, Binding] = field(default_factory=dict)
    """Name nodes of ``export`` statements."""
    in_caller_scope: set[tuple[str, int]] = field(default_factory=set)
    """Functions called as ``f!(...)``."""
    throwing: set[int] = field(default_factory=set)
    """Ids of ``try`` statements whose handlers might throw () themselves, which passes on the error that they handle."""
    glancing: set[int] = field(default_factory=set)
    """Ids of ``try`` statements whose handlers only glance at the error (``glancing``)."""
    borrowed: set[int] = field(default_factory=set)
    """Ids of the expressions whose values variables that borrow hold without a copy."""
    ending: set[int] = field(default_factory=set)
    """Ids of the nodes that read a variable last in an expression with which a function ends: nobody can read it afterwards."""
    completed: dict[int, dict[str, tree.Expr]] = field(default_factory=dict)
    """By ``id`` of a variable that starts with a map literal: entries that it gets before anybody could miss them (``completing``)."""
    completing: set[int] = field(default_factory=set)
    """Ids of the assignments that add these."""
    moved: set[int] = field(default_factory=set)
    """Ids of places whose values go elsewhere without a copy: others take their places (``swapping``), or they return (``returning``)."""
    reaching: set[int] = field(default_factory=set)
    """Steps and calls of natives that call a function back, which may change parts of the receiver as its ``this``."""
    catches: bool = False
    """Whether there is code that goes on after an error."""
    tried: list[tuple[int, int]] = field(default_factory=list)
    """From where to where what is written is in the body of a ``try``."""
    leaving: set[str] = field(default_factory=set)
    """Names of functions that may put another value in the place of ``this``; an empty one for closures."""
    flows: Flows = field(default_factory=lambda: Flows())
    is_untyped: bool = False
    """Whether the flows are only called open because types aren't wanted: what is copied is the same as with them."""

    def is_survived(self, node: tree.Node, root: tree.Node) -> bool:
        """Whether somebody might look at a variable after an error of a node, given what reads the variable.

        A function's own variables are gone with it, unless it has a ``try`` around the node. ``this`` is its caller's.
        """
        is_reached = (self.flows.is_open and not self.is_untyped) or self.flows.has_modules
        if is_reached or type(root) is tree.This:
            return self.catches
        return any([start <= node.start < end for start, end in self.tried])


@dataclass(slots=True)
class Flows:
    """What else moves values, for inference."""

    bindings: list[Binding] = field(default_factory=list)
    """All variables of the script."""
    calls: dict[tuple[str, int], list[list[tree.Expr]]] = field(default_factory=dict)
    """By function of the script, the arguments of each call, in whatever style."""
    chains: list[tuple[Binding, tree.Chain | tree.Assign]] = field(default_factory=list)
    """Chains with a method that start at a variable, and assignments along a chain."""
    natives: list[tuple[Binding, tree.Call]] = field(default_factory=list)
    """Natives that may change the variable that is their first argument."""
    methods: dict[tuple[str, int], list[tree.Closure]] = field(default_factory=dict)
    """By key and number of parameters, closures without captures that are written as entries of maps: methods, by all likelihood."""
    closures: list[tree.Closure] = field(default_factory=list)
    """All closures of the script."""
    method_chains: list[tree.Chain] = field(default_factory=list)
    """All chains with a method, wherever they start."""
    native_calls: list[tree.Call] = field(default_factory=list)
    """All calls in function style but those of the script's own functions."""
    this_in: dict[int, Owner] = field(default_factory=dict)
    """The function or closure that ``this`` is written in, by ``id`` of the node."""
    this_chains: list[tuple[Owner, tree.Chain | tree.Assign]] = field(default_factory=list)
    """Chains with a method that start at ``this``, and assignments along a chain."""
    this_stores: list[tuple[Owner, str, tree.Expr]] = field(default_factory=list)
    """What is assigned to ``this``, with the operator."""
    is_this_opaque: bool = False
    """Whether ``this`` may be changed otherwise in a closure."""
    opaque: set[tuple[str, int]] = field(default_factory=set)
    """The functions in which it may be."""
    unbound: set[tuple[str, int]] = field(default_factory=set)
    """The functions that are called in function style, without ``this``."""
    received: set[tuple[str, int]] = field(default_factory=set)
    """The functions that are called as methods."""
    has_modules: bool = False
    """Whether there are functions of other scripts."""
    has_paths: bool = False
    """Whether there are variables of other scripts, or constants that functions see."""
    pointed: set[str] = field(default_factory=set)
    """Functions that pointers are made to, which anything may call."""
    has_deep_steps: bool = False
    """Whether something is added, or assigned, in an operand that may not be reached of another such operand."""
    is_open: bool = False
    """Whether there is code that can call or change what isn't written down: ``eval``, computed names of functions."""
