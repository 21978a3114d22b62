"""Scripts: the list, and the editor that makes and saves them. Everything here works without the page's script as well."""

from dataclasses import dataclass
from typing import Final, get_args
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import entities, scripts
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Conflict, Denied, Invalid, LimitExceeded, Stale
from app.base.paging import LARGEST_LIMIT, Page, PageRequest, page_request
from app.scripts import (
    SOURCE_LIMIT,
    Change,
    EventTrigger,
    LanguageQuestion,
    NewScript,
    Script,
    ScriptFilter,
    ScriptVersion,
    Status,
    Template,
    ThreeWay,
)
from app.scripts.types import TriggerKind
from app.services import Services
from app.web.forms import Posted, Sent
from app.web.guards import PageVisit, Viewer, Visit, id_of
from app.web.lists import address, pager
from app.web.script_contexts import ConflictPage, EditorPage, Problems, ScriptLine, ScriptList, ScriptsPage, TemplatesPage, problems_of
from app.web.script_forms import NEW_VALUES, ScriptForm, events_of, sentence_of, trigger_values, values_of
from app.web.times import when

router = APIRouter(prefix="/scripts", include_in_schema=False)

_REFUSALS: Final = (Invalid, Conflict, Denied, LimitExceeded)
_TRIGGERS: Final = (("event", "an event"), ("cron", "the clock"), ("api", "a request"), ("manual", "somebody"))
_LONGEST_FILTER: Final = 200
_FILTERS: Final = ("text", "status", "trigger", "entity_type")
_STARTER: Final = 'log("Hello from a new script.");\n'


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the editor shows of a script, read in one transaction."""

    script: Script | None
    version: ScriptVersion | None
    entity_types: tuple[str, ...]
    template: Template | None = None


@router.get("")
@needs("scripts.script.list")
async def show_scripts(visit: PageVisit) -> Response:
    """Scripts that fit the filters, newest first."""
    query = visit.request.query_params
    filters = {name: "".join(char for char in query.get(name, "").strip()[:_LONGEST_FILTER] if char.isprintable()) for name in _FILTERS}
    after, wanted = query.get("after"), _filter(filters)

    def find(work: Work, actor: Actor) -> tuple[Page[Script], tuple[str, ...]]:
        return scripts.list_scripts(work, actor, wanted, page_request(after)), _entity_types(work, actor)

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
    return await _editor(visit, None, await visit.kept("/scripts/new"))


@router.post("/new")
@needs("scripts.script.create")
async def create(visit: PageVisit) -> Response:
    """Create a script as a draft."""
    posted = await visit.posted()
    form = posted.parse(ScriptForm, many=("events",))
    if isinstance(form, Sent):
        return await _editor(visit, None, form, 422)
    try:
        new = NewScript(form.settings(None), form.text, form.message)
        verb = await _services(visit).scripts.creating(lambda each: visit.access.glance(visit.credentials, each), new)
        made = await visit.act(verb)
    except _REFUSALS as error:
        return await _editor(visit, None, _refused(posted, error), 422)
    return visit.done(f"/scripts/{made.id}", "script-created")


@router.get("/{script_id}")
@needs("scripts.script.read")
async def show_script(visit: PageVisit, script_id: str) -> Response:
    """A script in the editor."""
    wanted = id_of("script", script_id)
    return await _editor(visit, wanted, await visit.kept(f"/scripts/{wanted}"))


@router.post("/{script_id}")
@needs("scripts.script.update")
async def save(visit: PageVisit, script_id: str) -> Response:
    """Save settings, and another source as the next version. Nothing that somebody else saved meanwhile is overwritten."""
    wanted, posted = id_of("script", script_id), await visit.posted()
    form = posted.parse(ScriptForm, many=("events",))
    if isinstance(form, Sent):
        return await _editor(visit, wanted, form, 422)
    try:
        _, before = await visit.look(lambda work, actor: scripts.get_script(work, actor, wanted))
        change = Change(form.revision, form.settings(before.settings), form.text, form.message)
        verb = await _services(visit).scripts.changing(lambda each: visit.access.glance(visit.credentials, each), wanted, change)
        after = await visit.act(verb)
    except Stale as error:
        return await _conflict(visit, posted, form, error)
    except _REFUSALS as error:
        return await _editor(visit, wanted, _refused(posted, error), 422)
    return visit.done(f"/scripts/{wanted}", "script-saved" if after.latest_version > before.latest_version else "script-settings-saved")


async def _editor(visit: Visit, script_id: UUID | None, form: Sent, status: int = 200) -> Response:
    wanted_template = visit.request.query_params.get("template", "") if script_id is None else ""

    def find(work: Work, actor: Actor) -> _Shown:
        types = _entity_types(work, actor)
        if script_id is None:
            return _Shown(None, None, types, scripts.get_template(work, actor, wanted_template) if wanted_template else None)
        return _Shown(scripts.get_script(work, actor, script_id), scripts.get_version(work, actor, script_id), types)

    viewer, shown = await visit.look(find)
    problems = Problems(None) if form.texts else await _problems(visit, viewer, shown)
    view = _view(visit, viewer, shown, form, problems)
    return visit.page(viewer, "scripts/editor.html", shown.script.name if shown.script else "New script", view, status)


async def _problems(visit: Visit, viewer: Viewer, shown: _Shown) -> Problems:
    """What is wrong with the version shown. One that was found clean when it was saved is not looked at again."""
    if shown.script is None or shown.version is None or not viewer.actor.may("scripts.script.create"):
        return Problems(None)
    if not shown.version.info.errors and not shown.version.info.warnings:
        return Problems(())
    trigger = shown.script.trigger
    entity_type = trigger.entity_type if isinstance(trigger, EventTrigger) else None
    verbs = _services(visit).scripts
    try:
        found = await verbs.answer(
            lambda each: visit.access.glance(visit.credentials, each),
            shown.version.source,
            shown.script.phase,
            entity_type,
            LanguageQuestion("diagnose"),
        )
    except LimitExceeded:
        found = None
    return Problems(None if found is None else problems_of(found))


def _view(visit: Visit, viewer: Viewer, shown: _Shown, form: Sent, problems: Problems) -> EditorPage:
    script, version, template = shown.script, shown.version, shown.template
    values, source = dict(NEW_VALUES), _STARTER
    events: tuple[str, ...] = ("create", "update")
    if script is not None and version is not None:
        values, events, source = values_of(script.settings), events_of(script.trigger), version.source
    elif template is not None:
        values |= {"name": template.name, "description": template.description} | trigger_values(template.trigger)
        events, source = events_of(template.trigger), template.source
    if form.texts:
        values |= {name: text for name, text in form.texts.items() if name in values}
        events, source = form.chosen.get("events", ()), form.text("source", source).replace("\r\n", "\n")
    types = shown.entity_types
    if values["entity_type"] and values["entity_type"] not in types:
        types = (*types, values["entity_type"])
    may = viewer.actor.may
    return EditorPage(
        script,
        f"/scripts/{script.id}" if script else "/scripts/new",
        values,
        events,
        source,
        form,
        problems,
        types,
        version.info if version else None,
        when(version.info.created_at, visit.now) if version else None,
        may("scripts.script.update" if script else "scripts.script.create") and (script is None or script.status is not Status.ARCHIVED),
        script is not None and may("scripts.script.delete"),
        visit.request.state.csp_nonce,
        _draft_key(viewer, script),
        SOURCE_LIMIT,
    )


async def _conflict(visit: Visit, posted: Posted, form: ScriptForm, error: Stale) -> Response:
    script_id = id_of("script", visit.request.path_params["script_id"])
    viewer, script = await visit.look(lambda work, actor: scripts.get_script(work, actor, script_id))
    comparison = error.details.get("comparison")
    compared = comparison if isinstance(comparison, ThreeWay) else ThreeWay((), form.text)
    source = compared.merged if compared.merged is not None else form.text
    settings = {name: texts[-1] for name, texts in posted.fields.items() if name in NEW_VALUES and name != "message"}
    events = posted.fields.get("events", ())
    view = ConflictPage(script, error.message, compared.chunks, compared.merged is not None, source, form.message, settings, events)
    return visit.page(viewer, "scripts/conflict.html", f"{script.name}: compare", view, 409)


def _draft_key(viewer: Viewer, script: Script | None) -> str:
    """Under which the browser keeps what isn't saved: one person's, of one tenant."""
    return f"alloy-draft:{viewer.me.tenant.id}:{viewer.actor.user_id}:{script.id if script else 'new'}"


def _refused(posted: Posted, error: Invalid | Conflict | Denied | LimitExceeded) -> Sent:
    """What was typed, with the refusal next to its field; the domain has longer names for a trigger's fields than the form."""
    field = (error.field or "").removeprefix("trigger.")
    if field not in ScriptForm.model_fields:
        return posted.refused(error)
    # Also beside boxes of which none is ticked, which are not in what was sent.
    return posted.sent({field: f"{error.message} {error.hint}".strip()})


def _entity_types(work: Work, actor: Actor) -> tuple[str, ...]:
    if not actor.may("entities.type.list"):
        return ()
    return tuple(each.name for each in entities.list_types(work, actor, PageRequest(limit=LARGEST_LIMIT)).items)


def _filter(filters: dict[str, str]) -> ScriptFilter:
    """The filters as the domain takes them; words that can't be are as if nothing was chosen."""
    status = next((each for each in Status if each == filters["status"]), None)
    trigger: TriggerKind | None = next((each for each in get_args(TriggerKind) if each == filters["trigger"]), None)
    return ScriptFilter(status, trigger, filters["entity_type"] or None, filters["text"] or None)


def _services(visit: Visit) -> Services:
    services: Services = visit.request.app.state.services
    return services
