"""Trying a source without consequences: it reads the tenant's data, writes into a view of its own, and its calls outside are only noted."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import msgspec

from app.access import Actor, require
from app.base.db import Work
from app.runs import policy
from app.runs.execute import Execution, OnLine, Runner, Watch, actor_of, context_of
from app.runs.host import DryHost, Journal
from app.runs.masking import Handed
from app.runs.records import CopyOnWrite
from app.runs.service.history import found_run
from app.runs.types import Document, DryRun, RunDetail, RunOutcome, RunRequest, RunTrigger, Subject, TenantLimits, WouldCall
from app.sandbox.jobs import Trace
from app.scripts import by_id
from app.scripts.policy import check_source
from app.scripts.policy import digest_of as source_digest
from app.scripts.types import LimitsProfile, Phase

_WITHOUT_STEPS: Final = frozenset({RunOutcome.TIMEOUT, RunOutcome.KILLED, RunOutcome.CRASHED, RunOutcome.BUSY})
_TRACE_MS: Final = 20_000
_TRACE_BYTES: Final = 300_000
"""Of steps: what an editor can show of a run."""
_TRACE_MEMORY: Final = 48 * 1_048_576


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try. With `recorded_run_id` the input is that run's, and calls outside that it made are answered as they were."""

    source: str
    phase: Phase
    inputs: Document = field(default_factory=dict)
    script_id: UUID | None = None
    recorded_run_id: UUID | None = None
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    allowed_secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadyTrial:
    """A trial with all that had to be read for it."""

    trial: Trial
    name: str
    run_as: str
    ceilings: TenantLimits
    recorded: RunDetail | None


def ready_trial(work: Work, actor: Actor, runner: Runner, trial: Trial) -> ReadyTrial:
    """Look up what a trial needs.

    Raises:
        NotFound: no such run or script in this tenant.
        Invalid: the source can't be run.
    """
    require(actor, "runs.run.create")
    check_source(trial.source)
    recorded = None
    if trial.recorded_run_id is not None:
        require(actor, "runs.run.read")
        recorded = found_run(work.scope(actor.tenant_id), trial.recorded_run_id)
    script = by_id(work, actor.tenant_id, trial.script_id) if trial.script_id is not None else None
    name = script.name if script else "draft"
    # Whoever tries a source reads with their own permissions, whatever the script will run as.
    return ReadyTrial(trial, name, actor.role, runner.ceilings(work, actor.tenant_id), recorded)


async def dry_run(runner: Runner, actor: Actor, ready: ReadyTrial, *, run_id: UUID | None = None, told: OnLine | None = None) -> DryRun:
    """Run a source without consequences. `run_id` names it for `Runner.stop`; `told` gets its log while it runs.

    Raises:
        Invalid: the inputs are too large, too deep, or no plain data.
    """
    trial, recorded = ready.trial, ready.recorded
    inputs = recorded.input if recorded is not None and not trial.inputs else trial.inputs
    policy.checked_inputs(inputs)
    execution = _execution(actor, ready, run_id or runner.ground.ids.new(), inputs)
    view = CopyOnWrite(runner.records, runner.ground.ids.new)
    would_call: list[WouldCall] = []
    journal_before = recorded.journal if recorded is not None else ()
    host = DryHost(runner.ground.clock, view, context_of(execution), trial.allowed_secrets, journal_before, would_call)
    handed = Handed()
    journal = Journal(host, handed)
    watch = Watch(runner.ground, execution, handed, journal, told)
    outcome = await runner.attempt(execution, journal, watch)
    return DryRun(watch.result(outcome), tuple(would_call), view.changes, outcome.details.get("memory_bytes"))


async def trace_trial(runner: Runner, actor: Actor, ready: ReadyTrial, tried: DryRun) -> Document | None:
    """The steps of a dry run, made again from what it left: `steps` and `is_complete`, as the sandbox reports them.

    None when it ended from outside, so that it can't be made again, or when there is no room for it now.
    """
    trial, recorded, result = ready.trial, ready.recorded, tried.result
    if runner.pool is None or result.outcome in _WITHOUT_STEPS:
        return None
    inputs = recorded.input if recorded is not None and not trial.inputs else trial.inputs
    execution = _execution(actor, ready, result.run_id, inputs)
    limits = msgspec.structs.replace(execution.limits, wall_ms=_TRACE_MS, output_bytes=_TRACE_BYTES)
    if result.outcome is not RunOutcome.MEMORY:
        # The record of the steps is kept in the same process; a run that ended by its memory has to end so again.
        limits = msgspec.structs.replace(limits, memory_bytes=max(limits.memory_bytes, _TRACE_MEMORY))
    outcome = await runner.pool.trace(
        Trace(
            tenant=str(actor.tenant_id),
            source=trial.source,
            digest=execution.request.subject.digest,
            phase=trial.phase,
            inputs=inputs,
            answers=list(result.journal),
            limits=limits,
            id=str(result.run_id),
            options={"script": ready.name, "clock": list(result.clock)},
        )
    )
    steps: Document | None = outcome.details.get("trace")
    return steps


def _execution(actor: Actor, ready: ReadyTrial, run_id: UUID, inputs: Document) -> Execution:
    trial = ready.trial
    subject = Subject(
        ready.name,
        trial.source,
        source_digest(trial.source),
        limits_profile=trial.limits_profile,
        allowed_secrets=trial.allowed_secrets,
        run_as=ready.run_as,
    )
    request = RunRequest(actor.tenant_id, subject, trial.phase, RunTrigger.MANUAL, actor_of(actor), inputs)
    return Execution(run_id, request, policy.limits_for(trial.limits_profile, trial.phase, ready.ceilings))
