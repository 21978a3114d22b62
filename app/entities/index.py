"""The read model of records: what searches read, kept by the events of saves and deletions, and built anew on command."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Scope, Work
from app.base.paging import Page
from app.entities import queries
from app.entities.filters import Condition, Place, decode_place, encode_place
from app.entities.memory import KnownType, known_type
from app.entities.models import IndexRow, PendingRow
from app.entities.service.rows import record_of
from app.entities.types import Query, Record
from app.entities.words import body_of, words_of

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How far a rebuild has come: records entered so far in this step, and the record to go on behind (None: done)."""

    count: int
    next_after: UUID | None


def search(scope: Scope, known: KnownType, query: Query, conditions: Sequence[Condition], limit: int) -> Page[Record]:
    """Records that hold all words and match, newest first, one page of them.

    Raises:
        NotFound: the cursor isn't one that this search gave.
    """
    words = words_of(query.text or "")
    place = decode_place(query.cursor, None) if query.cursor is not None else None
    rows = queries.searched(scope, known.id, words, conditions, place, limit) if words else ()
    shown = rows[:limit]
    more = encode_place(Place(None, shown[-1].id)) if len(rows) > limit else None
    return Page(tuple(record_of(row, known.name) for row in shown), more)


def note_change(work: Work, tenant_id: UUID, record_id: UUID) -> None:
    """Tell the read model of a change, in the transaction that makes it."""
    event = {"id": work.ids.new(), "tenant_id": tenant_id, "record_id": record_id}
    work.scope(tenant_id).insert_many(PendingRow, [event])


def refresh(work: Work, tenant_id: UUID, record_ids: Iterable[UUID]) -> None:
    """Bring the read models of records to the records' present state; repeating it changes nothing."""
    scope = work.scope(tenant_id)
    wanted = sorted(set(record_ids), key=str)
    queries.forget_index_rows(scope, wanted)
    scope.insert_many(IndexRow, [_index_row(tenant_id, row) for row in queries.records_by_id(scope, wanted)])


def rebuild_step(work: Work, actor: Actor, entity_type: str, after: UUID | None = None) -> Rebuilt:
    """Build the read model of one batch of a type's records anew; call again with `next_after` until that is None.

    Raises:
        NotFound: no such type in this tenant.
    """
    require(actor, "entities.index.update")
    known = known_type(work, actor.tenant_id, entity_type)
    scope = work.scope(actor.tenant_id)
    if after is None:
        queries.forget_index_of_type(scope, known.id)
        record(work, actor, "entities.index.update", "entity_type", known.id, after={"name": entity_type})
    rows = queries.records_after(scope, known.id, after, BATCH)
    if rows:
        queries.forget_index_rows(scope, [row.id for row in rows])
        scope.insert_many(IndexRow, [_index_row(actor.tenant_id, row) for row in rows])
    return Rebuilt(len(rows), rows[-1].id if len(rows) == BATCH else None)


def _index_row(tenant_id: UUID, row: Any) -> dict[str, Any]:
    return {"record_id": row.id, "tenant_id": tenant_id, "type_id": row.type_id, "version": row.version, "body": body_of(row.data)}
