"""Define, read, change and delete entity types."""

from typing import Any, Final

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict, stale
from app.base.paging import Page, PageRequest, page_of
from app.entities import queries, schema
from app.entities.memory import known_type, revision_name, type_of
from app.entities.models import TypeRecord
from app.entities.service.changes import adopt, examine
from app.entities.types import EntityType, FieldKind, FieldSpec, TypeChange, TypeSettings

MOST_TYPES: Final = 500


def list_types(work: Work, actor: Actor, request: PageRequest) -> Page[EntityType]:
    """The tenant's entity types, oldest first."""
    require(actor, "entities.type.list")
    rows = queries.types_page(work.scope(actor.tenant_id), request)
    return page_of(rows, request, type_of, lambda row: row.id)


def get_type(work: Work, actor: Actor, name: str) -> EntityType:
    """An entity type.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "entities.type.read")
    return known_type(work, actor.tenant_id, name).type


def create_type(work: Work, actor: Actor, name: str, settings: TypeSettings) -> EntityType:
    """Define an entity type.

    Raises:
        Conflict: the name is taken, the type contradicts itself, or it names a type that isn't there.
    """
    require(actor, "entities.type.create")
    scope = work.scope(actor.tenant_id)
    if queries.type_by_name(scope, name) is not None:
        raise Conflict(f"There is an entity type {name} already.", "Choose another name, or change that type.", field="name")
    if queries.count_types(scope) >= MOST_TYPES:
        raise Conflict(f"The tenant has {MOST_TYPES} entity types, which is all it may have.", "Delete one that nobody needs.")
    _check(work, actor, name, settings)
    now = work.clock.now()
    row = TypeRecord(
        id=work.ids.new(), tenant_id=actor.tenant_id, name=name, version=1, created_at=now, updated_at=now, **_columns(settings)
    )
    scope.add(row)
    work.renew(revision_name(actor.tenant_id))
    made = type_of(row)
    record(work, actor, "entities.type.create", "entity_type", row.id, after=made)
    return made


def check_type_change(work: Work, actor: Actor, name: str, settings: TypeSettings) -> TypeChange:
    """What a change of an entity type would mean for the records that are there; nothing is changed.

    Raises:
        NotFound: not in this tenant.
        Conflict: the type would contradict itself.
    """
    require(actor, "entities.type.read")
    _check(work, actor, name, settings)
    return examine(work, actor, known_type(work, actor.tenant_id, name).type, settings)


def update_type(work: Work, actor: Actor, name: str, settings: TypeSettings, *, version: int, adapt: bool = False) -> EntityType:
    """Change an entity type. It holds from the next save on, and every record that is there already fulfils it.

    With `adapt`, records are brought along as far as that is possible: they lose the values of fields that are gone, and get the default
    of fields that are required now.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile.
        Conflict: the type contradicts itself, or records exist that it would make invalid; the error counts them and shows some.
    """
    require(actor, "entities.type.update")
    scope = work.scope(actor.tenant_id)
    before = known_type(work, actor.tenant_id, name).type
    row = queries.claimed_type(scope, before.id, version) if before.version == version else None
    if row is None:
        raise stale("entity type", version, before.version, before)
    _check(work, actor, name, settings)
    adopt(work, actor, before, settings, adapt=adapt)
    for column, value in _columns(settings).items():
        setattr(row, column, value)
    row.version, row.updated_at = version + 1, work.clock.now()
    scope.flush()
    work.renew(revision_name(actor.tenant_id))
    after = type_of(row)
    record(work, actor, "entities.type.update", "entity_type", before.id, before=before, after=after)
    return after


def delete_type(work: Work, actor: Actor, name: str) -> None:
    """Delete an entity type that has no records and that no other type names.

    Raises:
        NotFound: not in this tenant.
        Conflict: it has records, or another type is attached to it or refers to it.
    """
    require(actor, "entities.type.delete")
    scope = work.scope(actor.tenant_id)
    known = known_type(work, actor.tenant_id, name)
    count = queries.count_records(scope, known.id, ())
    if count:
        raise Conflict(f"The entity type {name} has {count} records.", "Delete them first.")
    naming = [row.name for row in queries.all_types(scope) if row.name != name and name in _named_by(type_of(row).settings)]
    if naming:
        raise Conflict(f"The entity type {naming[0]} is attached or refers to {name}.", "Change that type first.")
    queries.delete_type(scope, known.id)
    work.renew(revision_name(actor.tenant_id))
    record(work, actor, "entities.type.delete", "entity_type", known.id, before=known.type)


def _columns(settings: TypeSettings) -> dict[str, Any]:
    return {
        "label": settings.label,
        "description": settings.description,
        "attached_to": settings.attached_to,
        "on_parent_delete": settings.on_parent_delete,
        "fields": schema.fields_document(settings.fields),
    }


def _check(work: Work, actor: Actor, name: str, settings: TypeSettings) -> None:
    schema.check_settings(name, settings)
    for named in sorted(_named_by(settings) - {name}):
        if queries.type_by_name(work.scope(actor.tenant_id), named) is None:
            field = "attached_to" if named == settings.attached_to else "fields"
            raise Conflict(f"There is no entity type {named!r} to attach or refer to.", "Define that one first.", field=field)


def _named_by(settings: TypeSettings) -> set[str]:
    return {spec.references for spec in _flattened(settings.fields) if spec.references} | (
        {settings.attached_to} if settings.attached_to else set()
    )


def _flattened(fields: tuple[FieldSpec, ...]) -> list[FieldSpec]:
    found: list[FieldSpec] = []
    for spec in fields:
        inner = (spec.item,) if spec.kind is FieldKind.LIST and spec.item is not None else spec.fields
        found += [spec, *_flattened(inner)]
    return found
