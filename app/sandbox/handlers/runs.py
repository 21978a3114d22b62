"""Executing scripts in a child: compile or find compiled, bind the inputs, run under the limits, and tell how it ended.

Inputs become variables of the script's global scope. `entity` and `entity_before`, given as `{"type", "id", "fields"}`, become entity
objects; everything else is plain data. What a run saw besides its inputs goes into the details, so that it can be run again exactly.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, TypeAlias

from app.engine import DebugLine, Failure, Host, Outcome, Program, compile_script
from app.engine import Limits as EngineLimits
from app.engine.display import display
from app.engine.errors import ScriptError, Stop
from app.engine.stdlib import STANDARD
from app.engine.values import Value
from app.host import ABORTED, HOST_TABLE, EntityProxy, EntitySnapshot, HostContext, Phase, Plain, Recorder, Refusal, Replay, ReplayMismatch
from app.host.plain import from_plain, to_plain
from app.ide.report import as_plain
from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.handlers.traces import plain_trace
from app.sandbox.jobs import CallLevel, Fault, HostError, Json, Limits, LogLevel, Run, Trace

_Key: TypeAlias = tuple[str, str, str, tuple[str, ...], str]

_PROGRAMS_KEPT: Final = 64
_SIZE_LIMITS: Final = frozenset({"max_memory", "max_string_size", "max_array_size", "max_map_size"})
_LEVELS: Final[dict[str, LogLevel]] = {"info": "info", "warning": "warning", "error": "error"}
_programs: OrderedDict[_Key, Program | Failure] = OrderedDict()


def execute(job: Run | Trace, channel: Channel) -> wire.Done:
    """Run one script. A trace answers host calls from its record instead of the host, and reports every step."""
    program, is_cached = _compiled(job, channel)
    if isinstance(program, Failure):
        return _not_compiled(program, channel, is_cached)
    bindings = {name: _binding(name, value) for name, value in job.inputs.items()}
    replay = Replay.of(job.answers) if isinstance(job, Trace) else None
    recorder = Recorder(replay or _Door(channel))
    clock = _Clock(job.options.get("clock"))
    context = _Context(recorder, Phase(job.phase), execution_id=job.id, script_name=str(job.options.get("script", "")))
    context.stream = channel.log
    host = Host(clock=clock.read, context=context, sink=_printer(channel), calls=lambda: len(recorder.calls))
    details: dict[str, Json] = {}
    if replay is None:
        outcome = program.run(limits=_engine_limits(job.limits), bindings=bindings, host=host)
    else:
        outcome, trace = program.trace(limits=_engine_limits(job.limits), bindings=bindings, host=host)
        outcome = _with_whole_journal(outcome, replay)
        details["trace"] = plain_trace(trace, job.limits.output_bytes)
    details |= {"journal": recorder.journal(), "clock": clock.reads, "memory_bytes": outcome.usage.memory_bytes}
    details |= _changes(bindings.get("entity"))
    channel.logs_dropped += context.dropped_log_lines
    return _done(outcome, details, channel, is_cached)


def _with_whole_journal(outcome: Outcome, replay: Replay) -> Outcome:
    """A run that ended well but asked for less than its record has is another run."""
    if outcome.error is not None:
        return outcome
    try:
        replay.finish()
    except ReplayMismatch as mismatch:
        return replace(outcome, value=None, error=mismatch)
    return outcome


def _compiled(job: Run | Trace, channel: Channel) -> tuple[Program | Failure, bool]:
    """The program of this tenant, source, phase, variables and modules, and whether it was there already.

    Nothing is ever invalidated: a changed source has another digest, and another engine is another process.
    """
    modules = hashlib.sha256(repr(sorted(job.modules.items())).encode()).hexdigest() if job.modules else ""
    key = (job.tenant, job.digest, job.phase, tuple(sorted(job.inputs)), modules)
    known = _programs.get(key)
    if known is not None:
        _programs.move_to_end(key)
        return known, True
    channel.compiling()
    natives = HOST_TABLE.extend(STANDARD, Phase(job.phase))
    program = compile_script(job.source, limits=_engine_limits(job.limits), modules=job.modules, natives=natives, globals=key[3])
    _programs[key] = program
    if len(_programs) > _PROGRAMS_KEPT:
        _programs.popitem(last=False)
    if isinstance(program, Program):
        channel.begun()
    return program, False


@lru_cache(maxsize=32)
def _engine_limits(limits: Limits) -> EngineLimits:
    return EngineLimits(
        max_operations=limits.operations,
        max_call_levels=limits.call_levels,
        max_string_size=limits.string_bytes,
        max_array_size=limits.array_items,
        max_map_size=limits.map_items,
        max_memory=limits.memory_bytes,
    )


def _binding(name: str, value: Json) -> Value:
    if name in _ENTITIES:
        match value:
            case {"type": str(kind), "id": str(identity), "fields": dict(fields)}:
                return _ENTITIES[name].taking_over(kind, identity, fields)  # out of a message that nobody reads again
    return from_plain(value)


_ENTITIES: Final = {"entity": EntityProxy, "entity_before": EntitySnapshot}


def _changes(entity: Value) -> dict[str, Json]:
    if not isinstance(entity, EntityProxy):
        return {}
    changes = entity.changes()
    return {"changes": {"fields": changes.fields, "removed": sorted(changes.removed)}}


# --- what the script's host is made of


class _Door:
    """The host behind the data socket."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def call(self, name: str, args: Sequence[Plain]) -> Plain:
        """The parent's answer."""
        try:
            answer: Plain = self._channel.call(name, list(args))
        except HostError as error:
            raise Refusal(error.code, error.message) from None
        return answer


class _Context(HostContext):
    """A host context whose log lines leave as they are written."""

    __slots__ = ("stream",)
    stream: Callable[[LogLevel, str], None]

    def log(self, level: str, message: str) -> None:
        """Keep the line, and send it."""
        known = len(self.log_lines)
        HostContext.log(self, level, message)
        for line in self.log_lines[known:]:
            self.stream(_LEVELS.get(level, "info"), line.message)


class _Clock:
    """The monotonic clock, written down; or the clock of an earlier run, read from its record."""

    def __init__(self, recorded: Sequence[float] | None) -> None:
        self._recorded = iter(recorded) if recorded is not None else None
        self.reads: list[float] = []

    def read(self) -> float:
        """Seconds."""
        now = time.monotonic() if self._recorded is None else next(self._recorded, self.reads[-1] if self.reads else 0.0)
        self.reads.append(now)
        return now


def _printer(channel: Channel) -> Callable[[str | DebugLine], None]:
    def show(line: str | DebugLine) -> None:
        if isinstance(line, str):
            channel.log("print", line)
        else:
            channel.log("debug", line.text, line.place.line if line.place is not None else 0)

    return show


# --- how it ended


def _done(outcome: Outcome, details: dict[str, Json], channel: Channel, is_cached: bool) -> wire.Done:
    value = b"null" if outcome.error is not None else channel.json(_shown(outcome.value))
    return wire.Done(
        channel.number,
        "ok" if outcome.error is None else _kind(outcome.error),
        value=value,
        details=channel.json(details),
        fault=None if outcome.error is None else _fault(outcome.error),
        operations=outcome.operations,
        logs_dropped=channel.logs_dropped,
        is_cached=is_cached,
    )


def _shown(value: Value) -> Plain:
    """A script's result as plain data; what has no plain form, such as a function, as `print` would show it."""
    try:
        return to_plain(value)
    except ScriptError:
        return display(value)


def _kind(error: ScriptError | Stop) -> wire.ChildKind:
    if isinstance(error, ScriptError):
        return "error"
    if error.kind == ABORTED:
        return "aborted"
    if error.limit == "max_operations":
        return "operations"
    return "memory" if error.limit in _SIZE_LIMITS else "error"


def _fault(error: ScriptError | Stop) -> Fault:
    place = error.place
    calls = tuple(CallLevel(level.name, *_line_and_column(level.place)) for level in error.calls)
    line, column = _line_and_column(place)
    return Fault(kind=error.kind, message=error.text, line=line, column=column, calls=calls)


def _line_and_column(place: object) -> tuple[int, int]:
    return (getattr(place, "line", 0), getattr(place, "column", 0))


def _not_compiled(failure: Failure, channel: Channel, is_cached: bool) -> wire.Done:
    diagnostics = [as_plain(failure.source, diagnostic) for diagnostic in failure.diagnostics]
    first = next(diagnostic for diagnostic in failure.diagnostics if diagnostic.severity == "error")
    line, column = _line_and_column(failure.source.place(max(first.start, 0)))
    return wire.Done(
        channel.number,
        "error",
        details=channel.json({"diagnostics": diagnostics}),
        fault=Fault(kind="syntax", message=first.message, line=line, column=column),
        is_cached=is_cached,
    )
