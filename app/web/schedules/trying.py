"""The pane that shows what a cron expression comes to while it is typed or put together; also without the page's script."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app import schedules
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Conflict, Invalid
from app.schedules import MOST_SHOWN, Outlook, Policies, Preview, zone_names
from app.web.guards import PageVisit, Visit
from app.web.lists import asked
from app.web.schedules.builder import builder_of, expression_of, sent_builder
from app.web.schedules.contexts import Brief, CronFields, Shown, TryPage
from app.web.schedules.fields import milliseconds_of, outage_of
from app.web.schedules.showing import SHOWN, Foreseen, day_before_change, refused, shown_of, years_shown

router = APIRouter(prefix="/schedules", include_in_schema=False)

_FIRST: Final = "0 9 * * mon-fri"
_TEXTS: Final = ("expression", "zone", "viewer_zone", "down_from", "down_until", "p95_ms")


@router.get("/try")
@needs("schedules.schedule.list")
async def show_pane(visit: PageVisit) -> Response:
    """The pane, with what the address asks for in it."""
    query = visit.request.query_params
    texts = {name: asked(query, name) for name in _TEXTS}
    fields = _fields(visit, texts["expression"] or ("" if "expression" in query else _FIRST))
    viewer, clock = await visit.look(schedules.get_clock)
    shown = await preview(visit, {**texts, "expression": fields.expression})
    if visit.is_scripted:
        return _fragments(visit, fields, texts["expression"], shown)
    view = TryPage(
        fields,
        texts["zone"],
        texts["viewer_zone"],
        texts["down_from"],
        texts["down_until"],
        texts["p95_ms"],
        tuple(sorted(zone_names())),
        clock.zone,
        shown,
    )
    return visit.page(viewer, "schedules/try.html", "Try an expression", view)


@router.get("/preview")
@needs("schedules.schedule.list")
async def show_preview(visit: PageVisit) -> Response:
    """What an expression comes to, in few words: for the forms of other pages, which have the expression themselves."""
    query = visit.request.query_params
    texts = {name: asked(query, name) for name in _TEXTS}
    view = Brief(await preview(visit, texts), texts["expression"], texts["zone"])
    return visit.render.fragments(visit.render.fragment("schedules/_brief.html", view))


async def preview(visit: Visit, texts: dict[str, str]) -> Shown:
    """What an expression comes to, or why it can't be."""

    def find(work: Work, actor: Actor) -> Foreseen:
        outage, taken = outage_of(texts["down_from"], texts["down_until"]), milliseconds_of(texts["p95_ms"])

        def ahead(after: datetime | None, count: int, outlook: Outlook) -> Preview:
            return schedules.preview_expression(
                work,
                actor,
                expression=texts["expression"],
                zone=texts["zone"],
                viewer_zone=texts["viewer_zone"],
                after=after,
                count=count,
                policies=Policies(),
                outlook=outlook,
            )

        found = ahead(None, SHOWN, Outlook(p95_ms=taken, outage=outage))
        years = tuple(
            schedules.expression_density(work, actor, expression=texts["expression"], zone=texts["zone"], year=year)
            for year in years_shown(visit.now)
        )
        start = day_before_change(years, visit.now)
        around = ahead(start, MOST_SHOWN, Outlook()).occurrences if start else ()
        return Foreseen(found, around, years[0], found.overlaps, found.outage)

    try:
        # A year of starts is a few milliseconds of arithmetic, which is not for the loop.
        _, found = await visit.look_at_length(find)
    except (Invalid, Conflict) as error:
        return refused(error)
    return shown_of(found, visit.now)


def _fields(visit: Visit, typed: str) -> CronFields:
    """Expression and choices in step: whichever was changed since they were shown decides, the expression first."""
    query = visit.request.query_params
    chosen = sent_builder(query, tuple(query.getlist("weekdays")))
    if "mode" not in query or typed != asked(query, "built") or chosen.mode == "own":
        return CronFields(typed, typed, builder_of(typed))
    expression = expression_of(chosen, typed)
    return CronFields(expression, expression, chosen)


def _fragments(visit: Visit, fields: CronFields, typed: str, shown: Shown) -> Response:
    """What changed: never the input that is being typed into."""
    render = visit.render
    other = "schedules/_builder.html" if fields.expression == typed else "schedules/_expression.html"
    return render.fragments(
        render.oob(other, fields), render.oob("schedules/_built.html", fields), render.oob("schedules/_preview.html", shown)
    )
