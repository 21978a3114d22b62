"""Calls one native of the host table as a run would, without a compiled script around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.engine.errors import ScriptError
from app.engine.limits import Limits
from app.engine.natives import Natives
from app.engine.source import Place
from app.engine.values import UNBOUND, FnPtr, Value
from app.host import HOST_TABLE, Channel, HostContext, Phase, Plain

EMPTY = Natives([])


class Answers:
    """A channel with one answer per name, that remembers what it was asked."""

    def __init__(self, **answers: Plain) -> None:
        self.answers = answers
        self.asked: list[tuple[str, tuple[Plain, ...]]] = []

    def call(self, name: str, args: Sequence[Plain]) -> Plain:
        self.asked.append((name, tuple(args)))
        return self.answers[name]


@dataclass
class Run:
    """The least runtime that host natives need."""

    host: HostContext
    limits: Limits = field(default_factory=Limits)
    natives: Natives = EMPTY
    unaccounted: int = 0
    charged: int = 0

    def charge(self, count: int) -> None:
        self.charged += count

    def look_at(self, container: list[Value] | dict[str, Value]) -> None:
        raise AssertionError("host natives build nothing step by step")

    def grow(self, size_bytes: int) -> None:
        self.charged += size_bytes

    def call(self, function: FnPtr, args: Sequence[Value], this: Value = UNBOUND) -> tuple[Value, Value]:
        raise AssertionError("host natives call no functions back")

    def left(self, error: BaseException, this: Value) -> Value:
        raise AssertionError("host natives call no functions back")

    def name_native(self, error: ScriptError, name: str) -> None:
        raise AssertionError("host natives call no functions back")

    def arity(self, function: FnPtr) -> int | None:
        raise AssertionError("host natives call no functions back")

    def counted(self) -> int:
        raise AssertionError("host natives call no functions back")

    def keys(self, function: FnPtr) -> tuple[()]:
        raise AssertionError("host natives call no functions back")

    def print(self, text: str) -> None:
        raise AssertionError("host natives do not print")

    def debug(self, text: str, place: Place | None) -> None:
        raise AssertionError("host natives do not print")

    def monotonic(self) -> float:
        raise AssertionError("host natives ask the channel for the time")


def run_with(channel: Channel | None = None, phase: Phase = Phase.MANUAL) -> Run:
    return Run(HostContext(channel or Answers(), phase, execution_id="run-7", script_name="check deal"))


def call(name: str, *args: Value, run: Run | None = None) -> Value:
    """The result of the helper ``name`` for these arguments, in the phase of ``run``."""
    run = run or run_with()
    dispatcher = HOST_TABLE.extend(EMPTY, run.host.phase).lookup(name, len(args))
    assert dispatcher is not None, f"{name} with {len(args)} arguments does not exist in phase {run.host.phase}"
    result: Value = dispatcher(run, *args) if dispatcher.context else dispatcher(*args)
    return result
