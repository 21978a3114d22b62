"""One run of a program: limits, counters, output, and how function pointers are called. Natives see it as ``Runtime``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MethodType
from typing import Any, Final

from app.engine import errors, ops, sizes
from app.engine.display import display
from app.engine.limits import Limits
from app.engine.lower import ELEMENTS, KEEPING, Compiled
from app.engine.meter import Meter
from app.engine.natives import Dispatcher, Natives
from app.engine.running import FunctionInfo
from app.engine.runtime import scopes
from app.engine.runtime.key_orders import KeyOrders
from app.engine.runtime.places import calling_place, left, stands
from app.engine.runtime.turns import Turns
from app.engine.source import Place
from app.engine.stdlib.key_order import Key
from app.engine.values import FIRST_WAY, MOST_ARGUMENTS, UNBOUND, FnPtr, Value, type_name


@dataclass(frozen=True, slots=True)
class DebugLine:
    """A line printed by ``debug``, with the place of the call."""

    text: str
    place: Place | None


def _no_step(_number: int) -> None:
    """For texts evaluated during a trace: they are one step."""


_made: Final = tuple.__new__
"""Makes a pointer of all its parts, in half the time that a named tuple takes for it."""
_NO_WAYS: Final = (None,) * (MOST_ARGUMENTS + 1)


@dataclass(slots=True, eq=False)
class Bound:
    """A script function of this run: its description and the Python function."""

    compiled: Compiled
    function: Callable[..., Any]
    machine: Machine
    arity: int = field(init=False)
    """The number of parameters, captured ones included."""
    is_direct: bool = field(init=False)
    """Whether the Python function takes just the level, perhaps ``this``, and the arguments."""
    is_plain: bool = field(init=False)
    """Whether it takes just the level and the arguments, and gives just its result."""
    uses_this: bool = field(init=False)
    returns_this: bool = field(init=False)
    captures: int = field(init=False)
    """How many of the parameters are captured; if any, the Python function takes a tuple of what they are before everything else."""
    swept_by: str = field(init=False)
    sweep: Callable[..., Any] = field(init=False)
    """For a closure compiled as the loop of a native (``swept_by``) over its elements: the loop. ``function`` calls it for a single one."""

    def __post_init__(self) -> None:
        # Looked up at each call through a map: one step to them instead of three.
        self.arity = len(self.compiled.params)
        self.is_direct = not self.compiled.is_dynamic
        self.uses_this = self.compiled.uses_this
        self.returns_this = self.compiled.returns_this
        self.is_plain = self.is_direct and not self.uses_this and not self.returns_this
        self.captures = self.compiled.captures
        self.swept_by = self.compiled.swept_by
        self.sweep = self.function
        if self.compiled.takes:
            self.function = self._copying
        if self.swept_by:
            self.function = self._single_captured if self.captures else self._single

    def _copying(self, level: Any, *args: Value) -> Value:
        """Calls a function that takes arguments over, on behalf of whoever only lends them."""
        takes = self.compiled.takes
        given = [self.machine.copied(value) if at in takes else value for at, value in enumerate(args)]
        return self.sweep(level, *given)

    def _single(self, level: Any, *args: Value) -> Value:
        """Calls a sweep for one element, on behalf of whoever isn't one of the natives that sweep."""
        inner = self.machine.meter.below(level)
        if self.swept_by not in KEEPING:
            return self.sweep(level, inner, *args[:-1], args[-1:])
        kept: list[Value] = []
        if self.compiled.is_indexed:
            self.sweep(level, inner, kept.append, *args[:-2], [args[-2:]])
        else:
            self.sweep(level, inner, kept.append, *args[:-1], args[-1:])
        return bool(kept) if self.compiled.gives == ELEMENTS else kept[0]

    def _single_captured(self, captured: tuple[Any, ...], level: Any, *args: Value) -> Value:
        return self._single(level, *captured, *args)

    def reached(self, captured: tuple[Any, ...]) -> Callable[..., Any]:
        """The Python function with what it has captured."""
        return MethodType(self.function, captured) if self.captures else self.function

    def pointer(self, captured: tuple[Any, ...]) -> FnPtr:
        """A pointer to it, as a closure."""
        compiled = self.compiled
        if self.swept_by:
            # The native that sweeps asks for its code, and others hardly ever get it.
            return _made(FnPtr, (compiled.name, captured, self, compiled.cells, *_NO_WAYS))
        ways: list[Callable[..., Any] | None] = [None] * (MOST_ARGUMENTS + 1)
        if self.is_plain and self.arity - self.captures <= MOST_ARGUMENTS:
            ways[self.arity - self.captures] = self.reached(captured)
        return FnPtr(compiled.name, captured, self, compiled.cells, *ways)


def _account(maximum: int) -> tuple[Callable[[int], None], Callable[[], int], Callable[[], int]]:
    """The memory account of a run: what adds to it, reads it, and closes it. A closure's own number is the quickest to add to."""
    used = 0
    allowed = maximum or 1 << 62

    def grow(size_bytes: int) -> None:
        """Accounts for data that is about to grow.

        Raises:
            Stop: the run's memory is used up.
        """
        nonlocal used
        used += size_bytes
        if used > allowed:
            raise errors.memory_exhausted(maximum)

    def close() -> int:
        nonlocal used
        total, used = used, 0
        return total

    return grow, lambda: used, close


class _Constants(dict[str, Value]):
    """What functions see as ``global::NAME``."""

    def __missing__(self, name: str) -> Value:
        raise errors.variable_not_found(f"global::{name}")


class Machine:
    """The state of one run."""

    def __init__(
        self,
        limits: Limits,
        natives: Natives,
        meter: Meter,
        *,
        clock: Callable[[], float],
        parent: Machine | None = None,
        host: object = None,
        sink: Callable[[str | DebugLine], None] | None = None,
    ) -> None:
        self.limits = limits
        self.natives = natives
        self.meter = meter
        self.host = host
        self.here: Any = meter.top()
        self.charge = meter.charge
        self.monotonic = clock
        self.prints: list[str | DebugLine] = [] if parent is None else parent.prints
        self.sink: Callable[[str | DebugLine], None] | None = sink if parent is None else parent.sink
        self.functions_by_key: dict[tuple[str, int], Bound] = {}
        self.typed: dict[tuple[str, str, int], Bound] = {}
        self.closures: list[Bound] = []
        self.in_caller_scope: dict[tuple[str, int], Bound] = {}
        self.constants = _Constants()
        self.key_orders = KeyOrders()
        self.imports: list[tuple[str | None, Any]] = []
        self.root: Machine = self if parent is None else parent.root
        self.program: Any = None
        """The program being run, for texts that are compiled while running."""
        self.step: Any = _no_step
        """Called before each statement of a program compiled for a trace."""
        account = _account(limits.max_memory) if parent is None else (parent.grow, parent.accounted, parent.close_account)
        self.grow: Callable[[int], None] = account[0]
        self.accounted: Callable[[], int] = account[1]
        self.close_account: Callable[[], int] = account[2]
        """The bytes accounted for in the run that ended; the next one begins at none."""
        self.unaccounted = 0
        """The bytes that were made and aren't accounted for."""
        self.measured = 0
        """The bytes that were paid for measuring literals of containers, out of those made."""
        self.modules_loaded = 0
        self.is_alone = False
        """Whether no other machine's code takes part in the run, for which a name may be another function's."""

    # --- what natives ask for ---

    @property
    def memory(self) -> int:
        """The bytes accounted for so far."""
        return self.accounted()

    @cached_property
    def turns(self) -> Turns:
        """When containers are measured."""
        return Turns(self)

    def look_at(self, container: list[Value] | dict[str, Value]) -> None:
        """Measures a container with few parts that grew, now or at its turn."""
        self.turns.look_at(container, container if isinstance(container, list) else container.values())

    def print(self, text: str) -> None:
        """Prints a line; the output's size counts as memory."""
        self.grow(len(text) + 64)
        self.prints.append(text)
        if self.sink is not None:
            self.sink(text)

    def debug(self, text: str, place: Place | None) -> None:
        """Prints a debug line, at the calling place unless another is given."""
        self.grow(len(text) + 64)
        line = DebugLine(text, place or calling_place())
        self.prints.append(line)
        if self.sink is not None:
            self.sink(line)

    def counted(self) -> int:
        """The operations counted so far."""
        return self.meter.used

    def keys(self, function: FnPtr) -> tuple[Key, ...]:
        """The keys by which a closure orders elements, if it does nothing else."""
        code = function.code
        return code.compiled.keys if type(code) is Bound and not function.curried else ()

    def functions(self) -> Sequence[FunctionInfo]:
        """The script's own functions."""
        every = [*self.functions_by_key.values(), *self.typed.values()]
        return [
            FunctionInfo(bound.compiled.name, bound.compiled.params, bound.compiled.is_private, bound.compiled.receiver) for bound in every
        ]

    @staticmethod
    def left(error: BaseException, this: Value) -> Value:
        """What a function that failed has left in its ``this``."""
        return left(error, this)

    @staticmethod
    def name_native(error: errors.ScriptError, name: str) -> None:
        """Has an error that left a callback tell of the native that called it."""
        error.natives += ((len(stands(error.__traceback__)), name),)

    def arity(self, function: FnPtr) -> int | None:
        """How many parameters the script function behind a pointer has; None where it may be another one's or a native's."""
        code = function.code
        if isinstance(code, Bound):
            return code.arity
        found = [bound for (name, _), bound in self.functions_by_key.items() if name == function.name]
        return found[0].arity if len(found) == 1 and function.name not in self.natives.names else None

    def call(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        """Calls a function pointer on behalf of a native; gives the result and the new ``this``."""
        here = self.here
        self.here = self.meter.below(here)
        try:
            if function.curried and this is not UNBOUND and not self._is_scripted(function, len(args)):
                # A native gets the item behind the curried arguments, as one more of them.
                scopes.require_unlocked(function)
                return self._call_native(function.name, (*function.arguments(), this, *args)), this
            return self.apply(function, args, this)
        finally:
            # Natives that the function has called were deeper; the next callback starts from here again.
            self.here = here

    def _is_scripted(self, function: FnPtr, argc: int) -> bool:
        """Whether a pointer leads to a function of the script that takes so many arguments."""
        count, code = len(function.curried) + argc, function.code
        return (type(code) is Bound and code.arity == count) or (function.name, count) in self.functions_by_key

    def named(self, name: str, code: Bound | None = None) -> FnPtr:
        """A pointer to whatever functions have this name when it is called; ``code`` is one of them."""
        ways = [self._way(name, count) for count in range(MOST_ARGUMENTS + 1)] if self.is_alone else ()
        return FnPtr(name, (), code, (), *ways)

    def _way(self, name: str, count: int) -> Callable[..., Any] | None:
        """The script's function of a name that takes so many arguments, if that is meant with and without ``this``."""
        bound = self.functions_by_key.get((name, count))
        if bound is None or not bound.is_plain or any(key[1:] == (name, count) for key in self.typed):
            return None
        return bound.function

    def apply(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        """Calls a function pointer on behalf of the script; gives the result and the new ``this``."""
        count = len(args)
        way: Any = function[FIRST_WAY + count] if count <= MOST_ARGUMENTS else None
        if way is not None:
            return way(self.here, *args), this
        given = (*function.curried, *args) if function.curried else tuple(args)
        code = function.code
        if type(code) is Bound and code.arity == len(given):
            return code.machine.invoke(self.here, code, this, given)
        if function.cells:
            scopes.require_unlocked(function)
            given = (*function.arguments(), *args)
        return self.call_named(function.name, given, this)

    def call_named(self, name: str, given: Sequence[Value], this: Value) -> tuple[Value, Value]:
        """Calls a function by name: the script's own first, then a native with ``this`` as its receiver."""
        bound = None if this is UNBOUND else self.typed.get((type_name(this), name, len(given)))
        bound = bound or self.functions_by_key.get((name, len(given)))
        if bound is not None:
            return self.invoke(self.here, bound, this, given)
        if this is not UNBOUND:
            dispatcher = self.natives.lookup(name, len(given) + 1)
            if dispatcher is not None:
                after, result = dispatcher.call_method(self, this, self.handed(dispatcher, given))
                return result, after
            raise errors.function_not_found(name, [type_name(this), *map(type_name, given)])
        return self._call_native(name, given), this

    def _call_native(self, name: str, given: Sequence[Value]) -> Value:
        dispatcher = self.natives.lookup(name, len(given))
        if dispatcher is None:
            raise errors.function_not_found(name, [type_name(value) for value in given])
        given = self.handed(dispatcher, given)
        if given and dispatcher.mutates:
            # What it changes is nobody's: neither a variable's nor the pointer's.
            given = [self.copied(given[0]), *given[1:]]
        return dispatcher(self, *given) if dispatcher.context else dispatcher(*given)

    def handed(self, dispatcher: Dispatcher, given: Sequence[Value]) -> Sequence[Value]:
        """Borrowed arguments as a native gets them: copies if it may keep them."""
        return [self.copied(value) for value in given] if dispatcher.stores else given

    def invoke(self, level: Any, bound: Bound, this: Value, given: Sequence[Value]) -> tuple[Value, Value]:
        """Calls a script function; gives the result and the new ``this``."""
        captures = bound.captures
        before: list[Any] = [given[:captures], level] if captures else [level]
        if not bound.is_direct:
            before.append([])
        if bound.uses_this:
            before.append(this)
        result = bound.function(*before, *given[captures:])
        if bound.returns_this:
            return result[0], result[1]
        return result, this

    def copied(self, value: Value) -> Value:
        """A copy, charged for."""
        return ops.copied_metered(self, value)

    def shown(self, value: Value) -> str:
        """A value's display text, charged for."""
        if type(value) is str:
            return value
        if type(value) in (list, dict, bytearray):
            elements, entries, text_bytes, steps = sizes.measure(value)
            sizes.walk(self, steps)
            self.grow((elements + entries) * 8 + text_bytes)
        return display(value)
