"""One record: its form, made from its type; saved through the hooks, whose refusals and warnings are told where they belong."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, assert_never
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app import entities
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Stale
from app.entities import DeleteRecord, EntityType, Record, RecordInvalid, Saved, SaveMode, SaveRecord
from app.hooks import Failed, Rejected
from app.web.entities import contexts, inputs
from app.web.entities.names import existing_type_name
from app.web.entities.record_page import PARENT, WARNED, Typed, refusal_of, show, with_faults
from app.web.forms import REFUSALS
from app.web.guards import PageVisit, Visit, id_of
from app.web.times import when

router = APIRouter(prefix="/records", include_in_schema=False)


@router.get("/{type_name}/new")
@needs("entities.record.create")
async def show_new(visit: PageVisit, type_name: str) -> Response:
    """The form of a new record, with the defaults of its type in it."""
    name = existing_type_name(type_name)
    _, found = await visit.look(lambda work, actor: entities.get_type(work, actor, name))
    kept = await visit.kept(f"/records/{name}/new")
    if kept.texts:
        typed = Typed(inputs.sent_texts(found.fields, kept.chosen), kept.text(PARENT), problem=kept.problem)
    else:
        typed = Typed(_defaults(found), visit.request.query_params.get(PARENT, "")[:36])
    return await show(visit, name, None, typed)


@router.post("/{type_name}/new")
@needs("entities.record.create")
async def create(visit: PageVisit, type_name: str) -> Response:
    """Create a record; scripts that run before it may change or refuse it."""
    name, posted = existing_type_name(type_name), await visit.posted()
    _, found = await visit.look(lambda work, actor: entities.get_type(work, actor, name))
    texts, errors = inputs.sent_texts(found.fields, posted.fields), dict[str, str]()
    typed = Typed(texts, posted.sent().text(PARENT).strip())
    values = inputs.values_of(found.fields, texts, errors)
    # What was emptied on purpose is sent as nothing, or the type's default would come back.
    data = {spec.name: values[spec.name] for spec in found.fields if values[spec.name] is not None or spec.default is not None}
    parent_id = _identity(typed.parent_id, errors)
    if errors:
        return await show(visit, name, None, replace(typed, errors=errors), 422)
    return await _save(visit, found, typed, SaveRecord(name, data, parent_id=parent_id))


@router.get("/{type_name}/{record_id}")
@needs("entities.record.read")
async def show_record(visit: PageVisit, type_name: str, record_id: str) -> Response:
    """A record in its form, or to read for those who may not change it."""
    name, wanted = existing_type_name(type_name), id_of("record", record_id)
    kept = await visit.kept(f"/records/{name}/{wanted}")
    _, (found, record) = await visit.look(lambda work, actor: _record(work, actor, name, wanted))
    shown = inputs.texts_of(found.fields, record.data)
    typed = Typed(shown)
    if kept.texts:
        typed = Typed(inputs.sent_texts(found.fields, kept.chosen), problem=kept.problem)
    return await show(visit, name, wanted, typed)


@router.post("/{type_name}/{record_id}")
@needs("entities.record.update")
async def save(visit: PageVisit, type_name: str, record_id: str) -> Response:
    """Save what was changed on the form; scripts that run before it may change or refuse it. Nobody else's save is overwritten."""
    name, wanted, posted = existing_type_name(type_name), id_of("record", record_id), await visit.posted()
    _, (found, record) = await visit.look(lambda work, actor: _record(work, actor, name, wanted))
    texts, errors = inputs.sent_texts(found.fields, posted.fields), dict[str, str]()
    form = posted.sent()
    base, version = _base(form.text("base")), form.text("version")
    if not version.isdecimal() or len(version) > 9:
        return await show(visit, name, wanted, Typed(texts, problem="The form names no version. Reload the page and try again."), 422)
    touched = inputs.changed(found.fields, texts, base)
    if int(version) != record.version:
        return await _conflict(visit, found, record, texts, touched, base)
    values = inputs.values_of(found.fields, texts, errors)
    if errors:
        return await show(visit, name, wanted, Typed(texts, errors=errors), 422)
    data = {each: values[each] for each in {path.partition(".")[0] for path in touched}}
    change = SaveRecord(name, data, wanted, record.version, SaveMode.PATCH)
    try:
        return await _save(visit, found, Typed(texts), change)
    except Stale:
        _, (found, record) = await visit.look(lambda work, actor: _record(work, actor, name, wanted))
        return await _conflict(visit, found, record, texts, touched, base)


@router.post("/{type_name}/{record_id}/delete")
@needs("entities.record.delete")
async def delete(visit: PageVisit, type_name: str, record_id: str) -> Response:
    """Delete a record and what goes with it; scripts that run before it may refuse it."""
    name, wanted, posted = existing_type_name(type_name), id_of("record", record_id), await visit.posted()
    version = posted.sent().text("version")
    actor, (found, record) = await visit.look(lambda work, actor: _record(work, actor, name, wanted))
    typed = Typed(inputs.texts_of(found.fields, record.data))
    change = DeleteRecord(name, wanted, int(version) if version.isdecimal() and len(version) < 10 else None)
    try:
        outcome = await visit.services.entities.delete(actor.actor, change)
    except Stale as error:
        return await show(visit, name, wanted, replace(typed, problem=f"Not deleted: {error.message} It is shown as it is now."), 409)
    except REFUSALS as error:
        return await show(visit, name, wanted, replace(typed, problem=error.sentence), 422)
    match outcome:
        case Rejected() | Failed():
            return await show(visit, name, wanted, replace(typed, refusal=refusal_of(found, outcome)), 422)
        case entities.Deleted():
            return visit.done(f"/records/{name}", "record-deleted")
        case _:
            assert_never(outcome)


async def _save(visit: Visit, found: EntityType, typed: Typed, wanted: SaveRecord) -> Response:
    """Save, and go on to the record; or show the form again with what is wrong."""
    viewer = await visit.viewer()
    try:
        outcome = await visit.services.entities.save(viewer.actor, wanted)
    except RecordInvalid as error:
        return await show(visit, found.name, wanted.id, with_faults(found, typed, error), 422)
    except Stale:
        raise
    except REFUSALS as error:
        return await show(visit, found.name, wanted.id, replace(typed, problem=error.sentence), 422)
    match outcome:
        case Saved():
            word = WARNED if outcome.warnings else "record-saved" if wanted.id else "record-created"
            return visit.done(f"/records/{found.name}/{outcome.record.id}", word)
        case Rejected() | Failed():
            refusal = refusal_of(found, outcome)
            errors = {refusal.field: refusal.sentence} if refusal.field else {}
            status = 503 if isinstance(outcome, Failed) and outcome.is_busy else 422
            return await show(visit, found.name, wanted.id, replace(typed, refusal=refusal, errors=errors), status)
        case _:
            assert_never(outcome)


async def _conflict(
    visit: Visit, found: EntityType, record: Record, texts: dict[str, str], touched: frozenset[str], base: Mapping[str, str]
) -> Response:
    """The form with both sides in it: what was typed where it was typed, what somebody else saved everywhere else."""
    current = inputs.texts_of(found.fields, record.data)
    theirs = inputs.changed(found.fields, current, base)
    merged = {path: texts[path] if path in touched else current[path] for path in current}
    both = {path: current[path] for path in touched & theirs if current[path] != texts[path]}
    conflict = contexts.Conflict(record.version, record.updated_by, when(record.updated_at, visit.now), bool(both))
    return await show(visit, found.name, record.id, Typed(merged, conflict=conflict, now=both), 409)


def _defaults(found: EntityType) -> dict[str, str]:
    return inputs.texts_of(found.fields, {spec.name: spec.default for spec in found.fields})


def _identity(text: str, errors: dict[str, str]) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        errors[PARENT] = f"{text[:40]!r} is no id of a record: choose one of those offered."
        return None


def _base(text: str) -> dict[str, str]:
    """What the form showed when it was opened; nothing if that can't be read, and then every field counts as touched."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(path): str(shown) for path, shown in found.items()} if isinstance(found, dict) else {}


def _record(work: Work, actor: Actor, name: str, record_id: UUID) -> tuple[EntityType, Record]:
    return entities.get_type(work, actor, name), entities.get_record(work, actor, name, record_id)
