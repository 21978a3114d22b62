"""What inference knows so far of variables, functions and closures.

The tables grow while it runs, and are fixed afterwards. Whatever is asked for and changed is noted, so that ``ways`` can tell what has to
be looked at again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

from app.engine import tree
from app.engine.infer.atoms import ANY, NEVER, Type
from app.engine.infer.types import join
from app.engine.resolve import Binding, Owner

THIS: Final = "this"
"""The key of what is noted of ``this`` in closures, whichever they are."""
_UNBOUND: Final = "unbound"
"""The key of which of them are called without it."""
_THIS_OF_ANY: Final = "this of any"
"""The key of what is noted of ``this`` in all of them."""


class Tables:
    """Everything that inference finds out, and who asked for what."""

    __slots__ = (
        "bound",
        "called",
        "changes",
        "constants",
        "given",
        "is_following",
        "is_lost",
        "is_without_pointers",
        "reads",
        "receivers",
        "results",
        "this",
        "this_by",
        "unbound",
        "unbound_closures",
        "variables",
    )

    def __init__(self) -> None:
        self.reads: set[Hashable] = set()
        """What was asked for in the tables below since somebody cleared it: by ``id`` of a variable, key of a function, and so on. Two
        things may share a key: whoever read one of them is then taken to have read the other."""
        self.changes: set[Hashable] = set()
        """What was changed in them, by the same keys."""
        self.constants: dict[str, list[Binding]] = {}
        """By name, if functions see no other script's."""
        self.variables: dict[int, Type] = {}
        """By ``id`` of the binding; captured ones are those of the enclosing frame."""
        self.results: dict[tuple[str, int], Type] = {}
        """By name and number of parameters of a function."""
        self.receivers: dict[tuple[str, int], Type] = {}
        """Of ``this``, in the functions that are only called as methods by what is written down: what they are called on, and what
        they make of it."""
        self.is_following = False
        """Whether pointers to closures are followed (``pointers``), which the rest is about."""
        self.is_lost = False
        """Whether somebody else may call them too."""
        self.is_without_pointers = False
        """Whether no value of the program can be a pointer, or hold one, so that no map has methods."""
        self.called: dict[int, Type] = {}
        """Results of closures by their number of parameters."""
        self.given: dict[tuple[int, int], Type] = {}
        """Results of each closure, by its ``id`` and number of parameters."""
        self.this: Type = ANY
        """Of ``this`` in closures that are methods of maps, where it isn't known which of them is called."""
        self.this_by: dict[int, Type] = {}
        """Of ``this`` in each of them besides, by its ``id``."""
        self.bound: set[int] = set()
        """Ids of these closures."""
        self.unbound: set[int] = set()
        """Numbers of parameters of those that may be called without ``this`` too."""
        self.unbound_closures: set[int] = set()
        """Ids of those that are."""

    def forget_pointers(self) -> None:
        """Nothing is known of what is called through pointers."""
        self.is_following = False
        self.called.clear()
        self.this = ANY
        self.this_by.clear()

    def this_of(self, owner: Owner) -> Type:
        """The type of ``this`` in a function or closure; ANY if it may be unbound there."""
        if isinstance(owner, tree.Function):
            return self.receiver((owner.name, len(owner.params))) if owner.receiver is None else ANY
        is_bound = id(owner) in self.bound and id(owner) not in self.unbound_closures and len(owner.params) not in self.unbound
        self.reads.add(_UNBOUND)
        return self.given_this([id(owner)]) if is_bound else ANY

    def receiver(self, key: tuple[str, int]) -> Type:
        """The type of ``this`` in the functions of that name and number of parameters."""
        self.reads.add(key)
        return self.receivers.get(key, ANY)

    def given_this(self, closures: Iterable[int] | None) -> Type:
        """The type of ``this`` in some closures that are methods of maps, given their ids; in all of them, if None are."""
        if closures is None:
            self.reads.add(THIS)
            closures = self.this_by
        else:
            closures = list(closures)
            self.reads.update([(THIS, closure) for closure in closures])
            self.reads.add(_THIS_OF_ANY)
        found = self.this
        for closure in closures:
            found = join(found, self.this_by.get(closure, NEVER))
        return found

    def give_this(self, of: Type, closures: Iterable[int] | None) -> None:
        """Adds to it."""
        if closures is None:
            after = join(self.this, of)
            if after is not self.this:
                self.this = after
                self.changes.update((THIS, _THIS_OF_ANY))
            return
        for closure in closures:
            before = self.this_by.get(closure, NEVER)
            after = join(before, of)
            if after is not before:
                self.this_by[closure] = after
                self.changes.update((THIS, (THIS, closure)))

    def unbind(self) -> None:
        """Notes that closures are called without ``this`` that weren't yet."""
        self.changes.add(_UNBOUND)

    def result_of(self, key: tuple[str, int]) -> Type:
        """What a function of the script gives."""
        self.reads.add(key)
        return self.results.get(key, ANY)

    def result_of_any(self, params: int) -> Type:
        """What a closure with so many parameters gives, whichever it is."""
        self.reads.add(params)
        return self.called.get(params, NEVER)

    def result_of_closure(self, key: tuple[int, int]) -> Type:
        """What a closure gives that is called with so many arguments; nothing, if it can't be."""
        self.reads.add(key)
        return self.given.get(key, NEVER)

    def is_opaque(self, binding: Binding) -> bool:
        """Whether something may be done to a variable after which it may hold anything."""
        return binding.is_opaque or not self.receivers.keys() >= binding.received

    def of_binding(self, binding: Binding) -> Type:
        """The type of everything that a variable ever holds."""
        while type(binding.source) is Binding:
            binding = binding.source
        key = id(binding)
        self.reads.add(key)
        return self.variables.get(key, ANY)

    def add(self, binding: Binding, of: Type) -> None:
        """Adds to what a variable may hold, unless that is anything already."""
        while type(binding.source) is Binding:
            binding = binding.source
        key = id(binding)
        before = self.variables.get(key)
        if before is not None:
            after = join(before, of)
            if after is not before:
                self.variables[key] = after
                self.changes.add(key)
