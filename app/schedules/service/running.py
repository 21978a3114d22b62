"""Running outside the clock: now, and the past of a window."""

from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import islice
from typing import Final
from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict, Invalid
from app.runs import RunActor
from app.schedules import policy, queries
from app.schedules.models import OccurrenceRecord, ScheduleRecord
from app.schedules.service.registry import found_schedule
from app.schedules.service.rows import changeable, look_again, policies_of, rule_of, schedule_of
from app.schedules.starting import Launch, Starter
from app.schedules.types import BackfillPlan, OccurrenceKind, OccurrenceState, Overlap, Schedule
from app.schedules.zones import check_moment, instant_of, moment_of
from app.scripts import ActiveScript, by_id

MOST_BACKFILLED: Final = 1000
_MANUAL: Final = "manual"
_SECOND: Final = timedelta(seconds=1)


def run_now(work: Work, actor: Actor, starter: Starter, schedule_id: UUID) -> Schedule:
    """Run the schedule's script once, at once; the clock's own occurrences stay as they are.

    Raises:
        NotFound: not in this tenant.
        Conflict: the script isn't active, or its last run still goes on and the schedule lets no two run at once.
    """
    require(actor, "schedules.schedule.run")
    row = changeable(work, actor, schedule_id, None)
    script = _active_script(work, row)
    last = [row.last_run_id] if row.last_run_id is not None and row.overlap != Overlap.ALLOW.value else []
    if last and starter.unfinished(work, actor.tenant_id, last):
        raise Conflict("The last run still goes on, and this schedule lets no two run at once.", "Wait for its end, or allow overlaps.")
    now, run_id = work.clock.now(), work.ids.new()
    starter.start(work, [Launch(run_id, row.id, row.name, script, now, _MANUAL, RunActor(actor.user_id, actor.name, actor.kind.value))])
    row.last_run_id, row.last_run_at = run_id, now
    work.scope(actor.tenant_id).flush()
    record(work, actor, "schedules.schedule.run", "schedule", row.id, after={"run_id": run_id})
    return schedule_of(work, actor, row)


def plan_backfill(work: Work, actor: Actor, schedule_id: UUID, since: datetime, until: datetime) -> BackfillPlan:
    """What filling in the window [since, until] would run: occurrences up to the watermark that have no run yet.

    Raises:
        NotFound: not in this tenant.
        Conflict: the window ends before it begins.
        Invalid: it holds more than can be filled in at once.
    """
    require(actor, "schedules.schedule.run")
    return _plan(work, actor, found_schedule(work, actor, schedule_id), since, until)[0]


def backfill(work: Work, actor: Actor, schedule_id: UUID, since: datetime, until: datetime, *, token: str) -> BackfillPlan:
    """Carry out a plan: its occurrences wait for the ticker, which runs them one after the other (or together, if overlaps are allowed).

    Raises:
        NotFound: not in this tenant.
        Invalid: the window can't be filled in.
        Conflict: the plan changed since it was shown, or the script isn't active.
    """
    require(actor, "schedules.schedule.run")
    row = changeable(work, actor, schedule_id, None)
    _active_script(work, row)
    if row.paused_at is not None:
        raise Conflict("The schedule is paused.", "Resume it first: a paused schedule starts nothing.")
    plan, missing = _plan(work, actor, row, since, until)
    if plan.token != token:
        raise Conflict(
            f"The window holds {plan.to_run} occurrences to run now, which isn't what was confirmed.",
            "Look at the plan again and confirm it.",
            field="token",
            details={"plan": plan},
        )
    scope, now = work.scope(actor.tenant_id), work.clock.now()
    rows = [
        {
            "id": work.ids.new(),
            "tenant_id": actor.tenant_id,
            "schedule_id": schedule_id,
            "occurs_at": moment_of(each),
            "due_at": now.replace(microsecond=0),
            "kind": OccurrenceKind.BACKFILL.value,
            "state": OccurrenceState.WAITING.value,
            "reason": None,
            "run_id": None,
            "started_at": None,
            "lag_ms": None,
        }
        for each in missing
    ]
    row.waiting += len(scope.insert_new(OccurrenceRecord, rows))
    look_again(row, now)
    scope.flush()
    record(work, actor, "schedules.schedule.backfill", "schedule", schedule_id, after=plan)
    return plan


def _plan(work: Work, actor: Actor, row: ScheduleRecord, since: datetime, until: datetime) -> tuple[BackfillPlan, list[int]]:
    check_moment(since, "since")
    check_moment(until, "until")
    if until <= since:
        raise Conflict("The window ends before it begins.", "Choose an end after the beginning.", field="until")
    rule, policies = rule_of(row), policies_of(row)
    # What lies behind the watermark is the clock's business.
    low, high = policy.bounded(policies, policy.first_second(since) - 1, min(instant_of(until), instant_of(row.handled_until)))
    found = list(islice(rule.between(low, high), MOST_BACKFILLED + 1))
    if len(found) > MOST_BACKFILLED:
        raise Invalid(f"The window holds more than {MOST_BACKFILLED:,} occurrences.", "Fill it in in several parts.", field="since")
    known = queries.occurred_between(work.scope(actor.tenant_id), row.id, since - _SECOND, until) if found else frozenset()
    missing = [each for each in found if moment_of(each) not in known]
    digest = blake2b(f"{row.id} {row.version} {missing}".encode(), digest_size=12).hexdigest()
    first, last = (moment_of(missing[0]), moment_of(missing[-1])) if missing else (None, None)
    return BackfillPlan(row.id, since, until, len(found), len(found) - len(missing), len(missing), first, last, digest), missing


def _active_script(work: Work, row: ScheduleRecord) -> ActiveScript:
    script = by_id(work, row.tenant_id, row.script_id)
    if script is None:
        raise Conflict("The schedule's script isn't active, so nothing can be started.", "Activate a version of it, or resume it.")
    return script
