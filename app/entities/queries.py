"""Every statement of the entities domain, named by what it finds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Double, Select, Uuid, and_, bindparam, func, literal, or_
from sqlmodel import col

from app.base.db import Scope, prepared, prepared_update
from app.base.paging import PageRequest
from app.entities import documents
from app.entities.filters import NUMBERS, SORTED_CHARS, Condition, Order, Place
from app.entities.models import EntityRecord, IndexRow, PendingRow, ReferenceRow, TypeRecord, UniqueValue
from app.entities.types import FieldKind, Operator
from app.entities.words import has_words, is_of_records

RECORD_COLUMNS: Final = (
    EntityRecord.id,
    EntityRecord.type_id,
    EntityRecord.parent_id,
    EntityRecord.data,
    EntityRecord.version,
    EntityRecord.created_at,
    EntityRecord.updated_at,
    EntityRecord.updated_by,
)
_RECORD: Final = prepared(EntityRecord, *RECORD_COLUMNS).where(
    col(EntityRecord.type_id) == bindparam("type_id", type_=Uuid()), col(EntityRecord.id) == bindparam("record_id", type_=Uuid())
)
_REPLACE: Final = (
    prepared_update(EntityRecord)
    .where(col(EntityRecord.id) == bindparam("record_id", type_=Uuid()), col(EntityRecord.version) == bindparam("expected"))
    .values(
        version=bindparam("new_version"),
        data=bindparam("new_data"),
        updated_at=bindparam("new_updated_at"),
        updated_by=bindparam("new_updated_by"),
    )
)
_TYPE: Final = prepared(TypeRecord).where(col(TypeRecord.name) == bindparam("name"))


def type_by_name(scope: Scope, name: str) -> TypeRecord | None:
    """A type by its name."""
    found = scope.prepared(_TYPE, name=name)
    return found[0][0] if found else None


def type_by_id(scope: Scope, type_id: UUID) -> TypeRecord | None:
    """A type by its id."""
    return scope.first(scope.select(TypeRecord).where(col(TypeRecord.id) == type_id))


def types_page(scope: Scope, request: PageRequest) -> Sequence[TypeRecord]:
    """Types, oldest first, one more than the page holds."""
    statement = scope.select(TypeRecord).order_by(col(TypeRecord.id)).limit(request.limit + 1)
    return scope.all(statement.where(col(TypeRecord.id) > request.after) if request.after else statement)


def count_types(scope: Scope) -> int:
    """How many types the tenant has."""
    return scope.count(scope.select(TypeRecord))


def all_types(scope: Scope) -> Sequence[TypeRecord]:
    """Every type of the tenant, by name; there are at most a few hundred."""
    return scope.all(scope.select(TypeRecord).order_by(col(TypeRecord.name)))


def delete_type(scope: Scope, type_id: UUID) -> None:
    """Delete a type."""
    scope.run(scope.delete(TypeRecord).where(col(TypeRecord.id) == type_id))


def claimed_type(scope: Scope, type_id: UUID, version: int) -> TypeRecord | None:
    """A type whose version is counted up, if it still was the expected one."""
    unchanged = (col(TypeRecord.id) == type_id, col(TypeRecord.version) == version)
    is_claimed = scope.run(scope.update(TypeRecord).where(*unchanged).values(version=version + 1)) == 1
    return type_by_id(scope, type_id) if is_claimed else None


def record_by_id(scope: Scope, type_id: UUID, record_id: UUID) -> Any | None:
    """A record of a type."""
    found = scope.prepared(_RECORD, type_id=type_id, record_id=record_id)
    return found[0] if found else None


def record_of_any_type(scope: Scope, record_id: UUID) -> Any | None:
    """A record, whatever its type."""
    found = scope.rows(scope.columns(EntityRecord, *RECORD_COLUMNS).where(col(EntityRecord.id) == record_id))
    return found[0] if found else None


def records_page(
    scope: Scope, type_id: UUID, conditions: Sequence[Condition], order: Order | None, place: Place | None, limit: int
) -> Sequence[Any]:
    """Records that match, in order, each with its sort value last; one more than `limit`."""
    key = _sort_key(order)
    statement = scope.columns(EntityRecord, *RECORD_COLUMNS, *([] if key is None else [key.label("sort_value")]))
    statement = _matching(statement, type_id, conditions)
    if order is None:
        statement = statement.order_by(col(EntityRecord.id))
        if place is not None:
            statement = statement.where(col(EntityRecord.id) > place.id)
        return scope.rows(statement.limit(limit + 1))
    if place is not None:
        statement = statement.where(_behind(key, order, place))
    parts = [key.is_(None), key, col(EntityRecord.id)]
    return scope.rows(statement.order_by(*(part.desc() if order.descending else part for part in parts)).limit(limit + 1))


def sort_value(scope: Scope, type_id: UUID, record_id: UUID, order: Order) -> Sequence[Any]:
    """The value that a record is sorted by, in a row; no row if there is no such record."""
    statement = scope.columns(EntityRecord, _sort_key(order).label("sort_value"))
    return scope.rows(statement.where(col(EntityRecord.type_id) == type_id, col(EntityRecord.id) == record_id))


def count_records(scope: Scope, type_id: UUID, conditions: Sequence[Condition]) -> int:
    """How many records match."""
    return scope.count(_matching(scope.columns(EntityRecord, col(EntityRecord.id)), type_id, conditions))


def records_after(scope: Scope, type_id: UUID, after: UUID | None, limit: int) -> Sequence[Any]:
    """Records of a type in the order they were made."""
    statement = scope.columns(EntityRecord, *RECORD_COLUMNS).where(col(EntityRecord.type_id) == type_id)
    if after is not None:
        statement = statement.where(col(EntityRecord.id) > after)
    return scope.rows(statement.order_by(col(EntityRecord.id)).limit(limit))


def replace_record(scope: Scope, record_id: UUID, version: int, values: dict[str, Any]) -> bool:
    """Write a record's next version if it still is the expected one; whether it was."""
    given = {f"new_{name}": value for name, value in values.items()}
    return scope.change(_REPLACE, record_id=record_id, expected=version, new_version=version + 1, **given) == 1


def detach_record(scope: Scope, record_id: UUID) -> None:
    """Let a record belong to no other."""
    scope.run(scope.update(EntityRecord).where(col(EntityRecord.id) == record_id).values(parent_id=None))


def delete_record(scope: Scope, record_id: UUID, version: int) -> bool:
    """Delete a record if it still is the expected version; whether it was."""
    unchanged = (col(EntityRecord.id) == record_id, col(EntityRecord.version) == version)
    return scope.run(scope.delete(EntityRecord).where(*unchanged)) == 1


def children(scope: Scope, parent_ids: Sequence[UUID], limit: int) -> Sequence[Any]:
    """Records that belong to any of these."""
    statement = scope.columns(EntityRecord, *RECORD_COLUMNS).where(col(EntityRecord.parent_id).in_(parent_ids))
    return scope.rows(statement.order_by(col(EntityRecord.id)).limit(limit))


def unique_holders(scope: Scope, type_id: UUID, field: str, value: str) -> Sequence[UUID]:
    """The record that has this value in a unique field, if any."""
    wanted = (col(UniqueValue.type_id) == type_id, col(UniqueValue.field) == field, col(UniqueValue.value) == value)
    return [row[0] for row in scope.rows(scope.columns(UniqueValue, col(UniqueValue.record_id)).where(*wanted))]


def forget_unique_values(scope: Scope, record_id: UUID) -> None:
    """Free the values of a record's unique fields."""
    scope.run(scope.delete(UniqueValue).where(col(UniqueValue.record_id) == record_id))


def forget_unique_field(scope: Scope, type_id: UUID, field: str) -> None:
    """Free the values of a field that is no longer unique."""
    scope.run(scope.delete(UniqueValue).where(col(UniqueValue.type_id) == type_id, col(UniqueValue.field) == field))


def forget_references(scope: Scope, record_id: UUID) -> None:
    """Forget what a record refers to."""
    scope.run(scope.delete(ReferenceRow).where(col(ReferenceRow.record_id) == record_id))


def referring(scope: Scope, target_ids: Sequence[UUID], limit: int) -> Sequence[ReferenceRow]:
    """References to any of these records."""
    wanted = col(ReferenceRow.target_id).in_(target_ids)
    return scope.all(scope.select(ReferenceRow).where(wanted).order_by(col(ReferenceRow.record_id)).limit(limit))


def existing(scope: Scope, type_id: UUID, record_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are records of a type."""
    wanted = (col(EntityRecord.type_id) == type_id, col(EntityRecord.id).in_(list(record_ids)))
    return {row[0] for row in scope.rows(scope.columns(EntityRecord, col(EntityRecord.id)).where(*wanted))}


def searched(
    scope: Scope, type_id: UUID, words: list[str], conditions: Sequence[Condition], place: Place | None, limit: int
) -> Sequence[Any]:
    """Records that hold all words and match, newest first, one more than `limit`."""
    joined = scope.columns(EntityRecord, *RECORD_COLUMNS).join(IndexRow, col(IndexRow.record_id) == col(EntityRecord.id))
    statement = _matching(joined, type_id, conditions).where(has_words(scope.only_tenant_id, type_id, words))
    if place is not None:
        statement = statement.where(col(EntityRecord.id) < place.id)
    return scope.rows(statement.order_by(col(EntityRecord.id).desc()).limit(limit + 1))


def records_by_id(scope: Scope, record_ids: Sequence[UUID]) -> Sequence[Any]:
    """What the read model keeps of records, whatever their types."""
    columns = (EntityRecord.id, EntityRecord.type_id, EntityRecord.version, EntityRecord.data)
    return scope.rows(scope.columns(EntityRecord, *columns).where(col(EntityRecord.id).in_(record_ids)))


def forget_index_rows(scope: Scope, record_ids: Sequence[UUID]) -> None:
    """Take records out of the read model."""
    if record_ids:
        scope.run(scope.delete(IndexRow).where(is_of_records(record_ids)))


def pending(platform: Scope, limit: int) -> Sequence[Any]:
    """Changes that the read model doesn't know yet, of every tenant, earliest first, but for those that another process has in hand."""
    columns = platform.columns(PendingRow, PendingRow.id, PendingRow.tenant_id, PendingRow.record_id)
    return platform.rows(columns.order_by(col(PendingRow.id)).limit(limit).with_for_update(skip_locked=True))


def has_pending(platform: Scope) -> bool:
    """Whether there are changes that the read model doesn't know yet."""
    return platform.first(platform.columns(PendingRow, PendingRow.id)) is not None


def forget_pending(platform: Scope, ids: Sequence[UUID]) -> None:
    """Changes that the read model knows now."""
    platform.run(platform.delete(PendingRow).where(col(PendingRow.id).in_(ids)))


def forget_index_of_type(scope: Scope, type_id: UUID) -> None:
    """Take every record of a type out of the read model."""
    scope.run(scope.delete(IndexRow).where(col(IndexRow.type_id) == type_id))


def _matching(statement: "Select[Any]", type_id: UUID, conditions: Sequence[Condition]) -> "Select[Any]":
    statement = statement.where(col(EntityRecord.type_id) == type_id)
    for condition in conditions:
        statement = statement.where(_own_clause(condition) if condition.own else _field_clause(condition))
    return statement


def _own_clause(condition: Condition) -> Any:
    column = col(getattr(EntityRecord, condition.path[0]))
    if condition.operator is Operator.IS_NULL:
        return column.is_(None) if condition.operand else column.is_not(None)
    convert = datetime.fromisoformat if condition.kind is FieldKind.DATETIME else UUID
    if condition.operator is Operator.IN:
        return column.in_([convert(each) for each in condition.operand])
    return _compared(column, condition.operator, convert(condition.operand))


def _field_clause(condition: Condition) -> Any:
    data, path, operand = EntityRecord.data, condition.path, condition.operand
    if condition.operator is Operator.IS_NULL:
        has_value = documents.has_value_at(data, path)
        return ~has_value if operand else has_value
    if condition.kind is FieldKind.LIST:
        return documents.holds_item(data, path, operand)
    value = _value(condition.path, condition.kind)
    if condition.operator is Operator.CONTAINS:
        return documents.has_part(value, operand)
    if condition.operator is Operator.IN:
        return value.in_([_bound(each) for each in operand])
    return _compared(value, condition.operator, _bound(operand))


def _bound(operand: Any) -> Any:
    """The operand with its type told: left to itself, PostgreSQL would take the first number of a list for the measure of all."""
    if type(operand) is int:
        return literal(operand, BigInteger())
    return literal(operand, Double()) if type(operand) is float else literal(operand)


def _compared(value: Any, operator: Operator, operand: Any) -> Any:
    match operator:
        case Operator.EQ:
            return value == operand
        case Operator.NE:
            # What has no value has another value.
            return or_(value.is_(None), value != operand)
        case Operator.LT:
            return value < operand
        case Operator.LE:
            return value <= operand
        case Operator.GT:
            return value > operand
    return value >= operand


def _value(path: tuple[str, ...], kind: FieldKind) -> Any:
    if kind in NUMBERS:
        return documents.number_at(EntityRecord.data, path)
    if kind is FieldKind.BOOLEAN:
        return documents.is_true_at(EntityRecord.data, path)
    return documents.text_at(EntityRecord.data, path)


def _sort_key(order: Order | None) -> Any:
    if order is None:
        return None
    if order.own:
        return col(getattr(EntityRecord, order.path[0]))
    value = _value(order.path, order.kind)
    return value if order.kind in NUMBERS else func.substr(value, 1, SORTED_CHARS)


def _behind(key: Any, order: Order, place: Place) -> Any:
    identity = col(EntityRecord.id)
    further = identity < place.id if order.descending else identity > place.id
    if place.value is None:
        return or_(key.is_not(None), further) if order.descending else and_(key.is_(None), further)
    value = datetime.fromisoformat(place.value) if order.own else _bound(place.value)
    if order.descending:
        return or_(key < value, and_(key == value, further))
    return or_(key.is_(None), key > value, and_(key == value, further))
