"""The pool: the door through which every job goes to a locked child and comes back as an `Outcome`.

Knows nothing of scripts: what a job means is the handlers' business, inside the children. A caller never hangs: each wait here is
bounded by a deadline or by the end of a process.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from app.sandbox import wire
from app.sandbox.call import Call, End, Ending, Lane, Stage
from app.sandbox.canaries import CanaryReport
from app.sandbox.deadlines import Deadlines
from app.sandbox.fairness import Turns
from app.sandbox.jobs import Analyse, Fault, HostCall, HostCalls, HostError, Job, Kind, OnLog, Outcome, Run, Trace
from app.sandbox.lockdown import identity
from app.sandbox.lockdown.layers import LayerReport
from app.sandbox.metrics import NOTES_KEPT, Counters, Snapshot
from app.sandbox.nursery import SHUT_DOWN, Nursery, SandboxUnavailable
from app.sandbox.settings import PoolSettings
from app.sandbox.sizes import process_size
from app.sandbox.worker import Worker

__all__ = ["Pool", "PoolSettings", "SandboxUnavailable"]

_UNFIT_AFTER: Final = frozenset({"memory", "crashed", "timeout"})


class Pool:
    """Locked children behind `run`, `analyse` and `trace`.

    An asynchronous context manager; everything belongs to the event loop that entered it. Entering raises `SandboxUnavailable` when the
    settings demand layers that this machine does not offer.
    """

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self.settings = settings or PoolSettings()
        self._counters = Counters()
        self._longest_wait_s = self.settings.queue_timeout_ms / 1000
        self._turns: Turns[Lane, Call] = Turns(
            self.settings.slots, self.settings.tenant_slots, self.settings.queue_per_tenant, self.settings.queue_total
        )
        self._is_closing = False
        self._numbers = itertools.count(1)
        self._by_id: dict[str, Call] = {}
        self._waiting: Deadlines[Call]
        self._nursery: Nursery
        self._loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        if self.settings.harden_parent:
            identity.make_uninspectable()
        self._loop = asyncio.get_running_loop()
        self._waiting = Deadlines(self._loop, self._overdue)
        self._nursery = Nursery(self._loop, self.settings, self._counters)
        try:
            await self._nursery.start()
        except BaseException:
            await self._nursery.close()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._is_closing = True
        for call in self._waiting.everyone():
            self._give_up(call, Ending("killed", SHUT_DOWN))
        await self._nursery.close()
        self._waiting.close()

    # --- jobs

    def run(self, job: Run, *, host_calls: HostCalls | None = None, on_log: OnLog | None = None) -> Coroutine[Any, Any, Outcome]:
        """Execute a script.

        `host_calls` answers the script's host calls, one at a time, in the caller's own task; without it every call is refused.
        `on_log` gets each line while the script runs. Cancelling the caller kills the script.
        Raises: only what `host_calls` or `on_log` raise by mistake; every other end is an Outcome.
        """
        return self._do(job, (job.tenant, "run"), host_calls, on_log)

    def analyse(self, job: Analyse) -> Coroutine[Any, Any, Outcome]:
        """Answer an editor's question about a source; the Outcome's value is the answer."""
        return self._do(job, (job.tenant, "analyse"), None, None)

    def trace(self, job: Trace, *, on_log: OnLog | None = None) -> Coroutine[Any, Any, Outcome]:
        """Execute again from a record; the Outcome is that of the run, and its details hold the steps as `trace`."""
        return self._do(job, (job.tenant, "run"), None, on_log)

    def stop(self, job_id: str, message: str = "The run was stopped.") -> bool:
        """End the job of this id, running or waiting. Its outcome is `killed`. False when there is no such job."""
        call = self._by_id.get(job_id)
        if call is None:
            return False
        ending = Ending("killed", Fault(kind="stopped", message=message))
        if call.worker is not None:
            self._counters.kills["stopped"] += 1
            call.worker.stop(ending.kind, ending.fault)
        else:
            self._give_up(call, ending)
        return True

    # --- state

    @property
    def layers(self) -> list[LayerReport]:
        """Every layer, whether it is active, and why not."""
        return self._nursery.layers

    @property
    def canaries(self) -> list[CanaryReport]:
        """How the attacks at start ended."""
        return self._nursery.canaries

    @property
    def zygote_pid(self) -> int | None:
        """The process that all children descend from; None while a new one is starting."""
        return self._nursery.zygote_pid

    def snapshot(self) -> Snapshot:
        """Counters and state of this moment."""
        nursery = self._nursery
        self._counters.count()
        return Snapshot(self._counters, self._turns.running, self._turns.waiting, nursery.idle, nursery.spares, nursery.children)

    # --- private: one job from its turn to its outcome

    async def _do(self, job: Job, lane: Lane, host_calls: HostCalls | None, on_log: OnLog | None) -> Outcome:
        if self._is_closing:
            return self._refused("killed", SHUT_DOWN.kind, SHUT_DOWN.message)
        number = next(self._numbers)
        frame = wire.encode(wire.Do(number, job))
        if len(frame) > self.settings.max_job_bytes:
            return self._refused("error", "job-too-large", f"The job is larger than {self.settings.max_job_bytes} bytes.")
        call = Call(self._loop, self, number, job, lane, frame, on_log, process_size(job.limits.memory_bytes, self.settings))
        if self._turns.take(lane):
            self._find_child(call)
        elif self._turns.wait(lane, call):
            self._waiting.watch(call, call.asked_at + self._longest_wait_s)
        else:
            return self._refused("busy", "queue-full", "Too many scripts are waiting. Try again.")
        if job.id:
            self._by_id[job.id] = call
        try:
            event = await call.next()
            while isinstance(event, wire.Ask):
                await self._answer(call, event, host_calls)
                event = await call.next()
        except BaseException:
            self._abandon(call)
            raise
        return _outcome(call, event)

    def _find_child(self, call: Call) -> None:
        """It is the call's turn: begin at once if a child is ready, and have one born otherwise."""
        worker = self._nursery.take(call.lane[0], call.memory_bytes)
        if worker is not None:
            self._begin(call, worker)
        else:
            self._wait_for_child(call)

    def _wait_for_child(self, call: Call) -> None:
        call.stage = Stage.WAITS_FOR_CHILD
        self._waiting.watch(call, monotonic() + self._longest_wait_s)
        self._nursery.request(call)

    def child_found(self, call: Call, worker: Worker) -> None:
        """A child was born for a call that waits for one."""
        self._waiting.forget(call)
        self._begin(call, worker)

    def _begin(self, call: Call, worker: Worker) -> None:
        now = monotonic()
        if not call.began_at:
            call.began_at = now
            call.deadline = now + call.job.limits.wall_ms / 1000
        call.was_warm = worker.jobs > 0
        call.stage = Stage.RUNS
        worker.begin(call, now)

    def call_done(self, call: Call, done: wire.Done) -> None:
        """A child has done its job: let the next one begin, and while that runs tell the caller."""
        worker = call.worker
        if worker is None:
            return
        now = monotonic()
        call.worker = None
        worker.end_call(now - call.began_at)
        lane = call.lane
        self._nursery.give_back(worker, done.kind not in _UNFIT_AFTER, self._turns.is_awaited(lane), now)
        self._pass_turn_on(lane)
        self._end(call, done, now, done.is_cached)

    def call_lost(self, call: Call, ending: Ending) -> None:
        """A child is gone: tell the caller, unless the job may begin once more."""
        worker = call.worker
        if worker is None:
            return
        now = monotonic()
        call.worker = None
        worker.end_call(now - call.began_at)
        if ending.is_unheard and call.was_warm and call.first_ending is None:
            # Such a child may have been dying when it was chosen. Nothing of the job can have been seen outside, so it is begun
            # once more, on a new child, in the time that is left.
            call.first_ending = ending
            self._wait_for_child(call)
            return
        self._end(call, ending, now)
        self._pass_turn_on_soon(call.lane)

    def _overdue(self, call: Call) -> None:
        """A call has waited too long."""
        if call.first_ending is not None:
            ending = call.first_ending
        elif call.stage is Stage.WAITS_FOR_TURN:
            ending = _busy("queue-timeout", f"No turn came within {self.settings.queue_timeout_ms} ms. Try again.")
        else:
            ending = _busy("no-child", "No process for the script could be started in time. Try again.")
        self._give_up(call, ending)

    def _give_up(self, call: Call, ending: Ending) -> None:
        """End a call that waits."""
        had_turn = call.stage is not Stage.WAITS_FOR_TURN
        self._leave(call)
        self._end(call, ending, monotonic())
        if had_turn:
            self._pass_turn_on_soon(call.lane)

    def _leave(self, call: Call) -> None:
        """Out of the queue, or out of the nursery's waiting room."""
        self._waiting.forget(call)
        if call.stage is Stage.WAITS_FOR_TURN:
            self._turns.withdraw(call.lane, call)
        else:
            self._nursery.withdraw(call)

    def _end(self, call: Call, end: End, now: float, is_cached: bool = False) -> None:
        """The one place where calls end for their callers."""
        began_at = call.began_at
        run_ms = None
        if began_at:
            run_ms = call.run_ms = call.ran_ms(now)
        queue_ms = call.queue_ms = ((began_at or now) - call.asked_at) * 1000
        self._forget(call)
        call.tell(end)
        notes = self._counters.notes
        notes.append((end.kind, queue_ms, run_ms, is_cached))
        if len(notes) >= NOTES_KEPT:
            self._counters.count()

    def _abandon(self, call: Call) -> None:
        """The caller was cancelled, or its own callback failed."""
        if call.stage is Stage.ENDED:
            return
        had_turn = call.stage is not Stage.WAITS_FOR_TURN
        worker = call.worker
        if worker is None:
            self._leave(call)
        else:
            call.worker = None
            worker.end_call()
            self._nursery.kill(worker, "abandoned")
        self._forget(call)
        if had_turn:
            self._pass_turn_on(call.lane)

    def _forget(self, call: Call) -> None:
        call.stage = Stage.ENDED
        job_id = call.job.id
        if job_id and self._by_id.get(job_id) is call:
            del self._by_id[job_id]

    def _pass_turn_on(self, lane: Lane) -> None:
        """End a turn, and begin the calls whose turn it is now: at once, not when their callers' tasks come round."""
        for call in self._turns.give_back(lane):
            self._waiting.forget(call)
            self._find_child(call)

    def _pass_turn_on_soon(self, lane: Lane) -> None:
        """When all that dies along with a lost call has been noticed."""
        self._loop.call_soon(self._pass_turn_on, lane)

    async def _answer(self, call: Call, ask: wire.Ask, host_calls: HostCalls | None) -> None:
        """Answer one host call, giving up at the job's deadline: the ending then waits in `call`."""
        worker = call.worker
        if worker is None:
            return  # it ended before its caller came round
        reply: wire.Answer | wire.Refusal
        try:
            arguments = wire.decode_json(ask.arguments)
        except wire.ProtocolError as error:
            worker.violated(error)
            return
        if host_calls is None:
            reply = wire.Refusal("no-host", f"There is nothing to call here: {ask.name}.")
        else:
            try:
                async with asyncio.timeout(max(0.0, call.deadline - monotonic())) as scope:
                    reply = wire.Answer(await host_calls(HostCall(ask.name, arguments)))
            except HostError as error:
                reply = wire.Refusal(error.code, error.message)
            except TimeoutError:
                if not scope.expired():
                    raise
                return
        if call.worker is not worker:
            return  # it ended meanwhile
        frame = wire.encode(reply)
        if len(frame) > self.settings.max_job_bytes:
            frame = wire.encode(wire.Refusal("answer-too-large", f"The answer is larger than {self.settings.max_job_bytes} bytes."))
        worker.answer(call, frame)

    def _refused(self, kind: Kind, fault_kind: str, message: str) -> Outcome:
        self._counters.notes.append((kind, 0.0, None, False))
        return Outcome(kind=kind, fault=Fault(kind=fault_kind, message=message))


def _busy(fault_kind: str, message: str) -> Ending:
    return Ending("busy", Fault(kind=fault_kind, message=message))


def _outcome(call: Call, end: End) -> Outcome:
    """What an end means for the caller."""
    if isinstance(end, Ending):
        return Outcome(kind=end.kind, fault=end.fault, host_calls=call.host_calls, queue_ms=call.queue_ms, run_ms=call.run_ms)
    return Outcome(
        kind=end.kind,
        value=call.value,
        details=call.details or {},
        fault=end.fault,
        operations=end.operations,
        host_calls=call.host_calls,
        logs_dropped=end.logs_dropped,
        is_cached=end.is_cached,
        queue_ms=call.queue_ms,
        run_ms=call.run_ms,
    )
