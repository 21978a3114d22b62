"""What is done from the command line, before anybody can sign in: first tenants, first owners, the demo. Audited as a service."""

from dataclasses import dataclass
from uuid import UUID

from app.access import policy, queries
from app.access.authenticate import REVISION
from app.access.models import MemberRecord, UserRecord
from app.access.passwords import PasswordHash
from app.access.permissions import BuiltinRole
from app.access.service.audit import record
from app.access.service.tenants import insert_tenant, tenant_of
from app.access.service.users import user_of
from app.access.types import Actor, ActorKind, Tenant, User
from app.base.db import Work
from app.base.errors import Conflict

_COMMAND_LINE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to set up."""

    email: str
    display_name: str
    role: BuiltinRole
    password: PasswordHash


def ensure_tenant(work: Work, *, name: str, slug: str) -> Tenant:
    """The tenant with this short name, made if it isn't there."""
    found = queries.tenant_by_slug(work.platform, slug)
    if found is not None:
        return tenant_of(found)
    made = insert_tenant(work, name=name, slug=slug)
    record(work, command_line(made.id), "access.tenant.create", "tenant", made.id, after=made)
    return made


def find_user(work: Work, email: str) -> User | None:
    """The account with this address, as its home tenant sees it."""
    row = queries.user_by_email(work.platform, policy.normal_email(email))
    return user_of(row, row.home_tenant_id) if row else None


def set_up_account(work: Work, tenant: Tenant, account: NewAccount) -> User:
    """Create an account with a role in a tenant.

    Raises:
        Conflict: there is one with this address.
    """
    email = policy.normal_email(account.email)
    if queries.user_by_email(work.platform, email) is not None:
        raise Conflict(f"There is an account for {email} already.", "Use another address.", field="email")
    now = work.clock.now()
    user = UserRecord(
        id=work.ids.new(),
        email=email,
        display_name=account.display_name,
        password_hash=account.password.value,
        is_active=True,
        home_tenant_id=tenant.id,
        version=1,
        created_at=now,
    )
    work.platform.add(user)
    add_to_tenant(work, tenant.id, user.id, account.role)
    made = user_of(user, tenant.id)
    record(work, command_line(tenant.id), "access.user.create", "user", user.id, after={"user": made, "role": account.role})
    return made


def add_to_tenant(work: Work, tenant_id: UUID, user_id: UUID, role: BuiltinRole) -> None:
    """Make a user a member of a tenant they don't belong to yet."""
    member = MemberRecord(id=work.ids.new(), tenant_id=tenant_id, user_id=user_id, role=role, version=1, created_at=work.clock.now())
    work.scope(tenant_id).add(member)
    work.bump(REVISION)


def command_line(tenant_id: UUID) -> Actor:
    """Who acts when a command is run on the server: whoever has a shell there."""
    return Actor(_COMMAND_LINE, tenant_id, "command line", ActorKind.SERVICE, "", frozenset())
