"""A script's versions and its life: history, comparison, what runs, and whether it runs."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import AlloyError, Conflict, Denied, Invalid, LimitExceeded, not_found
from app.base.paging import Page, page_request
from app.scripts import Comparison, Script, ScriptVersion, VersionInfo
from app.services import Services
from app.web.code import coloured_lines
from app.web.forms import FormModel, Sent, Version
from app.web.guards import PageVisit, Viewer, Visit, id_of
from app.web.lists import pager
from app.web.script_contexts import CodeLine, ComparePage, VersionLine, VersionsPage
from app.web.script_forms import Revision
from app.web.times import when

router = APIRouter(prefix="/scripts/{script_id}", include_in_schema=False)

_REFUSALS: Final = (Invalid, Conflict, Denied, LimitExceeded)
_MOST_OFFERED: Final = 100
_STEPS: Final[dict[str, tuple[Callable[..., Script], str]]] = {
    "pause": (scripts.pause, "script-paused"),
    "resume": (scripts.resume, "script-resumed"),
    "archive": (scripts.archive, "script-archived"),
    "unarchive": (scripts.unarchive, "script-unarchived"),
    "reset": (scripts.reset_errors, "script-reset"),
}


class VersionForm(FormModel):
    """A version to run or to restore, as the script was seen."""

    version: Version
    revision: Revision


class StepForm(FormModel):
    """A step in a script's life."""

    revision: Revision


@router.get("/versions")
@needs("scripts.script.read")
async def show_versions(visit: PageVisit, script_id: str) -> Response:
    """The history, newest first."""
    wanted, after = id_of("script", script_id), visit.request.query_params.get("after")

    def find(work: Work, actor: Actor) -> tuple[Script, Page[VersionInfo]]:
        return scripts.get_script(work, actor, wanted), scripts.list_versions(work, actor, wanted, page_request(after))

    viewer, (script, page) = await visit.look(find)
    lines = tuple(VersionLine(each, when(each.created_at, visit.now), each.number == script.active_version) for each in page.items)
    view = VersionsPage(script, lines, pager(page, f"/scripts/{wanted}/versions", after), viewer.actor.may("scripts.script.update"))
    return visit.page(viewer, "scripts/versions.html", f"{script.name}: versions", view)


@router.get("/compare")
@needs("scripts.script.read")
async def show_comparison(visit: PageVisit, script_id: str) -> Response:
    """Two versions beside each other."""
    query = visit.request.query_params
    before, after = _number(query.get("before")), _number(query.get("after"))
    return await _compare(visit, id_of("script", script_id), before, after, asks=False)


@router.get("/activate")
@needs("scripts.script.update")
async def ask_to_activate(visit: PageVisit, script_id: str) -> Response:
    """What would change if the version ran, and a button."""
    return await _compare(visit, id_of("script", script_id), None, _number(visit.request.query_params.get("version")), asks=True)


@router.post("/activate")
@needs("scripts.script.update")
async def activate(visit: PageVisit, script_id: str) -> Response:
    """Let a version run."""
    wanted, posted = id_of("script", script_id), await visit.posted()
    form = posted.parse(VersionForm)
    if isinstance(form, Sent):
        raise _unfit()
    try:
        verb = await _services(visit).scripts.activating(
            lambda each: visit.access.glance(visit.credentials, each), wanted, revision=form.revision, version=form.version
        )
        await visit.act(verb)
    except _REFUSALS as error:
        return await _compare(visit, wanted, None, form.version, asks=True, refusal=error)
    return visit.done(f"/scripts/{wanted}", "script-activated")


@router.post("/restore")
@needs("scripts.script.update")
async def restore(visit: PageVisit, script_id: str) -> Response:
    """Save an older version's source as the next version."""
    wanted, posted = id_of("script", script_id), await visit.posted()
    form = posted.parse(VersionForm)
    if isinstance(form, Sent):
        raise _unfit()
    verb = await _services(visit).scripts.restoring(
        lambda each: visit.access.glance(visit.credentials, each), wanted, form.version, revision=form.revision
    )
    await visit.act(verb)
    return visit.done(f"/scripts/{wanted}", "script-restored")


@router.post("/delete")
@needs("scripts.script.delete")
async def delete(visit: PageVisit, script_id: str) -> Response:
    """Delete a script; it can be brought back for some time."""
    wanted, revision = id_of("script", script_id), await _revision(visit)
    await visit.act(lambda work, actor: scripts.delete_script(work, actor, wanted, revision=revision))
    return visit.done("/scripts", "script-deleted")


@router.post("/{step}")
@needs("scripts.script.update")
async def take_step(visit: PageVisit, script_id: str, step: str) -> Response:
    """Pause, resume, archive, unarchive, or forget errors."""
    wanted, revision = id_of("script", script_id), await _revision(visit)
    if step not in _STEPS:
        raise not_found("step", repr(step[:50]))
    verb, notice = _STEPS[step]
    await visit.act(lambda work, actor: verb(work, actor, wanted, revision=revision))
    return visit.done(f"/scripts/{wanted}", notice)


async def _compare(
    visit: Visit, script_id: UUID, before: int | None, after: int | None, *, asks: bool, refusal: AlloyError | None = None
) -> Response:
    def find(work: Work, actor: Actor) -> tuple[Script, Comparison, ScriptVersion, ScriptVersion]:
        script = scripts.get_script(work, actor, script_id)
        former = script.active_version if asks and script.active_version is not None else before
        comparison = scripts.compare_versions(work, actor, script_id, former, after)
        old, new = (scripts.get_version(work, actor, script_id, each.number) for each in (comparison.before, comparison.after))
        return script, comparison, old, new

    viewer, (script, comparison, old, new) = await visit.look(find)
    view = _comparison_view(viewer, script, comparison, (old, new), asks, refusal)
    title = f"{script.name}: activate version {new.info.number}" if asks else f"{script.name}: compare"
    return visit.page(viewer, "scripts/compare.html", title, view, 422 if refusal else 200)


def _comparison_view(
    viewer: Viewer,
    script: Script,
    comparison: Comparison,
    sides: tuple[ScriptVersion, ScriptVersion],
    asks: bool,
    refusal: AlloyError | None,
) -> ComparePage:
    old, new = (coloured_lines(side.source) for side in sides)
    is_first = asks and script.active_version is None
    hunks = tuple(
        tuple(
            CodeLine(line.kind, line.before, line.after, new[line.after - 1] if line.after else old[(line.before or 1) - 1])
            for line in hunk.lines
        )
        for hunk in comparison.hunks
    )
    if is_first:
        count = len(new) - 1 if new and not new[-1] else len(new)
        hunks = (tuple(CodeLine("same", None, number, new[number - 1]) for number in range(1, count + 1)),)
    return ComparePage(
        script,
        None if is_first else comparison.before,
        comparison.after,
        hunks,
        tuple(range(script.latest_version, max(0, script.latest_version - _MOST_OFFERED), -1)),
        asks,
        viewer.actor.may("scripts.script.update"),
        f"{refusal.message} {refusal.hint}".strip() if refusal else None,
    )


async def _revision(visit: Visit) -> int:
    posted = await visit.posted()
    form = posted.parse(StepForm)
    if isinstance(form, Sent):
        raise _unfit()
    return form.revision


def _unfit() -> Invalid:
    return Invalid("This form is incomplete.", "Go back, reload the page and send it again.")


def _number(text: str | None) -> int | None:
    """A version's number from an address.

    Raises:
        NotFound: it can't be one.
    """
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:11]) < 2**31:
        raise not_found("version", repr(text[:20]))
    return int(text)


def _services(visit: Visit) -> Services:
    services: Services = visit.request.app.state.services
    return services
