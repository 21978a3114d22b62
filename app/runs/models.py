"""Tables of the runs domain. What lists show is in the narrow `runs_run`; the rest of a run is one compressed document."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, LargeBinary, UniqueConstraint, literal_column
from sqlmodel import Field

from app.base.db import TenantRow, UtcDateTime


def _filter_index(column: str, only: str | None = None) -> Index:
    """The index of one filter of the list, in the list's order. Values that nobody looks for stay out: indexes cost every run a little."""
    where: ColumnElement[Any] | None = None if only is None else literal_column(f"{column} {only}")
    return Index(f"ix_runs_run_{column}", "tenant_id", column, "id", sqlite_where=where, postgresql_where=where)


class RunRecord(TenantRow, table=True):
    """A run. Ids are time-ordered, so `tenant_id, id` is the order of beginning. It outlives its script: no reference."""

    __tablename__ = "runs_run"
    __table_args__ = (
        Index("ix_runs_run_page", "tenant_id", "id"),
        *(_filter_index(name) for name in ("script_id", "outcome", "phase", "trigger", "actor_id")),
        *(_filter_index(name, "IS NOT NULL") for name in ("entity_type", "entity_id", "parent_run_id", "fingerprint")),
        _filter_index("correlation_id", "<> ''"),
        _filter_index("idempotency_key", "<> ''"),
        _filter_index("status", "<> 'finished'"),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    script_id: UUID | None
    script_name: str
    version: int | None
    digest: str
    engine_version: str
    phase: str
    trigger: str
    status: str
    outcome: str | None
    entity_type: str | None
    entity_id: str | None
    started_at: datetime = Field(sa_type=UtcDateTime)
    duration_us: int
    operations: int
    calls: int
    log_lines: int
    error_kind: str | None
    error_message: str | None
    error_line: int
    error_column: int
    reason: str | None
    actor_id: UUID
    actor_name: str
    actor_kind: str
    run_as: str
    correlation_id: str
    parent_run_id: UUID | None
    depth: int
    idempotency_key: str
    fingerprint: str | None
    input_digest: str


class RunDocument(TenantRow, table=True):
    """The big rest of a run: JSON, with zlib over it unless it is small."""

    __tablename__ = "runs_document"
    run_id: UUID = Field(primary_key=True)
    tenant_id: UUID
    body: bytes = Field(sa_type=LargeBinary)


class RunSource(TenantRow, table=True):
    """A source that ran, once for each digest, so that every run can be replayed whatever became of its script."""

    __tablename__ = "runs_source"
    tenant_id: UUID = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    source: str


class RunSearch(TenantRow, table=True):
    """The text of a run that is searched. On SQLite this is a virtual table of FTS5, on PostgreSQL one with an index of word vectors."""

    __tablename__ = "runs_search"
    run_id: UUID = Field(primary_key=True)
    tenant_id: UUID
    body: str


class PendingText(TenantRow, table=True):
    """The text of a run that the search doesn't know yet; written with the run itself."""

    __tablename__ = "runs_pending"
    __table_args__ = ({"sqlite_with_rowid": False},)
    run_id: UUID = Field(primary_key=True)
    tenant_id: UUID
    body: str


class RerunRecord(TenantRow, table=True):
    """A bulk re-run. Its runs stand in the history under its correlation id, those that wait included."""

    __tablename__ = "runs_rerun"
    __table_args__ = (Index("ix_runs_rerun_page", "tenant_id", "id"),)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    name: str
    version: str
    total: int
    actor_id: UUID
    actor_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class LimitsRecord(TenantRow, table=True):
    """A tenant's ceilings and retention; without a row the defaults hold."""

    __tablename__ = "runs_limits"
    tenant_id: UUID = Field(primary_key=True)
    wall_ms: int | None
    operations: int | None
    memory_bytes: int | None
    keep_days: int
    keep_runs: int


class SecretRecord(TenantRow, table=True):
    """A secret, sealed."""

    __tablename__ = "runs_secret"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    name: str
    sealed: bytes = Field(sa_type=LargeBinary)
    version: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class HostRecord(TenantRow, table=True):
    """A host that the tenant's scripts may call."""

    __tablename__ = "runs_host"
    __table_args__ = (UniqueConstraint("tenant_id", "host"),)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID
    host: str
    created_at: datetime = Field(sa_type=UtcDateTime)
