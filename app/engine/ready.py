"""A program made ready to run: machine, meter, functions. Made once and used for run after run, one at a time.

Binding the leaves and functions to a machine takes many times as long as a short script. All that a run can change is put back at the
end of it (``Ready.run``). A run that ended otherwise than with a value leaves nothing to use again, and programs that import modules,
evaluate texts or keep their variables in a scope change more than is worth putting back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.engine import ops
from app.engine.errors import Exit, InternalError, ScriptError, Stop
from app.engine.install import CHANGES_MORE, installed
from app.engine.limits import Limits
from app.engine.meter import Meter
from app.engine.natives import Natives
from app.engine.outcome import NO_HOST, Host, Outcome
from app.engine.runtime import Machine, settled
from app.engine.shapes import Record, Unfit
from app.engine.trace import Recorder
from app.engine.translation import Code
from app.engine.values import Value

HARD_CALL_LEVELS: Final = 400
"""Calls nest no deeper, whatever the limits say: Python's own stack has to hold them."""

_FRAMES_PER_CALL: Final = 12
_new: Final[Callable[[type[Outcome]], Outcome]] = object.__new__
"""Making an outcome and filling it in takes two thirds of what its own ``__init__`` takes."""


class Ready:
    """One machine with a program's functions bound to it."""

    __slots__ = (
        "_code",
        "_is_kept",
        "_main",
        "_name",
        "_names",
        "_taken",
        "_takers",
        "_top",
        "is_reusable",
        "limits",
        "machine",
        "meter",
    )

    def __init__(self, program: object, code: Code, limits: Limits, natives: Natives, outer: Mapping[str, Record | None]) -> None:
        depth = min(limits.max_call_levels or HARD_CALL_LEVELS, HARD_CALL_LEVELS)
        self.limits = limits
        self.meter = Meter(code.weights, limits.max_operations, depth)
        self.machine = Machine(limits, natives, self.meter, clock=NO_HOST.clock)
        self.machine.program = program
        self.is_reusable = False
        """Whether the last run left it as it was before."""
        self._code = code
        self._is_kept = not code.has_scope and code.names.isdisjoint(CHANGES_MORE)
        self._names = tuple(outer)
        self._takers: tuple[tuple[str, Callable[[Any], Value]], ...] = tuple(
            [(name, ops.copied if record is None else record.taker(name)) for name, record in outer.items()]
        )
        self._name: str | None = None
        """The only variable of the host, the usual case."""
        self._taken: Callable[[Any], Value] = ops.copied
        if len(self._takers) == 1:
            self._name, self._taken = self._takers[0]
        self._top = self.meter.top()
        self._main: Callable[..., Any] = self._first
        # Python's stack gets room for the script's calls, and keeps it: giving it back, and asking for it, takes time in each short run.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 1_000 + depth * _FRAMES_PER_CALL))

    def run(self, bindings: Mapping[str, Value], host: Host, recorder: Recorder | None) -> Outcome:
        """One run; author faults are in the outcome.

        Raises:
            InternalError: a bug of ours.
            Unfit: a binding isn't of its shape.
        """
        if host is not NO_HOST:
            self._given(host)
        self.is_reusable = False
        # Read before they are called: Python calls what lies in a slot by a slower way.
        main, taken = self._main, self._taken
        try:
            if self._name is not None:
                value = main(self._top, taken(bindings.get(self._name)))
            else:
                value = main(self._top, *[taken(bindings.get(name)) for name, taken in self._takers])
        except (InternalError, Unfit):
            raise
        except (Exception, Exit, Stop) as fault:
            return self._left(fault, recorder)
        if not self._is_kept:
            return self._ended(value, None)
        # What the run changed is put back as it was before: all else here is the program's.
        machine, meter = self.machine, self.meter
        outcome = _new(Outcome)
        outcome.value, outcome.error, outcome.prints = value, None, ()
        if machine.prints:
            outcome.prints = tuple(machine.prints)
            machine.prints.clear()
        close_account = machine.close_account
        outcome.operations, outcome.memory_bytes = meter.settled(), close_account()
        machine.here = self._top
        machine.unaccounted = machine.measured = 0
        if machine.constants:
            machine.constants.clear()
        if host is not NO_HOST:
            self._given(NO_HOST)
        self.is_reusable = meter.is_small
        return outcome

    def _left(self, by: Exception | Exit | Stop, recorder: Recorder | None) -> Outcome:
        """The outcome of a run that an exception has left: the script's ``exit``, or a fault."""
        if recorder is not None:
            recorder.end(by.__traceback__, is_error=not isinstance(by, Exit))
        return self._ended(by.value, None) if isinstance(by, Exit) else self._ended(None, settled(by))

    def _ended(self, value: Value, error: ScriptError | Stop | None) -> Outcome:
        """The outcome of a run after which this is thrown away."""
        return Outcome(value, error, tuple(self.machine.prints), self.meter.used, self.machine.memory)

    def _given(self, host: Host) -> None:
        machine = self.machine
        machine.host, machine.monotonic, machine.sink, self.meter.look = host.context, host.clock, host.sink, host.look
        if host.look is not None:
            self.meter.take_back()

    def _first(self, level: Any, *values: Value) -> Value:
        """Binds the functions, and runs the program."""
        namespace = installed(self.machine, self._code)
        self._main = namespace[self._code.main]
        if not self._code.has_scope:
            return self._main(level, *values)
        scope: list[Any] = []
        for name, value in zip(self._names, values, strict=True):
            namespace["scope_push"](scope, name, value)
        return self._main(level, scope)
