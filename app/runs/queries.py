"""Every statement of the runs domain, named by what it finds or does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, func, literal_column
from sqlmodel import col

from app.base.db import Scope
from app.base.paging import PageRequest
from app.runs.models import HostRecord, LimitsRecord, PendingText, RerunRecord, RunDocument, RunRecord, RunSearch, RunSource, SecretRecord
from app.runs.search import is_of_runs, unindexed
from app.runs.types import RunOutcome, RunStatus, TenantLimits


def run_by_id(scope: Scope, run_id: UUID) -> RunRecord | None:
    """A run."""
    return scope.first(scope.select(RunRecord).where(col(RunRecord.id) == run_id))


def unfinished(scope: Scope, run_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the runs that wait or are under way."""
    is_open = (col(RunRecord.id).in_(run_ids), col(RunRecord.status) != RunStatus.FINISHED)
    return frozenset(scope.all(scope.columns(RunRecord, RunRecord.id).where(*is_open)))


def count_between(scope: Scope, since: UUID, until: UUID, outcomes: Sequence[RunOutcome] = ()) -> int:
    """How many runs were made from one identifier to before another, of these outcomes if any are named."""
    statement = scope.columns(RunRecord, col(RunRecord.id)).where(col(RunRecord.id) >= since, col(RunRecord.id) < until)
    return scope.count(statement.where(col(RunRecord.outcome).in_(outcomes)) if outcomes else statement)


def document_of(scope: Scope, run_id: UUID) -> bytes | None:
    """The compressed document of a run."""
    row = scope.first(scope.select(RunDocument).where(col(RunDocument.run_id) == run_id))
    return row.body if row else None


def source_by_digest(scope: Scope, digest: str) -> str | None:
    """A source that ran."""
    row = scope.first(scope.select(RunSource).where(col(RunSource.digest) == digest))
    return row.source if row else None


def keep_source(scope: Scope, digest: str, source: str) -> None:
    """Keep a source unless it is there already."""
    if source_by_digest(scope, digest) is None:
        scope.insert_many(RunSource, [{"tenant_id": scope.tenant_id, "digest": digest, "source": source}])


def finished_with_key(scope: Scope, key: str) -> RunRecord | None:
    """A run under an idempotency key that did its work, or decided against it."""
    done = (RunOutcome.OK, RunOutcome.REJECTED, RunOutcome.CANCELLED)
    return scope.first(scope.select(RunRecord).where(col(RunRecord.idempotency_key) == key, col(RunRecord.outcome).in_(done)))


def mark_running(scope: Scope, run_id: UUID, now: datetime) -> None:
    """Note that a queued run has begun."""
    waiting = (col(RunRecord.id) == run_id, col(RunRecord.status) == RunStatus.QUEUED)
    scope.run(scope.update(RunRecord).where(*waiting).values(status=RunStatus.RUNNING.value, started_at=now))


def mark_cancelled(scope: Scope, run_id: UUID) -> bool:
    """End a run that waits; whether it did."""
    waiting = (col(RunRecord.id) == run_id, col(RunRecord.status) == RunStatus.QUEUED)
    ended = {"status": RunStatus.FINISHED.value, "outcome": RunOutcome.CANCELLED.value}
    return scope.run(scope.update(RunRecord).where(*waiting).values(**ended)) == 1


def forget_queued(scope: Scope, run_ids: Sequence[UUID]) -> None:
    """Make room for the finished form of runs that were queued."""
    if run_ids:
        delete_runs(scope, run_ids)


def delete_runs(scope: Scope, run_ids: Sequence[UUID]) -> int:
    """Delete runs with all that belongs to them; how many there were."""
    scope.run(scope.delete(RunSearch).where(is_of_runs(list(run_ids))))
    scope.run(scope.delete(PendingText).where(col(PendingText.run_id).in_(run_ids)))
    scope.run(scope.delete(RunDocument).where(col(RunDocument.run_id).in_(run_ids)))
    return scope.run(scope.delete(RunRecord).where(col(RunRecord.id).in_(run_ids)))


def has_pending(platform: Scope) -> bool:
    """Whether there are texts that the search doesn't know yet."""
    return platform.first(platform.columns(PendingText, PendingText.run_id)) is not None


def pending(platform: Scope, limit: int) -> Sequence[Any]:
    """Texts that the search doesn't know yet, of every tenant, earliest run first, but for those that another process has in hand."""
    columns = platform.columns(PendingText, PendingText.run_id, PendingText.tenant_id, PendingText.body)
    return platform.rows(columns.order_by(col(PendingText.run_id)).limit(limit).with_for_update(skip_locked=True))


def forget_pending(platform: Scope, run_ids: Sequence[UUID]) -> None:
    """Texts that the search knows now."""
    platform.run(platform.delete(PendingText).where(col(PendingText.run_id).in_(run_ids)))


def oldest_finished(scope: Scope, before: UUID | None, limit: int) -> Sequence[UUID]:
    """The oldest finished runs, at most so many; only those older than an id, if one is given."""
    statement = scope.columns(RunRecord, col(RunRecord.id)).where(unindexed(col(RunRecord.status)) == RunStatus.FINISHED)
    if before is not None:
        statement = statement.where(col(RunRecord.id) < before)
    return scope.all(statement.order_by(col(RunRecord.id)).limit(limit))


def nth_newest(scope: Scope, position: int) -> UUID | None:
    """The id of the run that so many newer ones follow; None when there are fewer."""
    statement = scope.columns(RunRecord, col(RunRecord.id)).order_by(col(RunRecord.id).desc()).offset(position)
    return scope.first(statement)


def tenant_limits(scope: Scope) -> TenantLimits:
    """A tenant's ceilings and retention."""
    row = limits_row(scope)
    if row is None:
        return TenantLimits()
    return TenantLimits(row.wall_ms, row.operations, row.memory_bytes, row.keep_days, row.keep_runs)


def limits_row(scope: Scope) -> LimitsRecord | None:
    """The row of a tenant's ceilings, if somebody set any."""
    return scope.first(scope.select(LimitsRecord))


def secrets(scope: Scope) -> Sequence[SecretRecord]:
    """All secrets, by name."""
    return scope.all(scope.select(SecretRecord).order_by(col(SecretRecord.name)))


def secret_by_name(scope: Scope, name: str) -> SecretRecord | None:
    """A secret."""
    return scope.first(scope.select(SecretRecord).where(col(SecretRecord.name) == name))


def delete_secret(scope: Scope, name: str) -> bool:
    """Delete a secret; whether there was one."""
    return scope.run(scope.delete(SecretRecord).where(col(SecretRecord.name) == name)) == 1


def hosts(scope: Scope) -> Sequence[HostRecord]:
    """All hosts that may be called, by name."""
    return scope.all(scope.select(HostRecord).order_by(col(HostRecord.host)))


def host_by_id(scope: Scope, host_id: UUID) -> HostRecord | None:
    """One of them."""
    return scope.first(scope.select(HostRecord).where(col(HostRecord.id) == host_id))


def delete_host(scope: Scope, host_id: UUID) -> None:
    """Delete one of them."""
    scope.run(scope.delete(HostRecord).where(col(HostRecord.id) == host_id))


def rerun_by_id(scope: Scope, rerun_id: UUID) -> RerunRecord | None:
    """A bulk re-run."""
    return scope.first(scope.select(RerunRecord).where(col(RerunRecord.id) == rerun_id))


def reruns(scope: Scope, request: PageRequest) -> Sequence[RerunRecord]:
    """Bulk re-runs, newest first, one more than the page holds."""
    statement = scope.select(RerunRecord).order_by(col(RerunRecord.id).desc()).limit(request.limit + 1)
    return scope.all(statement if request.after is None else statement.where(col(RerunRecord.id) < request.after))


def count_correlated(scope: Scope, correlation_ids: Sequence[str]) -> dict[str, dict[tuple[str, str | None], int]]:
    """How many runs that no other run led to have each of these correlation ids, by status and outcome; ids without runs are left out."""
    by = col(RunRecord.correlation_id), col(RunRecord.status), col(RunRecord.outcome)
    counted = scope.columns(RunRecord, *by, func.count()).where(*_correlated(*correlation_ids)).group_by(*by)
    found: dict[str, dict[tuple[str, str | None], int]] = {}
    for correlation_id, status, outcome, number in scope.rows(counted):
        found.setdefault(correlation_id, {})[status, outcome] = number
    return found


def cancel_waiting(scope: Scope, correlation_id: str) -> int:
    """End the runs of a correlation id that wait; how many there were."""
    ended = {"status": RunStatus.FINISHED.value, "outcome": RunOutcome.CANCELLED.value}
    waiting = (*_correlated(correlation_id), unindexed(col(RunRecord.status)) == RunStatus.QUEUED)
    return scope.run(scope.update(RunRecord).where(*waiting).values(**ended))


def give_up(scope: Scope, run_id: UUID, reason: str) -> None:
    """End a run that can't begin, with the reason."""
    ended = {"status": RunStatus.FINISHED.value, "outcome": RunOutcome.CANCELLED.value, "reason": reason}
    scope.run(scope.update(RunRecord).where(col(RunRecord.id) == run_id).values(**ended))


def _correlated(*correlation_ids: str) -> tuple[ColumnElement[bool], ...]:
    """Runs of correlation ids, as their index answers it, but for those that a script's save led to."""
    kept = literal_column("runs_run.correlation_id <> ''", Boolean)
    return (col(RunRecord.correlation_id).in_(correlation_ids), kept, col(RunRecord.depth) == 0)


def tenant_after(platform: Scope, tenant_id: UUID | None) -> UUID | None:
    """The next tenant that has runs, in the order of their ids."""
    statement = platform.columns(RunRecord, col(RunRecord.tenant_id)).order_by(col(RunRecord.tenant_id))
    return platform.first(statement if tenant_id is None else statement.where(col(RunRecord.tenant_id) > tenant_id))
