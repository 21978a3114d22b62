"""Tenants: separate worlds. People see those they belong to; whoever creates one owns it."""

from typing import Final
from uuid import UUID

from app.access import queries
from app.access.authenticate import REVISION
from app.access.models import MemberRecord, TenantRecord
from app.access.permissions import BuiltinRole
from app.access.service.audit import record
from app.access.types import Actor, Tenant, require
from app.base.db import Work
from app.base.errors import Conflict, Denied, not_found, stale
from app.base.paging import Page, PageRequest, page_of

OWN_ADDRESSES: Final = frozenset(
    ("api audit health hosts letters live members metrics operator profile records roles runs schedules scripts secrets sign-in sign-out "
    "static tenant theme tokens types").split()
)  # fmt: skip
"""Where addresses of the program itself begin. A tenant of that name would share them with its endpoints, `/{tenant}/hooks/...`."""


def list_tenants(work: Work, actor: Actor, request: PageRequest) -> Page[Tenant]:
    """The tenants the actor belongs to, oldest first; an API token sees its own alone."""
    require(actor, "access.tenant.read")
    rows = queries.tenants_page(work.platform, actor.user_id, request)
    if actor.token_id is not None:
        rows = [row for row in rows if row.id == actor.tenant_id]
    return page_of(rows, request, tenant_of, lambda row: row.id)


def get_tenant(work: Work, actor: Actor, tenant_id: UUID) -> Tenant:
    """A tenant that the actor belongs to.

    Raises:
        NotFound: there is none such.
    """
    require(actor, "access.tenant.read")
    return tenant_of(_visible(work, actor, tenant_id))


def create_tenant(work: Work, actor: Actor, *, name: str, slug: str) -> Tenant:
    """Create a tenant with the actor as its owner.

    Raises:
        Conflict: the short name is taken, or is one of the program's own.
    """
    require(actor, "access.tenant.create")
    made = insert_tenant(work, name=name, slug=slug)
    insert_owner(work, made.id, actor.user_id)
    record(work, actor, "access.tenant.create", "tenant", made.id, after=made)
    return made


def update_tenant(work: Work, actor: Actor, tenant_id: UUID, *, name: str, version: int) -> Tenant:
    """Rename the actor's current tenant.

    Raises:
        NotFound: there is none such.
        Denied: it is another of the actor's tenants.
        Stale: it was changed meanwhile.
    """
    require(actor, "access.tenant.update")
    row = _visible(work, actor, tenant_id)
    if row.id != actor.tenant_id:
        raise Denied("Only the current tenant can be changed.", "Switch to the tenant first.")
    before = tenant_of(row)
    if row.version != version:
        raise stale("tenant", version, row.version, before)
    row.name = name
    row.version += 1
    work.platform.flush()
    work.bump(REVISION)
    after = tenant_of(row)
    record(work, actor, "access.tenant.update", "tenant", tenant_id, before=before, after=after)
    return after


def insert_tenant(work: Work, *, name: str, slug: str) -> Tenant:
    """Create a tenant without members; for set-up and for `create_tenant`.

    Raises:
        Conflict: the short name is taken, or is one of the program's own.
    """
    if slug in OWN_ADDRESSES:
        raise Conflict(f"{slug!r} is an address of Alloy's own.", "Choose another.", field="slug")
    if queries.tenant_by_slug(work.platform, slug) is not None:
        raise Conflict(f"The short name {slug!r} is taken.", "Choose another.", field="slug")
    row = TenantRecord(id=work.ids.new(), name=name, slug=slug, version=1, created_at=work.clock.now())
    work.platform.add(row)
    return tenant_of(row)


def insert_owner(work: Work, tenant_id: UUID, user_id: UUID) -> None:
    """Make a user owner of a tenant they don't belong to yet."""
    work.scope(tenant_id).add(
        MemberRecord(
            id=work.ids.new(), tenant_id=tenant_id, user_id=user_id, role=BuiltinRole.OWNER, version=1, created_at=work.clock.now()
        )
    )
    work.bump(REVISION)


def tenant_of(row: TenantRecord) -> Tenant:
    """The tenant as it is handed out."""
    return Tenant(row.id, row.name, row.slug, row.version, row.created_at)


def _visible(work: Work, actor: Actor, tenant_id: UUID) -> TenantRecord:
    row = queries.tenant_by_id(work.platform, tenant_id)
    joined = actor.token_id is None or tenant_id == actor.tenant_id
    if row is None or not joined or queries.member_of_user(work.scope(tenant_id), actor.user_id) is None:
        raise not_found("tenant", tenant_id)
    return row


def tenant_id_of(work: Work, slug: str) -> UUID | None:
    """The tenant that an address names by its short name; None if there is none. For callers who prove later that they may call it."""
    row = queries.tenant_by_slug(work.platform, slug)
    return row.id if row else None
