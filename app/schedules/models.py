"""Tables of the schedules domain."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, UniqueConstraint, literal_column
from sqlmodel import Field

from app.base.db import TenantRow, UtcDateTime

_IS_WAITING: Final[ColumnElement[bool]] = literal_column("state = 'waiting'")


class ScheduleRecord(TenantRow, table=True):
    """A schedule. `zone` is the one in force, `own_zone` is empty if that is the tenant's.

    `handled_until` is the watermark: every occurrence up to it is decided. `wake_at` is when there is next something to do; the ticker's
    index holds nothing else, so it leads with no tenant. `followed_script_id` is set if the schedule is that script's trigger.
    """

    __tablename__ = "schedules_schedule"
    __table_args__ = (
        Index("ix_schedules_schedule_page", "tenant_id", "id"),
        Index("ix_schedules_schedule_script", "tenant_id", "script_id", "id"),
        UniqueConstraint("tenant_id", "followed_script_id"),
        Index("ix_schedules_schedule_due", "wake_at"),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    script_id: UUID
    followed_script_id: UUID | None
    name: str
    expression: str
    own_zone: str
    zone: str
    missed: str
    missed_cap: int
    overlap: str
    jitter_seconds: int
    starts_at: datetime | None = Field(sa_type=UtcDateTime)
    ends_at: datetime | None = Field(sa_type=UtcDateTime)
    paused_at: datetime | None = Field(sa_type=UtcDateTime)
    paused_by: str | None
    script_stopped_at: datetime | None = Field(sa_type=UtcDateTime)
    handled_until: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime | None = Field(sa_type=UtcDateTime)
    wake_at: datetime | None = Field(sa_type=UtcDateTime)
    waiting: int
    skipped: int = Field(sa_type=BigInteger)
    last_skip: str | None
    last_skip_at: datetime | None = Field(sa_type=UtcDateTime)
    last_run_id: UUID | None
    last_run_at: datetime | None = Field(sa_type=UtcDateTime)
    version: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class OccurrenceRecord(TenantRow, table=True):
    """One occurrence and what became of it. Its unique key is what makes it run once, whoever claims it."""

    __tablename__ = "schedules_occurrence"
    __table_args__ = (
        UniqueConstraint("tenant_id", "schedule_id", "occurs_at"),
        Index("ix_schedules_occurrence_page", "tenant_id", "schedule_id", "id"),
        Index(
            "ix_schedules_occurrence_waiting",
            "tenant_id",
            "schedule_id",
            "occurs_at",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    schedule_id: UUID
    occurs_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    state: str
    reason: str | None
    run_id: UUID | None
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    lag_ms: int | None


class ClockRecord(TenantRow, table=True):
    """The time zone of a tenant's schedules that name none; without a row it is UTC."""

    __tablename__ = "schedules_clock"
    tenant_id: UUID = Field(primary_key=True, foreign_key="access_tenant.id")
    zone: str
    version: int
