"""The first page after sign-in: what happened in the tenant lately, and whether all is well.

Nothing here is made up: what there is no data for is not shown.
"""

from fastapi import APIRouter
from starlette.responses import Response

from app import access
from app.access import Actor, AuditEntry, AuditFilter, needs
from app.base.db import Work
from app.base.paging import PageRequest
from app.web.audit import audit_line
from app.web.contexts import DashboardPage
from app.web.guards import PageVisit

router = APIRouter(include_in_schema=False)

_SHOWN = 8


@router.get("/")
@needs("access.self.read")
async def show_dashboard(visit: PageVisit) -> Response:
    """The dashboard, with the parts that the viewer may see."""

    def find(work: Work, actor: Actor) -> tuple[tuple[AuditEntry, ...] | None, int]:
        entries = access.list_audit(work, actor, AuditFilter(), PageRequest(limit=_SHOWN)).items if actor.may("access.audit.list") else None
        return entries, len(access.list_sessions(work, actor))

    viewer, (entries, sessions) = await visit.look(find)
    health = await visit.access.ground.health.recent() if viewer.actor.may("base.metrics.read") else None
    activity = tuple(audit_line(entry, visit.now) for entry in entries) if entries is not None else None
    return visit.page(viewer, "dashboard/page.html", "Dashboard", DashboardPage(activity, health, sessions))
