"""Compiling and running: the facade over parser, resolve, lower, verify and runtime.

Pure: no IO and no clock of its own. The caller gives limits, a clock and a look-out that may end the run; the defaults count
operations only.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType, MappingProxyType
from typing import Any, Final

from app.engine import tree
from app.engine.errors import InternalError
from app.engine.limits import Limits
from app.engine.natives import Natives
from app.engine.outcome import NO_HOST, Host, Outcome
from app.engine.parser import parse
from app.engine.ready import Ready
from app.engine.runtime import FILE_PREFIX
from app.engine.shapes import Record
from app.engine.source import Source
from app.engine.stdlib import STANDARD
from app.engine.trace import Recorder, Trace
from app.engine.translation import Code, Failure, folded, parse_limits, translated
from app.engine.values import Value

_UNBOUND: Final[Mapping[str, Value]] = MappingProxyType({})


@dataclass(slots=True)
class Program:
    """A compiled script. It can be run any number of times; runs share nothing that changes."""

    code: Code
    source: Source
    limits: Limits
    natives: Natives
    modules: Mapping[str, str]
    weights: tuple[int, ...]
    outer: Mapping[str, Record | None]
    """What the host binds, and the shapes that were promised."""
    optimize: bool = True
    is_typed: bool = True
    _traced: Code | None = None
    _immoderate: Code | None = None
    _spare: list[Ready] = field(default_factory=list)
    _module_codes: dict[str, Any] = field(default_factory=dict)

    def run(self, *, limits: Limits | None = None, bindings: Mapping[str, Value] = _UNBOUND, host: Host = NO_HOST) -> Outcome:
        """Runs the script. Author faults are in the outcome.

        What a run needs is made for the first one, and used again by the next one with the same limits.

        Raises:
            InternalError: a bug of ours.
            Unfit: a binding isn't of the shape that it was declared with.
        """
        limits = self.limits if limits is None else limits
        spare = self._spare
        try:
            # Taken, so that a run within this one, or in another thread, gets its own.
            ready = spare.pop()
        except IndexError:
            ready = self._ready(limits, self._code_for(limits))
        else:
            if ready.limits is not limits and ready.limits != limits:
                ready = self._ready(limits, self._code_for(limits))
        outcome = ready.run(bindings, host, None)
        if ready.is_reusable and not spare:
            spare.append(ready)
        return outcome

    def trace(
        self, *, limits: Limits | None = None, bindings: Mapping[str, Value] = _UNBOUND, host: Host = NO_HOST
    ) -> tuple[Outcome, Trace]:
        """Runs the script recording each step; the outcome is that of a plain run."""
        if self._traced is None:
            self._traced = self.compile_traced()
        ready = self._ready(self.limits if limits is None else limits, self._traced)
        recorder = Recorder(self._traced.marks, _is_generated, lambda: ready.meter.used, host.calls)
        ready.machine.step = recorder.step
        outcome = ready.run(bindings, host, recorder)
        recorder.finish()
        return outcome, recorder.trace

    def _code_for(self, limits: Limits) -> Code:
        """Code that relies on moderate limits isn't for runs under others."""
        if limits.is_moderate or not self.limits.is_moderate:
            return self.code
        if self._immoderate is None:
            self._immoderate = self._compiled_again(is_traced=False)
        return self._immoderate

    def _ready(self, limits: Limits, code: Code) -> Ready:
        return Ready(self, code, limits, self.natives, self.outer)

    def compile_traced(self) -> Code:
        """The same program with a step before each statement."""
        return self._compiled_again(is_traced=True)

    def _compiled_again(self, *, is_traced: bool) -> Code:
        script, _ = parse(self.source, parse_limits(self.limits))
        if self.optimize:
            script = folded(script, self.limits)
        weights, limits = list(self.weights), self.limits
        code = translated(script, self.source, self.natives, weights, limits, outer=self.outer, is_traced=is_traced, is_typed=self.is_typed)
        if isinstance(code, Failure):
            raise InternalError("a program that compiles can't be compiled once more")
        return code


def _is_generated(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(FILE_PREFIX)


def compile_script(
    text: str,
    *,
    optimize: bool = True,
    is_typed: bool = True,
    limits: Limits = Limits(),  # noqa: B008  # frozen
    modules: Mapping[str, str] = MappingProxyType({}),
    natives: Natives = STANDARD,
    globals: Iterable[str] | Mapping[str, Record | None] = (),
) -> Program | Failure:
    """Compiles a script; ``globals`` are variables that the host binds, ``modules`` sources by path for ``import``.

    A variable with a ``Record`` may only be bound to such a map; the program is then translated for it, and to be run often.
    Without ``is_typed`` no types are inferred: the program does the same, more slowly, and tests compare the two.

    Raises:
        InternalError: a bug of ours.
    """
    with uncollected():
        outer = dict(globals) if isinstance(globals, Mapping) else dict.fromkeys(globals)
        return _compiled(Source(text), limits, modules, natives, outer, optimize=optimize, is_typed=is_typed)


@contextmanager
def uncollected() -> Iterator[None]:
    """Trees are many small objects that die soon: looking for cycles among them meanwhile costs a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _compiled(
    source: Source,
    limits: Limits,
    modules: Mapping[str, str],
    natives: Natives,
    outer: Mapping[str, Record | None],
    *,
    optimize: bool,
    is_typed: bool,
) -> Program | Failure:
    script, diagnostics = parse(source, parse_limits(limits))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return Failure(tuple(diagnostics), source)
    if optimize:
        script = folded(script, limits)
    return compile_tree(script, source, limits, modules, natives, outer, optimize=optimize, is_typed=is_typed)


def compile_tree(
    script: tree.Script,
    source: Source,
    limits: Limits,
    modules: Mapping[str, str] = MappingProxyType({}),
    natives: Natives = STANDARD,
    outer: Mapping[str, Record | None] = MappingProxyType({}),
    *,
    optimize: bool = True,
    is_typed: bool = True,
) -> Program | Failure:
    """Compiles a tree, which stays as it is: folded already, if ``optimize`` says so.

    Raises:
        InternalError: a bug of ours.
    """
    weights = [1, -1]
    code = translated(script, source, natives, weights, limits, outer=outer, is_typed=is_typed, is_moderate=limits.is_moderate)
    if isinstance(code, Failure):
        return code
    return Program(code, source, limits, natives, dict(modules), tuple(weights), outer, optimize, is_typed)
