"""The health of the program, for operators: the same report that `/health/modules` gives to monitors."""

from fastapi import APIRouter
from starlette.responses import Response

from app.access import Actor, needs, require
from app.base.db import Work
from app.web.administration.contexts import Health
from app.web.guards import PageVisit
from app.web.times import when

router = APIRouter(include_in_schema=False)


@router.get("/health")
@needs("base.metrics.read")
async def show_health(visit: PageVisit) -> Response:
    """Every check, run now."""
    viewer, _ = await visit.look(_permitted)
    report = await visit.access.ground.health.report()
    view = Health(report, when(visit.now, visit.now))
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("health/_health.html", view))
    return visit.page(viewer, "health/page.html", "Health", view)


def _permitted(_work: Work, actor: Actor) -> None:
    """The report is the program's, not a tenant's, so there is no verb that would ask."""
    require(actor, "base.metrics.read")
