"""Records of a type: the list with typed filters and an order, and what references offer to choose from."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app import entities
from app.access import needs
from app.entities import EntityType, FieldKind, Query, Record
from app.web.entities.contexts import Column, RecordLine, RecordList, RecordsPage
from app.web.entities.filters import SHOWN_AT_ONCE, Wanted, wanted_of
from app.web.entities.names import existing_type_name
from app.web.entities.references import Offer, offered
from app.web.entities.shown import columns_of, label_of, title_of, value_in_words
from app.web.guards import PageVisit, Visit
from app.web.lists import LONGEST, address, asked, pager
from app.web.times import when

router = APIRouter(prefix="/records", include_in_schema=False)

_UNSORTABLE: Final = frozenset({FieldKind.BOOLEAN, FieldKind.REFERENCE})
_NEWEST: Final = "-id"


@router.get("/{type_name}")
@needs("entities.record.list")
async def show_records(visit: PageVisit, type_name: str) -> Response:
    """Records that fit the filters, newest first unless sorted otherwise."""
    name = existing_type_name(type_name)
    query = visit.request.query_params
    viewer, found = await visit.look(lambda work, actor: entities.get_type(work, actor, name))
    wanted = wanted_of(found.fields, query)
    text = asked(query, "text")
    sort, after = _sort(found, query.get("sort", "")), query.get("after")
    wish = Query(wanted.where, None if text else sort or _NEWEST, text=text or None, cursor=after)
    await visit.caught_up(text)
    # Not in the look above: a filter reads every record of the type, which takes time off the loop.
    _, page = await visit.look_at_length(lambda work, actor: entities.find_records(work, actor, name, wish))
    kept = {"text": text, "sort": sort, **wanted.query}
    path = f"/records/{name}"
    pages = pager(page, path, after, kept)
    lines = tuple(_line(visit, found, record) for record in page.items)
    is_filtered = bool(text or wanted.query)
    may_create = viewer.actor.may("entities.record.create")
    view = RecordList(found, _columns(found, path, sort, kept, is_sortable=not text), lines, is_filtered, may_create, pages)
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("entities/_records.html", view), address=address(path, kept, after))
    return visit.page(viewer, "entities/records.html", found.label, _page(view, text, sort, wanted))


@router.get("/{type_name}/choices")
@needs("entities.record.list")
async def show_choices(visit: PageVisit, type_name: str) -> Response:
    """Records that hold what was typed into a reference, as the choices of its input."""
    name = existing_type_name(type_name)
    query = visit.request.query_params
    # Whichever input asks, what was typed is the one value that isn't the list's own id.
    list_id = "".join(char for char in query.get("list", "")[:300] if char.isalnum() or char in "-_")
    text = next((value for key, value in query.multi_items() if key != "list"), "")[:LONGEST]
    await visit.caught_up(text)
    _, references = await visit.look_at_length(lambda work, actor: offered(work, actor, Offer(name, text=text.strip())))
    return visit.render.fragments(visit.render.fragment("entities/_choices.html", {"id": list_id, "choices": references.choices}))


def _page(view: RecordList, text: str, sort: str, wanted: Wanted) -> RecordsPage:
    filters = wanted.filters
    return RecordsPage(view, text, sort, filters[:SHOWN_AT_ONCE], filters[SHOWN_AT_ONCE:])


def _sort(found: EntityType, wanted: str) -> str:
    """What to sort by, if it is a field that can be sorted by; a minus in front means descending."""
    name = wanted.removeprefix("-")
    sortable = {spec.name for spec in columns_of(found) if spec.kind not in _UNSORTABLE} | {"updated_at"}
    return wanted if name in sortable else ""


def _columns(found: EntityType, path: str, sort: str, kept: dict[str, str], *, is_sortable: bool) -> tuple[Column, ...]:
    columns = [(spec.name, label_of(spec), spec.kind not in _UNSORTABLE) for spec in columns_of(found)]
    made = []
    for name, label, may_sort in (*columns, ("updated_at", "Changed", True)):
        direction = "ascending" if sort == name else "descending" if sort == f"-{name}" else "none"
        link = address(path, {**kept, "sort": f"-{name}" if sort == name else name}) if may_sort and is_sortable else None
        made.append(Column(label, link, direction))
    return tuple(made)


def _line(visit: Visit, found: EntityType, record: Record) -> RecordLine:
    first, *others = columns_of(found) or (None,)
    value = record.data.get(first.name) if first else None
    title = value_in_words(first, value) if first and value not in (None, "") else title_of(found, record)
    cells = tuple((label_of(spec), value_in_words(spec, record.data.get(spec.name))) for spec in others if spec)
    return RecordLine(str(record.id), title, cells, when(record.updated_at, visit.now))
