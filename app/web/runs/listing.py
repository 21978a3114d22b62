"""A page of runs as it is shown, for the page that is asked for and for the one that is kept up to date."""

from datetime import datetime
from typing import Final

from app import runs
from app.access import Actor
from app.base.db import Work
from app.base.paging import LARGEST_LIMIT, Page, encode_cursor, page_request
from app.runs import RunSummary
from app.web.contexts import Pager
from app.web.figures import duration
from app.web.lists import address
from app.web.runs.chart import chart_of
from app.web.runs.contexts import RunLine, RunList
from app.web.runs.filters import Filters
from app.web.runs.words import ending, gist, tone
from app.web.times import when

SHOWN: Final = 50
"""Runs in the list; the chart shows up to four times as many."""


def run_list(work: Work, actor: Actor, filters: Filters, after: str | None, now: datetime) -> RunList:
    """The runs that match as a page shows them."""
    page = runs.list_runs(work, actor, filters.wanted, page_request(after, LARGEST_LIMIT))
    wanted = filters.wanted
    chart = chart_of(page.items, filters.chosen, wanted.started_from, wanted.started_until)
    return RunList(
        tuple(line_of(each, now) for each in page.items[:SHOWN]),
        chart,
        filters.are_set,
        actor.may("runs.run.read"),
        actor.may("scripts.script.read"),
        _pager(page, after, filters),
        address("/runs/bulk/new", filters.chosen),
    )


def line_of(run: RunSummary, now: datetime) -> RunLine:
    """A run in words."""
    return RunLine(run, when(run.started_at, now), duration(run.duration_us), ending(run), tone(run), gist(run))


def _pager(page: Page[RunSummary], after: str | None, filters: Filters) -> Pager:
    following = encode_cursor(page.items[SHOWN - 1].id) if len(page.items) > SHOWN else page.next_cursor
    return Pager(
        address("/runs", filters.chosen) if after else None,
        address("/runs", filters.chosen, following) if following else None,
    )
