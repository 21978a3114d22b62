"""What a run is given from outside, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.engine.errors import ScriptError, Stop
from app.engine.runtime import DebugLine
from app.engine.values import Value


def _still() -> float:
    return 0.0


def _none() -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Host:
    """What a run is given from outside.

    A clock, a look-out that is called now and then and may raise ``Stop``, the context of host functions, how many calls the
    host's journal holds (a trace notes it at each step), and a sink for prints.
    """

    clock: Callable[[], float] = _still
    look: Callable[[], None] | None = None
    context: object = None
    calls: Callable[[], int] = _none
    sink: Callable[[str | DebugLine], None] | None = None


NO_HOST: Final = Host()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used."""

    operations: int
    memory_bytes: int


@dataclass(slots=True)
class Outcome:
    """How a run ended: with a value, or with the author's error; what it printed until then, and what it used.

    Nobody changes it. It isn't frozen, because making a frozen one takes three times as long, a third of a short run.
    """

    value: Value
    error: ScriptError | Stop | None
    prints: tuple[str | DebugLine, ...]
    operations: int
    """The operations counted."""
    memory_bytes: int

    @property
    def usage(self) -> Usage:
        """What it used, as one value."""
        return Usage(self.operations, self.memory_bytes)
