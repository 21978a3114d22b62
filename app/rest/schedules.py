"""Schedules: scripts by the clock, and what is said about that beforehand."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app import schedules
from app.access import needs
from app.base.paging import Page
from app.rest.face import RestFace
from app.rest.fields import IdempotencyKey, Paging, PathId
from app.rest.routes import PREFIX, documented
from app.rest.schedule_fields import (
    BackfillBody,
    ChangeScheduleBody,
    ClockBody,
    DensityQuery,
    ExpressionQuery,
    NewScheduleBody,
    OutageQuery,
    PreviewBody,
    PreviewQuery,
    SchedulesQuery,
    VersionBody,
    WindowBody,
    Year,
)
from app.schedules import BackfillPlan, Occurrence, OutageForecast, OverlapForecast, Policies, Preview, Schedule, TenantClock, YearDensity

router = APIRouter(prefix=f"{PREFIX}/schedules", tags=["schedules"])


@router.get("", response_model=Page[Schedule])
@needs("schedules.schedule.list")
async def list_schedules(face: RestFace, query: Annotated[SchedulesQuery, Query()]) -> Response:
    """Schedules, of one script or of all, newest first."""
    return await face.read(lambda work, actor: schedules.list_schedules(work, actor, query.script_id, query.request()))


@router.post("", status_code=201, response_model=Schedule)
@needs("schedules.schedule.create")
async def create_schedule(face: RestFace, body: NewScheduleBody, key: IdempotencyKey = None) -> Response:
    """Have a script run by the clock, from now on."""
    return await face.create(key, body, lambda work, actor: schedules.create_schedule(work, actor, body.new()))


@router.post("/preview", response_model=Preview)
@needs("schedules.schedule.list")
async def preview_expression(face: RestFace, body: PreviewBody) -> Response:
    """The next occurrences of an expression in its time zone, UTC and the viewer's, each with what changes of clocks do to it.

    Asked for, also its year day by day, which runs would overlap, and what an outage would make late or skip.
    """
    return await face.read(
        lambda work, actor: schedules.preview_expression(
            work,
            actor,
            expression=body.expression,
            zone=body.zone,
            viewer_zone=body.viewer_zone,
            after=body.after,
            count=body.count,
            policies=body.policies.policies(),
            outlook=body.outlook(),
        )
    )


@router.get("/preview", response_model=Preview)
@needs("schedules.schedule.list")
async def preview_typed(face: RestFace, query: Annotated[ExpressionQuery, Query()]) -> Response:
    """The same, without policies and forecasts."""
    return await face.read(
        lambda work, actor: schedules.preview_expression(
            work,
            actor,
            expression=query.expression,
            zone=query.zone,
            viewer_zone=query.viewer_zone,
            after=query.after,
            count=query.count,
            policies=Policies(),
        )
    )


@router.get("/density", response_model=YearDensity)
@needs("schedules.schedule.list")
async def expression_density(face: RestFace, query: Annotated[DensityQuery, Query()]) -> Response:
    """How often an expression would run on each date of a year."""
    return await face.read(
        lambda work, actor: schedules.expression_density(work, actor, expression=query.expression, zone=query.zone, year=query.year)
    )


@router.get("/clock", response_model=TenantClock)
@needs("schedules.schedule.list")
async def get_clock(face: RestFace) -> Response:
    """The time zone of schedules that name none."""
    return await face.glance(schedules.get_clock)


@router.put("/clock", response_model=TenantClock)
@needs("schedules.clock.update")
async def set_clock(face: RestFace, body: ClockBody) -> Response:
    """Set it; schedules that name none follow at once."""
    return await face.write(lambda work, actor: schedules.set_clock(work, actor, zone=body.zone, version=body.version))


@router.get("/{schedule_id:uuid}", response_model=Schedule)
@needs("schedules.schedule.read")
async def get_schedule(face: RestFace, schedule_id: PathId) -> Response:
    """A schedule."""
    return await face.glance(lambda work, actor: schedules.get_schedule(work, actor, schedule_id))


@router.patch("/{schedule_id:uuid}", response_model=Schedule)
@needs("schedules.schedule.update")
async def update_schedule(face: RestFace, schedule_id: PathId, body: ChangeScheduleBody) -> Response:
    """Change a schedule."""
    return await face.write(lambda work, actor: schedules.update_schedule(work, actor, schedule_id, body.change()))


@router.delete("/{schedule_id:uuid}", status_code=204)
@needs("schedules.schedule.delete")
async def delete_schedule(face: RestFace, schedule_id: PathId) -> Response:
    """Delete a schedule; its runs stay in the history."""
    return await face.delete(lambda work, actor: schedules.delete_schedule(work, actor, schedule_id))


@router.post("/{schedule_id:uuid}/pause", response_model=Schedule)
@needs("schedules.schedule.update")
async def pause_schedule(face: RestFace, schedule_id: PathId, body: VersionBody) -> Response:
    """Start nothing until resumed."""
    return await face.write(lambda work, actor: schedules.pause_schedule(work, actor, schedule_id, version=body.version))


@router.post("/{schedule_id:uuid}/resume", response_model=Schedule)
@needs("schedules.schedule.update")
async def resume_schedule(face: RestFace, schedule_id: PathId, body: VersionBody) -> Response:
    """Go on from now; what fell due meanwhile isn't made up for."""
    return await face.write(lambda work, actor: schedules.resume_schedule(work, actor, schedule_id, version=body.version))


@router.post("/{schedule_id:uuid}/run", response_model=Schedule)
@needs("schedules.schedule.run")
async def run_now(face: RestFace, schedule_id: PathId) -> Response:
    """Run the schedule's script once, now."""
    starter = face.services.starter
    return await face.write(lambda work, actor: schedules.run_now(work, actor, starter, schedule_id))


@router.get("/{schedule_id:uuid}/occurrences", response_model=Page[Occurrence])
@needs("schedules.schedule.read")
async def list_occurrences(face: RestFace, schedule_id: PathId, page: Paging) -> Response:
    """What became of a schedule's occurrences, newest first."""
    return await face.glance(lambda work, actor: schedules.list_occurrences(work, actor, schedule_id, page.request()))


@router.get("/{schedule_id:uuid}/preview", response_model=Preview)
@needs("schedules.schedule.read")
async def preview_schedule(face: RestFace, schedule_id: PathId, query: Annotated[PreviewQuery, Query()]) -> Response:
    """The schedule's next occurrences, with its own jitter."""
    return await face.read(
        lambda work, actor: schedules.preview_schedule(
            work, actor, schedule_id, viewer_zone=query.viewer_zone, after=query.after, count=query.count
        )
    )


@router.get("/{schedule_id:uuid}/density", response_model=YearDensity)
@needs("schedules.schedule.read")
async def schedule_density(face: RestFace, schedule_id: PathId, year: Year) -> Response:
    """How often the schedule runs on each date of a year."""
    return await face.read(lambda work, actor: schedules.schedule_density(work, actor, schedule_id, year))


@router.get("/{schedule_id:uuid}/overlaps", response_model=OverlapForecast)
@needs("schedules.schedule.read")
async def schedule_overlaps(
    face: RestFace,
    schedule_id: PathId,
    p95_ms: Annotated[int | None, Query(ge=1, le=86_400_000, description="How long a run takes; left out: as measured.")] = None,
) -> Response:
    """Which of the next occurrences would begin while the one before still runs."""
    return await face.read(lambda work, actor: schedules.schedule_overlaps(work, actor, schedule_id, p95_ms))


@router.get("/{schedule_id:uuid}/outage", response_model=OutageForecast, responses=documented(409))
@needs("schedules.schedule.read")
async def schedule_outage(face: RestFace, schedule_id: PathId, query: Annotated[OutageQuery, Query()]) -> Response:
    """Which occurrences would run late, and which not at all, if the service were down."""
    return await face.read(lambda work, actor: schedules.schedule_outage(work, actor, schedule_id, query.down_from, query.down_until))


@router.post("/{schedule_id:uuid}/backfill/plan", response_model=BackfillPlan)
@needs("schedules.schedule.run")
async def plan_backfill(face: RestFace, schedule_id: PathId, body: WindowBody) -> Response:
    """What filling in a window of the past would run, with the token that confirms it."""
    return await face.read(lambda work, actor: schedules.plan_backfill(work, actor, schedule_id, body.since, body.until))


@router.post("/{schedule_id:uuid}/backfill", response_model=BackfillPlan)
@needs("schedules.schedule.run")
async def backfill(face: RestFace, schedule_id: PathId, body: BackfillBody) -> Response:
    """Fill in a window of the past as planned."""
    return await face.write(lambda work, actor: schedules.backfill(work, actor, schedule_id, body.since, body.until, token=body.token))
