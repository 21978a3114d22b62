"""Compiling and running: the facade over parser, resolve, lower, verify and runtime.

Pure: no IO and no clock of its own. The caller gives limits, a clock and a look-out that may end the run; the defaults count
operations only.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import FrameType, MappingProxyType
from typing import Any, Final

from app.engine import ops
from app.engine.errors import Exit, InternalError, ScriptError, Stop
from app.engine.install import installed
from app.engine.limits import Limits
from app.engine.meter import Meter
from app.engine.natives import Natives
from app.engine.parser import parse
from app.engine.runtime import FILE_PREFIX, DebugLine, Machine, settled
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.trace import Recorder, Trace
from app.engine.translation import Code, Failure, folded, parse_limits, translated
from app.engine.values import Value

HARD_CALL_LEVELS: Final = 400
"""Calls nest no deeper, whatever the limits say: Python's own stack has to hold them."""

_FRAMES_PER_CALL: Final = 12


def _still(_value: float = 0.0) -> float:
    return _value


def _none() -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run used."""

    operations: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: with a value, or with the author's error; and what it printed until then."""

    value: Value
    error: ScriptError | Stop | None
    prints: tuple[str | DebugLine, ...]
    usage: Usage

    @property
    def operations(self) -> int:
        """The operations counted."""
        return self.usage.operations


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


@dataclass(slots=True)
class Program:
    """A compiled script. It can be run any number of times; runs share nothing that changes."""

    code: Code
    source: Source
    limits: Limits
    natives: Natives
    modules: Mapping[str, str]
    weights: tuple[int, ...]
    outer: tuple[str, ...]
    optimize: bool = True
    is_typed: bool = True
    _traced: Code | None = None
    _module_codes: dict[str, Any] = field(default_factory=dict)

    def run(
        self, *, limits: Limits | None = None, bindings: Mapping[str, Value] = MappingProxyType({}), host: Host | None = None
    ) -> Outcome:
        """Runs the script. Author faults are in the outcome.

        Raises:
            InternalError: a bug of ours.
        """
        outcome, _ = self._execute(limits, bindings, host, None)
        return outcome

    def trace(
        self, *, limits: Limits | None = None, bindings: Mapping[str, Value] = MappingProxyType({}), host: Host | None = None
    ) -> tuple[Outcome, Trace]:
        """Runs the script recording each step; the outcome is that of a plain run."""
        if self._traced is None:
            self._traced = self.compile_traced()
        return self._execute(limits, bindings, host, self._traced)

    def _execute(
        self, limits: Limits | None, bindings: Mapping[str, Value], host: Host | None, traced: Code | None
    ) -> tuple[Outcome, Trace]:
        limits = self.limits if limits is None else limits
        host = host or Host()
        code = self.code if traced is None else traced
        depth = min(limits.max_call_levels or HARD_CALL_LEVELS, HARD_CALL_LEVELS)
        meter = Meter(code.weights, limits.max_operations, depth, host.look)
        machine = Machine(limits, self.natives, meter, clock=host.clock, host=host.context, sink=host.sink)
        machine.program = self
        recorder = Recorder(code.marks, _is_generated, lambda: meter.used, host.calls)
        if traced is not None:
            machine.step = recorder.step
        with _deep_stack(depth):
            value, error = self._run(machine, code, bindings, recorder)
        recorder.finish()
        return Outcome(value, error, tuple(machine.prints), Usage(meter.used, machine.memory)), recorder.trace

    def compile_traced(self) -> Code:
        """The same program with a step before each statement."""
        script, _ = parse(self.source, parse_limits(self.limits))
        if self.optimize:
            script = folded(script, self.limits)
        code = translated(script, self.source, self.natives, [1, -1], self.limits, outer=self.outer, is_traced=True, is_typed=self.is_typed)
        if isinstance(code, Failure):
            raise InternalError("a program that compiles can't be compiled for a trace")
        return code

    def _run(
        self, machine: Machine, code: Code, bindings: Mapping[str, Value], recorder: Recorder
    ) -> tuple[Value, ScriptError | Stop | None]:
        try:
            namespace = installed(machine, code)
            main = namespace[code.main]
            level = machine.meter.top()
            if code.has_scope:
                scope: list[Any] = []
                for name in self.outer:
                    namespace["scope_push"](scope, name, ops.copied(bindings.get(name)))
                return main(level, scope), None
            return main(level, *[ops.copied(bindings.get(name)) for name in self.outer]), None
        except Exit as leaving:
            recorder.end(leaving.__traceback__, is_error=False)
            return leaving.value, None
        except (Exception, Stop) as error:
            if isinstance(error, InternalError):
                raise
            recorder.end(error.__traceback__, is_error=True)
            return None, settled(error)


def _is_generated(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(FILE_PREFIX)


class _deep_stack:
    """Gives Python's stack room for the script's calls, and takes it back."""

    __slots__ = ("_before", "_wanted")

    def __init__(self, levels: int) -> None:
        self._wanted = 1_000 + levels * _FRAMES_PER_CALL

    def __enter__(self) -> None:
        self._before = sys.getrecursionlimit()
        if self._before < self._wanted:
            sys.setrecursionlimit(self._wanted)

    def __exit__(self, *_exception: object) -> None:
        sys.setrecursionlimit(self._before)


def compile_script(
    text: str,
    *,
    optimize: bool = True,
    is_typed: bool = True,
    limits: Limits = Limits(),  # noqa: B008  # frozen
    modules: Mapping[str, str] = MappingProxyType({}),
    natives: Natives = STANDARD,
    globals: Iterable[str] = (),
) -> Program | Failure:
    """Compiles a script; ``globals`` are variables that the host binds, ``modules`` sources by path for ``import``.

    Without ``is_typed`` no types are inferred: the program does the same, more slowly, and tests compare the two.

    Raises:
        InternalError: a bug of ours.
    """
    # Trees are many small objects that die soon: looking for cycles among them meanwhile costs a third of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _compiled(Source(text), limits, modules, natives, tuple(globals), optimize=optimize, is_typed=is_typed)
    finally:
        if collects:
            gc.enable()


def _compiled(
    source: Source,
    limits: Limits,
    modules: Mapping[str, str],
    natives: Natives,
    outer: tuple[str, ...],
    *,
    optimize: bool,
    is_typed: bool,
) -> Program | Failure:
    script, diagnostics = parse(source, parse_limits(limits))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Failure(tuple(diagnostics), source)
    if optimize:
        script = folded(script, limits)
    weights = [1, -1]
    code = translated(script, source, natives, weights, limits, outer=outer, is_typed=is_typed)
    if isinstance(code, Failure):
        return code
    return Program(code, source, limits, natives, dict(modules), tuple(weights), outer, optimize, is_typed)
