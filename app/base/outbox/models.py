"""The outbox's table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from app.base.db import JsonDocument, TenantRow, UtcDateTime


class OutboxRecord(TenantRow, table=True):
    """A message that waits, or is dead. Delivered ones are deleted.

    A claim pushes `available_at` behind the time a delivery may take, so a claim whose owner was killed ends by itself.
    """

    __tablename__ = "base_outbox"
    __table_args__ = (
        Index("ix_base_outbox_due", "state", "available_at"),
        Index("ix_base_outbox_tenant", "tenant_id", "state", "id"),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    topic: str
    payload: dict[str, Any] = Field(sa_type=JsonDocument)
    idempotency_key: str
    correlation_id: str
    state: str
    attempts: int
    available_at: datetime = Field(sa_type=UtcDateTime)
    claim: UUID | None
    done: list[str] = Field(sa_type=JsonDocument)
    last_error: str | None
    created_at: datetime = Field(sa_type=UtcDateTime)
