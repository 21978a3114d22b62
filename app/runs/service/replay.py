"""Running again from the record: the same source, input, limits, clock and answers must give the same end."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import msgspec

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import Conflict
from app.runs import policy
from app.runs.engine_version import engine_version
from app.runs.execute import Execution, Runner, Watch
from app.runs.host import Diverged, Interrupted, Journal, RecordedHost
from app.runs.masking import Handed
from app.runs.service.history import found_run, result_of
from app.runs.types import (
    NEVER_RAN,
    Chain,
    Difference,
    Replayed,
    RunDetail,
    RunOutcome,
    RunRequest,
    RunResult,
    RunStatus,
    RunTrigger,
    Subject,
)
from app.sandbox.jobs import Fault, Limits, Outcome
from app.scripts.types import Phase

PATIENT_MS: Final = 30_000
"""Wall time for a replay at least: a slower machine must not change an end that had nothing to do with time."""

_FROM_OUTSIDE: Final = frozenset({RunOutcome.TIMEOUT, RunOutcome.KILLED, RunOutcome.CRASHED, RunOutcome.MEMORY})
"""Ends that come between two instructions wherever they meet the script: how much of the log had arrived by then is chance."""
_CUT: Final = frozenset({RunOutcome.TIMEOUT.value, RunOutcome.KILLED.value, RunOutcome.MEMORY.value})
"""Those of them that say nothing about the script: its replay goes on beyond, and is compared up to where the record ends."""


def replayable(work: Work, actor: Actor, run_id: UUID) -> RunDetail:
    """The record of a run that can be replayed.

    Raises:
        NotFound: not in this tenant, or no longer kept.
        Conflict: it never ran, or its source is gone.
    """
    require(actor, "runs.run.create")
    detail = found_run(work.scope(actor.tenant_id), run_id)
    if detail.summary.status is not RunStatus.FINISHED or detail.summary.outcome in NEVER_RAN:
        raise Conflict(f"The run {run_id} never ran, so there is nothing to replay.", "Run the script instead.")
    if policy.digest_of(detail.source.encode()) != detail.digest:
        raise Conflict(f"The source of the run {run_id} is no longer kept.", "Replay a newer run.")
    return detail


async def replay(runner: Runner, actor: Actor, detail: RunDetail) -> Replayed:
    """Run again from the record; nothing outside is asked, and nothing is written.

    Raises:
        LimitExceeded: the sandbox has no room now.
    """
    recorded = result_of(detail)
    request = _request_of(actor, detail)
    limits = Limits(**detail.limits)
    limits = msgspec.structs.replace(limits, wall_ms=max(limits.wall_ms, PATIENT_MS))
    execution = Execution(detail.summary.id, request, limits, detail.clock if recorded.outcome not in _FROM_OUTSIDE else None)
    handed = Handed()
    host = RecordedHost(detail.journal)
    journal = Journal(host, handed)
    watch = Watch(runner.ground, execution, handed, journal)
    differences: list[Difference] = []
    is_open_ended = False
    try:
        outcome = await runner.attempt(execution, journal, watch)
    except Interrupted:
        journal.entries.append(dict(detail.journal[-1]))
        outcome = _as_recorded(recorded)
    except Diverged as diverged:
        if diverged.is_at_end and recorded.outcome in _FROM_OUTSIDE:
            outcome = _as_recorded(recorded)
        else:
            differences.append(Difference("call", diverged.index, str(diverged)))
            outcome = Outcome(kind="error", fault=Fault(kind="diverged", message=str(diverged)))
    if _was_cut(recorded) and not differences and outcome.kind != "busy":
        # The record ends where time or a hand ended the run; what the script would have done afterwards is nothing to compare.
        is_open_ended = outcome.kind in _CUT
        outcome = _as_recorded(recorded)
    result = replace(watch.result(outcome), limits=detail.limits)
    if _was_cut(recorded):
        result = replace(result, logs=result.logs[: len(recorded.logs)], logs_dropped=recorded.logs_dropped)
    digest = policy.digest_of(policy.checked_inputs(request.inputs))
    differences += _differences(detail, recorded, result, is_open_ended=is_open_ended)
    return Replayed(detail.summary.id, digest, result, tuple(differences))


def _request_of(actor: Actor, detail: RunDetail) -> RunRequest:
    summary = detail.summary
    subject = Subject(summary.script_name, detail.source, detail.digest, summary.script_id, summary.version, run_as=detail.run_as)
    return RunRequest(
        tenant_id=actor.tenant_id,
        subject=subject,
        phase=Phase(summary.phase),
        trigger=RunTrigger(summary.trigger),
        actor=summary.actor,
        inputs=detail.input,
        correlation_id=summary.correlation_id,
        chain=Chain((), summary.parent_run_id),
        idempotency_key=detail.idempotency_key,
    )


def _as_recorded(recorded: RunResult) -> Outcome:
    """The end of a run that was ended from outside, once a replay has come as far as it had."""
    error = recorded.error
    fault = Fault(kind=error.kind, message=error.message) if error else None
    kind = "aborted" if recorded.outcome is RunOutcome.REJECTED else recorded.outcome.value
    return msgspec.convert(
        {"kind": kind, "fault": msgspec.to_builtins(fault), "operations": recorded.operations, "host_calls": recorded.calls}, Outcome
    )


def _was_cut(recorded: RunResult) -> bool:
    """Whether the run was ended from outside. A limit that the engine itself watches ends a run at the same step every time."""
    is_by_engine = recorded.error is not None and recorded.error.kind.startswith("Error")
    return recorded.outcome.value in _CUT and not is_by_engine


def _differences(detail: RunDetail, recorded: RunResult, result: RunResult, *, is_open_ended: bool) -> list[Difference]:
    pairs: list[tuple[str, Any, Any]] = [
        ("outcome", recorded.outcome.value, result.outcome.value),
        ("value", recorded.value, result.value),
        ("changes", recorded.changes.fields, result.changes.fields),
        ("removed", sorted(recorded.changes.removed), sorted(result.changes.removed)),
        ("reason", recorded.reason, result.reason),
        ("error", _error(recorded), _error(result)),
        ("operations", recorded.operations, result.operations),
        ("calls", len(recorded.journal), len(result.journal)),
        ("logs dropped", recorded.logs_dropped, result.logs_dropped),
    ]
    found = [Difference(what, before, after) for what, before, after in pairs if not same(before, after)]
    # What the clock told a run that was cut isn't in its record, so the texts of one that asked may differ.
    has_texts = not (_was_cut(recorded) and "timestamp" in detail.source)
    before_logs, after_logs = _lines(recorded, has_texts), _lines(result, has_texts)
    if is_open_ended or (recorded.outcome in _FROM_OUTSIDE and not _was_cut(recorded) and recorded.outcome is result.outcome):
        common = min(len(before_logs), len(after_logs))
        before_logs, after_logs = before_logs[:common], after_logs[:common]
    if before_logs != after_logs:
        found.append(Difference("logs", before_logs, after_logs))
    if found and detail.engine_version != engine_version():
        found.append(Difference("engine", detail.engine_version, engine_version()))
    return found


def same(left: Any, right: Any) -> bool:
    """Whether plain data is equal in value and in kind: 1, 1.0 and true all differ."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def _error(result: RunResult) -> Any:
    error = result.error
    if error is None or result.outcome in _FROM_OUTSIDE:
        return None
    return [error.kind, error.message, error.line, error.column, [[each.function, each.line, each.column] for each in error.stack]]


def _lines(result: RunResult, has_texts: bool) -> list[list[Any]]:
    return [[line.level, line.line, line.text if has_texts else ""] for line in result.logs]
