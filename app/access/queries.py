"""Every statement of the access domain, named by what it finds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlmodel import col

from app.access.models import (
    AuditRecord,
    KeptFormRecord,
    MemberRecord,
    RoleRecord,
    SessionRecord,
    SignInAttemptRecord,
    TenantRecord,
    TokenRecord,
    UserRecord,
)
from app.access.permissions import BuiltinRole
from app.access.types import AuditFilter
from app.base.db import Scope, prepared
from app.base.ids import first_id_at
from app.base.paging import PageRequest

_BEFORE_ALL: Final = UUID(int=0)
_MEMBERS: Final = prepared(
    MemberRecord,
    MemberRecord.id,
    MemberRecord.user_id,
    UserRecord.email,
    UserRecord.display_name,
    UserRecord.is_active,
    MemberRecord.role,
    MemberRecord.version,
    MemberRecord.created_at,
).join(UserRecord, col(UserRecord.id) == col(MemberRecord.user_id))
_MEMBERS_PAGE: Final = (
    _MEMBERS.where(col(MemberRecord.id) > bindparam("after", type_=Uuid())).order_by(col(MemberRecord.id)).limit(bindparam("limit"))
)
_MEMBER_WITH_USER: Final = _MEMBERS.where(col(MemberRecord.id) == bindparam("member_id", type_=Uuid()))


def tenant_by_id(platform: Scope, tenant_id: UUID) -> TenantRecord | None:
    """A tenant."""
    return platform.first(platform.select(TenantRecord).where(col(TenantRecord.id) == tenant_id))


def tenant_by_slug(platform: Scope, slug: str) -> TenantRecord | None:
    """A tenant by its short name."""
    return platform.first(platform.select(TenantRecord).where(col(TenantRecord.slug) == slug))


def tenants_of_user(platform: Scope, user_id: UUID) -> Sequence[tuple[TenantRecord, MemberRecord]]:
    """A user's tenants with the memberships, in the order they joined."""
    statement = (
        platform.columns(TenantRecord, TenantRecord, MemberRecord)
        .join(MemberRecord, col(MemberRecord.tenant_id) == col(TenantRecord.id))
        .where(col(MemberRecord.user_id) == user_id)
        .order_by(col(MemberRecord.id))
    )
    return [(row[0], row[1]) for row in platform.rows(statement)]


def self_with_tenants(platform: Scope, user_id: UUID) -> Sequence[tuple[UserRecord, TenantRecord, str]]:
    """A user's account beside each of their tenants with the role there, in the order they joined: all that every page needs at once."""
    statement = (
        platform.columns(UserRecord, UserRecord, TenantRecord, MemberRecord.role)
        .join(MemberRecord, col(MemberRecord.user_id) == col(UserRecord.id))
        .join(TenantRecord, col(TenantRecord.id) == col(MemberRecord.tenant_id))
        .where(col(UserRecord.id) == user_id)
        .order_by(col(MemberRecord.id))
    )
    return [(row[0], row[1], row[2]) for row in platform.rows(statement)]


def tenants_page(platform: Scope, user_id: UUID, request: PageRequest) -> Sequence[TenantRecord]:
    """A user's tenants, oldest first, one more than the page holds."""
    statement = (
        platform.select(TenantRecord)
        .join(MemberRecord, col(MemberRecord.tenant_id) == col(TenantRecord.id))
        .where(col(MemberRecord.user_id) == user_id)
        .order_by(col(TenantRecord.id))
        .limit(request.limit + 1)
    )
    return platform.all(statement.where(col(TenantRecord.id) > request.after) if request.after else statement)


def user_by_email(platform: Scope, email: str) -> UserRecord | None:
    """An account by its address in normal form."""
    return platform.first(platform.select(UserRecord).where(col(UserRecord.email) == email))


def user_by_id(platform: Scope, user_id: UUID) -> UserRecord | None:
    """An account, of whichever tenant."""
    return platform.first(platform.select(UserRecord).where(col(UserRecord.id) == user_id))


def user_in_tenant(platform: Scope, tenant_id: UUID, user_id: UUID) -> UserRecord | None:
    """An account that belongs to the tenant."""
    return platform.first(_users_of(platform, tenant_id).where(col(UserRecord.id) == user_id))


def users_page(platform: Scope, tenant_id: UUID, request: PageRequest) -> Sequence[UserRecord]:
    """Accounts that belong to the tenant, oldest first, one more than the page holds."""
    statement = _users_of(platform, tenant_id).order_by(col(UserRecord.id)).limit(request.limit + 1)
    return platform.all(statement.where(col(UserRecord.id) > request.after) if request.after else statement)


def member_by_id(scope: Scope, member_id: UUID) -> MemberRecord | None:
    """A membership of the tenant."""
    return scope.first(scope.select(MemberRecord).where(col(MemberRecord.id) == member_id))


def member_of_user(scope: Scope, user_id: UUID) -> MemberRecord | None:
    """A user's membership of the tenant."""
    return scope.first(scope.select(MemberRecord).where(col(MemberRecord.user_id) == user_id))


def members_page(scope: Scope, request: PageRequest) -> Sequence[Any]:
    """Memberships with their accounts' addresses and names, oldest first, one more than the page holds."""
    after = request.after or _BEFORE_ALL
    return scope.prepared(_MEMBERS_PAGE, after=after, limit=request.limit + 1)


def member_with_user(scope: Scope, member_id: UUID) -> Any | None:
    """A membership with its account's address and name."""
    found = scope.prepared(_MEMBER_WITH_USER, member_id=member_id)
    return found[0] if found else None


def count_owners(scope: Scope) -> int:
    """How many owners the tenant has."""
    return scope.count(scope.select(MemberRecord).where(col(MemberRecord.role) == BuiltinRole.OWNER))


def count_with_role(scope: Scope, role: str) -> int:
    """How many members have a role."""
    return scope.count(scope.select(MemberRecord).where(col(MemberRecord.role) == role))


def roles_of_tenant(scope: Scope) -> Sequence[RoleRecord]:
    """The tenant's own roles, by name."""
    return scope.all(scope.select(RoleRecord).order_by(col(RoleRecord.name)))


def role_by_name(scope: Scope, name: str) -> RoleRecord | None:
    """One of the tenant's own roles."""
    return scope.first(scope.select(RoleRecord).where(col(RoleRecord.name) == name))


def token_by_id(scope: Scope, token_id: UUID) -> TokenRecord | None:
    """A token."""
    return scope.first(scope.select(TokenRecord).where(col(TokenRecord.id) == token_id))


def delete_member(scope: Scope, member_id: UUID) -> None:
    """Delete a membership."""
    scope.run(scope.delete(MemberRecord).where(col(MemberRecord.id) == member_id))


def delete_role(scope: Scope, name: str) -> None:
    """Delete one of the tenant's own roles."""
    scope.run(scope.delete(RoleRecord).where(col(RoleRecord.name) == name))


def tokens_page(scope: Scope, user_id: UUID | None, request: PageRequest) -> Sequence[TokenRecord]:
    """Tokens, of one user or all, newest first, one more than the page holds."""
    statement = scope.select(TokenRecord).order_by(col(TokenRecord.id).desc()).limit(request.limit + 1)
    if user_id is not None:
        statement = statement.where(col(TokenRecord.user_id) == user_id)
    return scope.all(statement.where(col(TokenRecord.id) < request.after) if request.after else statement)


def session_by_digest(platform: Scope, digest: str) -> SessionRecord | None:
    """A session by the digest of its secret."""
    return platform.first(platform.select(SessionRecord).where(col(SessionRecord.digest) == digest))


def session_by_id(platform: Scope, user_id: UUID, session_id: UUID) -> SessionRecord | None:
    """One of a user's sessions."""
    return platform.first(platform.select(SessionRecord).where(col(SessionRecord.id) == session_id, col(SessionRecord.user_id) == user_id))


def sessions_of_user(platform: Scope, user_id: UUID) -> Sequence[SessionRecord]:
    """A user's sessions, newest first."""
    return platform.all(platform.select(SessionRecord).where(col(SessionRecord.user_id) == user_id).order_by(col(SessionRecord.id).desc()))


def end_session(platform: Scope, session_id: UUID) -> None:
    """Delete a session."""
    platform.run(platform.delete(SessionRecord).where(col(SessionRecord.id) == session_id))


def end_sessions(platform: Scope, user_id: UUID, *, but: UUID | None = None) -> int:
    """Delete a user's sessions, all or all but one; how many there were."""
    statement = platform.delete(SessionRecord).where(col(SessionRecord.user_id) == user_id)
    return platform.run(statement.where(col(SessionRecord.id) != but) if but else statement)


def delete_ended_sessions(platform: Scope, user_id: UUID, now: datetime) -> int:
    """Delete a user's sessions whose time is over."""
    return platform.run(platform.delete(SessionRecord).where(col(SessionRecord.user_id) == user_id, col(SessionRecord.expires_at) <= now))


def touch_session(platform: Scope, session_id: UUID, now: datetime) -> None:
    """Note that a session is in use."""
    platform.run(platform.update(SessionRecord).where(col(SessionRecord.id) == session_id).values(last_seen_at=now))


def kept_form(scope: Scope, user_id: UUID) -> KeptFormRecord | None:
    """The form kept for a user in the tenant."""
    return scope.first(scope.select(KeptFormRecord).where(col(KeptFormRecord.user_id) == user_id))


def delete_kept_form(scope: Scope, user_id: UUID) -> None:
    """Forget the form kept for a user in the tenant."""
    scope.run(scope.delete(KeptFormRecord).where(col(KeptFormRecord.user_id) == user_id))


def delete_old_kept_forms(platform: Scope, user_id: UUID, before: datetime) -> None:
    """Forget what was kept for a user too long ago, in every tenant."""
    platform.run(platform.delete(KeptFormRecord).where(col(KeptFormRecord.user_id) == user_id, col(KeptFormRecord.created_at) <= before))


def attempts(platform: Scope, key: str) -> SignInAttemptRecord | None:
    """The failures counted under a key."""
    return platform.first(platform.select(SignInAttemptRecord).where(col(SignInAttemptRecord.key) == key))


def forget_attempts(platform: Scope, key: str) -> None:
    """Start the count of a key anew."""
    platform.run(platform.delete(SignInAttemptRecord).where(col(SignInAttemptRecord.key) == key))


def audit_entry(scope: Scope, entry_id: UUID) -> AuditRecord | None:
    """An entry of the audit log."""
    return scope.first(scope.select(AuditRecord).where(col(AuditRecord.id) == entry_id))


def audit_page(scope: Scope, wanted: AuditFilter, request: PageRequest) -> Sequence[AuditRecord]:
    """Entries of the audit log, newest first, one more than the page holds."""
    statement = scope.select(AuditRecord).order_by(col(AuditRecord.id).desc()).limit(request.limit + 1)
    if wanted.action is not None:
        statement = statement.where(col(AuditRecord.action) == wanted.action)
    if wanted.subject_type is not None:
        statement = statement.where(col(AuditRecord.subject_type) == wanted.subject_type)
    if wanted.subject_id is not None:
        statement = statement.where(col(AuditRecord.subject_id) == wanted.subject_id)
    if wanted.actor_id is not None:
        statement = statement.where(col(AuditRecord.actor_id) == wanted.actor_id)
    # Ids sort by time, so the index that pages the log finds a period in it too.
    if wanted.since is not None:
        statement = statement.where(col(AuditRecord.id) >= first_id_at(wanted.since))
    if wanted.until is not None:
        statement = statement.where(col(AuditRecord.id) < first_id_at(wanted.until))
    return scope.all(statement.where(col(AuditRecord.id) < request.after) if request.after else statement)


def _users_of(platform: Scope, tenant_id: UUID) -> Any:
    return (
        platform.select(UserRecord)
        .join(MemberRecord, col(MemberRecord.user_id) == col(UserRecord.id))
        .where(col(MemberRecord.tenant_id) == tenant_id)
    )
