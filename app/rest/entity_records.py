"""Records: created, read, changed, deleted, filtered. Saves and deletions run the tenant's scripts around them.

Bodies of saves are decoded straight into what the domain takes: their fields are checked against the type's own rules, and a second
description of them here would cost as much time as the save.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import entities
from app.access import Actor, needs
from app.base.db import Work
from app.base.errors import Invalid
from app.base.idempotency import Answer, Once, kept_answer
from app.base.paging import DEFAULT_LIMIT, LARGEST_LIMIT, Page
from app.entities import BegunSave, Keep, Record, Saved, SaveMode, SaveRecord
from app.entities.refusals import refusal
from app.rest.direct import directly
from app.rest.entity_fields import TYPE_NAME
from app.rest.entity_types import PathType
from app.rest.face import Caller, Face, RestFace, answer
from app.rest.fields import WHOLE, Body, IdempotencyKey, PathId
from app.rest.routes import PREFIX, documented
from app.runs.types import Chain

router = APIRouter(prefix=f"{PREFIX}/entities", tags=["records"])

_MALFORMED: Final = documented(400)
_FIELDS: Final = {"type": "object", "additionalProperties": True, "examples": [{"title": "A title"}]}
_LARGEST_VERSION: Final = 2**31 - 1
_NO_CHAIN: Final = Chain()
_VERSION: Final = {"type": "integer", "minimum": 1, "maximum": _LARGEST_VERSION, "description": "The version this change is based on."}
S = TypeVar("S", bound=msgspec.Struct)


def _body(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "additionalProperties": False, "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_PARENT: Final = {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}], "description": "The record that it belongs to."}
_CREATE: Final = _body({"data": _FIELDS, "parent_id": _PARENT}, ["data"])
_CHANGE: Final = _body({"data": _FIELDS, "version": _VERSION}, ["data", "version"])


class NewRecord(msgspec.Struct, forbid_unknown_fields=True):
    """A record to create."""

    data: dict[str, Any]
    parent_id: UUID | None = None


class ChangeRecord(msgspec.Struct, forbid_unknown_fields=True):
    """Fields that a record shall have, and the version that this is based on."""

    data: dict[str, Any]
    version: int | float

    def __post_init__(self) -> None:
        """JSON knows one kind of number, so `2.0` is a whole one."""
        if not 1 <= self.version <= _LARGEST_VERSION or self.version != int(self.version):
            raise ValueError(f"Expected a whole number from 1 to {_LARGEST_VERSION} as `version`")


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A record as it was saved; `warnings` tell of scripts that failed and were let pass."""

    id: UUID
    entity_type: str
    data: dict[str, Any]
    version: int
    parent_id: UUID | None
    created_at: datetime
    updated_at: datetime
    updated_by: str
    warnings: tuple[str, ...]


class RecordQuery(Body):
    """Which records are wanted, as a body."""

    where: Annotated[
        dict[str, Any],
        Field(
            description='Field to value, or to comparisons, as in `{"total": {"gt": 100}}`: eq, ne, lt, le, gt, ge, in, contains, is_null.',
            examples=[{}],
        ),
    ] = Field(default_factory=dict)
    order_by: Annotated[str | None, Field(max_length=250, description="A field; a minus in front means descending.")] = None
    parent_id: UUID | None = None
    text: Annotated[str | None, Field(max_length=200, description="Words that the record holds.")] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT), WHOLE] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=1_000)] = None

    def query(self) -> entities.Query:
        """As the domain takes it."""
        return entities.Query(self.where, self.order_by, self.parent_id, self.text, self.limit, self.cursor)


class RecordsQuery(Body):
    """Which records are wanted, in an address."""

    where: Annotated[str | None, Field(max_length=8_000, description='The filter as JSON, such as `{"status": "open"}`.')] = None
    order_by: Annotated[str | None, Field(max_length=250, description="A field; a minus in front means descending.")] = None
    parent_id: UUID | None = None
    text: Annotated[str | None, Field(max_length=200, description="Words that the record holds.")] = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=1_000)] = None

    def query(self) -> entities.Query:
        """As the domain takes it."""
        return entities.Query(self.where, self.order_by, self.parent_id, self.text, self.limit, self.cursor)


@dataclass(frozen=True, slots=True)
class RecordCount:
    """How many records match."""

    count: int


@router.get("/{type_name}", response_model=Page[Record])
@needs("entities.record.list")
async def list_records(face: RestFace, type_name: PathType, query: Annotated[RecordsQuery, Query()]) -> Response:
    """Records that match, one page of them."""
    wanted = query.query()
    await face.caught_up(query.text)
    return await face.read(lambda work, actor: entities.find_records(work, actor, type_name, wanted))


async def _create(caller: Caller, type_name: str, raw: bytes) -> Response:
    """Create a record that nobody will ask for again under an idempotency key."""
    body = _decoded(raw, NewRecord)
    return await _save(caller, SaveRecord(type_name, body.data, parent_id=body.parent_id), 201)


@router.post("/{type_name}", status_code=201, response_model=SavedRecord, openapi_extra=_CREATE, responses=_MALFORMED)
@directly("type_name", TYPE_NAME, _create)
@needs("entities.record.create")
async def create_record(face: RestFace, type_name: PathType, request: Request, key: IdempotencyKey = None) -> Response:
    """Create a record; scripts that run before it may change or reject it."""
    raw = await request.body()
    if key is None:
        return await _create(face, type_name, raw)
    body = _decoded(raw, NewRecord)
    wanted = SaveRecord(type_name, body.data, parent_id=body.parent_id)
    hours = timedelta(hours=face.access.ground.settings.idempotency_hours)

    def begin(work: Work, actor: Actor) -> tuple[Actor, Keep, Answer | BegunSave]:
        call = Once(actor.tenant_id, actor.user_id, key, f"POST {request.url.path} ".encode() + raw)
        keep = Keep(call, hours, _document)
        return actor, keep, kept_answer(work, call, hours) or face.services.entities.begin_save(work, actor, wanted)

    actor, keep, found = await face.access.glance(face.credentials, begin)
    given = found if isinstance(found, Answer) else await face.services.entities.finish_save_once(actor, found, keep)
    if not isinstance(given, Answer):
        raise refusal(given)
    response = answer(given.document, 201)
    if given.is_replay:
        response.headers["Idempotent-Replay"] = "true"
    return response


@router.post("/{type_name}/search", response_model=Page[Record])
@needs("entities.record.list")
async def search_records(face: RestFace, type_name: PathType, body: RecordQuery) -> Response:
    """Records that match, one page of them: the list's filters in a body."""
    await face.caught_up(body.text)
    return await face.read(lambda work, actor: entities.find_records(work, actor, type_name, body.query()))


@router.post("/{type_name}/count", response_model=RecordCount)
@needs("entities.record.list")
async def count_records(face: RestFace, type_name: PathType, body: RecordQuery) -> Response:
    """How many records match; order, page and text mean nothing here."""
    return await face.read(lambda work, actor: RecordCount(entities.count_records(work, actor, type_name, body.query())))


@router.get("/{type_name}/{record_id:uuid}", response_model=Record)
@needs("entities.record.read")
async def get_record(face: RestFace, type_name: PathType, record_id: PathId) -> Response:
    """A record."""
    return await face.glance(lambda work, actor: entities.get_record(work, actor, type_name, record_id))


@router.put("/{type_name}/{record_id:uuid}", response_model=SavedRecord, openapi_extra=_CHANGE, responses=_MALFORMED)
@needs("entities.record.update")
async def replace_record(face: RestFace, type_name: PathType, record_id: PathId, request: Request) -> Response:
    """Give a record these fields and no others; scripts that run before it may change or reject it."""
    return await _change(face, type_name, record_id, await request.body(), SaveMode.REPLACE)


@router.patch("/{type_name}/{record_id:uuid}", response_model=SavedRecord, openapi_extra=_CHANGE, responses=_MALFORMED)
@needs("entities.record.update")
async def patch_record(face: RestFace, type_name: PathType, record_id: PathId, request: Request) -> Response:
    """Change some fields of a record, null takes one away; scripts that run before it may change or reject it."""
    return await _change(face, type_name, record_id, await request.body(), SaveMode.PATCH)


@router.delete("/{type_name}/{record_id:uuid}", status_code=204)
@needs("entities.record.delete")
async def delete_record(
    face: RestFace,
    type_name: PathType,
    record_id: PathId,
    version: Annotated[
        int | None, Query(ge=1, le=_LARGEST_VERSION, description="The version that is to be deleted; left out: any.")
    ] = None,
) -> Response:
    """Delete a record and what goes with it; scripts that run before it may reject it."""
    wanted = entities.DeleteRecord(type_name, record_id, version)

    def begin(work: Work, actor: Actor) -> Any:
        return actor, entities.begin_delete(work, actor, wanted, _NO_CHAIN)

    actor, pending = await face.access.glance(face.credentials, begin)
    outcome = await face.services.entities.finish_delete(actor, pending)
    if not isinstance(outcome, entities.Deleted):
        raise refusal(outcome)
    return Response(status_code=204)


async def _change(face: Face, type_name: str, record_id: UUID, raw: bytes, mode: SaveMode) -> Response:
    body = _decoded(raw, ChangeRecord)
    return await _save(face, SaveRecord(type_name, body.data, record_id, int(body.version), mode), 200)


async def _save(caller: Caller, wanted: SaveRecord, status: int) -> Response:
    saving = caller.services.entities
    actor, begun = await caller.access.glance(caller.credentials, lambda work, actor: (actor, saving.begin_save(work, actor, wanted)))
    outcome = await saving.finish_save(actor, begun)
    if not isinstance(outcome, Saved):
        raise refusal(outcome)
    return answer(_saved(outcome), status)


def _saved(saved: Saved) -> dict[str, object]:
    """The fields of a `SavedRecord`, which would take five times as long to make."""
    each = saved.record
    return {
        "id": each.id,
        "entity_type": each.entity_type,
        "data": each.data,
        "version": each.version,
        "parent_id": each.parent_id,
        "created_at": each.created_at,
        "updated_at": each.updated_at,
        "updated_by": each.updated_by,
        "warnings": saved.warnings,
    }


def _document(saved: Saved) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(_saved(saved), enc_hook=str)
    return document


def _decoded(raw: bytes, kind: type[S]) -> S:
    """The body of a save.

    Raises:
        HTTPException: it isn't JSON (400).
        Invalid: it is JSON of another shape.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        field = place.strip("`").removeprefix("$").lstrip(".") or "body"
        raise Invalid(f"{message} ({field}).", "See the OpenAPI document for what to send.", field=field) from None
    except RecursionError:
        raise Invalid("The body is nested too deep.", "Nest at most five levels of fields.", field="data") from None
    except ValueError as error:
        raise HTTPException(400, f"The body is not well-formed JSON: {error}.") from None
