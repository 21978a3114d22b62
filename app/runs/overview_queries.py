"""Statements over many runs at once, each answered by one index or a bounded number of rows."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, cast, func
from sqlmodel import col

from app.base.db import Scope
from app.runs.models import PendingText, RunRecord
from app.runs.types import RunStatus


def count_by_fingerprint(scope: Scope, since: UUID | None, script_id: UUID | None, limit: int) -> list[tuple[str, int, UUID]]:
    """Fingerprints with how many runs have each and the last of these, the latest first. Read from the index of fingerprints alone."""
    # As text: PostgreSQL before 18 knows no greatest of two UUIDs.
    last = func.max(cast(col(RunRecord.id), String))
    statement = scope.columns(RunRecord, col(RunRecord.fingerprint), func.count(), last)
    statement = statement.where(col(RunRecord.fingerprint).is_not(None))
    if since is not None:
        statement = statement.where(col(RunRecord.id) >= since)
    if script_id is not None:
        statement = statement.where(col(RunRecord.script_id) == script_id)
    statement = statement.group_by(col(RunRecord.fingerprint)).order_by(last.desc()).limit(limit)
    return [(fingerprint, count, UUID(run_id)) for fingerprint, count, run_id in scope.rows(statement)]


def first_with(scope: Scope, fingerprint: str) -> UUID | None:
    """The earliest run with a fingerprint."""
    alike = scope.columns(RunRecord, col(RunRecord.id)).where(col(RunRecord.fingerprint) == fingerprint)
    return scope.first(alike.order_by(col(RunRecord.id)))


def runs_by_ids(scope: Scope, run_ids: Sequence[UUID]) -> Sequence[RunRecord]:
    """Some runs, in no order."""
    return scope.all(scope.select(RunRecord).where(col(RunRecord.id).in_(run_ids)))


def latest_outcomes(scope: Scope, script_id: UUID, limit: int) -> Sequence[tuple[int | None, str | None]]:
    """The versions and outcomes of a script's latest runs."""
    statement = scope.columns(RunRecord, col(RunRecord.version), col(RunRecord.outcome)).where(col(RunRecord.script_id) == script_id)
    return [(version, outcome) for version, outcome in scope.rows(statement.order_by(col(RunRecord.id).desc()).limit(limit))]


def newest(scope: Scope) -> UUID | None:
    """The newest run."""
    return scope.first(scope.columns(RunRecord, col(RunRecord.id)).order_by(col(RunRecord.id).desc()))


def unfinished(scope: Scope, limit: int) -> tuple[tuple[UUID, str], ...]:
    """The newest runs that wait or are under way, with which of both."""
    open_runs = scope.columns(RunRecord, col(RunRecord.id), col(RunRecord.status)).where(
        col(RunRecord.status).in_((RunStatus.QUEUED.value, RunStatus.RUNNING.value)), col(RunRecord.status) != RunStatus.FINISHED.value
    )
    return tuple((run_id, status) for run_id, status in scope.rows(open_runs.order_by(col(RunRecord.id).desc()).limit(limit)))


def first_unsearched(scope: Scope) -> UUID | None:
    """The first of the runs whose texts the search doesn't know yet."""
    return scope.first(scope.columns(PendingText, col(PendingText.run_id)).order_by(col(PendingText.run_id)))
