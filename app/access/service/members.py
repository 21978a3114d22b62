"""Members: who belongs to the tenant, and under which role. Nobody hands out or takes away more than they hold."""

from typing import Any
from uuid import UUID

from app.access import policy, queries
from app.access.authenticate import REVISION, permissions_of
from app.access.models import MemberRecord
from app.access.permissions import PermissionRegistry
from app.access.service.audit import record
from app.access.service.roles import check_role_exists
from app.access.types import Actor, Member, require
from app.base.db import Work
from app.base.errors import Conflict, not_found, stale
from app.base.paging import Page, PageRequest, page_of


def list_members(work: Work, actor: Actor, request: PageRequest) -> Page[Member]:
    """The tenant's members, oldest first."""
    require(actor, "access.member.list")
    rows = queries.members_page(work.scope(actor.tenant_id), request)
    return page_of(rows, request, _member, lambda row: row.id)


def get_member(work: Work, actor: Actor, member_id: UUID) -> Member:
    """A membership.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "access.member.read")
    return _found(work, actor, member_id)


def add_member(work: Work, actor: Actor, registry: PermissionRegistry, *, email: str, role: str) -> Member:
    """Let an existing account into the tenant.

    Raises:
        Conflict: there is no such account or role, or it belongs to the tenant already.
        Denied: the role holds more than the actor does.
    """
    require(actor, "access.member.create")
    scope = work.scope(actor.tenant_id)
    check_role_exists(scope, registry, role)
    policy.check_grant(actor, role, permissions_of(scope, registry, role))
    user = queries.user_by_email(work.platform, policy.normal_email(email))
    if user is None:
        raise Conflict(f"There is no account for {email}.", "Create the user first.", field="email")
    if queries.member_of_user(scope, user.id) is not None:
        raise Conflict(f"{user.email} belongs to this tenant already.", "Change their role instead.", field="email")
    row = MemberRecord(id=work.ids.new(), tenant_id=actor.tenant_id, user_id=user.id, role=role, version=1, created_at=work.clock.now())
    scope.add(row)
    work.bump(REVISION)
    made = _found(work, actor, row.id)
    record(work, actor, "access.member.create", "member", row.id, after=made)
    return made


def change_role(work: Work, actor: Actor, registry: PermissionRegistry, member_id: UUID, *, role: str, version: int) -> Member:
    """Give a member another role; it holds from their next request on.

    Raises:
        NotFound: not in this tenant.
        Stale: the membership was changed meanwhile.
        Conflict: there is no such role, or the last owner would go.
        Denied: the old or the new role holds more than the actor does.
    """
    require(actor, "access.member.update")
    scope = work.scope(actor.tenant_id)
    row, before = _changeable(work, actor, registry, member_id)
    if row.version != version:
        raise stale("member", version, row.version, before)
    check_role_exists(scope, registry, role)
    policy.check_grant(actor, role, permissions_of(scope, registry, role))
    policy.check_owner_remains(row.role, role, queries.count_owners(scope))
    row.role = role
    row.version += 1
    scope.flush()
    work.bump(REVISION)
    after = _found(work, actor, member_id)
    record(work, actor, "access.member.update", "member", member_id, before=before, after=after)
    return after


def remove_member(work: Work, actor: Actor, registry: PermissionRegistry, member_id: UUID) -> None:
    """Remove a member; their account stays, their sessions and tokens here stop working at once.

    Raises:
        NotFound: not in this tenant.
        Conflict: the last owner would go.
        Denied: their role holds more than the actor does.
    """
    require(actor, "access.member.delete")
    scope = work.scope(actor.tenant_id)
    row, before = _changeable(work, actor, registry, member_id)
    policy.check_owner_remains(row.role, None, queries.count_owners(scope))
    queries.delete_member(scope, member_id)
    work.bump(REVISION)
    record(work, actor, "access.member.delete", "member", member_id, before=before)


def _changeable(work: Work, actor: Actor, registry: PermissionRegistry, member_id: UUID) -> tuple[MemberRecord, Member]:
    scope = work.scope(actor.tenant_id)
    row = queries.member_by_id(scope, member_id)
    if row is None:
        raise not_found("member", member_id)
    policy.check_grant(actor, row.role, permissions_of(scope, registry, row.role))
    return row, _found(work, actor, member_id)


def _found(work: Work, actor: Actor, member_id: UUID) -> Member:
    row = queries.member_with_user(work.scope(actor.tenant_id), member_id)
    if row is None:
        raise not_found("member", member_id)
    return _member(row)


def _member(row: Any) -> Member:
    return Member(*row)
