"""The ground's own tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from app.base.db import JsonDocument, TenantRow, UtcDateTime


class Heartbeat(SQLModel, table=True):
    """One row that health checks write to."""

    __tablename__ = "base_heartbeat"
    id: int = Field(primary_key=True)
    beats: int


class Revision(SQLModel, table=True):
    """Numbers under which things are remembered; see `Work.revision`."""

    __tablename__ = "base_revision"
    name: str = Field(primary_key=True)
    number: int


class IdempotentAnswer(TenantRow, table=True):
    """The answer that a creating call gave under an `Idempotency-Key`."""

    __tablename__ = "base_idempotent_answer"
    tenant_id: UUID = Field(primary_key=True)
    actor_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_digest: str
    answer: dict[str, Any] = Field(sa_type=JsonDocument)
    created_at: datetime = Field(sa_type=UtcDateTime)
