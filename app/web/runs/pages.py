"""The list of runs with its chart, and the failures that are alike. All that narrows them is in the address."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app import runs, scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.paging import LARGEST_LIMIT, PageRequest
from app.runs import FailureGroup, RunOutcome, RunStatus, RunTrigger
from app.scripts import Phase, ScriptFilter
from app.web.guards import PageVisit
from app.web.lists import address
from app.web.runs.contexts import Choices, FailureLine, FailuresPage, RunList, RunsPage
from app.web.runs.filters import filters_of
from app.web.runs.listing import run_list
from app.web.runs.named import actor_names, script_name
from app.web.runs.words import gist
from app.web.times import when

router = APIRouter(prefix="/runs", include_in_schema=False)

PERIODS: Final = (("1", "the last day"), ("7", "the last week"), ("30", "the last month"), ("all", "all that is kept"))
_DAYS: Final = {"1": 1, "7": 7, "30": 30}
_IN_THE_FORM: Final = frozenset({"text", "script_id", "version", "outcome", "status", "phase", "trigger", "actor_id", "since", "until"})


@router.get("")
@needs("runs.run.list")
async def show_runs(visit: PageVisit) -> Response:
    """Runs that fit the filters, newest first."""
    query = visit.request.query_params
    filters, after = filters_of(query), query.get("after")
    await visit.caught_up(filters.wanted.text)

    def find(work: Work, actor: Actor) -> tuple[RunList, Choices | None]:
        return run_list(work, actor, filters, after, visit.now), None if visit.is_scripted else _choices(work, actor)

    viewer, (view, choices) = await visit.look_at_length(find)
    if choices is None:
        return visit.render.fragments(visit.render.oob("runs/_runs.html", view), address=address("/runs", filters.chosen, after))
    rest = tuple((name, text) for name, text in filters.chosen.items() if name not in _IN_THE_FORM)
    page = RunsPage(view, filters, choices, after is None, viewer.actor.may("runs.run.create"), rest)
    return visit.page(viewer, "runs/page.html", "Runs", page)


@router.get("/failures")
@needs("runs.run.list")
async def show_failures(visit: PageVisit) -> Response:
    """Failures that are alike, with when each was seen first and last, and the version that brought it."""
    query = visit.request.query_params
    filters = filters_of(query)
    days = query.get("days", "7")
    days = days if days in _DAYS else "all"
    since = visit.now - timedelta(days=_DAYS[days]) if days in _DAYS else None
    script_id = filters.wanted.script_id

    def find(work: Work, actor: Actor) -> tuple[tuple[FailureGroup, ...], str | None]:
        return runs.failure_groups(work, actor, since, script_id), script_name(work, actor, script_id)

    viewer, (groups, name) = await visit.look_at_length(find)
    lines = tuple(
        FailureLine(
            each,
            when(each.first.started_at, visit.now),
            when(each.last.started_at, visit.now),
            gist(each.last),
            address("/runs", {"fingerprint": each.fingerprint}),
        )
        for each in groups
    )
    view = FailuresPage(lines, days, PERIODS, (str(script_id), name) if name else None, viewer.actor.may("runs.run.read"))
    return visit.page(viewer, "runs/failures.html", "Failures", view)


def _choices(work: Work, actor: Actor) -> Choices:
    every = PageRequest(limit=LARGEST_LIMIT)
    known = scripts.list_scripts(work, actor, ScriptFilter(), every).items if actor.may("scripts.script.list") else ()
    return Choices(
        scripts=tuple((str(each.id), each.name) for each in sorted(known, key=lambda each: each.name)),
        actors=tuple((str(user_id), name) for user_id, name in actor_names(work, actor).items()),
        outcomes=tuple(each.value for each in RunOutcome),
        statuses=tuple(each.value for each in RunStatus),
        phases=tuple(each.value for each in Phase),
        triggers=tuple(each.value for each in RunTrigger),
    )
