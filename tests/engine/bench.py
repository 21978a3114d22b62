"""A runtime for library tests: real limits, a counter, a clock that advances, and call-backs written in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.engine import errors, sizes
from app.engine.limits import Limits
from app.engine.natives import Natives
from app.engine.running import FunctionInfo
from app.engine.source import Place
from app.engine.stdlib import STANDARD
from app.engine.values import UNBOUND, FnPtr, Value, type_name


class Bench:
    """Calls natives as a program would. A pointer made by ``fn`` calls a Python function; others call natives by name."""

    def __init__(self, limits: Limits | None = None, natives: Natives = STANDARD) -> None:
        self.limits = limits or Limits()
        self.natives = natives
        self.unaccounted = 0
        self.operations = 0
        self.memory_bytes = 0
        self.prints: list[str] = []
        self.debugs: list[str] = []
        self.seconds = 0.0
        self.infos: list[FunctionInfo] = []

    def charge(self, count: int) -> None:
        self.operations += count
        if self.limits.max_operations and self.operations > self.limits.max_operations:
            raise errors.too_many_operations(self.limits.max_operations)

    def look_at(self, container: list[Value] | dict[str, Value]) -> None:
        sizes.check_unpaid(self, container)

    def grow(self, size_bytes: int) -> None:
        self.memory_bytes += size_bytes
        if self.limits.max_memory and self.memory_bytes > self.limits.max_memory:
            raise errors.memory_exhausted(self.limits.max_memory)

    def call(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        given = [*function.curried, *args]
        if isinstance(function.code, Script):
            if function.code.arity != len(given):
                raise errors.function_not_found(function.name, [type_name(arg) for arg in given])
            return function.code.body(this, *given), this
        if this is not UNBOUND:
            given.insert(len(function.curried), this)
        dispatcher = self.natives.lookup(function.name, len(given))
        if dispatcher is None:
            raise errors.function_not_found(function.name, [type_name(arg) for arg in given])
        receiver, result = dispatcher.call_method(self, given[0], given[1:])
        return result, receiver if this is not UNBOUND else this

    def left(self, error: BaseException, this: Value) -> Value:
        return this

    def name_native(self, error: errors.ScriptError, name: str) -> None:
        error.calls += (errors.CallLevel(name),)

    def arity(self, function: FnPtr) -> int | None:
        return function.code.arity if isinstance(function.code, Script) else None

    def counted(self) -> int:
        return 0

    def keys(self, function: FnPtr) -> tuple[()]:
        return ()

    def print(self, text: str) -> None:
        self.prints.append(text)

    def debug(self, text: str, place: Place | None) -> None:
        assert place is None
        self.debugs.append(text)

    def monotonic(self) -> float:
        self.seconds += 0.5
        return self.seconds

    def functions(self) -> Sequence[FunctionInfo]:
        return self.infos

    def run(self, name: str, *args: Value) -> Value:
        """The result of a native."""
        return self.change(name, *args)[1]

    def change(self, name: str, *args: Value) -> tuple[Value, Value]:
        """The receiver's new value and the result of a native."""
        dispatcher = self.natives.lookup(name, len(args))
        if dispatcher is None:
            raise errors.function_not_found(name, [type_name(arg) for arg in args])
        if not args:
            return None, dispatcher(self) if dispatcher.context else dispatcher()
        return dispatcher.call_method(self, args[0], args[1:])


class Script:
    """What stands for a script function's code: takes ``this`` (or ``UNBOUND``), then its parameters."""

    def __init__(self, arity: int, body: Callable[..., Value]) -> None:
        self.arity = arity
        self.body = body


def fn(arity: int, body: Callable[..., Value]) -> FnPtr:
    """A closure of so many parameters; ``body`` takes just those."""
    return FnPtr("anon$0123456789abcdef", (), Script(arity, lambda _this, *args: body(*args)))


def method(arity: int, body: Callable[..., Value]) -> FnPtr:
    """A closure of so many parameters whose ``body`` takes ``this`` first."""
    return FnPtr("anon$0123456789abcdef", (), Script(arity, body))


def nested(depth: int) -> Value:
    """An array in an array in an array ..."""
    value: Value = 0
    for _ in range(depth):
        value = [value]
    return value
