"""Read records: one, many by filter, and how many."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import NotFound
from app.base.paging import LARGEST_LIMIT, Page
from app.entities import index, queries
from app.entities.filters import Condition, Order, Place, conditions_of, decode_place, encode_place, order_of
from app.entities.memory import KnownType, known_type
from app.entities.service.rows import record_of
from app.entities.types import FieldKind, Operator, Query, Record


def get_record(work: Work, actor: Actor, entity_type: str, record_id: UUID) -> Record:
    """A record.

    Raises:
        NotFound: no such type, or no such record of it, in this tenant.
    """
    require(actor, "entities.record.read")
    known = known_type(work, actor.tenant_id, entity_type)
    row = queries.record_by_id(work.scope(actor.tenant_id), known.id, record_id)
    if row is None:
        raise no_record(entity_type, record_id)
    return record_of(row, entity_type)


def find_records(work: Work, actor: Actor, entity_type: str, query: Query) -> Page[Record]:
    """Records that match, in order, one page of them.

    Raises:
        NotFound: no such type in this tenant; or the cursor, or the record to continue behind, isn't there.
        Invalid: the filter or the order doesn't fit the type.
    """
    require(actor, "entities.record.list")
    known = known_type(work, actor.tenant_id, entity_type)
    conditions = _conditions(known, query)
    order = order_of(query.order_by, known.rules.fields)
    limit = max(1, min(query.limit, LARGEST_LIMIT))
    scope = work.scope(actor.tenant_id)
    if query.text is not None:
        return index.search(scope, known, query, conditions, limit)
    place = _place(work, actor, known, query, order)
    rows = queries.records_page(scope, known.id, conditions, order, place, limit)
    shown = rows[:limit]
    more = encode_place(_place_of(shown[-1], order)) if len(rows) > limit else None
    return Page(tuple(record_of(row, entity_type) for row in shown), more)


def count_records(work: Work, actor: Actor, entity_type: str, query: Query) -> int:
    """How many records match.

    Raises:
        NotFound: no such type in this tenant.
        Invalid: the filter doesn't fit the type.
    """
    require(actor, "entities.record.list")
    known = known_type(work, actor.tenant_id, entity_type)
    return queries.count_records(work.scope(actor.tenant_id), known.id, _conditions(known, query))


def no_record(entity_type: str, record_id: object) -> NotFound:
    """The error for a record that isn't there."""
    return NotFound(
        f"There is no {entity_type} {record_id} in this tenant.", "List the records to see which exist; it may have been deleted."
    )


def _conditions(known: KnownType, query: Query) -> tuple[Condition, ...]:
    found = conditions_of(query.where, known.rules.fields)
    if query.parent_id is not None:
        found += (Condition(("parent_id",), FieldKind.REFERENCE, Operator.EQ, str(query.parent_id), own=True),)
    return found


def _place(work: Work, actor: Actor, known: KnownType, query: Query, order: Order | None) -> Place | None:
    if query.cursor is not None:
        return decode_place(query.cursor, order)
    if query.after is None:
        return None
    if order is None:
        return Place(None, query.after)
    rows = queries.sort_value(work.scope(actor.tenant_id), known.id, query.after, order)
    if not rows:
        raise no_record(known.name, query.after)
    return Place(_plain(rows[0].sort_value), query.after)


def _place_of(row: Any, order: Order | None) -> Place:
    return Place(None if order is None else _plain(row.sort_value), row.id)


def _plain(value: Any) -> Any:
    """A sort value as a cursor holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
