"""One run by the walker: limits, output, functions, and how function pointers are called. Natives see it as ``Runtime``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine import errors, ops, tree
from app.engine.errors import CallLevel
from app.engine.fold.unmetered import Uncounted
from app.engine.limits import Limits
from app.engine.natives import Dispatcher, Natives
from app.engine.running import FunctionInfo
from app.engine.source import Place, Source
from app.engine.values import UNBOUND, FnPtr, Value, type_name
from tests.engine.walker.frame import Entry, Frame, Leave, NotCovered

Print = str | tuple[str, Place | None]
"""A printed line; with a place, one of ``debug``."""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the script. A closure's captures are its first parameters."""

    name: str
    params: tuple[str, ...]
    body: list[tree.Stmt]
    receiver: str | None = None


class Machine(Uncounted):
    """What all frames of a run share."""

    def __init__(self, script: tree.Script, source: Source, natives: Natives, limits: Limits, steps: int) -> None:
        self.source = source
        self.natives = natives
        self.limits = limits
        self.unaccounted = 0
        self.steps = steps
        self.depth = 0
        self.here: Place | None = None
        self.left_over: Value = UNBOUND
        """What the function that failed last had in its ``this``, when it was called with one."""
        self.prints: list[Print] = []
        self.caught = 0
        """How many errors the program has caught."""
        self.constants: dict[str, Value] = {}
        self.untyped: dict[tuple[str, int], Function] = {}
        self.typed: dict[tuple[str, str, int], Function] = {}
        for node in script.functions:
            function = Function(node.name, tuple(name.text for name in node.params), node.body.statements, node.receiver)
            key = (node.name, len(node.params))
            if node.receiver is None:
                self.untyped[key] = function
            else:
                self.typed[{"int": "i64", "float": "f64"}.get(node.receiver, node.receiver), *key] = function

    def step(self) -> None:
        """Counts a node; long programs are left to other tests."""
        self.steps -= 1
        if self.steps < 0:
            raise NotCovered("too many steps")

    def function_named(self, name: str) -> Function | None:
        """The script's function of that name, the first one if there are several."""
        return next((function for (known, _), function in self.untyped.items() if known == name), None)

    def method(self, receiver: Value, name: str, argc: int) -> FnPtr | Function | None:
        """What a method call finds in the script: a pointer in the map, a typed method, a function."""
        if type(receiver) is dict:
            pointer = receiver.get(name)
            if type(pointer) is FnPtr:
                return pointer
        return self.typed.get((type_name(receiver), name, argc)) or self.untyped.get((name, argc))

    def invoke(
        self,
        function: Function,
        given: Sequence[Value],
        this: Value = UNBOUND,
        *,
        is_this_const: bool = False,
        caller: list[Entry] | None = None,
    ) -> tuple[Value, Value]:
        """Calls a function of the script, in its caller's scope if that is given; gives its result and the new ``this``."""
        self.left_over = UNBOUND
        if self.depth >= self.limits.max_call_levels:
            raise errors.stack_overflow(self.limits.max_call_levels)
        scope = [] if caller is None else caller
        mark = len(scope)
        scope += [
            value if isinstance(value, Entry) else Entry(name, ops.copied(value))
            for name, value in zip(function.params, given, strict=True)
        ]
        frame = Frame(self, scope, this, is_this_const=is_this_const)
        self.depth += 1
        try:
            return frame.block(function.body), frame.this
        except Leave as leave:
            return leave.value, frame.this
        except errors.ScriptError as error:
            self.left_over = frame.this
            error.calls += (CallLevel(function.name),)
            raise
        except errors.Stop as stop:
            # Not wrapped, but reported where the function was called.
            stop.place, stop.has_place = None, True
            raise
        finally:
            self.depth -= 1
            del scope[mark:]

    # --- what natives ask for ---

    def call(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        """Calls a function pointer for a native, which is a call level of its own."""
        self.depth += 1
        try:
            if function.curried and this is not UNBOUND and not self._is_scripted(function, len(args)):
                self.require_unlocked(function)
                return self._call_native(function.name, [*function.arguments(), this, *args]), this
            return self.apply(function, args, this)
        finally:
            self.depth -= 1

    @staticmethod
    def require_unlocked(function: FnPtr) -> None:
        """Fails where a captured variable of the pointer is being used."""
        for at in function.cells:
            cell = function.curried[at]
            if isinstance(cell, Entry) and cell.is_locked:
                raise errors.data_race(f"argument #{at + 1} of function '{function.name}'")

    def _is_scripted(self, function: FnPtr, argc: int) -> bool:
        code, count = function.code, len(function.curried) + argc
        return (isinstance(code, Function) and len(code.params) == count) or (function.name, count) in self.untyped

    def apply(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        """Calls a function pointer: the closure if the arguments fit, else by name."""
        self.left_over = UNBOUND
        given = (*function.curried, *args)
        code = function.code
        if isinstance(code, Function) and len(code.params) == len(given):
            return self.invoke(code, given, this)
        self.require_unlocked(function)
        values = [ops.copied(value) for value in (*function.arguments(), *args)]
        known = None if this is UNBOUND else self.typed.get((type_name(this), function.name, len(given)))
        known = known or self.untyped.get((function.name, len(given)))
        if known is not None:
            return self.invoke(known, values, this)
        if this is UNBOUND:
            return self._call_native(function.name, values), this
        dispatcher = self.natives.lookup(function.name, 1 + len(values))
        if dispatcher is None:
            raise errors.function_not_found(function.name, [type_name(value) for value in (this, *values)])
        after, result = self.native_method(dispatcher, this, values)
        return result, after

    def _call_native(self, name: str, given: Sequence[Value]) -> Value:
        dispatcher = self.natives.lookup(name, len(given))
        if dispatcher is None:
            raise errors.function_not_found(name, [type_name(value) for value in given])
        values = [ops.copied(value) for value in given]
        return dispatcher(self, *values) if dispatcher.context else dispatcher(*values)

    def native_method(self, dispatcher: Dispatcher, receiver: Value, args: Sequence[Value]) -> tuple[Value, Value]:
        """The receiver's new value and the result of a native, which puts back itself what its call-backs leave."""
        try:
            return dispatcher.call_method(self, receiver, args)
        finally:
            self.left_over = UNBOUND

    def left(self, _error: BaseException, this: Value) -> Value:
        """What the function that has just failed has left in its ``this``."""
        return this if self.left_over is UNBOUND else self.left_over

    @staticmethod
    def name_native(error: errors.ScriptError, name: str) -> None:
        """Has an error that left a callback tell of the native that called it."""
        error.calls += (CallLevel(name),)

    def arity(self, function: FnPtr) -> int | None:
        """The number of parameters of the script function behind the pointer."""
        if isinstance(function.code, Function):
            return len(function.code.params)
        found = [argc for name, argc in self.untyped if name == function.name]
        return found[0] if len(found) == 1 and function.name not in self.natives.names else None

    def print(self, text: str) -> None:
        """Prints a line."""
        self.prints.append(text)

    def debug(self, text: str, place: Place | None) -> None:
        """Prints a line of debug output."""
        self.prints.append((text, place or self.here))

    def monotonic(self) -> float:
        """Time stands still."""
        return 0.0

    def functions(self) -> Sequence[FunctionInfo]:
        """The script's own functions."""
        every = [*self.untyped.values(), *self.typed.values()]
        return [FunctionInfo(function.name, function.params, False, function.receiver) for function in every]
