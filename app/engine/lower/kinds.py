"""What lowering asks of inference: the kind of an expression's value, and the types behind it.

It is the only place in ``lower`` that knows how types are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final

from app.engine import tree
from app.engine.infer import (
    ANY,
    Expressions,
    Interval,
    Intervals,
    Kind,
    Type,
    atoms,
    bounds_of_range,
    has_knots,
    may_be_called,
    may_hold_pointers,
    of_step,
    sized,
    takes_element,
    text_of_characters,
    types,
)
from app.engine.infer.library import RECEIVERS as RECEIVERS
from app.engine.resolve import Binding, Owner, Resolution

CHANGEABLE: Final = (Kind.UNKNOWN, Kind.ARRAY, Kind.MAP)
"""What may be shared with a variable and change under it, so that keeping it takes a copy."""
UNMEASURED: Final = (Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.CHAR)
"""What holds nothing that would have to be measured."""
CONTAINERS: Final = atoms.CONTAINERS
NEVER: Final = atoms.NEVER
ALIKE: Final = (Kind.INT, Kind.TEXT, Kind.CHAR, Kind.BOOL)
"""Kinds whose values Python compares with each other as Rhai does."""


def parts_of(of: Type) -> Type:
    """The type of what is in a container, under whatever key."""
    return of.element if of.kind is Kind.ARRAY else types.entries(of)


def holds_atoms(of: Type) -> bool:
    """Whether nothing in a container of this type can change in place."""
    inner = parts_of(of)
    return inner is atoms.NEVER or inner.kind in atoms.ATOMS


def holds_nothing(of: Type) -> bool:
    """Whether a value of this type is certainly one that needn't be measured, or ()."""
    return of is atoms.UNIT or atoms.present(of).kind in UNMEASURED


def is_text_or_unit(of: Type) -> bool:
    """Whether a value of this type is a text or (), and which of them isn't known."""
    return of.value is not None and of.value.kind is Kind.TEXT


def nests_no_further(of: Type) -> bool:
    """Whether containers of this type hold others only as deep as the type is written.

    What isn't so may be a tree that grows from below, by containers that are each short.
    """
    if of.kind is Kind.UNKNOWN or of.body is not None:
        return of is atoms.NEVER or (of.value is not None and nests_no_further(of.value))
    if of.kind not in CONTAINERS:
        return True
    return nests_no_further(of.element) and all(map(nests_no_further, of.fields.values()))


def is_record(of: Type) -> bool:
    """Whether all maps of a type have the same keys."""
    return of.element is atoms.NEVER and of.required == of.fields.keys()


def has_written_keys(of: Type) -> bool:
    """Whether a map has no other keys than those that are written down somewhere in the program, or promised by the host."""
    return of.kind is Kind.MAP and of.element is atoms.NEVER


class Kinds:
    """Answers for one program."""

    __slots__ = ("__dict__", "_intervals", "_present", "_resolution", "_types", "_walked", "type_of", "type_of_binding")

    def __init__(self, types: Expressions, intervals: Intervals, resolution: Resolution) -> None:
        self._resolution = resolution
        self._intervals = intervals
        self._types = types
        # Asked for nearly every node: bound methods of inference save a call each time.
        self.type_of: Callable[[Any], Type] = types.of
        """The type of an expression's value."""
        self.type_of_binding: Callable[[Binding], Type] = types.of_binding
        """The type of everything a variable ever holds."""
        self._present: set[tuple[int, int]] = set()
        self._walked: set[tuple[int, int]] = set()
        """Ids of a map's variable and of one that holds a key, where a condition has found the entry."""

    def of(self, node: Any) -> Kind:
        """The kind of an expression's value."""
        return self.type_of(node).kind

    def step(self, of: Type, step: Any) -> Type:
        """The type of what a step of a chain leads to."""
        return of_step(self._types, of, step)

    def entry(self, of: Type, step: Any) -> Type:
        """The type of a map's entry that is there."""
        if of.kind is not Kind.MAP:
            return of_step(self._types, of, step)
        if type(step) is tree.PropertyStep:
            return types.entry(of, step.name)
        return types.entry(of, step.index.value) if type(step.index) is tree.String else types.entries(of)

    def takes_element(self, of: Type, step: tree.MethodStep) -> bool:
        """Whether a method takes an element out of an array of which a condition has just found that there is one."""
        return takes_element(self._types, of, step)

    @staticmethod
    def has_length(of: Type) -> bool:
        """Whether ``len`` of a value is its length, and no method of its own."""
        return of.kind in (Kind.ARRAY, Kind.TEXT) or (of.kind is Kind.MAP and not may_be_called(of, "len"))

    def text_of_characters(self, iterable: Any) -> Any:
        """The expression of a text whose ``chars()`` a loop walks; None for everything else."""
        found = text_of_characters(self._types, iterable)
        return found if found is not None and self.of(found) is Kind.TEXT else None

    def bounds_of_range(self, iterable: Any) -> Any:
        """Start, end, and step if it has one, of ``range(..)`` of integers whose elements a loop walks; None for everything else."""
        found = bounds_of_range(self._types, iterable)
        return found if found is not None and all(self.of(node) is Kind.INT for node in found) else None

    def interval(self, node: Any) -> Interval:
        """The bounds of an integer expression's value."""
        return self._intervals.of(node)

    def sides(self, op: str, left: Any, right: Any) -> tuple[bool, bool]:
        """On which sides, below and above, a sum, difference or product of two integers may leave i64."""
        return self._intervals.sides(op, self.interval(left), self.interval(right))

    def sides_by(self, op: str, left: Any, right: int) -> tuple[bool, bool]:
        """The same, of an integer and a number."""
        return self._intervals.sides(op, self.interval(left), (right, right))

    def sides_of(self, op: str, of: Type, right: Any) -> tuple[bool, bool]:
        """The same, where of the left side only its type is known."""
        return self._intervals.sides(op, sized(of), self.interval(right))

    def assume(self, binding: Binding, bounds: Interval) -> bool:
        """Notes what a condition says of a variable; False if it can't be relied on."""
        return self._intervals.assume(binding, bounds)

    def forget(self, bindings: Iterable[int]) -> None:
        """Other values may have been stored in variables, given by their ``id``."""
        for binding in bindings:
            self._intervals.forget(binding)
            self.disturb(binding)
            if self._walked:
                self._walked = {pair for pair in self._walked if binding not in pair}

    def find(self, container: Binding, key: Binding) -> None:
        """A condition has found an entry in a map: it is there until something is stored in either variable, or takes entries away."""
        self._present = {*self._present, (id(container), id(key))}

    def disturb(self, binding: int | None = None) -> None:
        """A variable's map may have lost entries; without one, any may."""
        if self._present:
            self._present = {pair for pair in self._present if binding is not None and binding not in pair}

    def has_entry(self, container: Binding | None, key: Binding | None) -> bool:
        """Whether a condition has found this entry."""
        pair = (id(container), id(key))
        return pair in self._present or pair in self._walked

    def lose(self, container: Binding, key: Binding) -> None:
        """Nothing is known of the entry any more."""
        self._present = self._present - {(id(container), id(key))}

    def walk(self, container: Binding, key: Binding) -> Callable[[], None]:
        """A loop walks the keys of a map that nothing in it changes; gives what is called behind the loop."""
        before = self._walked
        self._walked = {*before, (id(container), id(key))}

        def leave() -> None:
            self._walked = before

        return leave

    def kept(self) -> Callable[[], None]:
        """What brings back the entries that are known now."""
        present = self._present

        def restore() -> None:
            self._present = present

        return restore

    @property
    def assumed(self) -> dict[int, Interval]:
        """What is known from conditions here, by ``id`` of the variable."""
        return self._intervals.assumed

    def of_this(self, owner: Owner) -> Kind:
        """The kind of ``this`` in a function or closure."""
        return self._types.this_of(owner).kind

    @cached_property
    def has_knots(self) -> bool:
        """Whether the call of a captured variable's pointer may come back to the variable by what it leads to."""
        return has_knots(self._resolution, self._types)

    def may_be_called(self, of: Type, name: str) -> bool:
        """Whether a value of this type may be a map that has a pointer under a name."""
        if self._types.is_without_pointers:
            return False
        if atoms.may_be_container(of):
            of = atoms.held(of)
        return of.kind is Kind.UNKNOWN or (of.kind is Kind.MAP and may_be_called(of, name))

    @cached_property
    def _closures(self) -> dict[int, tree.Closure]:
        return {id(closure): closure for closure in self._resolution.flows.closures}

    def closures(self, of: Type) -> list[tree.Closure]:
        """The closures that a pointer of this type certainly is to one of; none if that isn't known."""
        targets = atoms.present(of).targets
        return [self._closures[target] for target in targets] if targets else []

    def methods(self, of: Type, name: str) -> list[tree.Closure]:
        """The closures to one of which a map certainly has a pointer under a name, as it was made; none if that isn't known."""
        found = types.entry(of, name) if of.kind is Kind.MAP and name in of.required else ANY
        return self.closures(found) if is_pointer(found) else []

    def holds_pointers(self, node: Any) -> bool:
        """Whether there may be a pointer in an expression's value."""
        return may_hold_pointers(self.type_of(node))

    def of_binding(self, binding: Binding) -> Kind:
        """The kind of everything a variable ever holds."""
        return self.type_of_binding(binding).kind


is_pointer: Final = atoms.is_pointer
present: Final = atoms.held
ATOMS: Final = atoms.ATOMS

__all__ = ["ANY", "ATOMS", "CHANGEABLE", "Kind", "Kinds", "Type", "is_pointer", "present"]
