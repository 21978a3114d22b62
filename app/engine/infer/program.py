"""What every variable and every function's result may hold, for a whole program at once.

Each way by which a value can get into a variable is written down by ``resolve`` as a binding's stores and as ``Flows``. From
``NEVER`` everywhere, types are joined along these ways until nothing changes. Where a way isn't known, the variable is ``ANY`` from
the start: what a host binds or calls, what a catch or a closure is given, functions behind pointers, programs with ``eval``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from app.engine import tree
from app.engine.infer import atoms, library, named, types
from app.engine.infer.atoms import ANY, INT, NEVER, UNIT, Kind, Type, is_pointer, targets
from app.engine.infer.changes import any_bits, changed
from app.engine.infer.expressions import Expressions
from app.engine.infer.methods import Methods
from app.engine.infer.pointers import Pointers
from app.engine.infer.steps import fails_on_unit, may_be_called, may_be_pointer, of_step
from app.engine.infer.types import array_of, join, map_of, with_entries, without_positions
from app.engine.infer.ways import Way, follow
from app.engine.natives import ANY as ANYTHING
from app.engine.natives import Dispatcher, Natives
from app.engine.resolve import SWEEPS, Binding, Origin, Resolution

_EXACT_ROUNDS: Final = 3
_MOST_ROUNDS: Final = 30
"""Types rarely need more than four rounds; a program that needs more isn't worth the time, and is left without types."""


def infer(
    script: tree.Script,
    resolution: Resolution,
    natives: Natives,
    *,
    is_closed: bool,
    given: Mapping[str, Type] = MappingProxyType({}),
    is_moderate: bool = False,
) -> Expressions:
    """The types of a program.

    ``is_closed`` says that only its own code calls its functions, ``given`` what the host's variables hold, and ``is_moderate`` that it
    only runs under limits that are (see ``Limits``).
    """
    found = Expressions(resolution, natives, is_moderate=is_moderate)
    flow = _Flow(script, resolution, natives, found, is_closed=is_closed)
    if not resolution.flows.is_open:
        flow.solve(given)
    found.is_settled = True
    return found


class _Flow:
    def __init__(self, script: tree.Script, resolution: Resolution, natives: Natives, found: Expressions, *, is_closed: bool) -> None:
        self.script = script
        self.flows = resolution.flows
        self.resolution = resolution
        self.natives = natives
        self.found = found
        self.is_closed = is_closed
        self.functions = resolution.functions
        self.sites = named.sites(self.flows) if self.functions else []
        self.pointers = Pointers(resolution, natives, found, is_closed=is_closed, is_given=bool(resolution.frames[id(script)].params))
        self.callbacks: list[tuple[tree.Chain, int, tree.MethodStep, tree.Closure, list[Binding]]] = []
        """Calls of natives with closures: the chain, the step's number and the step, the closure and its parameters."""

    def solve(self, given: Mapping[str, Type]) -> None:
        """Fills the tables."""
        methods = Methods(self.script, self.resolution, self.found, is_closed=self.is_closed)
        self._begin_given(given)
        self._begin_constants()
        self._begin_variables()
        self._begin_functions()
        self._begin_closures()
        self.pointers.begin()
        begun = [binding for binding in self.flows.bindings if binding.origin is Origin.LET or binding.origin is Origin.LOOP]
        stored = [binding for binding in self.flows.bindings if binding.stores and self._is_told(binding)]
        chains = [(binding, node) for binding, node in self.flows.chains if self._is_told(binding)]
        natives = [(binding, call) for binding, call in self.flows.natives if self._is_told(binding)]
        # First what variables start with: what is stored in them later is mostly made of that, so fewer rounds are needed.
        ways: list[Way] = [partial(self._start, binding) for binding in begun if id(binding) in self.found.variables]
        ways += [partial(self._stores, binding) for binding in stored]
        # What a function gives that isn't called by the script is nobody's.
        called = [function for function in self.script.functions if (function.name, len(function.params)) in self.flows.calls]
        ways += [partial(self._calls, function) for function in called]
        if self.sites:
            ways.append(self._called_by_name)
        ways += methods.ways(self._effect)
        ways += [partial(self._chain, binding, node) for binding, node in chains]
        ways += [partial(self._callback, *callback) for callback in self.callbacks]
        ways += [partial(self._native, binding, call) for binding, call in natives]
        ways += self.pointers.ways(self._effect)
        if follow(ways, self.found, exact_rounds=_EXACT_ROUNDS, most_rounds=_MOST_ROUNDS):
            return
        self.found.variables.clear()
        self.found.results.clear()
        self.found.receivers.clear()
        self.found.forget_pointers()

    def _begin_given(self, given: Mapping[str, Type]) -> None:
        for binding in self.resolution.frames[id(self.script)].params:
            if binding.name in given and not self._may_be_replaced(binding):
                self.found.variables[id(binding)] = given[binding.name]

    def _begin_variables(self) -> None:
        """What is replaced through a captured name is replaced for all."""
        variables = self.found.variables
        replaced: list[Binding] = []
        for binding in self.flows.bindings:
            if self._may_be_replaced(binding):
                replaced.append(binding)
            elif binding.origin is Origin.COUNTER:
                variables[id(binding)] = INT
            elif binding.origin is not Origin.OUTSIDE and binding.origin is not Origin.CAPTURE:
                variables[id(binding)] = NEVER
        for binding in replaced:
            if type(binding.source) is Binding:
                variables.pop(id(self._root(binding)), None)

    def _may_be_replaced(self, binding: Binding) -> bool:
        """Whether something is done to a variable after which it may hold anything."""
        if binding.is_opaque or (binding.is_called and not self.pointers.is_active):
            return True
        return bool(binding.received) and self.found.is_opaque(binding)

    def _begin_constants(self) -> None:
        """What functions see by ``global::``, if no other script puts anything there."""
        for binding in self.flows.bindings if self.is_closed and not self.flows.has_modules else ():
            if binding.is_const:
                self.found.constants.setdefault(binding.name, []).append(binding)

    def _begin_functions(self) -> None:
        for function in self.script.functions:
            key = (function.name, len(function.params))
            frame = self.resolution.frames[id(function)]
            # One that nothing calls never runs.
            is_called = key in self.flows.calls or self.pointers.is_active
            is_known = self.is_closed and is_called and function.name not in self.flows.pointed and function.receiver is None
            for binding in frame.params if not is_known else ():
                self.found.variables.pop(id(binding), None)
            if self.functions[key] == 1 and function.receiver is None:
                self.found.results[key] = NEVER

    def _begin_closures(self) -> None:
        """The parameters of closures written as arguments of natives that only call them, which are told by the array's type."""
        for node in self.flows.method_chains:
            for at, step in enumerate(node.steps):
                if type(step) is not tree.MethodStep:
                    continue
                key = step.name, len(step.args)
                if key not in SWEEPS and key not in library.SORTING:
                    continue
                closure = step.args[0]
                if type(closure) is tree.Closure:
                    params = self.resolution.frames[id(closure)].params[len(closure.captures) :]
                    if len(params) == 2 or (len(params) == 1 and key in SWEEPS and step.name != "reduce"):
                        self.callbacks.append((node, at, step, closure, params))
                        self.found.variables.update({id(binding): NEVER for binding in params if not self._may_be_replaced(binding)})

    def _callback(self, node: tree.Chain, at: int, step: tree.MethodStep, closure: tree.Closure, params: list[Binding]) -> None:
        """Elements of an array into a closure's parameters."""
        of = self.found.of(node.root)
        for before in node.steps[:at]:
            of = of_step(self.found, of, before)
        if of is NEVER:
            return
        element = of.element if of.kind is Kind.ARRAY and (step.name, len(step.args)) not in self.functions else ANY
        given = [element, INT if of.kind is Kind.ARRAY else ANY]
        if step.name == "reduce":
            total = self.found.total(closure, step.args[1])
            given = [total if of.kind is Kind.ARRAY else ANY, element]
        elif (step.name, len(step.args)) in library.SORTING:
            given = [element, element]
        for binding, value in zip(params, given, strict=False):
            self.found.add(binding, value)

    @staticmethod
    def _root(binding: Binding) -> Binding:
        while type(binding.source) is Binding:
            binding = binding.source
        return binding

    def _is_told(self, binding: Binding) -> bool:
        """Whether something is to be found out of a variable: of others it is settled that they may hold anything."""
        return id(self._root(binding)) in self.found.variables

    def _is_anything(self, binding: Binding) -> bool:
        """Whether a variable is known to hold anything already, so that what else gets into it needn't be looked at."""
        return self.found.variables.get(id(self._root(binding))) is ANY

    # --- the ways ---

    def _start(self, binding: Binding) -> None:
        """What a variable starts with."""
        if self._is_anything(binding):
            return
        if binding.origin is Origin.LET:
            value = UNIT if binding.value is None else self.found.of(binding.value)
            completed = self.resolution.completed.get(id(binding))
            if completed is not None:
                value = with_entries(value, {key: self.found.of(node) for key, node in completed.items()})
            self.found.add(binding, value)
        elif type(binding.source) is tree.For:
            self.found.add(binding, self.found.element(binding.source.iterable))

    def _stores(self, binding: Binding) -> None:
        """What is assigned to a variable."""
        if self._is_anything(binding):
            return
        for op, node in binding.stores:
            value = self.found.of(node)
            self.found.add(binding, value if op == "=" else self.found.assigned(op, self.found.of_binding(binding), value))

    def _calls(self, function: tree.Function) -> None:
        """Arguments into parameters, results out of bodies."""
        key = (function.name, len(function.params))
        frame = self.resolution.frames[id(function)]
        for args in self.flows.calls.get(key, ()):
            for binding, node in zip(frame.params, args, strict=True):
                if self.found.variables.get(id(binding), ANY) is not ANY:
                    self.found.add(binding, self.found.of(node))
        before = self.found.results.get(key)
        if before is None or before is ANY:
            return
        after = join(before, self.found.of_block(function.body))
        for value in frame.returns:
            after = join(after, UNIT if value is None else self.found.of(value))
        if after is not before:
            self.found.results[key] = after
            self.found.changes.add(key)

    def _called_by_name(self) -> None:
        """Natives give functions anything."""
        for name in named.names(self.sites, self.found):
            for function in self.script.functions:
                if name is None or function.name == name:
                    self._receive((function.name, len(function.params)), ANY)
                    for binding in self.resolution.frames[id(function)].params:
                        self.found.add(binding, ANY)

    def _receive(self, key: tuple[str, int], of: Type) -> None:
        if key in self.found.receivers and self.found.receivers[key] is not of:
            self.found.receivers[key] = of
            self.found.changes.add(key)

    def _chain(self, binding: Binding, node: tree.Chain | tree.Assign) -> None:
        """A variable's contents are assigned, or changed by methods."""
        if self._is_anything(binding):
            return
        for after in self._effect(self.found.of_binding(binding), node):
            self.found.add(binding, after)

    def _effect(self, before: Type, node: tree.Chain | tree.Assign) -> list[Type]:
        """What a chain's root may hold afterwards, besides what it held before."""
        chain: Any = node.target if type(node) is tree.Assign else node
        path: list[str | None] = []
        at = holder = before
        for step in chain.steps:
            if type(step) is tree.MethodStep:
                # What follows is done to the method's result, which is nobody's.
                after = [changed(before, path, partial(self._after_method, name=step.name, args=step.args))]
                left = self._left_by(at, step)
                if left is not NEVER:
                    after.append(left if not path else changed(before, path, partial(_instead, left)))
                return after
            path.append(_key(step))
            at, holder = of_step(self.found, at, step), at
        if type(node) is not tree.Assign:
            return []
        value, op = self.found.of(node.value), node.op
        if op == "=":
            return [changed(before, path, partial(_instead, value))]
        after = [changed(before, path, lambda of: self.found.assigned(op, of, value))]
        if self.resolution.catches and holder.kind is Kind.MAP and path[-1] not in holder.required:
            # An operator on an entry that isn't there fails, and leaves () there.
            after.append(changed(before, path, partial(_instead, UNIT)))
        return after

    def _left_by(self, of: Type, step: tree.MethodStep) -> Type:
        """What a function of the script that is called as a method may leave in the place of its receiver."""
        key = (step.name, len(step.args))
        return NEVER if of is NEVER or key not in self.functions else self.found.receiver(key)

    def _native(self, binding: Binding, node: tree.Call) -> None:
        """A native is called in function style on a variable."""
        before = self.found.of_binding(binding)
        self.found.add(binding, self._after_method(before, node.name, node.args[1:]))

    def _after_method(self, of: Type, name: str, args: list[tree.Expr]) -> Type:
        """The type of a receiver after a method."""
        if of is NEVER:
            return of
        is_own = (name, len(args)) in self.found.receivers  # What it leaves in its receiver, () too, is told by ``_left_by``.
        if atoms.may_be_container(of) and (is_own or fails_on_unit(self.found, name, len(args))):
            return join(of, self._after_method(atoms.held(of), name, args))
        if of.kind is Kind.MAP:
            return self._after_map_method(of, name, args)
        dispatcher = self.natives.lookup(name, len(args) + 1)
        if name == "call" and self.pointers.is_active:
            is_object = not is_pointer(of) and bool(args) and may_be_pointer(self.found.of(args[0]))
            return self._after_closure(of, self.found.of(args[0])) if is_object else of
        if name == "call" or (of.kind is Kind.UNKNOWN) or (dispatcher is not None and _replaces_any(dispatcher)):
            return ANY
        if of.kind is not Kind.ARRAY:
            # Natives for one type of text or number keep it; others fail.
            return any_bits(of)
        if dispatcher is None or ((name, len(args)) in library.KEEPING and not dispatcher.calls_back):
            return of if name in library.LEAVING_IN_PLACE else without_positions(of)
        if not dispatcher.mutates:
            return of if all(map(self.found.keeps_this, args)) else array_of(ANY)
        return self._after_array_method(of, name, args)

    def _after_closure(self, of: Type, called: Type) -> Type:
        """The type of a receiver after a pointer was called on it: a closure's, as nothing is known of pointers to functions."""
        return ANY if called.kind is Kind.UNKNOWN and called is not NEVER else join(of, self.found.given_this(targets(called)))

    def _after_array_method(self, of: Type, name: str, args: list[tree.Expr]) -> Type:
        if (name, len(args)) in library.KEEPING and all(map(self.found.keeps_this, args)):
            return without_positions(of)
        put = library.PUT.get((name, len(args)))
        if put is not None:
            return array_of(join(of.element, self.found.of(args[put])))
        return array_of(ANY)

    def _after_map_method(self, of: Type, name: str, args: list[tree.Expr]) -> Type:
        is_called = may_be_called(of, name) and not self.found.is_without_pointers
        if (name, len(args)) in self.found.receivers and not is_called:
            # The script's own function (``_left_by``), whatever native has that name.
            return of
        if name == "call" or is_called:
            if not self.pointers.is_active:
                return ANY
            called = types.entry(of, name) if name != "call" else self.found.of(args[0]) if args else NEVER
            is_method = name in of.required and is_pointer(called)
            of = self._after_closure(of, called)
            if is_method or of.kind is not Kind.MAP:
                return of
        dispatcher = self.natives.lookup(name, len(args) + 1)
        if (
            dispatcher is None
            or all(overload.params[0] not in ("map", ANYTHING) for overload in dispatcher.overloads)
            or (not dispatcher.mutates and all(map(self.found.keeps_this, args)))
        ):
            return of
        if (name, len(args)) in (("remove", 1), ("clear", 0)) and not _replaces_any(dispatcher):
            return map_of(of.fields, of.element, frozenset())
        return ANY


def _instead(left: Type, _of: Type) -> Type:
    """What takes the place of anything."""
    return left


def _replaces_any(dispatcher: Dispatcher) -> bool:
    """Whether a native may leave a value of another type where its receiver was."""
    return any(overload.replaces_receiver and overload.params[0] == ANYTHING for overload in dispatcher.overloads)


def _key(step: Any) -> str | None:
    """What a path keeps of a step: a key that is written down, or None."""
    if type(step) is tree.PropertyStep:
        return str(step.name)
    return step.index.value if type(step.index) is tree.String else None
