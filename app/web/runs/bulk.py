"""Running many past runs again: the form with its count, the progress, and those that were made."""

from typing import Annotated, Final
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.responses import Response

from app import runs
from app.access import Actor, needs
from app.base.db import Work
from app.base.paging import page_request
from app.runs import BulkRerun, RerunPreview, RerunVersion, RunOutcome
from app.web.forms import REFUSALS, FormModel, Line, Sent
from app.web.guards import PageVisit, Viewer, Visit, id_of
from app.web.lists import address, pager
from app.web.runs.contexts import BulkList, BulkPage, BulkProgress
from app.web.runs.filters import Filters, filters_of
from app.web.runs.named import named
from app.web.runs.words import tone_of
from app.web.times import when

router = APIRouter(prefix="/runs/bulk", include_in_schema=False)

_LABELS: Final = {
    "text": "Text", "script_id": "Script", "version": "Version", "outcome": "Outcome", "status": "Status", "phase": "Phase",
    "trigger": "Started by", "actor_id": "Who", "since": "From (UTC)", "until": "Before (UTC)", "fingerprint": "Failures like",
    "correlation_id": "Correlation", "parent_run_id": "Below run", "entity_type": "Type", "entity_id": "Record",
}  # fmt: skip


class BulkForm(FormModel):
    """A bulk re-run; `filter` is the list's address, as it was when the runs were counted."""

    name: Line
    which: RerunVersion
    filter: Annotated[str, StringConstraints(max_length=4_000)] = ""


@router.get("")
@needs("runs.run.list")
async def show_bulk(visit: PageVisit) -> Response:
    """Bulk re-runs, newest first."""
    after = visit.request.query_params.get("after")
    viewer, page = await visit.look_at_length(lambda work, actor: runs.list_reruns(work, actor, page_request(after)))
    view = BulkList(tuple(_progress(visit, viewer, each) for each in page.items), pager(page, "/runs/bulk", after))
    return visit.page(viewer, "runs/bulk_list.html", "Bulk re-runs", view)


@router.get("/new")
@needs("runs.run.create")
async def ask_for_bulk(visit: PageVisit) -> Response:
    """The form, with how many runs it would make."""
    form = await visit.kept("/runs/bulk/new")
    query = dict(parse_qsl(form.text("filter", ""))) if form.texts else visit.request.query_params
    return await _form(visit, _bounded(visit, filters_of(query)), form)


@router.post("/new")
@needs("runs.run.create")
async def start_bulk(visit: PageVisit) -> Response:
    """Begin it."""
    posted = await visit.posted()
    filters = _bounded(visit, filters_of(dict(parse_qsl(posted.fields.get("filter", ("",))[-1]))))
    await visit.caught_up(filters.wanted.text)
    transport = visit.services.transport
    try:
        form = posted.parse(BulkForm)
        made = await visit.act(lambda work, actor: runs.start_reruns(work, actor, transport, form.name, form.which, filters.wanted))
    except REFUSALS as error:
        return await _form(visit, filters, posted.refused(error), 422)
    return visit.done(f"/runs/bulk/{made.id}", "bulk-started")


@router.get("/{rerun_id}")
@needs("runs.run.list")
async def show_progress(visit: PageVisit, rerun_id: str) -> Response:
    """How far it is. While it goes on, the page's script asks again."""
    wanted = id_of("bulk re-run", rerun_id)
    viewer, bulk = await visit.look(lambda work, actor: runs.get_rerun(work, actor, wanted))
    view = _progress(visit, viewer, bulk)
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("runs/_progress.html", view))
    return visit.page(viewer, "runs/bulk.html", bulk.name, view)


@router.post("/{rerun_id}/cancel")
@needs("runs.run.cancel")
async def cancel_bulk(visit: PageVisit, rerun_id: str) -> Response:
    """Have those of its runs that wait never begin."""
    wanted: UUID = id_of("bulk re-run", rerun_id)
    await visit.posted()
    await visit.act(lambda work, actor: runs.stop_reruns(work, actor, wanted))
    return visit.done(f"/runs/bulk/{wanted}", "bulk-stopped")


async def _form(visit: Visit, filters: Filters, form: Sent, status: int = 200) -> Response:
    await visit.caught_up(filters.wanted.text)

    def find(work: Work, actor: Actor) -> tuple[RerunPreview, dict[str, str]]:
        return runs.preview_reruns(work, actor, filters.wanted), named(work, actor, filters.wanted)

    viewer, (preview, names) = await visit.look_at_length(find)
    chosen = filters.chosen
    summary = tuple((_LABELS[name], names.get(name, text)) for name, text in chosen.items())
    view = BulkPage(address("", chosen).removeprefix("?"), preview, summary, form, runs.MOST_RERUNS, address("/runs", chosen))
    return visit.page(viewer, "runs/bulk_new.html", "Run many again", view, status)


def _bounded(visit: Visit, filters: Filters) -> Filters:
    """The filters up to now: what is counted is what runs, whatever arrives meanwhile."""
    if filters.wanted.started_until is not None:
        return filters
    return filters_of({**filters.texts, "until": visit.now.replace(tzinfo=None).isoformat(timespec="milliseconds")})


def _progress(visit: Visit, viewer: Viewer, bulk: BulkRerun) -> BulkProgress:
    outcomes = tuple((outcome, count, tone_of(RunOutcome(outcome))) for outcome, count in sorted(bulk.outcomes.items()))
    may_cancel = viewer.actor.may("runs.run.cancel") and bulk.waiting > 0
    path = address("/runs", {"correlation_id": bulk.correlation_id})
    return BulkProgress(bulk, when(bulk.created_at, visit.now), outcomes, may_cancel, path)
