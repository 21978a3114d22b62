"""What closures are given that are called through pointers, and what methods do to the maps that they belong to.

A pointer to a closure may lie in any variable, so nothing is known of where a certain one is called. But all calls of pointers are
written down: ``x.call(a, b)``, ``x.name(a, b)`` where a map may have an entry of that name, and natives that call back. So whatever is
given at any of them with two arguments may be given to any closure of two parameters, and ``this`` may be, in any closure, any map
that a method is called on, or what any closure makes of it. In a program with one kind of objects that says all.

Nothing is known if somebody else may call: a native that calls back what isn't a closure written as its argument, a function of the
host's, curried pointers (they take fewer arguments), modules, and whoever runs functions of a module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.engine import tree
from app.engine.infer import types
from app.engine.infer.expressions import Expressions, may_be_called
from app.engine.infer.types import ANY, NEVER, POINTER, UNIT, Kind, Type, join
from app.engine.natives import Dispatcher, Natives
from app.engine.resolve import Binding, Resolution
from app.engine.stdlib import STANDARD

_OWN_PACKAGES: Final = frozenset(overload.package for overload in STANDARD.overloads())


class Pointers:
    """The part of inference that follows pointers to closures. ``join_binding`` adds to the type of a variable."""

    def __init__(
        self,
        resolution: Resolution,
        natives: Natives,
        found: Expressions,
        join_binding: Callable[[Binding, Type], None],
        *,
        is_closed: bool,
    ) -> None:
        self._flows = resolution.flows
        self._resolution = resolution
        self._natives = natives
        self._found = found
        self._join = join_binding
        self._handed = self._closures_of_natives() if self._flows.closures else frozenset()
        free = [closure for closure in self._flows.closures if id(closure) not in self._handed]
        self.is_active = bool(free) and is_closed and not (self._flows.has_modules or self._flows.is_open)
        """Whether there are closures that pointers are called to, and all calls are known."""
        self._params: dict[int, list[list[Binding]]] = {}
        """By number of parameters, those of each such closure."""
        for closure in free if self.is_active else ():
            params = resolution.frames[id(closure)].params[len(closure.captures) :]
            self._params.setdefault(len(params), []).append(params)
            found.bound.add(id(closure))
        self._is_lost = False
        self._has_changed = False

    def begin(self) -> None:
        """Makes the parameters variables whose types are looked for."""
        for closures in self._params.values():
            for params in closures:
                self._found.variables.update({id(binding): NEVER for binding in params if not binding.is_opaque})
        if self.is_active:
            self._found.is_following = True
            self._found.this = ANY if self._flows.is_this_opaque else NEVER

    def follow(self, effect: Callable[[Type, Any], list[Type]]) -> bool:
        """One round; whether anything was found. ``effect`` tells what a chain makes of what it starts from."""
        if not self.is_active:
            return False
        self._has_changed = False
        for chain in self._flows.method_chains:
            self._chain(chain)
        for call in self._flows.native_calls:
            self._call(call)
        if self._found.this is not NEVER:
            for node in self._flows.this_chains:
                for after in effect(self._found.this, node):
                    self._received(after)
            for op, value in self._flows.this_stores:
                of = self._found.of(value)
                self._received(of if op == "=" else self._found.assigned(op, self._found.this, of))
        self._results()
        return self._has_changed

    # --- where pointers are called ---

    def _chain(self, chain: tree.Chain) -> None:
        of = self._found.of(chain.root)
        for step in chain.steps:
            if type(step) is tree.MethodStep:
                self._site(of, step)
            of = self._found.step(of, step)
            if step.is_safe:
                of = join(of, UNIT)

    def _site(self, of: Type, step: tree.MethodStep) -> None:
        if of is NEVER:
            return
        if step.name == "curry":
            self._lose()
        elif step.name == "call":
            if of.kind in _PERHAPS_POINTERS:
                self._unbound(len(step.args))
                self._given(step.args)
            if of is not POINTER and step.args:
                self._given(step.args[1:])
                self._received(of)
        else:
            # () has no methods of the script's own.
            of = types.held(of)
            if of.kind is Kind.UNKNOWN or (of.kind is Kind.MAP and may_be_called(of, step.name)):
                self._given(step.args)
                self._received(of)
            self._native(self._natives.lookup(step.name, len(step.args) + 1), of, step.args)

    def _call(self, node: tree.Call) -> None:
        if node.name == "curry":
            self._lose()
        elif node.name == "call":
            self._unbound(len(node.args) - 1)
            self._given(node.args[1:])
        elif node.args:
            self._native(self._natives.lookup(node.name, len(node.args)), self._found.of(node.args[0]), node.args)

    def _native(self, dispatcher: Dispatcher | None, receiver: Type, args: list[Any]) -> None:
        """A native may call what it is given; the library's only call pointers given as such."""
        if dispatcher is None:
            return
        given = [self._found.of(arg) for arg in args if type(arg) is not tree.Closure]
        if not _OWN_PACKAGES.issuperset([overload.package for overload in dispatcher.overloads]):
            if any(map(_may_hold_pointers, (receiver, *given))):
                self._lose()
        elif dispatcher.calls_back and any(map(_may_be_pointer, given)):
            self._lose()

    # --- what follows ---

    def _given(self, args: list[Any]) -> None:
        for params in self._params.get(len(args), ()):
            for binding, node in zip(params, args, strict=True):
                self._join(binding, self._found.of(node))

    def _unbound(self, params: int) -> None:
        if params not in self._found.unbound:
            self._found.unbound.add(params)
            self._has_changed = True

    def _received(self, of: Type) -> None:
        """Something may be ``this`` in a closure."""
        after = join(self._found.this, of)
        if after is not self._found.this:
            self._found.this = after
            self._has_changed = True

    def _lose(self) -> None:
        """Anything may be given to any closure."""
        if self._is_lost:
            return
        self._is_lost = self._has_changed = True
        self._found.this = ANY
        for closures in self._params.values():
            for params in closures:
                for binding in params:
                    self._join(binding, ANY)

    def _results(self) -> None:
        """What closures give, by number of parameters."""
        for closure in self._flows.closures:
            params = len(closure.params)
            before = self._found.called.get(params, NEVER)
            after = join(before, self._found.result(closure))
            if after is not before:
                self._found.called[params] = after
                self._has_changed = True

    def _closures_of_natives(self) -> frozenset[int]:
        """Closures written as arguments of natives that call back: these give them what they like."""
        calls: list[tuple[str, int, list[Any]]] = [
            (step.name, len(step.args) + 1, step.args)
            for chain in self._flows.method_chains
            for step in chain.steps
            if type(step) is tree.MethodStep
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


_PERHAPS_POINTERS: Final = (Kind.UNKNOWN, Kind.ATOM)


def _may_be_pointer(of: Type) -> bool:
    return of is not NEVER and of is not UNIT and of.value is None and of.kind in _PERHAPS_POINTERS


def _may_hold_pointers(of: Type) -> bool:
    of = types.held(of)
    if of.kind is Kind.ARRAY:
        return _may_hold_pointers(of.element)
    if of.kind is Kind.MAP:
        return any(map(_may_hold_pointers, (of.element, *of.fields.values())))
    return _may_be_pointer(of)
