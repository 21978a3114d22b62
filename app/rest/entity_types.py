"""Entity types: what records of a tenant look like."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.responses import Response

from app import entities
from app.access import Actor, needs
from app.base.db import Work
from app.base.paging import Page
from app.entities import EntityType, OnDelete, Rebuilt, TypeChange
from app.rest.entity_fields import TypeBody, TypeName
from app.rest.face import RestFace
from app.rest.fields import Body, IdempotencyKey, Paging, Version
from app.rest.routes import PREFIX

router = APIRouter(prefix=f"{PREFIX}/entity-types", tags=["entity types"])

PathType = Annotated[TypeName, Path(description="The name of an entity type in the current tenant.")]


class NewType(TypeBody):
    """An entity type to define."""

    name: TypeName


class ChangeType(TypeBody):
    """An entity type as it shall be. With `adapt`, records lose what is left over and get the defaults of what is required now."""

    version: Version
    adapt: Annotated[bool, Field(strict=True)] = False


class RebuildIndex(Body):
    """Which part of a type's read model to build anew: the records behind `after`, or the first."""

    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class TypeView:
    """An entity type; its fields are told as they are sent, without the rules that aren't set."""

    id: UUID
    name: str
    label: str
    description: str
    fields: list[dict[str, Any]]
    attached_to: str | None
    on_parent_delete: OnDelete
    version: int
    created_at: datetime
    updated_at: datetime


@router.get("", response_model=Page[TypeView])
@needs("entities.type.list")
async def list_entity_types(face: RestFace, page: Paging) -> Response:
    """The tenant's entity types, oldest first."""

    def find(work: Work, actor: Actor) -> Page[TypeView]:
        found = entities.list_types(work, actor, page.request())
        return Page(tuple(_view(each) for each in found.items), found.next_cursor)

    return await face.glance(find)


@router.post("", status_code=201, response_model=TypeView)
@needs("entities.type.create")
async def create_entity_type(face: RestFace, body: NewType, key: IdempotencyKey = None) -> Response:
    """Define an entity type."""
    return await face.create(key, body, lambda work, actor: _view(entities.create_type(work, actor, body.name, body.settings())))


@router.get("/{type_name}", response_model=TypeView)
@needs("entities.type.read")
async def get_entity_type(face: RestFace, type_name: PathType) -> Response:
    """An entity type with its fields and rules."""
    return await face.glance(lambda work, actor: _view(entities.get_type(work, actor, type_name)))


@router.put("/{type_name}", response_model=TypeView)
@needs("entities.type.update")
async def update_entity_type(face: RestFace, type_name: PathType, body: ChangeType) -> Response:
    """Change an entity type; refused with number and examples if it would break records."""
    settings = body.settings()
    return await face.write(
        lambda work, actor: _view(entities.update_type(work, actor, type_name, settings, version=body.version, adapt=body.adapt))
    )


@router.post("/{type_name}/check", response_model=TypeChange)
@needs("entities.type.read")
async def check_entity_type_change(face: RestFace, type_name: PathType, body: TypeBody) -> Response:
    """What a change would mean for the records that are there; nothing is changed."""
    settings = body.settings()
    return await face.read(lambda work, actor: entities.check_type_change(work, actor, type_name, settings))


@router.post("/{type_name}/index", response_model=Rebuilt)
@needs("entities.index.update")
async def rebuild_entity_index(face: RestFace, type_name: PathType, body: RebuildIndex) -> Response:
    """Build one batch of the read model anew; send `next_after` as `after` until it is null."""
    return await face.write(lambda work, actor: entities.rebuild_step(work, actor, type_name, body.after))


@router.delete("/{type_name}", status_code=204)
@needs("entities.type.delete")
async def delete_entity_type(face: RestFace, type_name: PathType) -> Response:
    """Delete an entity type that has no records."""
    return await face.delete(lambda work, actor: entities.delete_type(work, actor, type_name))


def _view(found: EntityType) -> TypeView:
    return TypeView(
        found.id,
        found.name,
        found.label,
        found.description,
        entities.fields_document(found.fields),
        found.attached_to,
        found.on_parent_delete,
        found.version,
        found.created_at,
        found.updated_at,
    )
