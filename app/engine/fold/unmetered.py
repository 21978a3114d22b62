"""The runtime of constant folding."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine import errors, sizes
from app.engine.limits import Limits
from app.engine.natives import Natives
from app.engine.running import FunctionInfo, Runtime
from app.engine.source import Place
from app.engine.values import UNBOUND, FnPtr, Value


class Uncounted:
    """The part of a ``Runtime`` that counts, for those that don't."""

    __slots__ = ()

    def charge(self, count: int) -> None:
        """Operations aren't counted."""

    def counted(self) -> int:
        """Operations aren't counted."""
        return 0

    def keys(self, function: FnPtr) -> tuple[()]:
        """Whoever compares by keys counts; others call."""
        return ()

    def grow(self, size_bytes: int) -> None:
        """Memory isn't accounted for."""

    def look_at(self: Runtime, container: list[Value] | dict[str, Value]) -> None:
        """Everything has its turn."""
        sizes.check_unpaid(self, container)


class Unmetered(Uncounted):
    """A ``Runtime`` for constant folding: it only knows limits. It neither counts nor calls."""

    __slots__ = ("limits", "natives", "unaccounted")

    def __init__(self, limits: Limits, natives: Natives) -> None:
        self.limits = limits
        self.natives = natives
        self.unaccounted = 0

    def call(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        """Nothing is called at compile time."""
        raise errors.InternalError("a constant expression calls back")

    def left(self, error: BaseException, this: Value) -> Value:
        """Nothing is called at compile time."""
        raise errors.InternalError("a constant expression calls back")

    def name_native(self, error: errors.ScriptError, name: str) -> None:
        """Nothing is called at compile time."""
        raise errors.InternalError("a constant expression calls back")

    def arity(self, function: FnPtr) -> int | None:
        """Nothing is known of functions at compile time."""
        return None

    def print(self, text: str) -> None:
        """Nothing is printed at compile time."""
        raise errors.InternalError("a constant expression prints")

    def debug(self, text: str, place: Place | None) -> None:
        """Nothing is printed at compile time."""
        raise errors.InternalError("a constant expression prints")

    def monotonic(self) -> float:
        """There is no time at compile time."""
        raise errors.InternalError("a constant expression asks for the time")

    def functions(self) -> Sequence[FunctionInfo]:
        """Nothing is known of functions at compile time."""
        return ()
