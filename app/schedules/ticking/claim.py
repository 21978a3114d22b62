"""One transaction of the ticker: a batch of due schedules, their occurrences and their queued runs, all of it or nothing.

What makes an occurrence run once: its row goes in under a unique key in the transaction that queues its run, and only the process whose
row went in queues it. The watermark moves in the same transaction, so a process killed at any point leaves either all of it or none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.base.db import Work
from app.base.errors import Invalid
from app.schedules.cron import parse
from app.schedules.models import OccurrenceRecord, ScheduleRecord
from app.schedules.occurrences import Rule
from app.schedules.service.rows import policies_of
from app.schedules.starting import Launch, Starter
from app.schedules.ticking import queries
from app.schedules.ticking.plan import Facts, Held, New, Plan, plan
from app.schedules.types import OccurrenceKind, OccurrenceState, Overlap
from app.schedules.zones import instant_of, moment_of, zone_named
from app.scripts import ActiveScript, by_id

BATCH: Final = 200
MOST_STARTED: Final = 500
"""Runs after which a transaction takes no further schedule. A backlog must come down in pieces: a piece that takes longer than
processes live between two kills, or than others wait for the database, would never be done."""
LOADED: Final = 50
"""Waiting occurrences of one schedule that a tick looks at."""
LOST_AFTER: Final = timedelta(hours=1)
"""A run that hasn't ended this long after it was queued holds up no later one: its process may be gone for good."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one transaction did.

    `lags` are the seconds by which runs were queued after they were due. `is_more`: there may be more to do.
    """

    schedules: int
    lags: tuple[float, ...]
    skipped: int
    is_more: bool


@dataclass(slots=True)
class _Case:
    """A due schedule on its way through the transaction."""

    row: Any
    script: ActiveScript | None
    plan: Plan
    rows: list[dict[str, object]]
    last_run_id: UUID | None = None


def claim(work: Work, starter: Starter, limit: int = BATCH) -> Claimed:
    """Do what a batch of due schedules has to do."""
    moment = work.clock.now()
    rows = queries.due(work.platform, moment, limit)
    if not rows:
        return Claimed(0, (), 0, is_more=False)
    running = _running(work, starter, rows, moment)
    now = instant_of(moment)
    cases: list[_Case] = []
    broken: list[dict[str, object]] = []
    started = 0
    for row in rows:
        if started >= MOST_STARTED:
            break
        try:
            rule = Rule(parse(row.expression), zone_named(row.zone))
        except Invalid as error:
            broken.append(_stopped(row, error, moment))
            continue
        script = by_id(work, row.tenant_id, row.script_id)
        waiting = queries.waiting_of(work.platform, row.tenant_id, row.id, LOADED) if row.waiting else ()
        made = plan(_facts(row, rule, script, waiting, row.last_run_id in running), now)
        started += len(made.new) + len(made.started)
        cases.append(_Case(row, script, made, [_occurrence(work, row, each, moment) for each in made.new]))
    lags = _start(work, starter, cases, moment)
    work.platform.update_many(ScheduleRecord, [*broken, *(_update(case, moment) for case in cases)])
    done = len(cases) + len(broken)
    return Claimed(done, tuple(lags), sum(case.plan.skipped for case in cases), is_more=done < len(rows) or len(rows) == limit)


def _running(work: Work, starter: Starter, rows: Sequence[Any], moment: datetime) -> frozenset[UUID]:
    """The last runs that still go on, of schedules to which that matters."""
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.last_run_id is not None and row.overlap != Overlap.ALLOW.value and row.last_run_at > moment - LOST_AFTER:
            asked[row.tenant_id].append(row.last_run_id)
    return frozenset().union(*(starter.unfinished(work, tenant_id, run_ids) for tenant_id, run_ids in asked.items()))


def _facts(row: Any, rule: Rule, script: ActiveScript | None, waiting: Sequence[OccurrenceRecord], is_running: bool) -> Facts:
    held = [Held(each.id, instant_of(each.occurs_at), instant_of(each.due_at), OccurrenceKind(each.kind)) for each in waiting]
    return Facts(
        schedule_id=row.id,
        rule=rule,
        policies=policies_of(row),
        handled_until=instant_of(row.handled_until),
        is_script_active=script is not None,
        is_running=is_running,
        waiting=held,
        more_wait=max(0, row.waiting - len(held)) if len(held) == LOADED else 0,
    )


def _occurrence(work: Work, row: Any, new: New, moment: datetime) -> dict[str, object]:
    is_started = new.state is OccurrenceState.STARTED
    due_at = moment_of(new.due_at)
    return {
        "id": work.ids.new(),
        "tenant_id": row.tenant_id,
        "schedule_id": row.id,
        "occurs_at": moment_of(new.occurs_at),
        "due_at": due_at,
        "kind": new.kind.value,
        "state": new.state.value,
        "reason": new.reason,
        "run_id": work.ids.new() if is_started else None,
        "started_at": moment if is_started else None,
        "lag_ms": _lag_ms(due_at, moment) if is_started else None,
    }


def _start(work: Work, starter: Starter, cases: list[_Case], moment: datetime) -> list[float]:
    won = work.platform.insert_new(OccurrenceRecord, [row for case in cases for row in case.rows])
    launches: list[Launch] = []
    lags: list[float] = []
    for case in cases:
        for row in case.rows:
            if row["id"] not in won:
                # It has run before, in a backfill.
                case.plan.waiting -= row["state"] == OccurrenceState.WAITING.value
            elif isinstance(run_id := row["run_id"], UUID) and isinstance(occurs_at := row["occurs_at"], datetime):
                launches += _launch(case, run_id, occurs_at, str(row["kind"]))
                lags.append(_seconds(row["due_at"], moment))
        for held in case.plan.started:
            run_id, due_at = work.ids.new(), moment_of(held.due_at)
            values = {"state": OccurrenceState.STARTED.value, "run_id": run_id, "started_at": moment, "lag_ms": _lag_ms(due_at, moment)}
            if queries.settle(work.platform, held.id, values):
                launches += _launch(case, run_id, moment_of(held.occurs_at), held.kind.value)
                lags.append(_seconds(due_at, moment))
        for held, reason in case.plan.dropped:
            queries.settle(work.platform, held.id, {"state": OccurrenceState.SKIPPED.value, "reason": reason})
    starter.start(work, launches)
    return lags


def _launch(case: _Case, run_id: UUID, occurs_at: datetime, kind: str) -> list[Launch]:
    if case.script is None:
        return []
    case.last_run_id = run_id
    return [Launch(run_id, case.row.id, case.row.name, case.script, occurs_at, kind)]


def _update(case: _Case, moment: datetime) -> dict[str, object]:
    row, made = case.row, case.plan
    has_run = case.last_run_id is not None
    return {
        "id": row.id,
        "handled_until": moment_of(made.handled_until),
        "next_at": _moment(made.next_at),
        "wake_at": _moment(made.wake_at),
        "waiting": made.waiting,
        "skipped": row.skipped + made.skipped,
        "last_skip": made.skip_reason or row.last_skip,
        "last_skip_at": _moment(made.skipped_at) or row.last_skip_at,
        "last_run_id": case.last_run_id if has_run else row.last_run_id,
        "last_run_at": moment if has_run else row.last_run_at,
        "script_stopped_at": None if case.script is not None else row.script_stopped_at or moment,
    }


def _stopped(row: Any, error: Invalid, moment: datetime) -> dict[str, object]:
    """A schedule that can't go on: its zone or expression was good once and isn't any more. It says so, and holds nobody up."""
    return {
        "id": row.id,
        "handled_until": row.handled_until,
        "next_at": None,
        "wake_at": None,
        "waiting": row.waiting,
        "skipped": row.skipped,
        "last_skip": error.message,
        "last_skip_at": moment,
        "last_run_id": row.last_run_id,
        "last_run_at": row.last_run_at,
        "script_stopped_at": row.script_stopped_at,
    }


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else moment_of(instant)


def _lag_ms(due_at: datetime, moment: datetime) -> int:
    return int(_seconds(due_at, moment) * 1000)


def _seconds(due_at: object, moment: datetime) -> float:
    return max(0.0, (moment - due_at).total_seconds()) if isinstance(due_at, datetime) else 0.0
