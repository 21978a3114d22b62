"""Sessions: opened by a password, rotated whenever their power changes, ended by their owner or by time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.access import policy, queries, secrets
from app.access.authenticate import REVISION
from app.access.models import MemberRecord, SessionRecord, SignInAttemptRecord, TenantRecord, UserRecord
from app.access.passwords import PasswordHash
from app.access.service.audit import record
from app.access.service.users import user_of
from app.access.types import Actor, ActorKind, OpenSession, Refused, SessionInfo, SignedIn, Throttled, require
from app.base.db import Work
from app.base.errors import Denied, InternalError, Unauthenticated, not_found
from app.base.settings import Settings

_USER_AGENT_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was let through to the password check; counted as failed until it holds."""

    user_id: UUID | None
    password_hash: str | None
    account_key: str
    address_key: str


def begin_attempt(work: Work, settings: Settings, email: str, address: str) -> Attempt | Throttled:
    """Count an attempt and find the account it is for, or refuse it for its number.

    Counting comes before the check, so that many attempts at once can't slip past the limit.
    """
    normal = policy.normal_email(email)
    account_key, address_key = secrets.digest_of(f"account:{normal}"), secrets.digest_of(f"address:{address}")
    wait = _count(work, account_key, settings.sign_in_failures_per_account, settings) or _count(
        work, address_key, settings.sign_in_failures_per_address, settings
    )
    if wait:
        return Throttled(wait)
    # Text that no account could hold is not asked for: PostgreSQL would refuse the question itself.
    user = queries.user_by_email(work.platform, normal) if normal.isprintable() else None
    if user is None or not user.is_active:
        return Attempt(None, None, account_key, address_key)
    return Attempt(user.id, user.password_hash, account_key, address_key)


def open_session(work: Work, settings: Settings, attempt: Attempt, user_agent: str) -> SignedIn | Refused:
    """Open a session for an attempt whose password held, in the tenant the user was in last, else in their first."""
    user = queries.user_by_id(work.platform, attempt.user_id) if attempt.user_id else None
    tenants = queries.tenants_of_user(work.platform, user.id) if user else []
    # Between the check and now the account may have been disabled, moved out, or given another password.
    if user is None or not user.is_active or user.password_hash != attempt.password_hash or not tenants:
        return Refused()
    queries.forget_attempts(work.platform, attempt.account_key)
    _take_back(work, attempt.address_key)
    tenant, member = _last_used(work, user.id, tenants)
    queries.delete_ended_sessions(work.platform, user.id, work.clock.now())
    queries.delete_old_kept_forms(work.platform, user.id, work.clock.now() - policy.KEPT_FORM_FOR)
    opened = _insert(work, settings, user.id, tenant.id, user_agent)
    actor = Actor(
        user.id, tenant.id, user.display_name, ActorKind.HUMAN, member.role, frozenset(), session_id=opened.session_id, email=user.email
    )
    record(work, actor, "access.session.create", "session", opened.session_id)
    return SignedIn(opened, user_of(user, tenant.id))


def list_sessions(work: Work, actor: Actor) -> tuple[SessionInfo, ...]:
    """The actor's own sessions, newest first."""
    require(actor, "access.self.read")
    return tuple(
        SessionInfo(row.id, row.created_at, row.last_seen_at, row.expires_at, row.user_agent, row.id == actor.session_id)
        for row in queries.sessions_of_user(work.platform, actor.user_id)
    )


def end_session(work: Work, actor: Actor, session_id: UUID) -> None:
    """End one of the actor's own sessions.

    Raises:
        NotFound: the actor has no such session.
    """
    require(actor, "access.self.update")
    if queries.session_by_id(work.platform, actor.user_id, session_id) is None:
        raise not_found("session", session_id)
    _end(work, session_id)
    record(work, actor, "access.session.delete", "session", session_id)


def end_other_sessions(work: Work, actor: Actor) -> int:
    """End all sessions of the actor but this one; how many there were."""
    require(actor, "access.self.update")
    ended = queries.end_sessions(work.platform, actor.user_id, but=actor.session_id)
    work.bump(REVISION)
    record(work, actor, "access.session.delete", "user", actor.user_id, after={"ended": ended})
    return ended


def sign_out(work: Work, actor: Actor) -> None:
    """End the session the actor uses; nothing happens for an API token, which is revoked instead."""
    require(actor, "access.self.update")
    if actor.session_id is not None:
        _end(work, actor.session_id)
        record(work, actor, "access.session.delete", "session", actor.session_id)


def switch_tenant(work: Work, actor: Actor, settings: Settings, tenant_id: UUID) -> OpenSession:
    """Go on in another of the user's tenants, under a new secret; the old one ends.

    Raises:
        NotFound: the user doesn't belong to that tenant.
        Denied: the actor uses an API token, which belongs to one tenant.
    """
    require(actor, "access.self.update")
    session = _own_session(work, actor)
    if all(tenant.id != tenant_id for tenant, _ in queries.tenants_of_user(work.platform, actor.user_id)):
        raise not_found("tenant", tenant_id)
    opened = _rotate(work, settings, session, tenant_id)
    record(work, actor, "access.session.switch", "tenant", tenant_id, before={"tenant": actor.tenant_id}, after={"tenant": tenant_id})
    return opened


def own_password_hash(work: Work, actor: Actor) -> str:
    """The hash to check the actor's current password against."""
    require(actor, "access.self.update")
    return _own_account(work, actor).password_hash


def change_password(work: Work, actor: Actor, settings: Settings, known: str, new: PasswordHash) -> OpenSession:
    """Replace the password that `known` was the hash of; other sessions end, this one gets a new secret.

    Raises:
        Unauthenticated: the password was changed by somebody else meanwhile.
    """
    require(actor, "access.self.update")
    user = _own_account(work, actor)
    if user.password_hash != known:
        raise Unauthenticated("The password was changed meanwhile.", "Sign in again.")
    user.password_hash = new.value
    user.version += 1
    work.platform.flush()
    session = _own_session(work, actor)
    opened = _rotate(work, settings, session, actor.tenant_id)
    queries.end_sessions(work.platform, actor.user_id, but=opened.session_id)
    record(work, actor, "access.user.password", "user", actor.user_id)
    return opened


def _last_used(work: Work, user_id: UUID, tenants: Sequence[tuple[TenantRecord, MemberRecord]]) -> tuple[TenantRecord, MemberRecord]:
    by_id = {tenant.id: (tenant, member) for tenant, member in tenants}
    newest_first = queries.sessions_of_user(work.platform, user_id)
    return next((by_id[each.current_tenant_id] for each in newest_first if each.current_tenant_id in by_id), tenants[0])


def _own_account(work: Work, actor: Actor) -> UserRecord:
    user = queries.user_by_id(work.platform, actor.user_id)
    if user is None:
        raise InternalError("an authenticated account is gone within its own transaction")
    return user


def _own_session(work: Work, actor: Actor) -> SessionRecord:
    session = queries.session_by_id(work.platform, actor.user_id, actor.session_id) if actor.session_id else None
    if session is None:
        raise Denied("This works in a browser session only.", "Sign in with a password instead of using an API token.")
    return session


def _rotate(work: Work, settings: Settings, session: SessionRecord, tenant_id: UUID) -> OpenSession:
    _end(work, session.id)
    return _insert(work, settings, session.user_id, tenant_id, session.user_agent)


def _insert(work: Work, settings: Settings, user_id: UUID, tenant_id: UUID, user_agent: str) -> OpenSession:
    secret, now = secrets.new_session_secret(), work.clock.now()
    row = SessionRecord(
        id=work.ids.new(),
        digest=secrets.digest_of(secret),
        user_id=user_id,
        current_tenant_id=tenant_id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=settings.session_absolute_hours),
        user_agent="".join(char for char in user_agent[:_USER_AGENT_CHARS] if char.isprintable()),
    )
    work.platform.add(row)
    return OpenSession(secret, row.id, tenant_id, row.expires_at)


def _end(work: Work, session_id: UUID) -> None:
    queries.end_session(work.platform, session_id)
    work.bump(REVISION)


def _count(work: Work, key: str, limit: int, settings: Settings) -> int:
    """Count one more under a key; the seconds to wait when that is too many, else 0."""
    now, window = work.clock.now(), timedelta(minutes=settings.sign_in_window_minutes)
    counted = queries.attempts(work.platform, key)
    if counted is None:
        work.platform.add(SignInAttemptRecord(key=key, window_started_at=now, failures=1))
        return 0
    if now - counted.window_started_at >= window:
        counted.window_started_at, counted.failures = now, 0
    if counted.failures >= limit:
        return max(1, int((counted.window_started_at + window - now).total_seconds()))
    counted.failures += 1
    work.platform.flush()
    return 0


def _take_back(work: Work, key: str) -> None:
    counted = queries.attempts(work.platform, key)
    if counted is not None and counted.failures > 0:
        counted.failures -= 1
        work.platform.flush()
