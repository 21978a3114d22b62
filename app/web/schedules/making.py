"""A schedule made by hand for any script, and the past of a schedule filled in once the plan was looked at."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from app import schedules, scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Conflict, Denied, Invalid, LimitExceeded, NotFound
from app.base.paging import LARGEST_LIMIT, PageRequest
from app.schedules import BackfillPlan, Missed, NewSchedule, Overlap, Policies, Schedule, zone_names
from app.scripts import Script, ScriptFilter
from app.web.forms import REFUSALS, FormModel, Line, Posted, Sent
from app.web.guards import PageVisit, Visit, id_of
from app.web.lists import LONGEST, asked
from app.web.schedules.contexts import BackfillPage, NewSchedulePage
from app.web.schedules.fields import moment_of
from app.web.times import when

router = APIRouter(prefix="/schedules", include_in_schema=False)

_MOMENTS: Final = ("since", "until")


class NewForm(FormModel):
    """A schedule to create. What may be its expression and zone, the domain says."""

    script: Line
    name: Line
    expression: Annotated[str, Field(max_length=LONGEST)]
    zone: Annotated[str, Field(max_length=LONGEST)] = ""
    missed: Missed = Missed.LATEST
    overlap: Overlap = Overlap.SKIP


class BackfillForm(FormModel):
    """A window, and what confirms the plan that was shown for it."""

    since: str
    until: str
    token: str


@router.get("/new")
@needs("schedules.schedule.create")
async def show_new(visit: PageVisit) -> Response:
    """An empty form; the address may name the script."""
    kept = await visit.kept("/schedules")
    return await _new(visit, kept if kept.texts else Sent({"script": asked(visit.request.query_params, "script")}))


@router.post("")
@needs("schedules.schedule.create")
async def create(visit: PageVisit) -> Response:
    """Have a script started by the clock from now on."""
    posted = await visit.posted()
    try:
        form = posted.parse(NewForm)
        made = await visit.act(lambda work, actor: schedules.create_schedule(work, actor, _wanted(work, actor, form)))
    except REFUSALS as error:
        return await _new(visit, posted.refused(error), 422)
    return visit.done(f"/schedules/{made.id}", "schedule-created")


@router.get("/{schedule_id}/backfill")
@needs("schedules.schedule.run")
async def plan(visit: PageVisit, schedule_id: str) -> Response:
    """Which starts of a window were never run, and a button that runs them."""
    texts = {name: asked(visit.request.query_params, name) for name in _MOMENTS}
    return await _backfill(visit, id_of("schedule", schedule_id), texts, Sent(texts))


@router.post("/{schedule_id}/backfill")
@needs("schedules.schedule.run")
async def fill_in(visit: PageVisit, schedule_id: str) -> Response:
    """Run them, if they are still those that were shown."""
    wanted, posted = id_of("schedule", schedule_id), await visit.posted()
    form = posted.parse(BackfillForm)
    try:
        since, until = _moment(form.since, "since"), _moment(form.until, "until")
        await visit.act(lambda work, actor: schedules.backfill(work, actor, wanted, since, until, token=form.token))
    except REFUSALS as error:
        return await _backfill(visit, wanted, {"since": form.since, "until": form.until}, _above(posted, error), 422)
    return visit.done(f"/schedules/{wanted}", "schedule-filled")


async def _new(visit: Visit, form: Sent, status: int = 200) -> Response:
    def find(work: Work, actor: Actor) -> tuple[tuple[str, ...], str]:
        few = PageRequest(limit=LARGEST_LIMIT)
        known = scripts.list_scripts(work, actor, ScriptFilter(), few).items if actor.may("scripts.script.list") else ()
        return tuple(sorted(each.name for each in known)), schedules.get_clock(work, actor).zone

    viewer, (names, tenant_zone) = await visit.look_at_length(find)
    view = NewSchedulePage(form, names, tuple(sorted(zone_names())), tenant_zone)
    return visit.page(viewer, "schedules/new.html", "New schedule", view, status)


async def _backfill(visit: Visit, schedule_id: UUID, texts: dict[str, str], form: Sent, status: int = 200) -> Response:
    def find(work: Work, actor: Actor) -> tuple[Schedule, BackfillPlan | None, Sent]:
        schedule = schedules.get_schedule(work, actor, schedule_id)
        if not any(texts.values()):
            return schedule, None, form
        try:
            since, until = _moment(texts["since"], "since"), _moment(texts["until"], "until")
            return schedule, schedules.plan_backfill(work, actor, schedule_id, since, until), form
        except (Invalid, Conflict) as error:
            sent = Posted({name: (text,) for name, text in texts.items()}).refused(error)
            return schedule, None, Sent(sent.texts, sent.chosen, {**sent.errors, **form.errors}, form.problem or sent.problem)

    viewer, (schedule, found, sent) = await visit.look_at_length(find)
    view = BackfillPage(
        schedule,
        sent,
        found,
        when(found.first_at, visit.now) if found and found.first_at else None,
        when(found.last_at, visit.now) if found and found.last_at else None,
    )
    return visit.page(viewer, "schedules/backfill.html", f"{schedule.name}: fill in the past", view, status)


def _wanted(work: Work, actor: Actor, form: NewForm) -> NewSchedule:
    script = _script_named(work, actor, form.script)
    return NewSchedule(script.id, form.name, form.expression, form.zone.strip(), Policies(form.missed, overlap=form.overlap))


def _script_named(work: Work, actor: Actor, name: str) -> Script:
    try:
        return scripts.get_script_by_name(work, actor, name)
    except NotFound:
        raise Invalid(f"There is no script {name[:100]!r}.", "Choose one of those offered.", field="script") from None


def _moment(text: str, field: str) -> datetime:
    found = moment_of(text, field)
    if found is None:
        raise Invalid("Fill this in.", "", field=field)
    return found


def _above(posted: Posted, error: Invalid | Conflict | Denied | LimitExceeded) -> Sent:
    """What was refused, told above the form: the token that it may be about is in no field that is seen."""
    return posted.sent(problem=error.sentence)
