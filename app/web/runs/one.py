"""One run: everything that its record holds, and what can be done with it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import runs
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Conflict, LimitExceeded, NotFound
from app.base.paging import PageRequest
from app.runs import RerunVersion, RunDetail, RunFilter, RunOutcome, RunStatus, RunSummary
from app.web.documents import pretty
from app.web.figures import duration
from app.web.forms import FormModel, Misfit
from app.web.guards import PageVisit, Viewer, Visit, id_of
from app.web.runs import one_parts as parts
from app.web.runs.contexts import Related, ReplayPage, RerunPage, RunPage
from app.web.runs.listing import line_of
from app.web.runs.words import headline, placeless

router = APIRouter(prefix="/runs/{run_id}", include_in_schema=False)

_MOST_RELATED: Final = 20


class RerunForm(FormModel):
    """Which source gets the input again."""

    version: RerunVersion


@dataclass(frozen=True, slots=True)
class _Found:
    detail: RunDetail
    parent: RunDetail | None
    below: tuple[RunSummary, ...]
    siblings: tuple[RunSummary, ...]


@router.get("")
@needs("runs.run.read")
async def show_run(visit: PageVisit, run_id: str) -> Response:
    """All that is known of a run."""
    return await _page(visit, id_of("run", run_id), None)


@router.get("/log.txt")
@needs("runs.run.read")
async def download_log(visit: PageVisit, run_id: str) -> Response:
    """The log as a file."""
    wanted = id_of("run", run_id)
    _, detail = await visit.look_at_length(lambda work, actor: runs.get_run(work, actor, wanted))
    return _file(parts.log_text(detail), f"run-{wanted}.log", "text/plain; charset=utf-8")


@router.get("/input.json")
@needs("runs.run.read")
async def download_input(visit: PageVisit, run_id: str) -> Response:
    """The input as a file."""
    wanted = id_of("run", run_id)
    _, detail = await visit.look_at_length(lambda work, actor: runs.get_run(work, actor, wanted))
    return _file(pretty(detail.input), f"run-{wanted}-input.json", "application/json")


@router.post("/replay")
@needs("runs.run.create")
async def replay_run(visit: PageVisit, run_id: str) -> Response:
    """Run it again from its record, and show whether the end is the same."""
    wanted = id_of("run", run_id)
    await visit.posted()
    try:
        viewer, detail = await visit.look_at_length(lambda work, actor: runs.replayable(work, actor, wanted))
        replayed = await runs.replay(visit.services.runner, viewer.actor, detail)
        _refuse_busy(replayed.result.outcome)
    except (Conflict, LimitExceeded) as error:
        return await _page(visit, wanted, error.sentence, 409)
    differences = tuple((each.what, pretty(each.recorded), pretty(each.replayed)) for each in replayed.differences)
    view = ReplayPage(detail.summary, replayed, differences, duration(replayed.result.duration_us))
    return visit.page(viewer, "runs/replay.html", "Replay", view)


@router.get("/rerun")
@needs("runs.run.create")
async def ask_to_rerun(visit: PageVisit, run_id: str) -> Response:
    """What a re-run does, and a button."""
    version = visit.request.query_params.get("version", "")
    chosen = next((each for each in RerunVersion if each == version), RerunVersion.CURRENT)
    return await _ask(visit, id_of("run", run_id), chosen, None)


@router.post("/rerun")
@needs("runs.run.create")
async def rerun(visit: PageVisit, run_id: str) -> Response:
    """Run its input again, in earnest."""
    wanted, posted = id_of("run", run_id), await visit.posted()
    version = RerunVersion.CURRENT
    try:
        version = posted.parse(RerunForm).version
        request = await visit.act(lambda work, actor: runs.ready_rerun(work, actor, wanted, version))
        result = await visit.services.runner.execute(request)
        _refuse_busy(result.outcome)
    except (Conflict, LimitExceeded) as error:
        return await _ask(visit, wanted, version, error.sentence, 409)
    except Misfit:
        return await _ask(visit, wanted, version, "Choose the original or the current version.", 422)
    return visit.done(f"/runs/{result.run_id}", "run-rerun")


@router.post("/cancel")
@needs("runs.run.cancel")
async def cancel(visit: PageVisit, run_id: str) -> Response:
    """Stop a run that waits or is under way."""
    wanted = id_of("run", run_id)
    await visit.posted()
    try:
        found = await visit.act(lambda work, actor: runs.cancel_run(work, actor, wanted))
    except Conflict as error:
        return await _page(visit, wanted, error.sentence, 409)
    if found.status is RunStatus.RUNNING:
        visit.services.runner.stop(wanted)
    return visit.done(f"/runs/{wanted}", "run-stopped")


async def _page(visit: Visit, run_id: UUID, problem: str | None, status: int = 200) -> Response:
    viewer, found = await visit.look_at_length(lambda work, actor: _find(work, actor, run_id))
    title = f"Run of {parts.summary_words(found.detail.summary)}"
    return visit.page(viewer, "runs/run.html", title, _view(visit, viewer, found, problem), status)


def _find(work: Work, actor: Actor, run_id: UUID) -> _Found:
    detail = runs.get_run(work, actor, run_id)
    summary, few = detail.summary, PageRequest(limit=_MOST_RELATED)
    below = runs.list_runs(work, actor, RunFilter(parent_run_id=run_id), few).items
    known = {run_id, summary.parent_run_id, *(each.id for each in below)}
    correlated: tuple[RunSummary, ...] = ()
    if summary.correlation_id:
        correlated = runs.list_runs(work, actor, RunFilter(correlation_id=summary.correlation_id), few).items
    return _Found(detail, _parent(work, actor, summary), below, tuple(each for each in correlated if each.id not in known))


def _parent(work: Work, actor: Actor, summary: RunSummary) -> RunDetail | None:
    """The run above, unless it is no longer kept."""
    if summary.parent_run_id is None:
        return None
    try:
        return runs.get_run(work, actor, summary.parent_run_id)
    except NotFound:
        return None


def _view(visit: Visit, viewer: Viewer, found: _Found, problem: str | None) -> RunPage:
    detail, now, may = found.detail, visit.now, viewer.actor.may
    repeated = _repeated(found)
    given = repeated.input if repeated else detail.input
    text = pretty(given)
    origin = visit.access.ground.settings.public_origin or str(visit.request.base_url).rstrip("/")
    related = Related(
        line_of(found.parent.summary, now) if found.parent else None,
        tuple(line_of(each, now) for each in found.below if each.depth == 0),
        tuple(line_of(each, now) for each in found.below if each.depth > 0),
        tuple(line_of(each, now) for each in found.siblings),
    )
    return RunPage(
        detail=detail,
        line=line_of(detail.summary, now),
        headline=headline(detail.summary.error) if detail.summary.error else "",
        placeless=placeless(detail.summary),
        is_input_to_come=repeated is not None,
        source=parts.source_lines(detail),
        input=text[: parts.LONGEST_SHOWN],
        is_input_cut=len(text) > parts.LONGEST_SHOWN,
        changes=parts.changes_of(detail),
        saved=parts.saved_of(detail),
        value=pretty(detail.value)[: parts.LONGEST_SHOWN],
        log=parts.log_of(detail, visit.request.query_params),
        calls=parts.calls_of(detail),
        meters=parts.meters_of_run(detail),
        related=related,
        curl=parts.curl_of(detail, origin, viewer.me.tenant.slug),
        may_run=may("runs.run.create"),
        may_cancel=may("runs.run.cancel") and detail.summary.status is not RunStatus.FINISHED,
        may_see_script=may("scripts.script.read"),
        problem=problem,
    )


def _repeated(found: _Found) -> RunDetail | None:
    """The run whose input this one will get. Those of a bulk re-run read it when they begin, and are kept without it until then."""
    parent, detail = found.parent, found.detail
    waits = detail.summary.status is RunStatus.QUEUED and detail.summary.depth == 0
    return parent if parent is not None and waits and parent.input_digest == detail.input_digest else None


async def _ask(visit: Visit, run_id: UUID, version: str, problem: str | None, status: int = 200) -> Response:
    viewer, detail = await visit.look_at_length(lambda work, actor: runs.get_run(work, actor, run_id))
    view = RerunPage(line_of(detail.summary, visit.now), version, problem)
    return visit.page(viewer, "runs/rerun.html", "Run again", view, status)


def _file(text: str, name: str, kind: str) -> Response:
    return Response(text, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _refuse_busy(outcome: RunOutcome) -> None:
    if outcome is RunOutcome.BUSY:
        raise LimitExceeded("Too many scripts are waiting.", "Try again in a moment.")
