"""The running program, as natives see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.engine.errors import ScriptError
from app.engine.limits import Limits
from app.engine.source import Place
from app.engine.values import FnPtr, Value

if TYPE_CHECKING:
    from app.engine.natives import Natives
    from app.engine.stdlib.key_order import Key


@dataclass(frozen=True, slots=True)
class FunctionInfo:
    """What a script can ask about one of its functions."""

    name: str
    params: tuple[str, ...]
    is_private: bool = False
    receiver: str | None = None


class Runtime(Protocol):
    """What a native may ask of the running program."""

    limits: Limits
    natives: Natives
    unaccounted: int
    """The bytes of small copies and the like, which were made and aren't accounted for."""

    def charge(self, count: int) -> None:
        """Counts operations; raises ``Stop`` beyond the limit."""

    def counted(self) -> int:
        """The operations counted so far."""

    def keys(self, function: FnPtr) -> tuple[Key, ...]:
        """The keys of the elements by which a function of two elements orders them, if it is certain that it does nothing else."""

    def grow(self, size_bytes: int) -> None:
        """Accounts for data that is about to grow; raises ``Stop`` beyond the memory limit. Called before allocating."""

    def look_at(self, container: list[Value] | dict[str, Value]) -> None:
        """Measures a container with few parts that grew, now or at its turn; raises ``Stop`` if it is too large."""

    def call(self, function: FnPtr, args: Sequence[Value], this: Value = ...) -> tuple[Value, Value]:
        """Calls a function pointer with its curried arguments and these; gives its result and the new ``this``.

        Arguments are borrowed, the result is owned. Without ``this`` (``UNBOUND``) none is bound. A native reached with
        ``this`` gets it as its receiver. Raises ``function_not_found`` where no function takes so many arguments.
        """

    def left(self, error: BaseException, this: Value) -> Value:
        """What a function called with ``this`` has left in it when it failed with the error."""

    def name_native(self, error: ScriptError, name: str) -> None:
        """Has an error that left a callback tell of the native that called it, as one more level of calls."""

    def arity(self, function: FnPtr) -> int | None:
        """How many parameters the script function behind the pointer has, curried ones included.

        None where it isn't one function, or may be a native.
        """

    def print(self, text: str) -> None:
        """Prints a line."""

    def debug(self, text: str, place: Place | None) -> None:
        """Prints a line of debug output; without a place the runtime takes the calling one."""

    def monotonic(self) -> float:
        """The injected clock, in seconds."""

    def functions(self) -> Sequence[FunctionInfo]:
        """The script's own functions, closures excluded."""
