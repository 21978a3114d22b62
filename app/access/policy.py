"""The rules of access, as pure functions over plain values: who may hand out what, and when things end."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from app.access.permissions import BuiltinRole, PermissionRegistry
from app.access.types import Actor
from app.base.errors import Conflict, Denied, Invalid, nearest
from app.base.settings import Settings

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
KEPT_FORM_FOR: Final = timedelta(minutes=30)
KEPT_FORM_CHARS: Final = 262_144
TOUCH_EVERY: Final = timedelta(minutes=1)


def normal_email(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().lower()


def check_password(password: str) -> None:
    """Refuse passwords that are too easy or too long.

    Raises:
        Invalid: it is; nothing of the password is repeated.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(f"The password has {len(password)} characters.", f"Use at least {SHORTEST_PASSWORD}.", field="password")
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(f"The password has {len(password)} characters.", f"Use at most {LONGEST_PASSWORD}.", field="password")


def check_grant(actor: Actor, role: str, permissions: frozenset[str]) -> None:
    """Nobody hands out, or takes away, more than they hold.

    Raises:
        Denied: the role holds permissions that the actor lacks.
    """
    beyond = sorted(permissions - actor.permissions)
    if beyond:
        raise Denied(
            f"The role {role} holds {len(beyond)} permissions that {actor.name} lacks, the first is {beyond[0]}.",
            "Choose a lesser role, or ask somebody who holds them.",
            details={"missing": beyond},
        )


def check_known(permissions: Iterable[str], registry: PermissionRegistry) -> None:
    """Refuse permissions that no module declares.

    Raises:
        Conflict: one of them doesn't exist; the hint names the nearest that does.
    """
    for name in permissions:
        if name not in registry.names:
            raise Conflict(f"There is no permission {name}.", nearest(name, sorted(registry.names)), field="permissions")


def check_token_permissions(actor: Actor, permissions: Sequence[str]) -> None:
    """A token can do at most what its maker can.

    Raises:
        Denied: the maker lacks one of them.
    """
    beyond = sorted(set(permissions) - actor.permissions)
    if beyond:
        raise Denied(
            f"A token can't hold {beyond[0]}: {actor.name} lacks it.",
            "Leave it out; `GET /api/v1/me` lists the permissions you hold.",
            details={"missing": beyond},
        )


def check_owner_remains(role_before: str, role_after: str | None, owners: int) -> None:
    """A tenant always has an owner.

    Raises:
        Conflict: the last one would go.
    """
    if role_before == BuiltinRole.OWNER and role_after != BuiltinRole.OWNER and owners <= 1:
        raise Conflict("This is the tenant's last owner.", "Make somebody else owner first.", field="role")


def token_expiry(now: datetime, wanted: datetime | None, settings: Settings) -> datetime:
    """When a new token ends.

    Raises:
        Conflict: the wanted moment is past.
    """
    if wanted is None:
        return now + timedelta(days=settings.token_default_days)
    if wanted <= now:
        raise Conflict(f"The expiry {wanted.isoformat()} is in the past.", "Choose a later one, or leave it out.", field="expires_at")
    return wanted


def session_has_ended(now: datetime, last_seen_at: datetime, expires_at: datetime, idle: timedelta) -> bool:
    """Whether a session is over, by disuse or by age."""
    return now >= expires_at or now - last_seen_at >= idle
