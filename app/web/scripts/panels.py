"""What stands beside a source on demand: its outline, and what can be called in its phase. Both come from the language service."""

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from app.access import needs
from app.scripts import Json, LanguageQuestion, Phase
from app.web.guards import PageVisit
from app.web.scripts.contexts import Outline, OutlineLine, Reference, ReferenceEntry, ReferencePage
from app.web.scripts.forms import wish_of
from app.web.scripts.language import answer

router = APIRouter(prefix="/scripts", include_in_schema=False)

PHASES: Final[tuple[tuple[Phase, str], ...]] = (
    (Phase.BEFORE, "Before saving"),
    (Phase.AFTER, "After saving"),
    (Phase.ON_COMMIT, "Once it is durable"),
    (Phase.SCHEDULED, "By the clock"),
    (Phase.API, "On a request"),
    (Phase.MANUAL, "By hand"),
)


@router.get("/reference")
@needs("scripts.script.create")
async def show_reference(visit: PageVisit) -> Response:
    """What a script can call and see in a phase: a page, or what the editor shows beside the source."""
    asked = visit.request.query_params.get("phase", "")
    phase = next((each for each in Phase if each == asked), Phase.BEFORE)
    viewer = await visit.viewer()
    found = await answer(visit, "", phase, None, LanguageQuestion("reference"))
    entries = () if found is None else msgspec.convert(found, tuple[ReferenceEntry, ...])
    groups = {each.group: tuple(other for other in entries if other.group == each.group) for each in entries}
    view = Reference(dict(PHASES)[phase], tuple(groups.items()))
    if visit.is_scripted:
        return visit.render.fragments(visit.render.fragment("scripts/_reference.html", view))
    phases = tuple((each.value, label) for each, label in PHASES)
    return visit.page(viewer, "scripts/reference.html", "Helpers", ReferencePage(view, phase.value, phases))


@router.post("/outline")
@needs("scripts.script.create")
async def outline(visit: PageVisit) -> Response:
    """What the source in the editor's form consists of."""
    posted = await visit.posted()
    wish = wish_of(posted.sent().texts, None)
    found = await answer(visit, wish.source, wish.phase, None, LanguageQuestion("outline"))
    view = Outline(None if found is None else tuple(_line(wish.source, each) for each in found["symbols"]))
    return visit.render.fragments(visit.render.fragment("scripts/_outline.html", view))


def _line(source: str, symbol: Json) -> OutlineLine:
    """A symbol with the place of its name, counted from 1."""
    start = symbol["name_span"]["start"]
    line_start = source.rfind("\n", 0, start) + 1
    return OutlineLine(symbol["name"], symbol["kind"], symbol["detail"], source.count("\n", 0, start) + 1, start - line_start + 1)
