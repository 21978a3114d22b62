"""Users: people's accounts. One account may belong to several tenants; the tenant that made it may change it."""

from uuid import UUID

from app.access import policy, queries
from app.access.authenticate import REVISION, permissions_of
from app.access.models import MemberRecord, UserRecord
from app.access.passwords import PasswordHash
from app.access.permissions import PermissionRegistry
from app.access.service.audit import record
from app.access.service.roles import check_role_exists
from app.access.service.tenants import tenant_of
from app.access.types import Actor, Me, TenantMembership, User, require
from app.base.db import Work
from app.base.errors import Conflict, Denied, InternalError, not_found, stale
from app.base.paging import Page, PageRequest, page_of


def me(work: Work, actor: Actor) -> Me:
    """The actor's own view of themselves: account, tenant, permissions, and the tenants to switch to."""
    require(actor, "access.self.read")
    return work.recall(REVISION, ("me", actor), lambda: _me(work, actor))


def _me(work: Work, actor: Actor) -> Me:
    found = queries.self_with_tenants(work.platform, actor.user_id)
    memberships = tuple(TenantMembership(tenant_of(row), role) for _, row, role in found)
    tenant = next((each.tenant for each in memberships if each.tenant.id == actor.tenant_id), None)
    if tenant is None:
        raise InternalError("an authenticated account or its membership is gone within its own transaction")
    return Me(user_of(found[0][0], tenant.id), tenant, actor.role, actor.kind, tuple(sorted(actor.permissions)), memberships)


def update_me(work: Work, actor: Actor, *, display_name: str, version: int) -> User:
    """Change the actor's own name.

    Raises:
        Stale: the account was changed meanwhile.
    """
    require(actor, "access.self.update")
    user = queries.user_by_id(work.platform, actor.user_id)
    if user is None:
        raise InternalError("an authenticated account is gone within its own transaction")
    return _save(work, actor, user, version, display_name, None)


def list_users(work: Work, actor: Actor, request: PageRequest) -> Page[User]:
    """The accounts of the tenant's people, oldest first."""
    require(actor, "access.user.list")
    rows = queries.users_page(work.platform, actor.tenant_id, request)
    return page_of(rows, request, lambda row: user_of(row, actor.tenant_id), lambda row: row.id)


def get_user(work: Work, actor: Actor, user_id: UUID) -> User:
    """The account of one of the tenant's people.

    Raises:
        NotFound: nobody of this tenant.
    """
    require(actor, "access.user.read")
    return user_of(_of_tenant(work, actor, user_id), actor.tenant_id)


def create_user(
    work: Work, actor: Actor, registry: PermissionRegistry, *, email: str, display_name: str, role: str, password: PasswordHash
) -> User:
    """Create an account that belongs to the actor's tenant under a role.

    Raises:
        Conflict: the address is taken, or there is no such role.
        Denied: the role holds more than the actor does.
    """
    require(actor, "access.user.create")
    scope = work.scope(actor.tenant_id)
    check_role_exists(scope, registry, role)
    policy.check_grant(actor, role, permissions_of(scope, registry, role))
    normal = policy.normal_email(email)
    if queries.user_by_email(work.platform, normal) is not None:
        raise Conflict(
            f"There is an account for {normal} already.", "Add it to this tenant as a member instead of creating it.", field="email"
        )
    now = work.clock.now()
    user = UserRecord(
        id=work.ids.new(),
        email=normal,
        display_name=display_name,
        password_hash=password.value,
        is_active=True,
        home_tenant_id=actor.tenant_id,
        version=1,
        created_at=now,
    )
    work.platform.add(user)
    scope.add(MemberRecord(id=work.ids.new(), tenant_id=actor.tenant_id, user_id=user.id, role=role, version=1, created_at=now))
    made = user_of(user, actor.tenant_id)
    record(work, actor, "access.user.create", "user", user.id, after={"user": made, "role": role})
    return made


def update_user(
    work: Work, actor: Actor, registry: PermissionRegistry, user_id: UUID, *, version: int, display_name: str | None, is_active: bool | None
) -> User:
    """Rename, disable or enable an account that this tenant made; a disabled one is signed out everywhere.

    Raises:
        NotFound: nobody of this tenant.
        Denied: another tenant made the account, or its role holds more than the actor does.
        Stale: the account was changed meanwhile.
        Conflict: the actor would lock themselves out.
    """
    require(actor, "access.user.update")
    scope = work.scope(actor.tenant_id)
    member = queries.member_of_user(scope, user_id)
    user = queries.user_by_id(work.platform, user_id) if member else None
    if member is None or user is None:
        raise not_found("user", user_id)
    if user.home_tenant_id != actor.tenant_id:
        raise Denied(f"{user.email} was created by another tenant.", "Change their role here, or remove them from this tenant.")
    if user.id == actor.user_id and is_active is False:
        raise Conflict("This would disable your own account.", "Ask another administrator.", field="is_active")
    policy.check_grant(actor, member.role, permissions_of(scope, registry, member.role))
    return _save(work, actor, user, version, display_name, is_active)


def user_of(row: UserRecord, tenant_id: UUID) -> User:
    """The account as this tenant sees it."""
    return User(row.id, row.email, row.display_name, row.is_active, row.home_tenant_id == tenant_id, row.version, row.created_at)


def _of_tenant(work: Work, actor: Actor, user_id: UUID) -> UserRecord:
    user = queries.user_in_tenant(work.platform, actor.tenant_id, user_id)
    if user is None:
        raise not_found("user", user_id)
    return user


def _save(work: Work, actor: Actor, user: UserRecord, version: int, display_name: str | None, is_active: bool | None) -> User:
    before = user_of(user, actor.tenant_id)
    if user.version != version:
        raise stale("user", version, user.version, before)
    if display_name is not None:
        user.display_name = display_name
    if is_active is not None and is_active != user.is_active:
        user.is_active = is_active
        queries.end_sessions(work.platform, user.id)
    user.version += 1
    work.platform.flush()
    work.bump(REVISION)
    after = user_of(user, actor.tenant_id)
    record(work, actor, "access.user.update", "user", user.id, before=before, after=after)
    return after
