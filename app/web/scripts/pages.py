"""Scripts: the list, and the editor that makes and saves them. Everything here works without the page's script as well."""

import asyncio
from typing import Final, get_args

from fastapi import APIRouter
from starlette.responses import Response

from app import scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Conflict, Denied, Invalid, LimitExceeded, Stale
from app.base.paging import Page, page_request
from app.scripts import Change, NewScript, Script, ScriptFilter, Status, ThreeWay
from app.scripts.types import TriggerKind
from app.web.entities.names import type_names
from app.web.forms import REFUSALS, Posted, Sent
from app.web.guards import PageVisit, Visit, id_of
from app.web.lists import address, asked, pager
from app.web.scripts.comparisons import conflict_pieces
from app.web.scripts.contexts import ConflictPage, ScriptLine, ScriptList, ScriptsPage, TemplatesPage
from app.web.scripts.editor import kept_editor, show_editor
from app.web.scripts.forms import NEW_VALUES, ScriptForm, parse_script, sentence_of
from app.web.times import when

router = APIRouter(prefix="/scripts", include_in_schema=False)

_TRIGGERS: Final = (("event", "an event"), ("cron", "the clock"), ("api", "a request"), ("manual", "somebody"))
_FILTERS: Final = ("text", "status", "trigger", "entity_type")


@router.get("")
@needs("scripts.script.list")
async def show_scripts(visit: PageVisit) -> Response:
    """Scripts that fit the filters, newest first."""
    query = visit.request.query_params
    filters = {name: asked(query, name) for name in _FILTERS}
    after, wanted = query.get("after"), _filter(filters)

    def find(work: Work, actor: Actor) -> tuple[Page[Script], tuple[str, ...]]:
        return scripts.list_scripts(work, actor, wanted, page_request(after)), type_names(work, actor)

    viewer, (page, entity_types) = await visit.look(find)
    lines = tuple(ScriptLine(each, sentence_of(each.trigger), when(each.updated_at, visit.now)) for each in page.items)
    may_create = viewer.actor.may("scripts.script.create")
    view = ScriptList(lines, any(filters.values()), may_create, pager(page, "/scripts", after, filters))
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("scripts/_scripts.html", view), address=address("/scripts", filters, after))
    statuses = tuple(status.value for status in Status)
    return visit.page(viewer, "scripts/page.html", "Scripts", ScriptsPage(view, filters, statuses, _TRIGGERS, entity_types))


@router.get("/templates")
@needs("scripts.script.list")
async def show_templates(visit: PageVisit) -> Response:
    """Ready scripts to start from."""
    viewer, found = await visit.look(scripts.list_templates)
    view = TemplatesPage(tuple((each, sentence_of(each.trigger)) for each in found), viewer.actor.may("scripts.script.create"))
    return visit.page(viewer, "scripts/templates.html", "Templates", view)


@router.get("/new")
@needs("scripts.script.create")
async def show_new(visit: PageVisit) -> Response:
    """The editor with nothing in it, or with a template."""
    return await kept_editor(visit, None)


@router.post("/new")
@needs("scripts.script.create")
async def create(visit: PageVisit) -> Response:
    """Create a script as a draft."""
    posted = await visit.posted()
    try:
        form = parse_script(posted)
        new = NewScript(form.settings(None), form.text, form.message)
        verb = await visit.services.scripts.creating(visit.glance, new)
        made = await visit.act(verb)
    except REFUSALS as error:
        return await show_editor(visit, None, _refused(posted, error), 422)
    return visit.done(f"/scripts/{made.id}", "script-created")


@router.get("/{script_id}")
@needs("scripts.script.read")
async def show_script(visit: PageVisit, script_id: str) -> Response:
    """A script in the editor."""
    return await kept_editor(visit, id_of("script", script_id))


@router.post("/{script_id}")
@needs("scripts.script.update")
async def save(visit: PageVisit, script_id: str) -> Response:
    """Save settings, and another source as the next version. Nothing that somebody else saved meanwhile is overwritten."""
    wanted, posted = id_of("script", script_id), await visit.posted()
    try:
        form = parse_script(posted)
        _, before = await visit.look(lambda work, actor: scripts.get_script(work, actor, wanted))
        change = Change(form.revision, form.settings(before.settings), form.text, form.message)
        verb = await visit.services.scripts.changing(visit.glance, wanted, change)
        after = await visit.act(verb)
    except Stale as error:
        return await _conflict(visit, posted, form, error)
    except REFUSALS as error:
        return await show_editor(visit, wanted, _refused(posted, error), 422)
    return visit.done(f"/scripts/{wanted}", "script-saved" if after.latest_version > before.latest_version else "script-settings-saved")


async def _conflict(visit: Visit, posted: Posted, form: ScriptForm, error: Stale) -> Response:
    script_id = id_of("script", visit.request.path_params["script_id"])
    viewer, script = await visit.look(lambda work, actor: scripts.get_script(work, actor, script_id))
    comparison = error.details.get("comparison")
    compared = comparison if isinstance(comparison, ThreeWay) else ThreeWay((), form.text)
    source = compared.merged if compared.merged is not None else form.text
    settings = {name: texts[-1] for name, texts in posted.fields.items() if name in NEW_VALUES and name != "message"}
    events = posted.fields.get("events", ())
    # In a thread: colouring and comparing long sources takes time off the loop.
    pieces = await asyncio.to_thread(conflict_pieces, compared.chunks)
    view = ConflictPage(script, error.message, pieces, compared.merged is not None, source, form.message, settings, events)
    return visit.page(viewer, "scripts/conflict.html", f"{script.name}: compare", view, 409)


def _refused(posted: Posted, error: Invalid | Conflict | Denied | LimitExceeded) -> Sent:
    """What was typed, with the refusal next to its field; the domain has longer names for a trigger's fields than the form."""
    field = (error.field or "").removeprefix("trigger.")
    if field not in ScriptForm.model_fields:
        return posted.refused(error)
    # Also beside boxes of which none is ticked, which are not in what was sent.
    return posted.sent({field: error.sentence})


def _filter(filters: dict[str, str]) -> ScriptFilter:
    """The filters as the domain takes them; words that can't be are as if nothing was chosen."""
    status = next((each for each in Status if each == filters["status"]), None)
    trigger: TriggerKind | None = next((each for each in get_args(TriggerKind) if each == filters["trigger"]), None)
    return ScriptFilter(status, trigger, filters["entity_type"] or None, filters["text"] or None)
