"""A script's versions and its life: history, comparison, what runs, and whether it runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import runs, scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import AlloyError, not_found
from app.base.paging import Page, page_request
from app.runs import VersionFigures
from app.scripts import Comparison, Script, VersionInfo
from app.web.forms import REFUSALS, FormModel, Version
from app.web.guards import PageVisit, Viewer, Visit, id_of
from app.web.lists import address, pager
from app.web.scripts.comparisons import VIEWS, View, differences, view_of, whole
from app.web.scripts.contexts import ComparePage, Difference, VersionLine, VersionsPage
from app.web.times import when

router = APIRouter(prefix="/scripts/{script_id}", include_in_schema=False)

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
    revision: Version


class StepForm(FormModel):
    """A step in a script's life."""

    revision: Version


@dataclass(frozen=True, slots=True)
class _Found:
    script: Script
    comparison: Comparison
    differences: tuple[Difference, ...]


@router.get("/versions")
@needs("scripts.script.read")
async def show_versions(visit: PageVisit, script_id: str) -> Response:
    """The history, newest first, with how each version did."""
    wanted, after = id_of("script", script_id), visit.request.query_params.get("after")

    def find(work: Work, actor: Actor) -> tuple[Script, Page[VersionInfo], dict[int, VersionFigures]]:
        figures = runs.version_figures(work, actor, wanted) if actor.may("runs.run.list") else {}
        return scripts.get_script(work, actor, wanted), scripts.list_versions(work, actor, wanted, page_request(after)), figures

    viewer, (script, page, figures) = await visit.look_at_length(find)
    lines = tuple(_version_line(visit, script, each, figures.get(each.number)) for each in page.items)
    view = VersionsPage(
        script,
        lines,
        pager(page, f"/scripts/{wanted}/versions", after),
        viewer.actor.may("scripts.script.update"),
        _offered(script),
        runs.FIGURES_OF if viewer.actor.may("runs.run.list") else None,
    )
    return visit.page(viewer, "scripts/versions.html", f"{script.name}: versions", view)


@router.get("/compare")
@needs("scripts.script.read")
async def show_comparison(visit: PageVisit, script_id: str) -> Response:
    """Two versions compared, below each other or side by side."""
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
    try:
        verb = await visit.services.scripts.activating(visit.glance, wanted, revision=form.revision, version=form.version)
        await visit.act(verb)
    except REFUSALS as error:
        return await _compare(visit, wanted, None, form.version, asks=True, refusal=error)
    return visit.done(f"/scripts/{wanted}", "script-activated")


@router.post("/restore")
@needs("scripts.script.update")
async def restore(visit: PageVisit, script_id: str) -> Response:
    """Save an older version's source as the next version."""
    wanted, posted = id_of("script", script_id), await visit.posted()
    form = posted.parse(VersionForm)
    verb = await visit.services.scripts.restoring(visit.glance, wanted, form.version, revision=form.revision)
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
    def find(work: Work, actor: Actor) -> _Found:
        script = scripts.get_script(work, actor, script_id)
        former = script.active_version if asks and script.active_version is not None else before
        comparison = scripts.compare_versions(work, actor, script_id, former, after)
        old, new = (scripts.get_version(work, actor, script_id, each.number).source for each in (comparison.before, comparison.after))
        is_first = asks and script.active_version is None
        return _Found(script, comparison, whole(new) if is_first else differences(old, new, comparison.hunks))

    # At length: comparing and colouring long sources takes time off the loop.
    viewer, found = await visit.look_at_length(find)
    view = _comparison_view(viewer, found, view_of(visit.request.query_params.get("view")), asks, refusal)
    title = f"{found.script.name}: activate version {view.after.number}" if asks else f"{found.script.name}: compare"
    return visit.page(viewer, "scripts/compare.html", title, view, 422 if refusal else 200)


def _comparison_view(viewer: Viewer, found: _Found, shown: View, asks: bool, refusal: AlloyError | None) -> ComparePage:
    script, before, after = found.script, found.comparison.before, found.comparison.after
    path = f"/scripts/{script.id}/{'activate' if asks else 'compare'}"
    chosen = {"version": str(after.number)} if asks else {"before": str(before.number), "after": str(after.number)}
    return ComparePage(
        script,
        None if asks and script.active_version is None else before,
        after,
        found.differences,
        _offered(script, before.number, after.number),
        asks,
        viewer.actor.may("scripts.script.update"),
        refusal.sentence if refusal else None,
        shown,
        tuple((name, label, address(path, {**chosen, "view": name})) for name, label in VIEWS),
        address(path, {"before": str(after.number), "after": str(before.number), "view": shown}),
    )


def _version_line(visit: Visit, script: Script, version: VersionInfo, figures: VersionFigures | None) -> VersionLine:
    is_active = version.number == script.active_version
    return VersionLine(version, when(version.created_at, visit.now), is_active, figures, _share(figures) if figures else "")


def _share(figures: VersionFigures) -> str:
    """How much failed, so that little is never told as nothing, nor nearly all as all."""
    if figures.failures in (0, figures.runs):
        return "none failed" if not figures.failures else "all failed"
    percent = 100 * figures.failures / figures.runs
    return f"{min(max(round(percent), 1), 99)} % failed"


def _offered(script: Script, *chosen: int) -> tuple[int, ...]:
    """The versions to choose from: the latest, the one that runs, and those chosen."""
    latest = range(script.latest_version, max(0, script.latest_version - _MOST_OFFERED), -1)
    others = {*chosen, *((script.active_version,) if script.active_version else ())}
    return tuple(sorted({*latest, *others}, reverse=True))


async def _revision(visit: Visit) -> int:
    return (await visit.posted()).parse(StepForm).revision


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
