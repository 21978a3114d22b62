"""Outgoing hosts: where scripts may send requests to. What is not on the list can't be called."""

from fastapi import APIRouter
from starlette.responses import Response

from app import runs
from app.access import Actor, needs
from app.base.db import Work
from app.runs import AllowedHost
from app.web.administration.contexts import HostLine, HostsPage
from app.web.forms import REFUSALS, FormModel, Sent
from app.web.guards import PageVisit, Visit, id_of
from app.web.times import when

router = APIRouter(prefix="/hosts", include_in_schema=False)


class HostForm(FormModel):
    """A host to put on the list. What may stand there, the domain says."""

    host: str = ""


@router.get("")
@needs("runs.host.list")
async def show_hosts(visit: PageVisit) -> Response:
    """The list."""
    return await _list(visit, await visit.kept("/hosts"))


@router.post("")
@needs("runs.host.create")
async def allow(visit: PageVisit) -> Response:
    """Let scripts call a host."""
    posted = await visit.posted()
    try:
        form = posted.parse(HostForm)
        await visit.act(lambda work, actor: runs.allow_host(work, actor, form.host.strip(), visit.services.runner.egress))
    except REFUSALS as error:
        return await _list(visit, posted.refused(error), 422)
    return visit.done("/hosts", "host-allowed")


@router.post("/{host_id}/remove")
@needs("runs.host.delete")
async def remove(visit: PageVisit, host_id: str) -> Response:
    """No longer let scripts call a host."""
    wanted, posted = id_of("host", host_id), await visit.posted()
    try:
        await visit.act(lambda work, actor: runs.remove_host(work, actor, wanted))
    except REFUSALS as error:
        return await _list(visit, posted.refused(error), 422)
    return visit.done("/hosts", "host-removed")


async def _list(visit: Visit, form: Sent, status: int = 200) -> Response:
    def find(work: Work, actor: Actor) -> tuple[AllowedHost, ...]:
        return runs.list_hosts(work, actor) if actor.may("runs.host.list") else ()

    viewer, hosts = await visit.look(find)
    lines = tuple(HostLine(each, when(each.created_at, visit.now)) for each in hosts)
    view = HostsPage(lines, form, viewer.actor.may("runs.host.create"), viewer.actor.may("runs.host.delete"))
    return visit.page(viewer, "hosts/page.html", "Outgoing hosts", view, status)
