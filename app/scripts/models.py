"""Tables of the scripts domain."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from app.base.db import JsonDocument, TenantRow, UtcDateTime


class ScriptRecord(TenantRow, table=True):
    """A script. `live_name` is its name while it isn't deleted, so that names are unique among the living alone.

    `endpoint` is `METHOD path` while an API script is neither deleted nor archived; `search` is what texts are searched in.
    """

    __tablename__ = "scripts_script"
    __table_args__ = (
        UniqueConstraint("tenant_id", "live_name"),
        Index("ix_scripts_script_page", "tenant_id", "id"),
        Index("ix_scripts_script_event", "tenant_id", "status", "trigger_kind", "entity_type", "phase"),
        Index("ix_scripts_script_deleted", "tenant_id", "deleted_at"),
        Index("ux_scripts_script_endpoint", "tenant_id", "endpoint", unique=True),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    name: str
    live_name: str | None
    description: str
    search: str
    status: str
    status_since: datetime = Field(sa_type=UtcDateTime)
    trigger_kind: str
    entity_type: str | None
    phase: str
    endpoint: str | None
    trigger: dict[str, Any] = Field(sa_type=JsonDocument)
    priority: int
    failure_policy: str
    limits_profile: str
    allowed_secrets: list[str] = Field(sa_type=JsonDocument)
    run_as: str
    latest_version: int
    active_version: int | None
    revision: int
    consecutive_errors: int
    last_error: str | None
    last_error_at: datetime | None = Field(sa_type=UtcDateTime)
    last_error_run_id: UUID | None
    disabled_reason: str | None
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(sa_type=UtcDateTime)


class VersionRecord(TenantRow, table=True):
    """One saved source of a script; `revision` is the script's own at which it was saved."""

    __tablename__ = "scripts_version"
    __table_args__ = (UniqueConstraint("tenant_id", "script_id", "number"),)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    script_id: UUID = Field(foreign_key="scripts_script.id")
    number: int
    revision: int
    source: str
    digest: str
    size_bytes: int
    errors: int
    warnings: int
    author_id: UUID
    author_name: str
    author_kind: str
    message: str
    created_at: datetime = Field(sa_type=UtcDateTime)
