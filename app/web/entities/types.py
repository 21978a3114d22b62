"""Entity types: the list, and the form that defines and changes them, which works without any script of the page."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.responses import Response

from app import entities
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import AlloyError, Stale
from app.base.paging import Page, page_request
from app.entities import EntityType, OnDelete, TypeSettings
from app.web.entities.contexts import TypeFields, TypeLine, TypePage, TypesPage
from app.web.entities.names import TYPE_NAME, existing_type_name, type_names
from app.web.entities.type_drafts import Draft, done_to, drafts_of, sent_drafts
from app.web.entities.type_specs import spec_of
from app.web.forms import REFUSALS, FormModel, Line, Misfit, Posted, Sent, Version
from app.web.guards import PageVisit, Visit
from app.web.lists import pager
from app.web.times import when

router = APIRouter(prefix="/types", include_in_schema=False)

_FIELDS: Final = "fields."
_NEW: Final = "/types/new"
_NAME_RULE: Final = "Use small letters, digits, underscores and hyphens, start with a letter, at most 40."


class TypeForm(FormModel):
    """What is said about a type beside its fields."""

    name: str = ""
    label: Line
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""
    attached_to: Annotated[str, StringConstraints(max_length=40)] = ""
    on_parent_delete: OnDelete = OnDelete.RESTRICT
    adapt: str = ""
    version: Version = 1
    do: str = ""


@router.get("")
@needs("entities.type.list")
async def show_types(visit: PageVisit) -> Response:
    """The tenant's entity types, oldest first."""
    after = visit.request.query_params.get("after")

    def find(work: Work, actor: Actor) -> Page[EntityType]:
        return entities.list_types(work, actor, page_request(after))

    viewer, page = await visit.look(find)
    lines = tuple(TypeLine(each, when(each.updated_at, visit.now)) for each in page.items)
    may = viewer.actor.may
    view = TypesPage(lines, may("entities.type.create"), may("entities.record.list"), pager(page, "/types", after))
    return visit.page(viewer, "entities/types.html", "Entity types", view)


@router.get("/new")
@needs("entities.type.create")
async def show_new(visit: PageVisit) -> Response:
    """The form with one empty field."""
    kept = await visit.kept(_NEW)
    fields = sent_drafts(kept.chosen) if kept.texts else done_to((), "add:fields")
    return await _form(visit, None, kept, fields)


@router.post("/new")
@needs("entities.type.create")
async def create(visit: PageVisit) -> Response:
    """Define a type; or, by another button than the one that saves, go on with the form."""
    posted = await visit.posted()
    fields = sent_drafts(posted.fields)
    if _is_step(posted):
        return await _stepped(visit, None, posted, fields)
    try:
        form = _parsed(posted)
        settings = _settings(form, fields, {} if TYPE_NAME.fullmatch(form.name) else {"name": _NAME_RULE})
        made = await visit.act(lambda work, actor: entities.create_type(work, actor, form.name, settings))
    except REFUSALS as error:
        return await _form(visit, None, _refused(posted, error), fields, 422)
    return visit.done(f"/types/{made.name}", "type-created")


@router.get("/{type_name}")
@needs("entities.type.read")
async def show_type(visit: PageVisit, type_name: str) -> Response:
    """A type with its fields and rules."""
    name = existing_type_name(type_name)
    kept = await visit.kept(f"/types/{name}")
    _, found = await visit.look(lambda work, actor: entities.get_type(work, actor, name))
    return await _form(visit, found, kept, sent_drafts(kept.chosen) if kept.texts else drafts_of(found.fields))


@router.post("/{type_name}")
@needs("entities.type.update")
async def save(visit: PageVisit, type_name: str) -> Response:
    """Change a type, if every record that is there allows it."""
    name, posted = existing_type_name(type_name), await visit.posted()
    _, found = await visit.look(lambda work, actor: entities.get_type(work, actor, name))
    fields = sent_drafts(posted.fields)
    if _is_step(posted):
        return await _stepped(visit, found, posted, fields)
    try:
        form = _parsed(posted)
        settings, adapt = _settings(form, fields, {}), bool(form.adapt)
        await visit.act(lambda work, actor: entities.update_type(work, actor, name, settings, version=form.version, adapt=adapt))
    except REFUSALS as error:
        status = 409 if isinstance(error, Stale) else 422
        return await _form(visit, found, _refused(posted, error), fields, status, _broken(error))
    return visit.done(f"/types/{name}", "type-saved")


@router.post("/{type_name}/delete")
@needs("entities.type.delete")
async def delete(visit: PageVisit, type_name: str) -> Response:
    """Delete a type that has no records."""
    name = existing_type_name(type_name)
    await visit.posted()
    try:
        await visit.act(lambda work, actor: entities.delete_type(work, actor, name))
    except REFUSALS as error:
        _, found = await visit.look(lambda work, actor: entities.get_type(work, actor, name))
        return await _form(visit, found, Sent(problem=error.sentence), drafts_of(found.fields), 422)
    return visit.done("/types", "type-deleted")


async def _stepped(visit: Visit, found: EntityType | None, posted: Posted, fields: tuple[Draft, ...]) -> Response:
    """The form after one of its buttons changed the fields; nothing is saved."""
    changed = done_to(fields, posted.sent().text("do"))
    if not visit.is_scripted:
        return await _form(visit, found, posted.sent(), changed)
    _, types = await visit.look(type_names)
    return visit.render.fragments(visit.render.oob("entities/_fields.html", TypeFields(changed, {}, types, is_locked=False)))


async def _form(
    visit: Visit,
    found: EntityType | None,
    form: Sent,
    fields: tuple[Draft, ...],
    status: int = 200,
    broken: tuple[Mapping[str, str], ...] = (),
) -> Response:
    viewer, types = await visit.look(type_names)
    may = viewer.actor.may
    may_save = may("entities.type.update" if found else "entities.type.create")
    view = TypePage(
        found,
        f"/types/{found.name}" if found else _NEW,
        form,
        TypeFields(fields, form.errors, types, is_locked=not may_save),
        # After a clash the form is about the version that is there now: whoever sends it again has seen that there is one.
        found.version if found else 1,
        form.text("attached_to", (found.attached_to or "") if found else ""),
        form.text("on_parent_delete", found.on_parent_delete.value if found else OnDelete.RESTRICT.value),
        broken,
        may_save,
        found is not None and may("entities.type.delete"),
        may("entities.record.list"),
    )
    return visit.page(viewer, "entities/type.html", found.label if found else "New entity type", view, status)


def _is_step(posted: Posted) -> bool:
    return posted.sent().text("do", "save") != "save"


def _parsed(posted: Posted) -> TypeForm:
    """The form without its fields, which have a shape of their own."""
    own = {name: texts for name, texts in posted.fields.items() if not name.startswith(_FIELDS)}
    return Posted(own).parse(TypeForm)


def _settings(form: TypeForm, fields: tuple[Draft, ...], errors: dict[str, str]) -> TypeSettings:
    """As the domain takes them.

    Raises:
        Misfit: a field is wrong, or there were `errors` before.
    """
    if not fields:
        errors["fields"] = "Add at least one field."
    specs = tuple(spec_of(each, errors) for each in fields)
    if errors:
        raise Misfit(errors)
    policy = form.on_parent_delete if form.attached_to else OnDelete.RESTRICT
    return TypeSettings(form.label, specs, form.description.replace("\r\n", "\n"), form.attached_to or None, policy)


def _correct(errors: Mapping[str, str]) -> str:
    return f"{'1 entry needs' if len(errors) == 1 else f'{len(errors)} entries need'} a correction."


def _refused(posted: Posted, error: AlloyError) -> Sent:
    """What was typed, with the refusal beside the entry that it names; a place that has no entry of its own is told above the form."""
    if isinstance(error, Misfit):
        return posted.sent(error.errors, _correct(error.errors))
    where = error.field or ""
    if where.startswith(_FIELDS) and where not in posted.fields:
        return posted.sent({where: error.sentence}, error.sentence)
    return posted.refused(error)


def _broken(error: AlloyError) -> tuple[Mapping[str, str], ...]:
    """The records that the change would break, as far as the domain tells them."""
    found: Any = error.details.get("examples", ())
    return tuple({name: str(each[name]) for name in ("record_id", "field", "message")} for each in found)
