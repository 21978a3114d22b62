"""Schedules between rows and frozen values, and what changes of them mean for when they are looked at next."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.access import Actor
from app.base.db import Scope, Work
from app.base.errors import Invalid, NotFound, not_found, stale
from app.schedules import policy, queries
from app.schedules.cron import parse
from app.schedules.models import OccurrenceRecord, ScheduleRecord
from app.schedules.occurrences import Rule
from app.schedules.types import (
    Missed,
    Occurrence,
    OccurrenceKind,
    OccurrenceState,
    Overlap,
    Policies,
    Schedule,
    ScheduleState,
    Standing,
)
from app.schedules.words import describe
from app.schedules.zones import instant_of, moment_of, zone_named
from app.scripts import Script, Status, get_script

DEFAULT_ZONE: Final = "UTC"
LONGEST_NAME: Final = 100
_STATES: Final = {Status.PAUSED: ScheduleState.SCRIPT_PAUSED, Status.DISABLED: ScheduleState.SCRIPT_DISABLED}


def tenant_zone(scope: Scope) -> str:
    """The zone of the tenant's schedules that name none."""
    clock = queries.clock_of(scope)
    return clock.zone if clock else DEFAULT_ZONE


def changeable(work: Work, actor: Actor, schedule_id: UUID, version: int | None) -> ScheduleRecord:
    """A schedule to change, locked; without a version, in any.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile.
    """
    row = queries.locked_schedule(work.scope(actor.tenant_id), schedule_id)
    if row is None:
        raise not_found("schedule", schedule_id)
    if version is not None and row.version != version:
        raise stale("schedule", version, row.version, schedule_of(work, actor, row))
    return row


def rule_of(row: ScheduleRecord) -> Rule:
    """A schedule's expression in its zone.

    Raises:
        Invalid: they were good once and aren't any more.
    """
    return Rule(parse(row.expression), zone_named(row.zone))


def policies_of(row: ScheduleRecord) -> Policies:
    """A schedule's policies."""
    return Policies(Missed(row.missed), row.missed_cap, Overlap(row.overlap), row.jitter_seconds, row.starts_at, row.ends_at)


def put_policies(row: ScheduleRecord, policies: Policies) -> None:
    """Write policies into a row.

    Raises:
        Invalid: they can't be.
    """
    policy.check_policies(policies)
    row.missed, row.missed_cap, row.overlap = policies.missed.value, policies.missed_cap, policies.overlap.value
    row.jitter_seconds, row.starts_at, row.ends_at = policies.jitter_seconds, policies.starts_at, policies.ends_at


def start_anew(row: ScheduleRecord, now: datetime) -> None:
    """Have the schedule go on from now: nothing before is made up for; what has run has its row, even if the clock was set back."""
    row.handled_until = _whole(now)
    look_again(row, now)


def look_again(row: ScheduleRecord, now: datetime) -> None:
    """Work out when the schedule is next due, and when the ticker has to look at it."""
    if row.paused_at is not None:
        row.next_at = row.wake_at = None
        return
    found = policy.next_occurrence(rule_of(row), policies_of(row), instant_of(row.handled_until))
    row.next_at = None if found is None else moment_of(found)
    soon = _whole(now) + timedelta(seconds=1) if row.waiting else None
    row.wake_at = min((each for each in (row.next_at, soon) if each is not None), default=None)


def schedule_of(work: Work, actor: Actor, row: ScheduleRecord) -> Schedule:
    """A schedule as it is handed out, with its script's state."""
    script = script_of(work, actor, row.script_id)
    try:
        description = describe(parse(row.expression))
    except Invalid as error:
        description = error.message
    return Schedule(
        id=row.id,
        name=row.name,
        script_id=row.script_id,
        script_name=script.name if script else "",
        follows_script=row.followed_script_id is not None,
        expression=row.expression,
        description=description,
        own_zone=row.own_zone,
        zone=row.zone,
        policies=policies_of(row),
        standing=_standing(row, script, work.clock.now()),
        next_at=row.next_at,
        handled_until=row.handled_until,
        waiting=row.waiting,
        skipped=row.skipped,
        last_skip=row.last_skip,
        last_skip_at=row.last_skip_at,
        last_run_id=row.last_run_id,
        last_run_at=row.last_run_at,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def occurrence_of(row: OccurrenceRecord) -> Occurrence:
    """An occurrence as it is handed out."""
    return Occurrence(
        row.id,
        row.schedule_id,
        row.occurs_at,
        row.due_at,
        OccurrenceKind(row.kind),
        OccurrenceState(row.state),
        row.reason,
        row.run_id,
        row.started_at,
        row.lag_ms,
    )


def script_of(work: Work, actor: Actor, script_id: UUID) -> Script | None:
    """The schedule's script, if it is still there."""
    try:
        return get_script(work, actor, script_id)
    except NotFound:
        return None


def _standing(row: ScheduleRecord, script: Script | None, now: datetime) -> Standing:
    if row.paused_at is not None:
        return Standing(ScheduleState.PAUSED, row.paused_at, f"Paused by {row.paused_by} since {_said(row.paused_at)}.")
    if script is None or script.deleted_at is not None:
        since = row.script_stopped_at if script is None else script.deleted_at
        return Standing(ScheduleState.SCRIPT_INACTIVE, since, f"The script was deleted{_since(since)}: nothing is started.")
    if script.status is not Status.ACTIVE:
        since = script.status_since
        reason = f" {script.disabled_reason}" if script.disabled_reason else ""
        state = _STATES.get(script.status, ScheduleState.SCRIPT_INACTIVE)
        return Standing(state, since, f"The script is {script.status.value}{_since(since)}: nothing is started.{reason}")
    if row.next_at is None and not row.waiting:
        since = row.ends_at if row.ends_at is not None and row.ends_at <= now else None
        return Standing(ScheduleState.ENDED, since, f"There are no more occurrences{_since(since)}.")
    return Standing(ScheduleState.ACTIVE, None, "Active.")


def _since(moment: datetime | None) -> str:
    return f" since {_said(moment)}" if moment else ""


def _said(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y at %H:%M} UTC"


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
