"""One job on its way through the pool, and how it can end. Plain state: the pool moves it on, a worker reports to it.

A call waits for its turn, then (when no child is ready) for a child, runs on one, and ends exactly once.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from app.sandbox import wire
from app.sandbox.jobs import Fault, Job, Json, Kind, LogLine, OnLog
from app.sandbox.usage import Usage

if TYPE_CHECKING:
    from app.sandbox.worker import Worker

Lane: TypeAlias = tuple[str, str]

_FRAMES_BASE: Final = 1_000
_HARDLY: Final = 0.2  # of the time: a child that computed less wasn't able to
_KEPT: Final = 0.5  # of the time in the processors' queue
MOST_EXCUSED_S: Final = 2.0
"""No job gets more time than this beyond its own, however late the machine is."""


class Ending:
    """A call's end that no child reported. `is_unheard`: the child was lost without having said anything about this job."""

    __slots__ = ("fault", "is_unheard", "kind")

    def __init__(self, kind: Kind, fault: Fault, is_unheard: bool = False) -> None:
        self.kind = kind
        self.fault = fault
        self.is_unheard = is_unheard


End: TypeAlias = wire.Done | Ending
Event: TypeAlias = wire.Ask | End


class Stage(Enum):
    """How far a call has come."""

    WAITS_FOR_TURN = "waits for its turn"
    WAITS_FOR_CHILD = "waits for a child"
    RUNS = "runs"
    ENDED = "ended"


class Dispatcher(Protocol):
    """Who moves calls on."""

    def call_done(self, call: Call, done: wire.Done) -> None:
        """The child has done the job."""

    def call_lost(self, call: Call, ending: Ending) -> None:
        """The child is gone."""

    def child_found(self, call: Call, worker: Worker) -> None:
        """The child that a call waits for is there."""


class Call:
    """One job. `next` gives what the caller must react to: a host call or the end.

    What every call begins with stands in the class, because setting it for each costs more than looking it up.
    """

    stage = Stage.WAITS_FOR_TURN
    worker: Worker | None = None
    was_warm = False
    is_heard = False
    may_speak = True
    """Not while its question is unanswered."""
    first_ending: Ending | None = None
    """Why the job is begun once more."""
    began_at = 0.0
    """Zero until a child has the job."""
    deadline = 0.0
    queue_ms = 0.0
    run_ms = 0.0
    value: Json = None
    details: dict[str, Json] | None = None
    compiling_since = 0.0
    """Zero unless the child says that it compiles."""
    compiled_s = 0.0
    """What compiling took, once it is done."""
    first_usage: Usage | None = None
    """What its child had had of the processors when the script was first found to take long, or last got more time."""
    asked_before = 0
    """How often it had asked the host then."""
    excused_s = 0.0
    """How much time it got beyond its own because the machine kept its child waiting."""
    host_calls = 0
    frames = 0
    log_bytes = 0
    _event: Event | None = None
    _waiter: asyncio.Future[Event] | None = None

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        dispatcher: Dispatcher,
        number: int,
        job: Job,
        lane: Lane,
        frame: bytes,
        on_log: OnLog | None,
        memory_bytes: int,
    ) -> None:
        self._loop = loop
        self.dispatcher = dispatcher
        self.number = number
        self.job = job
        self.lane = lane
        self.frame = frame
        self.on_log = on_log
        self.memory_bytes = memory_bytes
        self.asked_at = monotonic()

    def take_result(self, done: wire.Done) -> None:
        """Get the values out of their JSON.

        Raises: ProtocolError when they are no JSON, or the details no object.
        """
        self.value = wire.decode_json(done.value)
        if done.details != b"{}":
            details = wire.decode_json(done.details)
            if type(details) is not dict:
                raise wire.ProtocolError("details that are no object")
            self.details = details

    def compiles(self, now: float, most_s: float) -> None:
        """The child has begun to compile, for which it gets a time of its own.

        Raises: ProtocolError when it said something before, for it may do so once.
        """
        if self.compiling_since or self.compiled_s or self.is_heard:
            raise wire.ProtocolError("compiling in the middle of a job")
        self.compiling_since = now
        self.deadline = now + most_s

    def begins(self, now: float) -> None:
        """The script runs from now on.

        Raises: ProtocolError when nothing was being compiled.
        """
        if not self.compiling_since:
            raise wire.ProtocolError("begun without having compiled")
        self.compiled_s = now - self.compiling_since
        self.compiling_since = 0.0
        self.first_usage = None
        self.deadline = now + self.job.limits.wall_ms / 1000

    def remember(self, usage: Usage) -> None:
        """What later looks are compared with."""
        self.first_usage, self.asked_before = usage, self.host_calls

    def excuses(self, usage: Usage) -> bool:
        """Whether the job gets its time once more: its child wanted to run and hardly could. All that it gets so is bounded."""
        if self.excused_s >= MOST_EXCUSED_S or not usage.is_runnable or not self._was_kept(usage):
            return False
        more_s = min(self.job.limits.wall_ms / 1000, MOST_EXCUSED_S - self.excused_s)
        self.excused_s += more_s
        self.deadline = usage.at + more_s
        self.remember(usage)
        return True

    def _was_kept(self, usage: Usage) -> bool:
        before = self.first_usage
        if before is None:
            return False
        since = usage.at - before.at
        # What it asked the host, it may have waited for; then only the queue that is over and told tells.
        was_queued = self.host_calls == self.asked_before or usage.queued_s - before.queued_s >= _KEPT * since
        return was_queued and usage.computed_s - before.computed_s < _HARDLY * since

    def ran_ms(self, now: float) -> float:
        """How long the script has run."""
        compiled_s = now - self.compiling_since if self.compiling_since else self.compiled_s
        return (now - self.began_at - compiled_s) * 1000

    def next(self) -> asyncio.Future[Event]:
        """The next thing that happens, or the end that has come since the last one."""
        waiter = self._waiter = self._loop.create_future()
        if self._event is not None:
            waiter.set_result(self._event)
        return waiter

    def tell(self, event: Event) -> None:
        """Hand an event to the caller; one who is busy with the last question finds the end afterwards."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(event)
        else:
            self._event = event

    def fail(self, error: Exception) -> None:
        """The caller's own callback has failed: hand back its error."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def takes_logs(self, lines: list[LogLine]) -> None:
        """Pass lines on to whoever watches.

        Raises: ProtocolError for more than an honest child would send.
        """
        limits = self.job.limits
        self.frames += 1
        if self.frames > _FRAMES_BASE + limits.host_calls + limits.log_lines:
            raise wire.ProtocolError("too many messages")
        self.log_bytes += sum([len(line.text.encode()) for line in lines])
        if self.log_bytes > 4 * limits.log_bytes:  # the child counts characters, this side bytes
            raise wire.ProtocolError("more log output than it may")
        if self.on_log is not None:
            for line in lines:
                self.on_log(line)
