"""What closures are given that are called through pointers, and what methods do to the maps that they belong to.

A pointer to a closure may lie in any variable. Its type says which closures it may be to, unless they are many. All calls of pointers are
written down: ``x.call(a, b)``, ``x.name(a, b)`` where a map may have an entry of that name, and natives that call back. So what is given
at one of them with two arguments may be given to the closures of two parameters that the pointer may be to, or to any if that isn't
known; and ``this`` may be, in such a closure, any map that it is called on as a method, or what it makes of that itself.

Nothing is known if somebody else may call: a native that calls back what isn't a closure written as its argument, a function of the
host's, curried pointers (they take fewer arguments), modules, and whoever runs functions of a module.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import partial
from operator import is_not
from typing import Any, Final, TypeVar

from app.engine import tree
from app.engine.infer import atoms
from app.engine.infer.atoms import ANY, NEVER, Kind, Type, is_pointer, present
from app.engine.infer.expressions import Expressions
from app.engine.infer.steps import PERHAPS_POINTERS, may_be_called, may_be_pointer, may_hold_pointers, receivers
from app.engine.infer.types import entry, join
from app.engine.infer.ways import Effect, Way
from app.engine.natives import Dispatcher, Natives
from app.engine.resolve import Binding, Resolution
from app.engine.stdlib import STANDARD

_OWN_PACKAGES: Final = STANDARD.packages
_Key = TypeVar("_Key", bound=Hashable)


class Pointers:
    """The part of inference that follows pointers to closures."""

    def __init__(self, resolution: Resolution, natives: Natives, found: Expressions, *, is_closed: bool, is_given: bool) -> None:
        self._flows = resolution.flows
        self._resolution = resolution
        self._natives = natives
        self._found = found
        self._handed = self._closures_of_natives() if self._flows.closures else frozenset()
        free = [closure for closure in self._flows.closures if id(closure) not in self._handed]
        self.is_active = bool(free) and is_closed and not (self._flows.has_modules or self._flows.is_open)
        """Whether there are closures that pointers are called to, and all calls are known."""
        is_told = is_closed and not (self._flows.has_modules or self._flows.is_open or self._flows.pointed)
        found.is_without_pointers = is_told and not free and not is_given and natives.packages <= _OWN_PACKAGES
        self._params: dict[int, list[tuple[int, list[Binding]]]] = {}
        """By number of parameters, each such closure and those."""
        for closure in free if self.is_active else ():
            params = resolution.frames[id(closure)].params[len(closure.captures) :]
            self._params.setdefault(len(params), []).append((id(closure), params))
            found.bound.add(id(closure))
        self._params_of = {closure: params for closures in self._params.values() for closure, params in closures}
        self._given_to_any: dict[int, list[Type]] = {}
        """By number of arguments, what is given to closures behind pointers to any."""

    def begin(self) -> None:
        """Makes the parameters variables whose types are looked for."""
        for closures in self._params.values():
            for _, params in closures:
                self._found.variables.update({id(binding): NEVER for binding in params if not self._found.is_opaque(binding)})
        if self.is_active:
            self._found.is_following = True
            self._found.this = ANY if self._flows.is_this_opaque else NEVER

    def ways(self, effect: Effect) -> Iterator[Way]:
        """All ways of what goes through pointers."""
        if not self.is_active:
            return
        yield from [partial(self._chain, chain) for chain in self._flows.method_chains]
        yield from [partial(self._call, call) for call in self._flows.native_calls]
        for owner, node in self._flows.this_chains:
            if type(owner) is tree.Closure:
                yield partial(self._effect, id(owner), node, effect)
        for owner, op, value in self._flows.this_stores:
            if type(owner) is tree.Closure:
                yield partial(self._store, id(owner), op, value)
        yield from [partial(self._result, closure) for closure in self._flows.closures]

    # --- where pointers are called ---

    def _chain(self, chain: tree.Chain) -> None:
        for step, of in receivers(self._found, chain):
            if type(step) is tree.MethodStep:
                self._site(of, step)

    def _site(self, of: Type, step: tree.MethodStep) -> None:
        if of is NEVER:
            return
        if step.name == "curry":
            self._lose()
        elif step.name == "call":
            if of.kind in PERHAPS_POINTERS:
                self._unbound(present(of), len(step.args))
                self._given(present(of), step.args)
            if not is_pointer(of) and step.args and may_be_pointer(self._found.of(step.args[0])):
                pointer = self._found.of(step.args[0])
                self._given(pointer, step.args[1:])
                self._found.give_this(of, atoms.targets(pointer))
        else:
            # () has no methods of the script's own.
            of = atoms.held(of)
            if of.kind is Kind.UNKNOWN or (of.kind is Kind.MAP and may_be_called(of, step.name)):
                pointer = entry(of, step.name) if of.kind is Kind.MAP else ANY
                self._given(pointer, step.args)
                self._found.give_this(of, atoms.targets(pointer))
            self._native(self._natives.lookup(step.name, len(step.args) + 1), of, step.args)

    def _call(self, node: tree.Call) -> None:
        if node.name == "curry":
            self._lose()
        elif node.name == "call":
            pointer = self._found.of(node.args[0]) if node.args else NEVER
            self._unbound(pointer, len(node.args) - 1)
            self._given(pointer, node.args[1:])
        elif node.args:
            self._native(self._natives.lookup(node.name, len(node.args)), self._found.of(node.args[0]), node.args)

    def _native(self, dispatcher: Dispatcher | None, receiver: Type, args: list[Any]) -> None:
        """A native may call what it is given; the library's only call pointers given as such."""
        if dispatcher is None:
            return
        given = [self._found.of(arg) for arg in args if type(arg) is not tree.Closure]
        if not _OWN_PACKAGES.issuperset([overload.package for overload in dispatcher.overloads]):
            if any(map(may_hold_pointers, (receiver, *given))):
                self._lose()
        elif dispatcher.calls_back and any(map(may_be_pointer, given)):
            self._lose()

    # --- what follows ---

    def _effect(self, owner: int, node: tree.Chain | tree.Assign, effect: Effect) -> None:
        """What a closure, given its ``id``, does to its ``this``."""
        before = self._found.given_this([owner])
        if before is not NEVER:
            for after in effect(before, node):
                self._found.give_this(after, [owner])

    def _store(self, owner: int, op: str, value: Any) -> None:
        before = self._found.given_this([owner])
        if before is not NEVER:
            of = self._found.of(value)
            self._found.give_this(of if op == "=" else self._found.assigned(op, before, of), [owner])

    def _given(self, pointer: Type, args: list[Any]) -> None:
        """Something is given to the closures behind a pointer, or to any if that isn't known."""
        if pointer is NEVER or len(args) not in self._params:
            return
        given = list(map(self._found.of, args))
        if pointer.targets:
            for closure in pointer.targets:
                self._give(self._params_of.get(closure, ()), given)
            return
        # A script with many closures has many such calls as well, so the closures are only gone through if this one gives more.
        before = self._given_to_any.get(len(args), [NEVER] * len(args))
        after = self._given_to_any[len(args)] = list(map(join, before, given))
        if any(map(is_not, before, after)):
            for _, params in self._params[len(args)]:
                self._give(params, after)

    def _give(self, params: Sequence[Binding], given: list[Type]) -> None:
        if len(params) == len(given):
            for binding, of in zip(params, given, strict=True):
                self._found.add(binding, of)

    def _unbound(self, pointer: Type, params: int) -> None:
        """The closures behind a pointer are called without ``this``; all with so many parameters, if it isn't known which these are."""
        if pointer is NEVER:
            return
        found, called = (self._found.unbound_closures, pointer.targets) if pointer.targets else (self._found.unbound, {params})
        if not found >= called:
            found |= called
            self._found.unbind()

    def _lose(self) -> None:
        """Anything may be given to any closure."""
        if self._found.is_lost:
            return
        self._found.is_lost = True
        self._found.give_this(ANY, None)
        for closures in self._params.values():
            for _, params in closures:
                for binding in params:
                    self._found.add(binding, ANY)

    def _result(self, closure: tree.Closure) -> None:
        """What a closure gives, by itself and by its number of parameters."""
        params = len(closure.params)
        result = self._found.result(closure)
        self._add(self._found.called, params, result)
        self._add(self._found.given, (id(closure), params), result)

    def _add(self, table: dict[_Key, Type], key: _Key, of: Type) -> None:
        before = table.get(key, NEVER)
        after = join(before, of)
        if after is not before:
            table[key] = after
            self._found.changes.add(key)

    def _closures_of_natives(self) -> frozenset[int]:
        """Closures written as arguments of natives that call back: these give them what they like."""
        calls: list[tuple[str, int, list[Any]]] = [
            (step.name, len(step.args) + 1, step.args)
            for chain in self._flows.method_chains
            for step in chain.steps
            # The script's own function of that name may keep what it is given.
            if type(step) is tree.MethodStep and (step.name, len(step.args)) not in self._found.functions
        ]
        calls += [(call.name, len(call.args), call.args) for call in self._flows.native_calls]
        found: set[int] = set()
        for name, argc, args in calls:
            dispatcher = self._natives.lookup(name, argc)
            if dispatcher is not None and (dispatcher.calls_back or not _OWN_PACKAGES.issuperset(map(_package, dispatcher.overloads))):
                found.update([id(arg) for arg in args if type(arg) is tree.Closure])
        return frozenset(found)


def _package(overload: Any) -> str:
    return str(overload.package)
