"""What the access domain hands out: frozen values, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.base.errors import Denied

JsonObject = Mapping[str, object]


class ActorKind(StrEnum):
    """What kind of being acts; the audit log keeps it."""

    HUMAN = "human"
    SERVICE = "service"
    AI = "ai"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which tenant, and what they may do there. People read `name`; `email` tells two of one name apart."""

    user_id: UUID
    tenant_id: UUID
    name: str
    kind: ActorKind
    role: str
    permissions: frozenset[str]
    session_id: UUID | None = None
    token_id: UUID | None = None
    email: str = ""

    def may(self, permission: str) -> bool:
        """Whether the actor holds a permission; for showing or hiding things, not for guarding them."""
        return permission in self.permissions


def require(actor: Actor, permission: str) -> None:
    """Guard a verb: called once, first, in the verb itself.

    Raises:
        Denied: the actor does not hold the permission.
    """
    if permission not in actor.permissions:
        raise Denied(
            f"{actor.name} may not do this: the permission {permission} is missing.",
            "Ask an administrator of the tenant for a role that includes it, or use a token that is scoped to it.",
            details={"permission": permission},
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request proves its sender with: a session cookie's secret or a bearer token, or neither."""

    session: str | None = None
    bearer: str | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """A customer's separate world."""

    id: UUID
    name: str
    slug: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class User:
    """A person's account. `is_managed` says that this tenant made it and may change it."""

    id: UUID
    email: str
    display_name: str
    is_active: bool
    is_managed: bool
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A user's place in a tenant; `is_active` says whether their account is enabled."""

    id: UUID
    user_id: UUID
    email: str
    display_name: str
    is_active: bool
    role: str
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions: one of the six built in, or a tenant's own, which inherits one of those."""

    name: str
    description: str
    inherits: str | None
    is_builtin: bool
    extra_permissions: tuple[str, ...]
    permissions: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is listed; its secret is never shown again after creation."""

    id: UUID
    name: str
    prefix: str
    kind: ActorKind
    permissions: tuple[str, ...]
    user_id: UUID
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """A token just created, with the secret that is shown this once."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One of a user's sessions."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: who did what to which thing, and how it was before and after."""

    id: UUID
    at: datetime
    actor_id: UUID
    actor_name: str
    actor_email: str
    actor_kind: ActorKind
    action: str
    subject_type: str
    subject_id: str
    before: JsonObject | None
    after: JsonObject | None
    correlation_id: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which audit entries are wanted; None means any. `since` is included, `until` is not; both are aware."""

    action: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TenantMembership:
    """One of the tenants a user may switch to."""

    tenant: Tenant
    role: str


@dataclass(frozen=True, slots=True)
class Me:
    """The actor's own view of themselves."""

    user: User
    tenant: Tenant
    role: str
    kind: ActorKind
    permissions: tuple[str, ...]
    tenants: tuple[TenantMembership, ...]


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What somebody typed into the form that goes to `path`, when their session had run out."""

    path: str
    fields: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session just opened or rotated; `secret` goes into the cookie and nowhere else."""

    secret: str
    session_id: UUID
    tenant_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The password held: a new session is open."""

    session: OpenSession
    user: User


@dataclass(frozen=True, slots=True)
class Refused:
    """The e-mail address and password don't match an active account with a tenant; which of it is not told."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many failures lately for this account or address."""

    retry_after_seconds: int


SignInOutcome = SignedIn | Refused | Throttled
