"""Looking ahead: previews of expressions as they are typed, and what a schedule will come to."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import Invalid
from app.base.paging import PageRequest
from app.runs import RunFilter, RunStatus, list_runs
from app.schedules import forecast
from app.schedules.cron import parse
from app.schedules.occurrences import Rule
from app.schedules.preview import Question, preview
from app.schedules.service.registry import found_schedule
from app.schedules.service.rows import policies_of, rule_of, tenant_zone
from app.schedules.types import OutageForecast, Outlook, OverlapForecast, Policies, Preview, YearDensity
from app.schedules.zones import zone_named
from app.scripts import get_script

MEASURED_RUNS: Final = 200
LONGEST_RUN_MS: Final = 86_400_000
_NOTHING_ELSE: Final = Outlook()


def preview_expression(
    work: Work,
    actor: Actor,
    *,
    expression: str,
    zone: str,
    viewer_zone: str,
    after: datetime | None,
    count: int,
    policies: Policies,
    outlook: Outlook = _NOTHING_ELSE,
) -> Preview:
    """The next occurrences of an expression that is being typed; an empty zone is the tenant's, an empty viewer's zone the schedule's.

    Raises:
        Invalid: something can't be; the message names the field of the expression.
        NotFound: the script whose runs are to be measured isn't in this tenant.
    """
    require(actor, "schedules.schedule.list")
    chosen, start = zone or tenant_zone(work.scope(actor.tenant_id)), after or work.clock.now()
    shown = preview(Question(expression, chosen, viewer_zone or chosen, start, count, policies))
    rule, taken = Rule(parse(expression), zone_named(chosen)), _typical_ms(work, actor, outlook)
    return replace(
        shown,
        density=None if outlook.year is None else forecast.density(rule, policies, outlook.year),
        overlaps=None if taken is None else forecast.overlaps(rule, policies, start, taken),
        outage=None if outlook.outage is None else forecast.outage(rule, policies, *outlook.outage),
    )


def preview_schedule(work: Work, actor: Actor, schedule_id: UUID, *, viewer_zone: str, after: datetime | None, count: int) -> Preview:
    """The next occurrences of a schedule, with its own jitter.

    Raises:
        NotFound: not in this tenant.
        Invalid: there is no such zone.
    """
    require(actor, "schedules.schedule.read")
    row = found_schedule(work, actor, schedule_id)
    start = after or max(work.clock.now(), row.handled_until)
    return preview(Question(row.expression, row.zone, viewer_zone or row.zone, start, count, policies_of(row), row.id))


def expression_density(work: Work, actor: Actor, *, expression: str, zone: str, year: int) -> YearDensity:
    """How often an expression would run on each date of a year.

    Raises:
        Invalid: something can't be.
    """
    require(actor, "schedules.schedule.list")
    rule = Rule(parse(expression), zone_named(zone or tenant_zone(work.scope(actor.tenant_id))))
    return forecast.density(rule, Policies(), year)


def schedule_density(work: Work, actor: Actor, schedule_id: UUID, year: int) -> YearDensity:
    """How often a schedule runs on each date of a year.

    Raises:
        NotFound: not in this tenant.
        Invalid: the year is out of range.
    """
    require(actor, "schedules.schedule.read")
    row = found_schedule(work, actor, schedule_id)
    return forecast.density(rule_of(row), policies_of(row), year)


def schedule_overlaps(work: Work, actor: Actor, schedule_id: UUID, p95_ms: int | None) -> OverlapForecast:
    """Which of the next occurrences would overlap; without a duration, by the 95th percentile of the script's last runs.

    Raises:
        NotFound: not in this tenant.
        Invalid: the duration is out of range, or none was measured yet.
    """
    require(actor, "schedules.schedule.read")
    row = found_schedule(work, actor, schedule_id)
    taken = _typical_ms(work, actor, Outlook(script_id=row.script_id, p95_ms=p95_ms))
    if taken is None:
        raise Invalid("The script has no finished runs to measure.", "Give a duration to try.", field="p95_ms")
    return forecast.overlaps(rule_of(row), policies_of(row), work.clock.now(), taken)


def schedule_outage(work: Work, actor: Actor, schedule_id: UUID, down_from: datetime, down_until: datetime) -> OutageForecast:
    """Which of a schedule's occurrences would run late and which not at all if the service were down.

    Raises:
        NotFound: not in this tenant.
        Conflict: it is no outage that can be looked at.
    """
    require(actor, "schedules.schedule.read")
    row = found_schedule(work, actor, schedule_id)
    return forecast.outage(rule_of(row), policies_of(row), down_from, down_until)


def _typical_ms(work: Work, actor: Actor, outlook: Outlook) -> int | None:
    """How long a run is taken to last: as given, else the 95th percentile of what the script's last runs took, if there were any."""
    if outlook.p95_ms is not None:
        if not 1 <= outlook.p95_ms <= LONGEST_RUN_MS:
            raise Invalid(f"A run of {outlook.p95_ms} ms can't be looked at.", f"Choose 1 to {LONGEST_RUN_MS:,} ms.", field="p95_ms")
        return outlook.p95_ms
    if outlook.script_id is None:
        return None
    get_script(work, actor, outlook.script_id)
    wanted = RunFilter(script_id=outlook.script_id, status=RunStatus.FINISHED)
    durations = sorted(run.duration_us for run in list_runs(work, actor, wanted, PageRequest(limit=MEASURED_RUNS)).items)
    if not durations:
        return None
    return max(1, -(-durations[(len(durations) * 95 - 1) // 100] // 1000))
