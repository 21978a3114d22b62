"""The demo tenant: one person for each role, all with the same password, made once however often it is called; `story` is what they did."""

from dataclasses import dataclass
from typing import Final

from app.access import Access, BuiltinRole
from app.access.passwords import PasswordHash
from app.access.setup import NewAccount, ensure_tenant, find_user, set_up_account
from app.base.db import Work

DEMO_PASSWORD: Final = "alloy demo phrase"  # noqa: S105  # printed on purpose: the demo tenant holds nothing of worth
DEMO_SLUG: Final = "demo"

_PEOPLE: Final = (
    ("olga@demo.example", "Olga Owner", BuiltinRole.OWNER),
    ("adam@demo.example", "Adam Admin", BuiltinRole.ADMIN),
    ("ann@demo.example", "Ann Author", BuiltinRole.AUTHOR),
    ("rex@demo.example", "Rex Reviewer", BuiltinRole.REVIEWER),
    ("otto@demo.example", "Otto Operator", BuiltinRole.OPERATOR),
    ("vera@demo.example", "Vera Viewer", BuiltinRole.VIEWER),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody of the demo tenant."""

    email: str
    role: BuiltinRole
    is_new: bool


def seed_demo(access: Access) -> tuple[DemoAccount, ...]:
    """Make the demo tenant and its people; those that exist are left as they are."""
    if access.ground.database.read_now(_missing):
        # Hashed here: argon2 takes its time, and no write waits behind it.
        password = access.passwords.hash_now(DEMO_PASSWORD)
        new = access.ground.database.write_now(lambda work: _set_up(work, password))
    else:
        new = set()
    return tuple(DemoAccount(email, role, email in new) for email, _, role in _PEOPLE)


def _missing(work: Work) -> list[tuple[str, str, BuiltinRole]]:
    return [person for person in _PEOPLE if find_user(work, person[0]) is None]


def _set_up(work: Work, password: PasswordHash) -> set[str]:
    tenant = ensure_tenant(work, name="Demo", slug=DEMO_SLUG)
    missing = _missing(work)
    for email, name, role in missing:
        set_up_account(work, tenant, NewAccount(email, name, role, password))
    return {person[0] for person in missing}
