"""Schedules: the list with next and last starts, and one schedule with what it will come to and what it came to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import schedules
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Conflict, Invalid
from app.base.paging import Page, PageRequest, page_request
from app.schedules import MOST_SHOWN, Occurrence, PreviewRow, Schedule, ScheduleChange, zone_names
from app.web.figures import span
from app.web.forms import REFUSALS, Sent, VersionForm
from app.web.guards import PageVisit, Visit, id_of
from app.web.lists import asked, pager
from app.web.schedules.contexts import OccurrenceLine, ScheduleLine, SchedulePage, Schedules
from app.web.schedules.fields import PoliciesForm, outage_of, text_of
from app.web.schedules.showing import SHOWN, Foreseen, day_before_change, shown_of, years_shown
from app.web.times import when

router = APIRouter(prefix="/schedules", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A schedule and what is foreseen of it, read in one transaction."""

    schedule: Schedule
    foreseen: Foreseen
    occurrences: tuple[Occurrence, ...]
    problem: str | None


@router.get("")
@needs("schedules.schedule.list")
async def show_schedules(visit: PageVisit) -> Response:
    """The tenant's schedules, newest first."""
    return await _list(visit)


@router.get("/{schedule_id}")
@needs("schedules.schedule.read")
async def show_schedule(visit: PageVisit, schedule_id: str) -> Response:
    """A schedule."""
    return await _one(visit, id_of("schedule", schedule_id), Sent())


@router.post("/{schedule_id}/pause")
@needs("schedules.schedule.update")
async def pause(visit: PageVisit, schedule_id: str) -> Response:
    """Start nothing until resumed."""
    return await _switch(visit, schedule_id, "schedule-paused", is_paused=True)


@router.post("/{schedule_id}/resume")
@needs("schedules.schedule.update")
async def resume(visit: PageVisit, schedule_id: str) -> Response:
    """Go on from now."""
    return await _switch(visit, schedule_id, "schedule-resumed", is_paused=False)


@router.post("/{schedule_id}/run")
@needs("schedules.schedule.run")
async def run(visit: PageVisit, schedule_id: str) -> Response:
    """Run the schedule's script once, now."""
    wanted, posted = id_of("schedule", schedule_id), await visit.posted()
    try:
        await visit.act(lambda work, actor: schedules.run_now(work, actor, visit.services.starter, wanted))
    except REFUSALS as error:
        return await _one(visit, wanted, posted.refused(error), 422)
    return visit.done(f"/schedules/{wanted}", "schedule-run")


@router.post("/{schedule_id}/policies")
@needs("schedules.schedule.update")
async def save_policies(visit: PageVisit, schedule_id: str) -> Response:
    """Change how a schedule treats what doesn't go by the clock."""
    wanted, posted = id_of("schedule", schedule_id), await visit.posted()
    try:
        form = posted.parse(PoliciesForm)
        change = ScheduleChange(form.version, policies=form.policies())
        await visit.act(lambda work, actor: schedules.update_schedule(work, actor, wanted, change))
    except REFUSALS as error:
        return await _one(visit, wanted, posted.refused(error), 422)
    return visit.done(f"/schedules/{wanted}", "schedule-saved")


@router.post("/{schedule_id}/delete")
@needs("schedules.schedule.delete")
async def delete(visit: PageVisit, schedule_id: str) -> Response:
    """Delete a schedule; its runs stay in the history."""
    wanted, posted = id_of("schedule", schedule_id), await visit.posted()
    try:
        await visit.act(lambda work, actor: schedules.delete_schedule(work, actor, wanted))
    except REFUSALS as error:
        return await _one(visit, wanted, posted.refused(error), 422)
    return visit.done("/schedules", "schedule-deleted")


async def _switch(visit: Visit, schedule_id: str, word: str, *, is_paused: bool) -> Response:
    wanted, posted = id_of("schedule", schedule_id), await visit.posted()
    verb = schedules.pause_schedule if is_paused else schedules.resume_schedule
    try:
        form = posted.parse(VersionForm)
        await visit.act(lambda work, actor: verb(work, actor, wanted, version=form.version))
    except REFUSALS as error:
        return await _one(visit, wanted, posted.refused(error), 422)
    if visit.is_scripted:
        return await _list(visit, word)
    return visit.done(f"/schedules/{wanted}", word)


async def _list(visit: Visit, done: str | None = None) -> Response:
    after = visit.request.query_params.get("after") if visit.request.method == "GET" else None

    def find(work: Work, actor: Actor) -> Page[Schedule]:
        return schedules.list_schedules(work, actor, None, page_request(after))

    viewer, page = await visit.look_at_length(find)
    lines = tuple(ScheduleLine(each, when(each.next_at, visit.now), when(each.last_run_at, visit.now)) for each in page.items)
    may = viewer.actor.may
    view = Schedules(
        lines,
        may("schedules.schedule.create"),
        may("schedules.schedule.update"),
        may("runs.run.read"),
        visit.csrf,
        pager(page, "/schedules", after),
    )
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("schedules/_schedules.html", view), done=done)
    return visit.page(viewer, "schedules/page.html", "Schedules", view)


async def _one(visit: Visit, schedule_id: UUID, form: Sent, status: int = 200) -> Response:
    query = visit.request.query_params
    zone, down_from, down_until = (asked(query, name) for name in ("viewer_zone", "down_from", "down_until"))

    def find(work: Work, actor: Actor) -> _Looked:
        return _look(work, actor, schedule_id, visit.now, (zone, down_from, down_until))

    viewer, looked = await visit.look_at_length(find)
    schedule, may = looked.schedule, viewer.actor.may
    shown = shown_of(looked.foreseen, visit.now)
    view = SchedulePage(
        schedule,
        when(schedule.next_at, visit.now),
        when(schedule.last_run_at, visit.now),
        shown,
        zone,
        tuple(sorted(zone_names())),
        down_from,
        down_until,
        form if not looked.problem else Sent(form.texts, form.chosen, form.errors, looked.problem),
        (text_of(schedule.policies.starts_at), text_of(schedule.policies.ends_at)),
        tuple(_line(visit, each) for each in looked.occurrences),
        may("schedules.schedule.update"),
        may("schedules.schedule.run"),
        may("schedules.schedule.delete") and not schedule.follows_script,
        may("runs.run.read"),
    )
    return visit.page(viewer, "schedules/schedule.html", schedule.name, view, status)


def _look(work: Work, actor: Actor, schedule_id: UUID, now: datetime, texts: tuple[str, str, str]) -> _Looked:
    zone, down_from, down_until = texts
    schedule = schedules.get_schedule(work, actor, schedule_id)
    problem, outage = None, None
    try:
        preview = schedules.preview_schedule(work, actor, schedule_id, viewer_zone=zone, after=None, count=SHOWN)
        window = outage_of(down_from, down_until)
        outage = schedules.schedule_outage(work, actor, schedule_id, *window) if window else None
    except (Invalid, Conflict) as error:
        problem = error.sentence
        preview = schedules.preview_schedule(work, actor, schedule_id, viewer_zone="", after=None, count=SHOWN)
    try:
        overlaps = schedules.schedule_overlaps(work, actor, schedule_id, None)
    except Invalid:
        overlaps = None  # there is no finished run to measure yet
    years = tuple(schedules.schedule_density(work, actor, schedule_id, year) for year in years_shown(now))
    return _Looked(
        schedule,
        Foreseen(preview, _around(work, actor, schedule_id, day_before_change(years, now)), years[0], overlaps, outage),
        schedules.list_occurrences(work, actor, schedule_id, PageRequest(limit=SHOWN)).items,
        problem,
    )


def _around(work: Work, actor: Actor, schedule_id: UUID, start: datetime | None) -> tuple[PreviewRow, ...]:
    """Starts about a change of clocks."""
    if start is None:
        return ()
    return schedules.preview_schedule(work, actor, schedule_id, viewer_zone="", after=start, count=MOST_SHOWN).occurrences


def _line(visit: Visit, each: Occurrence) -> OccurrenceLine:
    lag = "" if each.lag_ms is None else f"{span(each.lag_ms / 1000)} after its time" if each.lag_ms >= 1000 else "on time"
    return OccurrenceLine(each, when(each.occurs_at, visit.now), lag)
