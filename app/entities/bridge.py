"""Records as scripts reach them: `find`, `get`, `count` and `save`, with the permissions of the role that the script runs as."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID

from app.access import Actor, ActorKind, PermissionRegistry, permissions_of
from app.base.db import Database, Work
from app.base.errors import AlloyError
from app.entities.entities import Entities
from app.entities.refusals import refusal
from app.entities.schema import OWN_NAMES
from app.entities.service.records import count_records, find_records, get_record
from app.entities.service.rows import flat
from app.entities.types import Document, Query, RecordInvalid, Saved, SaveMode, SaveRecord
from app.runs.records import PAGE, RecordContext
from app.sandbox.jobs import HostError

T = TypeVar("T")
_OPTIONS: Final = frozenset({"order_by", "limit", "after"})
_SHOWN_FAULTS: Final = 5


class EntityRecords:
    """The records of every tenant, for runs (`app.runs.Records`)."""

    def __init__(self, database: Database, entities: Entities, registry: PermissionRegistry) -> None:
        self._database = database
        self._entities = entities
        self._registry = registry

    async def find(self, context: RecordContext, entity_type: str, where: Document, options: Document) -> list[Document]:
        """One page of records that match; `options` may hold `order_by`, `limit`, `after`.

        Raises:
            HostError: the filter doesn't fit, there is no such type, or the script's role may not.
        """
        query = _query(where, options)
        page = await self._read(context, lambda work, actor: find_records(work, actor, entity_type, query))
        return [flat(each) for each in page.items]

    async def get(self, context: RecordContext, entity_type: str, record_id: str) -> Document | None:
        """A record with its id; None if there is none of that id.

        Raises:
            HostError: there is no such type, or the script's role may not.
        """
        identity = _identity(record_id)
        if identity is None:
            await self.count(context, entity_type, {"id": {"in": []}})
            return None
        query = Query(where={"id": str(identity)}, limit=1)

        def look(work: Work, actor: Actor) -> Document | None:
            found = find_records(work, actor, entity_type, query).items
            return flat(get_record(work, actor, entity_type, identity)) if found else None

        return await self._read(context, look)

    async def count(self, context: RecordContext, entity_type: str, where: Document) -> int:
        """How many records match.

        Raises:
            HostError: the filter doesn't fit, there is no such type, or the script's role may not.
        """
        query = _query(where, {})
        return await self._read(context, lambda work, actor: count_records(work, actor, entity_type, query))

    async def save(self, context: RecordContext, entity_type: str, record: Document) -> Document:
        """Change the record with this id, or create one; the record as saved. A version that comes along is what the change is based on.

        Raises:
            HostError: the record breaks rules, another script refuses it, or the script's role may not.
        """
        wanted = _save_of(entity_type, record)
        try:
            actor = await self._database.glance(lambda work: self._actor(work, context))
            outcome = await self._entities.save(actor, wanted, context.chain)
        except AlloyError as error:
            raise _host_error(error) from None
        if not isinstance(outcome, Saved):
            raise _host_error(refusal(outcome))
        return flat(outcome.record)

    async def _read(self, context: RecordContext, verb: Callable[[Work, Actor], T]) -> T:
        try:
            return await self._database.read(lambda work: verb(work, self._actor(work, context)))
        except AlloyError as error:
            raise _host_error(error) from None

    def _actor(self, work: Work, context: RecordContext) -> Actor:
        """Whoever started the run, with the permissions of the role that the script runs as and no others."""
        actor = context.actor
        kind = ActorKind(actor.kind) if actor.kind in set(ActorKind) else ActorKind.SERVICE
        name = f"{actor.name} ({context.chain.links[-1]})" if context.chain.links else actor.name
        permissions = permissions_of(work.scope(context.tenant_id), self._registry, context.run_as)
        return Actor(actor.id, context.tenant_id, name, kind, context.run_as, permissions)


def _query(where: Any, options: Any) -> Query:
    if not isinstance(where, Mapping) or not isinstance(options, Mapping):
        raise HostError("entities.arguments", "A filter and its options are maps: write #{ field: value }.")
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise HostError("entities.arguments", f"There is no option {unknown[0][:60]!r}: use {', '.join(sorted(_OPTIONS))}.")
    limit, after, order_by = options.get("limit", PAGE), options.get("after"), options.get("order_by")
    if type(limit) is not int or not (order_by is None or isinstance(order_by, str)):
        raise HostError("entities.arguments", "`limit` is a whole number, and `order_by` the name of a field.")
    identity = None if after is None else _identity(after)
    if after is not None and identity is None:
        raise HostError("entities.arguments", "`after` is the id of the record that ended the last page.")
    return Query(where=where, order_by=order_by, limit=max(1, min(limit, PAGE)), after=identity)


def _save_of(entity_type: str, record: Document) -> SaveRecord:
    identity, parent_id, version = record.get("id"), record.get("parent_id"), record.get("version")
    for name, value in (("id", identity), ("parent_id", parent_id)):
        if value is not None and _identity(value) is None:
            raise HostError("entities.arguments", f"{name} is no id of a record: leave it out, or take one that a record has.")
    if version is not None and type(version) is not int:
        raise HostError("entities.arguments", "version is a whole number: leave it out, or take the one that the record had.")
    fields = {name: value for name, value in record.items() if name not in OWN_NAMES}
    found, parent = _identity(identity), _identity(parent_id)
    return SaveRecord(entity_type, fields, found, version if found else None, SaveMode.PATCH, parent)


def _identity(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _host_error(error: AlloyError) -> HostError:
    """The error as the script sees it: a script has no list of fields to look at, so the message holds it."""
    if isinstance(error, RecordInvalid):
        faults = "; ".join(f"{fault.path}: {fault.message}" for fault in error.faults[:_SHOWN_FAULTS])
        more = len(error.faults) - _SHOWN_FAULTS
        return HostError("entities.invalid", faults + (f"; and {more} more" if more > 0 else ""))
    return HostError(f"entities.{error.code}", error.sentence)
