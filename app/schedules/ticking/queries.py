"""The ticker's statements, over the rows of every tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import col

from app.base.db import Scope, UtcDateTime, prepared_above
from app.base.ids import first_id_at
from app.schedules.models import OccurrenceRecord, ScheduleRecord
from app.schedules.types import OccurrenceState

_NOW: Final = bindparam("now", type_=UtcDateTime())
_IS_DUE: Final = prepared_above(ScheduleRecord.id).where(col(ScheduleRecord.wake_at) <= _NOW).order_by(col(ScheduleRecord.wake_at)).limit(1)
_DUE: Final = (
    prepared_above(
        ScheduleRecord.id,
        ScheduleRecord.tenant_id,
        ScheduleRecord.script_id,
        ScheduleRecord.name,
        ScheduleRecord.expression,
        ScheduleRecord.zone,
        ScheduleRecord.missed,
        ScheduleRecord.missed_cap,
        ScheduleRecord.overlap,
        ScheduleRecord.jitter_seconds,
        ScheduleRecord.starts_at,
        ScheduleRecord.ends_at,
        ScheduleRecord.handled_until,
        ScheduleRecord.waiting,
        ScheduleRecord.skipped,
        ScheduleRecord.last_skip,
        ScheduleRecord.last_skip_at,
        ScheduleRecord.last_run_id,
        ScheduleRecord.last_run_at,
        ScheduleRecord.script_stopped_at,
    )
    .where(col(ScheduleRecord.wake_at) <= _NOW)
    .order_by(col(ScheduleRecord.wake_at))
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_PURGED_AT_ONCE: Final = 5000


def is_any_due(platform: Scope, now: datetime) -> bool:
    """Whether a schedule has something to do."""
    return bool(platform.prepared(_IS_DUE, now=now))


def counted(platform: Scope, until: datetime | None) -> tuple[int, datetime | None]:
    """How many schedules have something to do until a moment, or ever, and when the first of them has."""
    wakes = col(ScheduleRecord.wake_at)
    statement = platform.columns(ScheduleRecord, func.count(), func.min(wakes))
    [row] = platform.rows(statement.where(wakes.is_not(None) if until is None else wakes <= until))
    return row[0], row[1]


def due(platform: Scope, now: datetime, limit: int) -> Sequence[Any]:
    """Schedules that have something to do, those that waited longest first; locked, and without those that another process has locked."""
    return platform.prepared(_DUE, now=now, limit=limit)


def waiting_of(platform: Scope, tenant_id: UUID, schedule_id: UUID, limit: int) -> Sequence[OccurrenceRecord]:
    """The first occurrences of a schedule that wait, in order."""
    found = platform.select(OccurrenceRecord).where(
        col(OccurrenceRecord.tenant_id) == tenant_id,
        col(OccurrenceRecord.schedule_id) == schedule_id,
        col(OccurrenceRecord.state) == OccurrenceState.WAITING.value,
    )
    return platform.all(found.order_by(col(OccurrenceRecord.occurs_at)).limit(limit))


def settle(platform: Scope, occurrence_id: UUID, values: Mapping[str, object]) -> bool:
    """Say what became of an occurrence that waited; whether it still did."""
    waits = (col(OccurrenceRecord.id) == occurrence_id, col(OccurrenceRecord.state) == OccurrenceState.WAITING.value)
    return platform.run(platform.update(OccurrenceRecord).where(*waits).values(**values)) == 1


def forget_before(platform: Scope, moment: datetime) -> int:
    """Delete occurrences that were written before a moment and don't wait; some thousands at a time, how many."""
    old = (col(OccurrenceRecord.id) < first_id_at(moment), col(OccurrenceRecord.state) != OccurrenceState.WAITING.value)
    ids = platform.all(platform.columns(OccurrenceRecord, OccurrenceRecord.id).where(*old).limit(_PURGED_AT_ONCE))
    return platform.run(platform.delete(OccurrenceRecord).where(col(OccurrenceRecord.id).in_(ids))) if ids else 0
