"""Every statement of the schedules domain within one tenant, named by what it finds."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from app.base.db import Scope
from app.base.paging import PageRequest
from app.schedules.models import ClockRecord, OccurrenceRecord, ScheduleRecord
from app.schedules.types import OccurrenceState


def schedule_by_id(scope: Scope, schedule_id: UUID) -> ScheduleRecord | None:
    """A schedule."""
    return scope.first(scope.select(ScheduleRecord).where(col(ScheduleRecord.id) == schedule_id))


def locked_schedule(scope: Scope, schedule_id: UUID) -> ScheduleRecord | None:
    """A schedule to change: the ticker keeps its hands off it until the transaction ends."""
    return scope.first(scope.select(ScheduleRecord).where(col(ScheduleRecord.id) == schedule_id).with_for_update())


def following(scope: Scope, script_id: UUID) -> ScheduleRecord | None:
    """The schedule that is a script's trigger, to change."""
    return scope.first(scope.select(ScheduleRecord).where(col(ScheduleRecord.followed_script_id) == script_id).with_for_update())


def schedules_page(scope: Scope, script_id: UUID | None, request: PageRequest) -> Sequence[ScheduleRecord]:
    """Schedules, newest first, one more than the page holds."""
    statement = scope.select(ScheduleRecord).order_by(col(ScheduleRecord.id).desc()).limit(request.limit + 1)
    if script_id is not None:
        statement = statement.where(col(ScheduleRecord.script_id) == script_id)
    return scope.all(statement.where(col(ScheduleRecord.id) < request.after) if request.after else statement)


def next_due(scope: Scope, limit: int) -> Sequence[ScheduleRecord]:
    """Of all schedules those that start next, soonest first."""
    due = col(ScheduleRecord.next_at)
    return scope.all(scope.select(ScheduleRecord).where(due.is_not(None)).order_by(due, col(ScheduleRecord.id)).limit(limit))


def without_zone(scope: Scope) -> Sequence[ScheduleRecord]:
    """Schedules that go by the tenant's clock, to change."""
    return scope.all(scope.select(ScheduleRecord).where(col(ScheduleRecord.own_zone) == "").with_for_update())


def delete_schedule(scope: Scope, schedule_id: UUID) -> None:
    """Remove a schedule and its occurrences; their runs stay in the history."""
    scope.run(scope.delete(OccurrenceRecord).where(col(OccurrenceRecord.schedule_id) == schedule_id))
    scope.run(scope.delete(ScheduleRecord).where(col(ScheduleRecord.id) == schedule_id))


def of_script(scope: Scope, script_id: UUID) -> Sequence[UUID]:
    """The schedules of a script."""
    return scope.all(scope.columns(ScheduleRecord, ScheduleRecord.id).where(col(ScheduleRecord.script_id) == script_id))


def occurrences_page(scope: Scope, schedule_id: UUID, request: PageRequest) -> Sequence[OccurrenceRecord]:
    """A schedule's occurrences, those written last first, one more than the page holds."""
    statement = scope.select(OccurrenceRecord).where(col(OccurrenceRecord.schedule_id) == schedule_id)
    statement = statement.order_by(col(OccurrenceRecord.id).desc()).limit(request.limit + 1)
    return scope.all(statement.where(col(OccurrenceRecord.id) < request.after) if request.after else statement)


def occurred_between(scope: Scope, schedule_id: UUID, since: datetime, until: datetime) -> frozenset[datetime]:
    """The times in [since, until] of which there is a row."""
    statement = scope.columns(OccurrenceRecord, OccurrenceRecord.occurs_at).where(
        col(OccurrenceRecord.schedule_id) == schedule_id,
        col(OccurrenceRecord.occurs_at) >= since,
        col(OccurrenceRecord.occurs_at) <= until,
    )
    return frozenset(scope.all(statement))


def drop_waiting(scope: Scope, schedule_id: UUID, reason: str) -> int:
    """Skip the occurrences of a schedule that wait; how many."""
    waiting = (col(OccurrenceRecord.schedule_id) == schedule_id, col(OccurrenceRecord.state) == OccurrenceState.WAITING.value)
    values = {"state": OccurrenceState.SKIPPED.value, "reason": reason}
    return scope.run(scope.update(OccurrenceRecord).where(*waiting).values(**values))


def clock_of(scope: Scope) -> ClockRecord | None:
    """The tenant's clock, if it was ever set."""
    return scope.first(scope.select(ClockRecord))
