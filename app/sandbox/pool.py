"""The pool: the door through which every job goes to a locked child and comes back as an `Outcome`.

Knows nothing of scripts: what a job means is the handlers' business, inside the children. A caller never hangs: each wait here is
bounded by a deadline or by the end of a process.
"""

from __future__ import annotations

import asyncio
import itertools
from types import TracebackType
from typing import Final, Self, TypeAlias

import msgspec

from app.sandbox import wire
from app.sandbox.canaries import CanaryReport
from app.sandbox.fairness import Turns
from app.sandbox.jobs import Analyse, Fault, HostCall, HostCalls, HostError, Job, OnLog, Outcome, Run, Trace
from app.sandbox.lockdown import identity
from app.sandbox.lockdown.layers import LayerReport
from app.sandbox.metrics import Counters, Snapshot
from app.sandbox.nursery import Nursery, SandboxUnavailable
from app.sandbox.settings import PoolSettings
from app.sandbox.worker import Call, Ending, Event, Finished, Worker

__all__ = ["Pool", "PoolSettings", "SandboxUnavailable"]

_UNFIT_AFTER: Final = frozenset({"memory", "crashed", "timeout"})
_Lane: TypeAlias = tuple[str, str]


class _Ticket:
    """A caller in the queue. `turn` becomes true when it is its turn, false when it has waited too long."""

    __slots__ = ("is_called", "lane", "turn")

    def __init__(self, lane: _Lane, turn: asyncio.Future[bool]) -> None:
        self.lane = lane
        self.turn = turn
        self.is_called = False

    def give_up(self) -> None:
        """The wait was too long."""
        if not self.turn.done():
            self.turn.set_result(False)


class Pool:
    """Locked children behind `run`, `analyse` and `trace`.

    An asynchronous context manager; everything belongs to the event loop that entered it. Entering raises `SandboxUnavailable` when the
    settings demand layers that this machine does not offer.
    """

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self.settings = settings or PoolSettings()
        self._counters = Counters()
        self._turns: Turns[_Lane, _Ticket] = Turns(
            self.settings.slots, self.settings.tenant_slots, self.settings.queue_per_tenant, self.settings.queue_total
        )
        self._numbers = itertools.count(1)
        self._by_id: dict[str, Worker] = {}
        self._nursery: Nursery
        self._loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        if self.settings.harden_parent:
            identity.make_uninspectable()
        self._loop = asyncio.get_running_loop()
        self._nursery = Nursery(self._loop, self.settings, self._counters)
        try:
            await self._nursery.start()
        except BaseException:
            await self._nursery.close()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        await self._nursery.close()

    # --- jobs

    async def run(self, job: Run, *, host_calls: HostCalls | None = None, on_log: OnLog | None = None) -> Outcome:
        """Execute a script.

        `host_calls` answers the script's host calls, one at a time, in the caller's own task; without it every call is refused.
        `on_log` gets each line while the script runs. Cancelling the caller kills the script.
        Raises: only what `host_calls` or `on_log` raise by mistake; every other end is an Outcome.
        """
        return await self._do(job, (job.tenant, "run"), host_calls, on_log)

    async def analyse(self, job: Analyse) -> Outcome:
        """Answer an editor's question about a source; the Outcome's value is the answer."""
        return await self._do(job, (job.tenant, "analyse"), None, None)

    async def trace(self, job: Trace, *, on_log: OnLog | None = None) -> Outcome:
        """Execute again from a record; the Outcome's value is the trace."""
        return await self._do(job, (job.tenant, "run"), None, on_log)

    def stop(self, job_id: str, message: str = "The run was stopped.") -> bool:
        """Kill the running job of this id. Its outcome is `killed`. False when no such job runs."""
        worker = self._by_id.get(job_id)
        if worker is None:
            return False
        self._counters.kills["stopped"] += 1
        worker.stop("killed", Fault(kind="stopped", message=message))
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
        return Snapshot(self._counters, self._turns.running, self._turns.waiting, nursery.idle, nursery.spares, nursery.children)

    # --- private: one job from its turn to its outcome

    async def _do(self, job: Job, lane: _Lane, host_calls: HostCalls | None, on_log: OnLog | None) -> Outcome:
        asked_at = self._loop.time()
        number = next(self._numbers)
        frame = wire.encode(wire.Do(number, job))
        if len(frame) > self.settings.max_job_bytes:
            return self._counted(_refused("error", "job-too-large", f"The job is larger than {self.settings.max_job_bytes} bytes."))
        if not self._turns.take(lane):
            busy = await self._wait_for_turn(lane)
            if busy is not None:
                return self._counted(busy)
        try:
            worker = self._nursery.take(job.tenant) or await self._birth(job.tenant)
            if worker is None:
                return self._counted(_refused("busy", "no-child", "No process for the script could be started in time. Try again."))
            began_at = self._loop.time()
            was_warm = worker.jobs > 0
            call = Call(self._loop, number, job.limits, on_log, began_at + job.limits.wall_ms / 1000)
            end, asked = await self._serve(worker, job, frame, host_calls, call, began_at)
            if was_warm and isinstance(end, Ending) and end.is_unheard:
                end, asked = await self._once_more(job, frame, host_calls, call, end)
            return self._counted(_outcome(end, asked, (began_at - asked_at) * 1000, (self._loop.time() - began_at) * 1000))
        finally:
            self._pass_turns_on(lane)

    async def _once_more(
        self, job: Job, frame: bytes, host_calls: HostCalls | None, call: Call, end: Ending
    ) -> tuple[Finished | Ending, int]:
        """Begin a job again, in the time that is left, whose warm child was lost before saying a word about it.

        Such a child may have been dying when it was chosen. Nothing of the job can have been seen outside, so this is safe.
        """
        worker = await self._birth(job.tenant)
        if worker is None:
            return end, 0
        again = Call(self._loop, call.number, job.limits, call.on_log, call.deadline)
        return await self._serve(worker, job, frame, host_calls, again, self._loop.time())

    async def _wait_for_turn(self, lane: _Lane) -> Outcome | None:
        """Wait for a turn; None when it has come."""
        ticket = _Ticket(lane, self._loop.create_future())
        if not self._turns.wait(lane, ticket):
            return _refused("busy", "queue-full", "Too many scripts are waiting. Try again.")
        timer = self._loop.call_later(self.settings.queue_timeout_ms / 1000, ticket.give_up)
        try:
            if await ticket.turn:
                return None
        except BaseException:
            if not ticket.is_called:
                self._turns.withdraw(lane, ticket)
            elif not ticket.turn.cancelled():
                self._pass_turns_on(lane)  # the turn came, and in the same round of the loop the caller was cancelled
            raise
        finally:
            timer.cancel()
        self._turns.withdraw(lane, ticket)
        return _refused("busy", "queue-timeout", f"No turn came within {self.settings.queue_timeout_ms} ms. Try again.")

    def _pass_turns_on(self, lane: _Lane) -> None:
        """End a turn and wake those whose turn it is now. Who was cancelled meanwhile passes it on in turn."""
        called = self._turns.give_back(lane)
        while called:
            ticket = called.pop(0)
            ticket.is_called = True
            if ticket.turn.done():
                called += self._turns.give_back(ticket.lane)
            else:
                ticket.turn.set_result(True)

    async def _birth(self, tenant: str) -> Worker | None:
        """Wait for a new child; None when none came in time."""
        deadline = self._loop.time() + self.settings.queue_timeout_ms / 1000
        worker: Worker | None = None
        while worker is None or not worker.is_alive:
            try:
                worker = await self._nursery.acquire(tenant, deadline - self._loop.time())
            except TimeoutError:
                return None
        return worker

    async def _serve(
        self, worker: Worker, job: Job, frame: bytes, host_calls: HostCalls | None, call: Call, began_at: float
    ) -> tuple[Finished | Ending, int]:
        """Have one child do a job. Returns its end and the number of host calls."""
        if job.id:
            self._by_id[job.id] = worker
        worker.begin(call, frame, began_at)
        asked = 0
        event: Event | None = None
        try:
            event = await call.next()
            while isinstance(event, wire.Ask):
                asked += 1
                await self._answer(worker, call, event, host_calls)
                event = await call.next()
        finally:
            if job.id:
                del self._by_id[job.id]
            worker.end_call()
            if not isinstance(event, (Finished, Ending)):
                self._nursery.kill(worker, "abandoned")
        now = self._loop.time()
        worker.jobs += 1
        worker.busy_s += now - began_at
        self._nursery.give_back(worker, event.kind not in _UNFIT_AFTER, now)
        return event, asked

    async def _answer(self, worker: Worker, call: Call, ask: wire.Ask, host_calls: HostCalls | None) -> None:
        """Answer one host call, giving up at the job's deadline: the ending then waits in `call`."""
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
                async with asyncio.timeout_at(call.deadline) as scope:
                    reply = wire.Answer(await host_calls(HostCall(ask.name, arguments)))
            except HostError as error:
                reply = wire.Refusal(error.code, error.message)
            except TimeoutError:
                if not scope.expired():
                    raise
                return
        frame = wire.encode(reply)
        if len(frame) > self.settings.max_job_bytes:
            frame = wire.encode(wire.Refusal("answer-too-large", f"The answer is larger than {self.settings.max_job_bytes} bytes."))
        worker.answer(call, frame)

    def _counted(self, outcome: Outcome) -> Outcome:
        counters = self._counters
        counters.outcomes[outcome.kind] += 1
        counters.queue_time.observe(outcome.queue_ms)
        if outcome.kind != "busy":
            counters.run_time.observe(outcome.run_ms)
            if outcome.is_cached:
                counters.cache_hits += 1
            else:
                counters.cache_misses += 1
        if outcome.kind == "timeout":
            counters.kills["timeout"] += 1
        return outcome


def _outcome(event: Finished | Ending, host_calls: int, queue_ms: float, run_ms: float) -> Outcome:
    """What an end means for the caller."""
    if isinstance(event, Ending):
        return Outcome(kind=event.kind, fault=event.fault, host_calls=host_calls, queue_ms=queue_ms, run_ms=run_ms)
    return Outcome(
        kind=event.kind,
        value=event.value,
        details=event.details,
        fault=event.done.fault,
        operations=event.done.operations,
        host_calls=host_calls,
        logs_dropped=event.done.logs_dropped,
        is_cached=event.done.is_cached,
        queue_ms=queue_ms,
        run_ms=run_ms,
    )


def _refused(kind: str, fault_kind: str, message: str) -> Outcome:
    return msgspec.convert({"kind": kind, "fault": {"kind": fault_kind, "message": message}}, Outcome)
