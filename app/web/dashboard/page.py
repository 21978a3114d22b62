"""The first page after sign-in: what ran and what failed lately, what starts next, what people did, and whether all is well.

Nothing here is made up: what there is no data for is not shown, or is told to be empty.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app import access, runs, schedules, scripts
from app.access import Actor, AuditEntry, AuditFilter, needs
from app.base.db import Work
from app.base.paging import PageRequest
from app.runs import FailureGroup, Hour, RunFilter, RunSummary
from app.schedules import Schedule
from app.scripts import Script, ScriptFilter, Status
from app.web.administration.audit import audit_line
from app.web.dashboard.contexts import Bar, DashboardPage, FailingLine, Spark, UpcomingLine
from app.web.figures import counted
from app.web.guards import PageVisit, Visit
from app.web.runs.listing import line_of
from app.web.runs.words import gist
from app.web.times import when

router = APIRouter(include_in_schema=False)

_SHOWN: Final = 8
_BAR: Final = 12
_TALL: Final = 40


@dataclass(frozen=True, slots=True)
class _Found:
    """What the page is made of; None where the viewer may not see it."""

    entries: tuple[AuditEntry, ...] | None
    sessions: int
    hours: tuple[Hour, ...] | None
    groups: tuple[FailureGroup, ...] | None
    runs: tuple[RunSummary, ...] | None
    disabled: tuple[Script, ...]
    schedules: tuple[Schedule, ...] | None


@router.get("/")
@needs("access.self.read")
async def show_dashboard(visit: PageVisit) -> Response:
    """The dashboard, with the parts that the viewer may see."""

    def find(work: Work, actor: Actor) -> _Found:
        may, few = actor.may, PageRequest(limit=_SHOWN)
        sees_runs = may("runs.run.list")
        off = ScriptFilter(status=Status.DISABLED)
        return _Found(
            tuple(access.list_audit(work, actor, AuditFilter(), few).items) if may("access.audit.list") else None,
            len(access.list_sessions(work, actor)),
            runs.activity(work, actor) if sees_runs else None,
            runs.failure_groups(work, actor, visit.now - timedelta(days=1))[:_SHOWN] if sees_runs else None,
            tuple(runs.list_runs(work, actor, RunFilter(), few).items) if sees_runs else None,
            tuple(scripts.list_scripts(work, actor, off, few).items) if may("scripts.script.list") else (),
            schedules.list_upcoming(work, actor, _SHOWN) if may("schedules.schedule.list") else None,
        )

    viewer, found = await visit.look_at_length(find)
    may = viewer.actor.may
    health = await visit.access.ground.health.recent() if may("base.metrics.read") else None
    view = DashboardPage(
        tuple(audit_line(entry, visit.now) for entry in found.entries) if found.entries is not None else None,
        health,
        found.sessions,
        spark_of(found.hours) if found.hours is not None else None,
        tuple(_failing(visit, each) for each in found.groups) if found.groups is not None else None,
        tuple((str(each.id), each.name, each.disabled_reason or "") for each in found.disabled),
        tuple(line for each in found.schedules if (line := _upcoming(visit, each))) if found.schedules is not None else None,
        tuple(line_of(each, visit.now) for each in found.runs) if found.runs is not None else None,
        may("runs.run.read"),
        may("scripts.script.create"),
    )
    return visit.page(viewer, "dashboard/page.html", "Dashboard", view)


def spark_of(hours: tuple[Hour, ...]) -> Spark:
    """Bars as high as their hours are busy; an hour with any run, or any failure, is seen to have one."""
    busiest = max((hour.runs for hour in hours), default=0)
    bars = []
    for index, hour in enumerate(hours):
        height = max(2, hour.runs * _TALL // busiest) if hour.runs else 0
        failed = max(2, hour.failures * _TALL // busiest) if hour.failures else 0
        title = f"{hour.since:%H:%M} UTC: {counted(hour.runs, 'run')}, {hour.failures} failed"
        bars.append(Bar(index * _BAR, height, failed, title))
    total, failures = sum(hour.runs for hour in hours), sum(hour.failures for hour in hours)
    return Spark(f"{counted(total, 'run')} in the last 24 hours, {failures:,} failed", tuple(bars), total)


def _failing(visit: Visit, group: FailureGroup) -> FailingLine:
    last = group.last
    script_id = str(last.script_id) if last.script_id else None
    return FailingLine(last.script_name, script_id, gist(last), group.count, str(last.id), when(last.started_at, visit.now))


def _upcoming(visit: Visit, schedule: Schedule) -> UpcomingLine | None:
    if schedule.next_at is None:
        return None
    return UpcomingLine(str(schedule.id), schedule.name, schedule.description, when(schedule.next_at, visit.now))
