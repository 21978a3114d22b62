"""The one path on which every script runs: from a request over a locked child to a result, and into the history.

A run that has a result has a record on its way: `Performed.recorded` is done once that is durable, and fails if it can't be.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.access import Actor
from app.base.db import Work
from app.base.egress import Egress
from app.base.ground import Ground
from app.base.telemetry.logs import correlation_id, logger
from app.runs import policy, queries
from app.runs.doors import Doors
from app.runs.host import Diverged, Interrupted, Journal, LiveHost
from app.runs.masking import Handed
from app.runs.recorder import Recorder
from app.runs.records import NoRecords, RecordContext, Records
from app.runs.sealing import Sealer
from app.runs.types import (
    CallLevel,
    Document,
    EntityChanges,
    FinishedRun,
    Json,
    RunActor,
    RunError,
    RunLog,
    RunOutcome,
    RunRequest,
    RunResult,
    TenantLimits,
)
from app.sandbox.jobs import Fault, HostCall, Limits, LogLine, Outcome, Run
from app.sandbox.pool import Pool

OnLine: TypeAlias = Callable[[RunLog], None]
"""Gets each line of a run's log as it comes, secrets masked."""

REVISION: Final = "runs"
_REMEMBERED: Final = 10_000
_STOPPED = Fault(kind="cancelled", message="Whoever asked for the run went away before its end.")
_OUR_FAULT = Fault(kind="internal", message="A fault of the platform ended the run; its log tells more.")
_NO_SANDBOX = Fault(kind="no-sandbox", message="No sandbox is running in this process. Try again in a moment.")


class Performed(Struct, frozen=True):
    """A run that ended, and its record on its way to the disk."""

    result: RunResult
    recorded: "asyncio.Future[None]"


class Execution(Struct, frozen=True):
    """What a child is given: the job but for its host, and how its clock reads (None: as time goes by)."""

    run_id: UUID
    request: RunRequest
    limits: Limits
    clock: tuple[float, ...] | None = None


def actor_of(actor: Actor) -> RunActor:
    """An actor as the history names them."""
    return RunActor(actor.user_id, actor.name, actor.kind)


class Runner:
    """Runs scripts for everybody who wants one run. `pool` and `records` are given by the composition root once they exist."""

    def __init__(self, ground: Ground, sealer: Sealer, egress: Egress) -> None:
        self.ground = ground
        self.sealer = sealer
        self.egress = egress
        self.pool: Pool | None = None
        self.records: Records = NoRecords()
        self._recorder = Recorder(ground.database)
        self._ceilings: tuple[int, dict[UUID, TenantLimits]] = (-1, {})

    def ceilings(self, work: Work, tenant_id: UUID) -> TenantLimits:
        """A tenant's ceilings; remembered until somebody changes any."""
        revision, (known_at, known) = work.revision(REVISION), self._ceilings
        if revision != known_at or len(known) >= _REMEMBERED:
            known = {}
            self._ceilings = (revision, known)
        if tenant_id not in known:
            known[tenant_id] = queries.tenant_limits(work.scope(tenant_id))
        return known[tenant_id]

    async def execute(self, request: RunRequest) -> RunResult:
        """Run a script; its record is durable when this returns.

        Raises:
            Invalid: the inputs are too large, too deep, or no plain data.
        """
        performed = await self.perform(request)
        await performed.recorded
        return performed.result

    async def perform(self, request: RunRequest, *, was_queued: bool = False) -> Performed:
        """Run a script; its record is on its way when this returns, and must be awaited before anybody is told that all went well.

        Raises:
            Invalid: the inputs are too large, too deep, or no plain data.
        """
        text = policy.checked_inputs(request.inputs)
        digest, size = policy.digest_of(text), len(text)
        ceilings = request.ceilings
        if ceilings is None:
            ceilings = await self.ground.database.glance(lambda work: self.ceilings(work, request.tenant_id))
        run_id = request.run_id or self.ground.ids.new()
        correlation = request.correlation_id or correlation_id()
        request = replace(request, correlation_id=correlation, run_id=run_id, ceilings=None)
        execution = Execution(run_id, request, policy.limits_for(request.subject.limits_profile, request.phase, ceilings))
        handed = Handed()
        journal = Journal(self._live_host(execution, handed), handed)
        watch = Watch(self.ground, execution, handed, journal)
        try:
            outcome = await self.attempt(execution, journal, watch)
        except asyncio.CancelledError:
            self._recorder.record(FinishedRun(request, watch.result(Outcome(kind="killed", fault=_STOPPED)), digest, was_queued, size))
            raise
        result = watch.result(outcome)
        return Performed(result, self._recorder.record(FinishedRun(request, result, digest, was_queued, size)))

    async def attempt(self, execution: Execution, host: Callable[[HostCall], Awaitable[Json]], watch: "Watch") -> Outcome:
        """Run once in the sandbox. A fault of ours ends the run as crashed: it is logged, and the run keeps its record."""
        if self.pool is None:
            return Outcome(kind="busy", fault=_NO_SANDBOX)
        request = execution.request
        options: Document = {"script": request.subject.name}
        if execution.clock is not None:
            options["clock"] = execution.clock
        job = Run(
            tenant=str(request.tenant_id),
            source=request.subject.source,
            digest=request.subject.digest,
            phase=request.phase,
            inputs=request.inputs,
            limits=execution.limits,
            id=str(execution.run_id),
            options=options,
        )
        try:
            return await self.pool.run(job, host_calls=host, on_log=watch.heard)
        except (Diverged, Interrupted):
            raise
        except Exception as error:
            logger().error("A host call broke.", run_id=str(execution.run_id), error=f"{type(error).__name__}: {error}"[:500])
            return Outcome(kind="crashed", fault=_OUR_FAULT)

    def stop(self, run_id: UUID) -> bool:
        """Kill a run that is under way in this process; whether there was one."""
        return self.pool is not None and self.pool.stop(str(run_id), "Somebody stopped the run.")

    async def settled(self) -> None:
        """Return when every record that was on its way is durable."""
        await self._recorder.settled()

    def _live_host(self, execution: Execution, handed: Handed) -> Callable[[HostCall], Awaitable[Json]]:
        """What answers in earnest; made when a script calls for the first time, as most never do."""
        request, made = execution.request, list[LiveHost]()

        async def answer(call: HostCall) -> Json:
            if not made:
                made.append(
                    LiveHost(
                        clock=self.ground.clock,
                        egress=self.egress,
                        records=self.records,
                        context=context_of(execution),
                        doors=Doors(self.ground.database, self.sealer, request.tenant_id),
                        allowed_secrets=request.subject.allowed_secrets,
                        idempotency_key=request.idempotency_key,
                        handed=handed,
                    )
                )
            return await made[0](call)

        return answer


def context_of(execution: Execution) -> RecordContext:
    """On whose behalf a run's script reaches for records."""
    request, run_id = execution.request, execution.run_id
    chain = request.chain.under(request.subject.name, run_id)
    return RecordContext(request.tenant_id, run_id, request.actor, request.subject.run_as, request.correlation_id, chain)


class Watch:
    """What this side sees of a run while it runs, made into its result at the end."""

    def __init__(self, ground: Ground, execution: Execution, handed: Handed, journal: Journal, told: OnLine | None = None) -> None:
        self._execution = execution
        self._told = told
        self._handed = handed
        self._journal = journal
        self._logs: list[RunLog] = []
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self.started_at = ground.clock.now()

    def heard(self, line: LogLine) -> None:
        """Keep a line of the log, and tell whoever watches."""
        # The child's word, as far as it can be: no line is later than now.
        at_us = min(max(line.at_us, 0), int((self._loop.time() - self._began) * 1_000_000))
        kept = RunLog(line.level, at_us, line.line, self._handed.text(line.text))
        self._logs.append(kept)
        if self._told is not None:
            self._told(kept)

    def result(self, outcome: Outcome) -> RunResult:
        """How the run ended, secrets masked."""
        changes = self._handed.plain(outcome.details.get("changes") or {})
        error, reason = self._ending(outcome)
        return RunResult(
            run_id=self._execution.run_id,
            outcome=RunOutcome.REJECTED if outcome.kind == "aborted" else RunOutcome(outcome.kind),
            value=self._handed.plain(outcome.value),
            changes=EntityChanges(changes.get("fields", {}), tuple(changes.get("removed", ()))),
            error=error,
            reason=reason,
            logs=tuple(self._logs),
            logs_dropped=outcome.logs_dropped,
            journal=tuple(self._journal.entries),
            clock=tuple(outcome.details.get("clock", ())),
            operations=outcome.operations,
            calls=outcome.host_calls,
            limits=policy.limits_document(self._execution.limits),
            started_at=self.started_at,
            duration_us=int(outcome.run_ms * 1000),
        )

    def _ending(self, outcome: Outcome) -> tuple[RunError | None, str | None]:
        fault = outcome.fault
        if fault is None:
            return None, None
        message = self._handed.text(fault.message)
        if outcome.kind == "aborted":
            return None, message
        if outcome.kind == "crashed":
            logger().error("A run crashed.", run_id=str(self._execution.run_id), fault=fault.kind)
        stack = tuple(CallLevel(level.function, level.line, level.column) for level in fault.calls)
        return RunError(fault.kind, message, fault.line, fault.column, stack), None
