"""Tables of the entities domain."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, literal_column
from sqlmodel import Field

from app.base.db import JsonDocument, TenantRow, UtcDateTime

_HAS_PARENT: Final[ColumnElement[Any]] = literal_column("parent_id IS NOT NULL")


class TypeRecord(TenantRow, table=True):
    """A type that a tenant defined."""

    __tablename__ = "entities_type"
    __table_args__ = (UniqueConstraint("tenant_id", "name"), Index("ix_entities_type_page", "tenant_id", "id"))
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    name: str
    label: str
    description: str
    attached_to: str | None
    on_parent_delete: str
    fields: list[Any] = Field(sa_type=JsonDocument)
    version: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class EntityRecord(TenantRow, table=True):
    """A record of some type."""

    __tablename__ = "entities_record"
    __table_args__ = (
        Index("ix_entities_record_page", "tenant_id", "type_id", "id"),
        # Led by the parent: the check of the foreign key, which knows no tenant, would look through all records for each that is deleted.
        Index("ix_entities_record_parent", "parent_id", "id", sqlite_where=_HAS_PARENT, postgresql_where=_HAS_PARENT),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    type_id: UUID = Field(foreign_key="entities_type.id")
    parent_id: UUID | None = Field(foreign_key="entities_record.id")
    data: dict[str, Any] = Field(sa_type=JsonDocument)
    version: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    updated_by: str


class UniqueValue(TenantRow, table=True):
    """A value that no other record of the type may have in the same field; written with its record."""

    __tablename__ = "entities_unique"
    __table_args__ = (Index("ix_entities_unique_record", "tenant_id", "record_id"),)
    tenant_id: UUID = Field(primary_key=True)
    type_id: UUID = Field(primary_key=True)
    field: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    record_id: UUID


class ReferenceRow(TenantRow, table=True):
    """That a field of a record refers to another record; written with its record."""

    __tablename__ = "entities_reference"
    __table_args__ = (Index("ix_entities_reference_target", "tenant_id", "target_id", "record_id"),)
    tenant_id: UUID = Field(primary_key=True)
    record_id: UUID = Field(primary_key=True)
    field: str = Field(primary_key=True)
    target_id: UUID = Field(primary_key=True)


class PendingRow(TenantRow, table=True):
    """That a record was saved or deleted, and its read model doesn't know yet; written with the change itself."""

    __tablename__ = "entities_pending"
    __table_args__ = ({"sqlite_with_rowid": False},)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    record_id: UUID


class IndexRow(TenantRow, table=True):
    """The read model of a record: its words. On SQLite a virtual table of FTS5, on PostgreSQL one with an index of word vectors."""

    __tablename__ = "entities_index"
    record_id: UUID = Field(primary_key=True)
    tenant_id: UUID
    type_id: UUID
    version: int
    body: str
