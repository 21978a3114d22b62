"""Roles: six built in, and a tenant's own, each a built-in one with some permissions more."""

from collections.abc import Sequence
from functools import lru_cache

from app.access import policy, queries
from app.access.authenticate import REVISION, permissions_of, permissions_of_own
from app.access.models import RoleRecord
from app.access.permissions import BUILTIN_NAMES, INHERITS, ROLE_DESCRIPTIONS, BuiltinRole, Permission, PermissionRegistry
from app.access.service.audit import record
from app.access.types import Actor, Role, require
from app.base.db import Scope, Work
from app.base.errors import Conflict, Denied, nearest, not_found, stale


def list_roles(work: Work, actor: Actor, registry: PermissionRegistry) -> tuple[Role, ...]:
    """The built-in roles, then the tenant's own by name."""
    require(actor, "access.role.list")

    def find() -> tuple[Role, ...]:
        own = queries.roles_of_tenant(work.scope(actor.tenant_id))
        return (*(_builtin(role, registry) for role in BuiltinRole), *(_own(row, registry) for row in own))

    return work.recall(REVISION, ("roles", actor.tenant_id, registry), find)


def get_role(work: Work, actor: Actor, registry: PermissionRegistry, name: str) -> Role:
    """A role.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "access.role.read")
    if name in BUILTIN_NAMES:
        return _builtin(BuiltinRole(name), registry)
    return _own(_found(work, actor, name), registry)


def create_role(
    work: Work, actor: Actor, registry: PermissionRegistry, *, name: str, description: str, inherits: str, extra_permissions: Sequence[str]
) -> Role:
    """Create a role of the tenant's own.

    Raises:
        Conflict: the name is taken, or a permission doesn't exist.
        Denied: the role would hold more than the actor does.
    """
    require(actor, "access.role.create")
    scope = work.scope(actor.tenant_id)
    if name in BUILTIN_NAMES or queries.role_by_name(scope, name) is not None:
        raise Conflict(f"There is a role {name!r} already.", "Choose another name, or change that one.", field="name")
    _check_content(actor, registry, name, inherits, extra_permissions)
    row = RoleRecord(
        id=work.ids.new(),
        tenant_id=actor.tenant_id,
        name=name,
        description=description,
        inherits=inherits,
        extra_permissions=sorted(set(extra_permissions)),
        version=1,
        created_at=work.clock.now(),
    )
    scope.add(row)
    work.bump(REVISION)
    made = _own(row, registry)
    record(work, actor, "access.role.create", "role", name, after=made)
    return made


def update_role(
    work: Work,
    actor: Actor,
    registry: PermissionRegistry,
    name: str,
    *,
    version: int,
    description: str,
    inherits: str,
    extra_permissions: Sequence[str],
) -> Role:
    """Change a role of the tenant's own; it holds for its members from their next request on.

    Raises:
        NotFound: not in this tenant.
        Denied: it is built in, or holds or would hold more than the actor does.
        Stale: it was changed meanwhile.
        Conflict: a permission doesn't exist.
    """
    require(actor, "access.role.update")
    row, before = _changeable(work, actor, registry, name)
    if row.version != version:
        raise stale("role", version, row.version, before)
    _check_content(actor, registry, name, inherits, extra_permissions)
    row.description, row.inherits, row.extra_permissions = description, inherits, sorted(set(extra_permissions))
    row.version += 1
    work.scope(actor.tenant_id).flush()
    work.bump(REVISION)
    after = _own(row, registry)
    record(work, actor, "access.role.update", "role", name, before=before, after=after)
    return after


def delete_role(work: Work, actor: Actor, registry: PermissionRegistry, name: str) -> None:
    """Delete a role of the tenant's own that nobody has.

    Raises:
        NotFound: not in this tenant.
        Denied: it is built in, or holds more than the actor does.
        Conflict: members have it.
    """
    require(actor, "access.role.delete")
    scope = work.scope(actor.tenant_id)
    _row, before = _changeable(work, actor, registry, name)
    members = queries.count_with_role(scope, name)
    if members:
        raise Conflict(f"{members} members have the role {name!r}.", "Give them another role first.")
    queries.delete_role(scope, name)
    work.bump(REVISION)
    record(work, actor, "access.role.delete", "role", name, before=before)


def list_permissions(work: Work, actor: Actor, registry: PermissionRegistry) -> tuple[Permission, ...]:
    """Everything that can be permitted, by name."""
    require(actor, "access.permission.list")
    return tuple(registry.by_name[name] for name in sorted(registry.by_name))


def check_role_exists(scope: Scope, registry: PermissionRegistry, name: str) -> None:
    """Refuse a role that isn't there.

    Raises:
        Conflict: it isn't; the hint names the nearest that is.
    """
    if name in BUILTIN_NAMES or queries.role_by_name(scope, name) is not None:
        return
    known = [*BuiltinRole, *(row.name for row in queries.roles_of_tenant(scope))]
    raise Conflict(f"There is no role {name!r} in this tenant.", nearest(name, [str(each) for each in known]), field="role")


def check_may_give(work: Work, actor: Actor, registry: PermissionRegistry, name: str) -> None:
    """Refuse to let something act under a role that the actor couldn't give anybody.

    Raises:
        Conflict: there is no such role.
        Denied: it holds more than the actor does.
    """
    scope = work.scope(actor.tenant_id)
    check_role_exists(scope, registry, name)
    policy.check_grant(actor, name, permissions_of(scope, registry, name))


def _check_content(actor: Actor, registry: PermissionRegistry, name: str, inherits: str, extra_permissions: Sequence[str]) -> None:
    policy.check_known(extra_permissions, registry)
    policy.check_grant(actor, name, registry.of_role(BuiltinRole(inherits)) | frozenset(extra_permissions))


def _changeable(work: Work, actor: Actor, registry: PermissionRegistry, name: str) -> tuple[RoleRecord, Role]:
    if name in BUILTIN_NAMES:
        raise Denied(f"The role {name!r} is built in.", "Create a role of your own that inherits it.")
    row = _found(work, actor, name)
    policy.check_grant(actor, name, permissions_of_own(registry, row))
    return row, _own(row, registry)


def _found(work: Work, actor: Actor, name: str) -> RoleRecord:
    row = queries.role_by_name(work.scope(actor.tenant_id), name)
    if row is None:
        raise not_found("role", repr(name))
    return row


@lru_cache(maxsize=64)
def _builtin(role: BuiltinRole, registry: PermissionRegistry) -> Role:
    parents = INHERITS[role]
    return Role(
        role.value,
        ROLE_DESCRIPTIONS[role],
        parents[0].value if parents else None,
        True,
        (),
        tuple(sorted(registry.of_role(role))),
        1,
    )


def _own(row: RoleRecord, registry: PermissionRegistry) -> Role:
    permissions = tuple(sorted(permissions_of_own(registry, row)))
    return Role(row.name, row.description, row.inherits, False, tuple(row.extra_permissions), permissions, row.version)
