"""Create, find, change, pause and delete schedules."""

from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict, Invalid, not_found
from app.base.paging import Page, PageRequest, page_of
from app.schedules import queries
from app.schedules.cron import normal, parse
from app.schedules.models import ScheduleRecord
from app.schedules.policy import check_comes, check_policies
from app.schedules.service.rows import (
    LONGEST_NAME,
    changeable,
    look_again,
    occurrence_of,
    put_policies,
    rule_of,
    schedule_of,
    start_anew,
    tenant_zone,
)
from app.schedules.types import NewSchedule, Occurrence, Policies, Schedule, ScheduleChange
from app.schedules.validate import about_trigger
from app.schedules.zones import instant_of, zone_named
from app.scripts import CronTrigger, Script, get_script

_PAUSED = "The schedule was paused."


def list_schedules(work: Work, actor: Actor, script_id: UUID | None, request: PageRequest) -> Page[Schedule]:
    """Schedules, of one script or of all, newest first."""
    require(actor, "schedules.schedule.list")
    rows = queries.schedules_page(work.scope(actor.tenant_id), script_id, request)
    return page_of(rows, request, lambda row: schedule_of(work, actor, row), lambda row: row.id)


def list_upcoming(work: Work, actor: Actor, count: int) -> tuple[Schedule, ...]:
    """Of all schedules those that start next, soonest first."""
    require(actor, "schedules.schedule.list")
    return tuple(schedule_of(work, actor, row) for row in queries.next_due(work.scope(actor.tenant_id), count))


def get_schedule(work: Work, actor: Actor, schedule_id: UUID) -> Schedule:
    """A schedule.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "schedules.schedule.read")
    return schedule_of(work, actor, found_schedule(work, actor, schedule_id))


def list_occurrences(work: Work, actor: Actor, schedule_id: UUID, request: PageRequest) -> Page[Occurrence]:
    """A schedule's occurrences and what became of them, newest first.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "schedules.schedule.read")
    found_schedule(work, actor, schedule_id)
    rows = queries.occurrences_page(work.scope(actor.tenant_id), schedule_id, request)
    return page_of(rows, request, occurrence_of, lambda row: row.id)


def create_schedule(work: Work, actor: Actor, new: NewSchedule) -> Schedule:
    """Have a script run by the clock, from now on.

    Raises:
        NotFound: there is no such script in this tenant.
        Invalid: the name, expression, zone or a policy can't be.
    """
    require(actor, "schedules.schedule.create")
    get_script(work, actor, new.script_id)
    row = _new_row(work, actor.tenant_id, new, followed_script_id=None)
    work.scope(actor.tenant_id).add(row)
    made = schedule_of(work, actor, row)
    record(work, actor, "schedules.schedule.create", "schedule", row.id, after=made)
    return made


def update_schedule(work: Work, actor: Actor, schedule_id: UUID, change: ScheduleChange) -> Schedule:
    """Change a schedule. Another expression or zone holds from now on: what it would have meant before isn't made up for.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile.
        Conflict: the expression or zone is the script's own.
        Invalid: something can't be.
    """
    require(actor, "schedules.schedule.update")
    row = changeable(work, actor, schedule_id, change.version)
    before = schedule_of(work, actor, row)
    if row.followed_script_id is not None and (change.expression is not None or change.zone is not None):
        raise Conflict(
            "This schedule follows its script: the expression and zone are those of the script's trigger.",
            "Change the script's trigger; policies can be changed here.",
            field="expression" if change.expression is not None else "zone",
        )
    if change.name is not None:
        row.name = _checked_name(change.name)
    if change.policies is not None:
        put_policies(row, change.policies)
    if change.expression is not None or change.zone is not None:
        _put_times(work, row, change.expression or row.expression, row.own_zone if change.zone is None else change.zone)
        start_anew(row, work.clock.now())
    else:
        look_again(row, work.clock.now())
    return _changed(work, actor, "schedules.schedule.update", row, before)


def pause_schedule(work: Work, actor: Actor, schedule_id: UUID, *, version: int) -> Schedule:
    """Start nothing until resumed; what falls due meanwhile is left out, and what waits is skipped.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile.
        Conflict: it is paused already.
    """
    require(actor, "schedules.schedule.update")
    row = changeable(work, actor, schedule_id, version)
    if row.paused_at is not None:
        raise Conflict("The schedule is paused already.", "Resume it to have it run again.")
    before = schedule_of(work, actor, row)
    row.paused_at, row.paused_by = work.clock.now(), actor.name
    row.skipped += queries.drop_waiting(work.scope(actor.tenant_id), schedule_id, _PAUSED)
    row.waiting = 0
    look_again(row, work.clock.now())
    return _changed(work, actor, "schedules.schedule.pause", row, before)


def resume_schedule(work: Work, actor: Actor, schedule_id: UUID, *, version: int) -> Schedule:
    """Go on from now.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile.
        Conflict: it isn't paused.
    """
    require(actor, "schedules.schedule.update")
    row = changeable(work, actor, schedule_id, version)
    if row.paused_at is None:
        raise Conflict("The schedule isn't paused.", "There is nothing to resume.")
    before = schedule_of(work, actor, row)
    row.paused_at = row.paused_by = None
    start_anew(row, work.clock.now())
    return _changed(work, actor, "schedules.schedule.resume", row, before)


def delete_schedule(work: Work, actor: Actor, schedule_id: UUID) -> None:
    """Delete a schedule and the list of its occurrences; their runs stay in the history.

    Raises:
        NotFound: not in this tenant.
        Conflict: it follows its script.
    """
    require(actor, "schedules.schedule.delete")
    row = changeable(work, actor, schedule_id, None)
    if row.followed_script_id is not None:
        raise Conflict("This schedule follows its script.", "Give the script another trigger, or pause the schedule.")
    before = schedule_of(work, actor, row)
    queries.delete_schedule(work.scope(actor.tenant_id), schedule_id)
    record(work, actor, "schedules.schedule.delete", "schedule", schedule_id, before=before)


def follow_script(work: Work, actor: Actor, script: Script) -> None:
    """Keep a script's own schedule as its trigger says; part of whatever changes the script, under that verb's permission.

    Raises:
        Invalid: the trigger's moment never comes in its zone.
    """
    scope = work.scope(actor.tenant_id)
    row = queries.following(scope, script.id)
    match script.trigger:
        case CronTrigger(expression=expression, zone=zone):
            if row is None:
                new = NewSchedule(script.id, script.name[:LONGEST_NAME], expression, zone, Policies())
                with about_trigger():
                    scope.add(_new_row(work, actor.tenant_id, new, followed_script_id=script.id))
                return
            if (normal(expression), zone) != (row.expression, row.own_zone):
                with about_trigger():
                    _put_times(work, row, expression, zone)
                start_anew(row, work.clock.now())
            row.name = script.name[:LONGEST_NAME]
            row.updated_at = work.clock.now()
            scope.flush()
        case _ if row is not None:
            queries.delete_schedule(scope, row.id)
        case _:
            pass


def forget_script(work: Work, tenant_id: UUID, script_id: UUID) -> None:
    """Remove the schedules of a script that was removed for good; part of whatever does that, under that verb's permission."""
    scope = work.scope(tenant_id)
    for schedule_id in queries.of_script(scope, script_id):
        queries.delete_schedule(scope, schedule_id)


def found_schedule(work: Work, actor: Actor, schedule_id: UUID) -> ScheduleRecord:
    """A schedule's row, to read.

    Raises:
        NotFound: not in this tenant.
    """
    row = queries.schedule_by_id(work.scope(actor.tenant_id), schedule_id)
    if row is None:
        raise not_found("schedule", schedule_id)
    return row


def _new_row(work: Work, tenant_id: UUID, new: NewSchedule, *, followed_script_id: UUID | None) -> ScheduleRecord:
    now, policies = work.clock.now(), new.policies
    check_policies(policies)
    row = ScheduleRecord(
        id=work.ids.new(),
        tenant_id=tenant_id,
        script_id=new.script_id,
        followed_script_id=followed_script_id,
        name=_checked_name(new.name),
        expression="",
        own_zone="",
        zone="",
        missed=policies.missed.value,
        missed_cap=policies.missed_cap,
        overlap=policies.overlap.value,
        jitter_seconds=policies.jitter_seconds,
        starts_at=policies.starts_at,
        ends_at=policies.ends_at,
        paused_at=None,
        paused_by=None,
        script_stopped_at=None,
        handled_until=now,
        next_at=None,
        wake_at=None,
        waiting=0,
        skipped=0,
        last_skip=None,
        last_skip_at=None,
        last_run_id=None,
        last_run_at=None,
        version=1,
        created_at=now,
        updated_at=now,
    )
    _put_times(work, row, new.expression, new.zone)
    start_anew(row, now)
    return row


def _put_times(work: Work, row: ScheduleRecord, expression: str, zone: str) -> None:
    parse(expression)
    row.expression, row.own_zone = normal(expression), zone
    row.zone = zone_named(zone).key if zone else tenant_zone(work.scope(row.tenant_id))
    check_comes(rule_of(row), instant_of(work.clock.now()))


def _changed(work: Work, actor: Actor, action: str, row: ScheduleRecord, before: Schedule) -> Schedule:
    row.version += 1
    row.updated_at = work.clock.now()
    work.scope(actor.tenant_id).flush()
    after = schedule_of(work, actor, row)
    record(work, actor, action, "schedule", row.id, before=before, after=after)
    return after


def _checked_name(name: str) -> str:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise Invalid(f"A schedule's name has 1 to {LONGEST_NAME} characters, not {len(name.strip())}.", "Choose another.", field="name")
    return name.strip()
