"""Tables of the access domain. Accounts, sessions and tenants stand above tenants; everything else belongs to one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from app.base.db import GlobalRow, JsonDocument, TenantRow, UtcDateTime


class TenantRecord(GlobalRow, table=True):
    """A tenant."""

    __tablename__ = "access_tenant"
    id: UUID = Field(primary_key=True)
    name: str
    slug: str = Field(unique=True)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class UserRecord(GlobalRow, table=True):
    """An account. `home_tenant_id` is the tenant that made it and may change it."""

    __tablename__ = "access_user"
    id: UUID = Field(primary_key=True)
    email: str = Field(unique=True)
    display_name: str
    password_hash: str
    is_active: bool = True
    home_tenant_id: UUID = Field(foreign_key="access_tenant.id")
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class SessionRecord(GlobalRow, table=True):
    """A browser session; only the digest of its secret is kept."""

    __tablename__ = "access_session"
    id: UUID = Field(primary_key=True)
    digest: str = Field(unique=True)
    user_id: UUID = Field(foreign_key="access_user.id", index=True)
    current_tenant_id: UUID = Field(foreign_key="access_tenant.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    user_agent: str = ""


class SignInAttemptRecord(GlobalRow, table=True):
    """How many sign-ins to an account, or from an address, failed in the current window; `key` is a digest."""

    __tablename__ = "access_sign_in_attempt"
    key: str = Field(primary_key=True)
    window_started_at: datetime = Field(sa_type=UtcDateTime)
    failures: int


class MemberRecord(TenantRow, table=True):
    """A user's place in a tenant; `role` names a built-in role or one of the tenant's own."""

    __tablename__ = "access_member"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id"), Index("ix_access_member_page", "tenant_id", "id"))
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    user_id: UUID = Field(foreign_key="access_user.id", index=True)
    role: str
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class RoleRecord(TenantRow, table=True):
    """A role of a tenant's own: a built-in one and some permissions more."""

    __tablename__ = "access_role"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    name: str
    description: str
    inherits: str
    extra_permissions: list[str] = Field(sa_type=JsonDocument)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class TokenRecord(TenantRow, table=True):
    """An API token; only the digest of its secret is kept."""

    __tablename__ = "access_token"
    __table_args__ = (Index("ix_access_token_page", "tenant_id", "id"),)
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    user_id: UUID = Field(foreign_key="access_user.id")
    name: str
    kind: str
    digest: str
    permissions: list[str] = Field(sa_type=JsonDocument)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeptFormRecord(TenantRow, table=True):
    """What somebody typed into a form whose session had run out: one for each person in each tenant, for a short while."""

    __tablename__ = "access_kept_form"
    tenant_id: UUID = Field(primary_key=True, foreign_key="access_tenant.id")
    user_id: UUID = Field(primary_key=True, foreign_key="access_user.id")
    id: UUID
    path: str
    fields: dict[str, list[str]] = Field(sa_type=JsonDocument)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AuditRecord(TenantRow, table=True):
    """One change, written in the transaction that made it."""

    __tablename__ = "access_audit"
    __table_args__ = (
        Index("ix_access_audit_page", "tenant_id", "id"),
        Index("ix_access_audit_subject", "tenant_id", "subject_type", "subject_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="access_tenant.id")
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: UUID
    actor_name: str
    actor_email: str = ""
    actor_kind: str
    action: str
    subject_type: str
    subject_id: str
    before: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    after: dict[str, Any] | None = Field(default=None, sa_type=JsonDocument)
    correlation_id: str
