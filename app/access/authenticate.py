"""From credentials to an actor, with a memory that can't outlive a revocation.

What was found out about a credential is remembered with the `access` revision it was found under. Everything that changes who may do what
(roles, memberships, sign-out, revoked tokens) bumps that number in its own transaction, so one indexed read per request, in the request's
own transaction, tells whether the memory still holds: in this process and in every other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.access import policy, queries, secrets
from app.access.models import RoleRecord
from app.access.permissions import BUILTIN_NAMES, BuiltinRole, PermissionRegistry
from app.access.types import Actor, ActorKind, Credentials
from app.base.clock import Clock
from app.base.db import Scope, Work
from app.base.errors import Unauthenticated
from app.base.settings import Settings

REVISION: Final = "access"
_REMEMBERED: Final = 10_000
_CSRF: Final = "csrf"
_SIGN_IN = "Sign in, or send an API token as `Authorization: Bearer ...`."


@dataclass(slots=True)
class _Known:
    actor: Actor
    expires_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was found out under one revision; threads that serve under different ones never share it."""

    revision: int
    known: dict[str, _Known]


class Authenticator:
    """Finds out who sends a request."""

    def __init__(self, registry: PermissionRegistry, settings: Settings, clock: Clock) -> None:
        self._registry = registry
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._clock = clock
        self._memory = _Memory(-1, {})

    def actor(self, work: Work, credentials: Credentials) -> Actor:
        """The actor that the credentials prove.

        Raises:
            Unauthenticated: they prove nobody, or nobody any more.
        """
        secret = credentials.bearer or credentials.session
        if not secret:
            raise Unauthenticated("Nobody is signed in.", _SIGN_IN)
        revision, memory = work.revision(REVISION), self._memory
        if revision != memory.revision:
            memory = self._memory = _Memory(revision, {})
        known = memory.known.get(secret)
        now = self._clock.now()
        if known is None or self._seems_over(known, now):
            known = self._by_token(work, credentials.bearer) if credentials.bearer else self._by_session(work, secret)
            if len(memory.known) >= _REMEMBERED:
                memory.known.clear()
            memory.known[secret] = known
        return known.actor

    def is_due_for_touch(self, credentials: Credentials) -> bool:
        """Whether a session's time of last use should be written again."""
        known = self._memory.known.get(credentials.session or "") if not credentials.bearer else None
        return known is not None and known.last_seen_at is not None and self._clock.now() - known.last_seen_at >= policy.TOUCH_EVERY

    def touch(self, work: Work, credentials: Credentials) -> None:
        """Write a session's time of last use."""
        known = self._memory.known.get(credentials.session or "")
        if known is not None and known.actor.session_id is not None:
            known.last_seen_at = work.clock.now()
            queries.touch_session(work.platform, known.actor.session_id, known.last_seen_at)

    def _seems_over(self, known: _Known, now: datetime) -> bool:
        if known.last_seen_at is None:
            return now >= known.expires_at
        return policy.session_has_ended(now, known.last_seen_at, known.expires_at, self._idle)

    def _by_session(self, work: Work, secret: str) -> _Known:
        platform = work.platform
        session = queries.session_by_digest(platform, secrets.digest_of(secret))
        if session is None:
            raise Unauthenticated("This session has ended.", _SIGN_IN)
        if policy.session_has_ended(work.clock.now(), session.last_seen_at, session.expires_at, self._idle):
            raise Unauthenticated("This session has expired.", _SIGN_IN)
        actor = self._actor(work, session.user_id, session.current_tenant_id, ActorKind.HUMAN, session_id=session.id)
        return _Known(actor, session.expires_at, session.last_seen_at)

    def _by_token(self, work: Work, bearer: str) -> _Known:
        parts = secrets.take_apart(bearer)
        token = queries.token_by_id(work.platform, parts.token_id) if parts else None
        if parts is None or token is None or not secrets.is_same(token.digest, parts.digest):
            raise Unauthenticated("This API token is not known.", "Check that it is complete, or create another.")
        if token.revoked_at is not None:
            raise Unauthenticated(f"The API token {token.name!r} was revoked.", "Create another.")
        if work.clock.now() >= token.expires_at:
            raise Unauthenticated(f"The API token {token.name!r} expired at {token.expires_at.isoformat()}.", "Create another.")
        actor = self._actor(work, token.user_id, token.tenant_id, ActorKind(token.kind), token_id=token.id)
        narrowed = Actor(
            actor.user_id,
            actor.tenant_id,
            f"{actor.name} ({token.name})",
            actor.kind,
            actor.role,
            actor.permissions.intersection(token.permissions),
            token_id=token.id,
            email=actor.email,
        )
        return _Known(narrowed, token.expires_at, None)

    def _actor(
        self, work: Work, user_id: UUID, tenant_id: UUID, kind: ActorKind, *, session_id: UUID | None = None, token_id: UUID | None = None
    ) -> Actor:
        user = queries.user_by_id(work.platform, user_id)
        scope = work.scope(tenant_id)
        member = queries.member_of_user(scope, user_id)
        if user is None or not user.is_active or member is None:
            raise Unauthenticated("This account is disabled or no longer belongs to the tenant.", "Ask an administrator of the tenant.")
        permissions = permissions_of(scope, self._registry, member.role)
        return Actor(user_id, tenant_id, user.display_name, kind, member.role, permissions, session_id, token_id, user.email)


def permissions_of(scope: Scope, registry: PermissionRegistry, role: str) -> frozenset[str]:
    """What a role of this tenant permits; nothing when the role is gone."""
    if role in BUILTIN_NAMES:
        return registry.of_role(BuiltinRole(role))
    own = queries.role_by_name(scope, role)
    return permissions_of_own(registry, own) if own else frozenset()


def permissions_of_own(registry: PermissionRegistry, role: RoleRecord) -> frozenset[str]:
    """What a tenant's own role permits; permissions that no module declares any more are left out."""
    return registry.of_role(BuiltinRole(role.inherits)) | registry.names.intersection(role.extra_permissions)


def csrf_token(session_secret: str) -> str:
    """The token that forms of a session carry."""
    return secrets.derive(session_secret, _CSRF)


def verify_csrf_token(session_secret: str, token: str) -> bool:
    """Whether a form's token is the session's."""
    return secrets.is_same(csrf_token(session_secret), secrets.digest_like(token))
