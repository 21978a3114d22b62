"""What all functions of one program share while they are lowered: tables of constants, sites, weights and functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

from app.engine import tree
from app.engine.lower import build
from app.engine.lower.kinds import Kinds
from app.engine.meter.weights import Weights, rounded
from app.engine.natives import Natives
from app.engine.resolve import Resolution
from app.engine.source import Source
from app.engine.stdlib.key_order import Key
from app.engine.trace import Mark


@dataclass(slots=True)
class Site:
    """An instruction that may fail in Python's own way, with the names or values of its operands.

    ``operands`` are names of locals, or constants wrapped in a tuple of one.
    """

    kind: str
    operands: tuple[Any, ...] = ()


@dataclass(slots=True)
class PathSite:
    """A chain that is written to: its steps' names (None for an index) and their places."""

    names: tuple[str | None, ...]
    places: tuple[build.Place, ...]
    brackets: tuple[build.Place, ...]
    safe: tuple[bool, ...]
    root_name: str
    root_place: build.Place
    sign_place: build.Place


Path: TypeAlias = tuple[str, ...]


class Extent(NamedTuple):
    """What each record, or text, holds."""

    entries: int
    """Those of maps in it included."""
    texts: tuple[Path, ...]
    """Where its texts are."""
    numbers: tuple[Path, ...]
    """Where its arrays of numbers are."""
    lists: tuple[Path, ...]
    """Where its arrays of texts are."""
    mixed: tuple[Path, ...]
    """Where its arrays of texts and of what holds nothing are."""
    rows: tuple[tuple[Path, Extent], ...]
    """Where its arrays of records are, and what each of these holds."""


ELEMENTS: Final = "elements"
"""What ``Compiled.gives`` is of a sweep that hands out elements."""
KEEPING: Final = frozenset({"map", "filter"})
"""Natives whose sweeps hand out each element's result; others give the last one."""


@dataclass(slots=True)
class Compiled:
    """A function of the script, as the runtime needs to know it; ``symbol`` is its name in the namespace."""

    name: str
    symbol: str
    params: tuple[str, ...]
    receiver: str | None = None
    is_private: bool = False
    uses_this: bool = False
    returns_this: bool = False
    is_dynamic: bool = False
    captures: int = 0
    cells: tuple[int, ...] = ()
    """Which of the captures are variables' cells; the others are constants' values."""
    takes: tuple[int, ...] = ()
    """Which of the parameters it takes over from its callers."""
    is_empty: bool = False
    is_indexed: bool = False
    """Whether that loop takes elements paired with their indices."""
    swept_by: str = ""
    """The native for which it is a closure compiled as the loop over the elements, if it is; those of ``KEEPING`` get each result."""
    gives: str = ""
    """What a sweep certainly gives, if that is bools, numbers or texts, or ``ELEMENTS``."""
    extent: Extent | None = None
    """What each of the records holds that a sweep certainly gives, if it is that."""
    keys: tuple[Key, ...] = ()
    """The keys by which it orders elements, if it is a closure that does nothing else."""


@dataclass(slots=True, frozen=True)
class Held:
    """A closure that a variable of the function that is lowered starts with."""

    node: tree.Closure
    symbol: str
    pointer: Any
    """What holds the pointer that was made, whatever becomes of the variable."""
    captured: list[Any]
    """What holds what it has captured, if that is anything: its function's first argument."""


@dataclass(slots=True)
class Unit:
    """One compilation."""

    source: Source
    resolution: Resolution
    natives: Natives
    kinds: Kinds
    functions: Mapping[tuple[str, int], Compiled]
    typed: frozenset[tuple[str, int]]
    """Names and arities of typed methods."""
    weights: list[int]
    are_weights_fixed: bool = False
    """Whether the counter exists already (``eval``, modules), so that the nearest weight must do."""
    prefix: str = ""
    weigher: Weights = field(init=False)
    constants: dict[str, Any] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=lambda: [Site("")])
    paths: list[PathSite] = field(default_factory=list)
    closures: list[Compiled | None] = field(default_factory=list)
    """By number; None for one whose number is known before its code."""
    numbers: dict[int, int] = field(default_factory=dict)
    """By ``id`` of a closure's node, its number."""
    definitions: list[Any] = field(default_factory=list)
    requests: set[tuple[str, str, int]] = field(default_factory=set)
    """Natives used: style, name, number of arguments."""
    scopes: list[tuple[str, ...]] = field(default_factory=list)
    max_variables: int = 0
    nodes: list[Any] = field(default_factory=list)
    """Nodes made while lowering, which are kept because what is known of a node is found by its ``id``."""
    marks: list[Mark] | None = None
    """Where steps are recorded; None when compiling to run plainly."""
    _weight_index: dict[int, int] = field(default_factory=dict)
    place: Callable[[int], build.Place] = field(init=False)
    """Line and 0-based column of an offset; line 0 if it has none."""

    def __post_init__(self) -> None:
        # Asked for nearly every node: a bound method of the source saves a call each time.
        self.place = self.source.position
        self.weigher = Weights(self.functions)

    def weight(self, weight: int, *, is_entry: bool = False) -> int:
        """The index of a weight; those of function entries are apart (negative), as they end at the deepest level."""
        weight = -rounded(weight) if is_entry else rounded(weight)
        found = self._weight_index.get(weight)
        if found is None:
            if self.are_weights_fixed:
                alike = [at for at in range(len(self.weights)) if (self.weights[at] < 0) is is_entry]
                found = min(alike, key=lambda at: abs(self.weights[at] - weight))
            else:
                found = len(self.weights)
                self.weights.append(weight)
            self._weight_index[weight] = found
        return found

    def constant(self, value: Any) -> Any:
        """A global that holds a value which Python has no literal for."""
        key = f"k:{self.prefix}{len(self.constants)}"
        self.constants[key] = value
        return build.name(key)

    def site(self, kind: str, *operands: Any) -> int:
        """Numbers an instruction that may fail in Python's own way."""
        self.sites.append(Site(kind, operands))
        return len(self.sites) - 1

    def closure_number(self, node: tree.Closure) -> int:
        """The number that a closure has or will have."""
        found = self.numbers.get(id(node))
        if found is None:
            found = self.numbers[id(node)] = len(self.closures)
            self.closures.append(None)
        return found

    def closure_symbol(self, node: tree.Closure, number: int) -> str:
        """The name of a closure's function."""
        return f"{self.prefix}{node.name}#{number}"

    def path(self, path: PathSite) -> int:
        """Numbers a chain that is written to."""
        self.paths.append(path)
        return len(self.paths) - 1

    def native(self, style: str, name: str, argc: int) -> str:
        """The global through which a native is called, by the styles of ``runtime.leaves.natives``."""
        self.requests.add((style, name, argc))
        return f"{style}:{name}/{argc}"

    def script_function(self, name: str, argc: int) -> Compiled | None:
        """The script's own function, if there is one."""
        return self.functions.get((name, argc))


def start_position(node: Any) -> int:
    """The offset of a node's left-most part, as errors about arguments and conditions report it."""
    while True:
        if type(node) is tree.Chain:
            node = node.root
        elif type(node) in (tree.And, tree.Or, tree.Coalesce):
            node = node.items[0]
        else:
            return int(node.pos)
