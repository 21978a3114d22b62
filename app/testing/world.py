"""A small world to test in: tenant `acme` with one person for each role, and mallory.

Mallory owns the rival tenant and should see nothing of acme.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Engine, make_url

from app.access import PERMISSIONS, Access, Actor, BuiltinRole, Credentials, OpenSession, Permission, Tenant, User
from app.access.passwords import PasswordHash
from app.access.service.sessions import Attempt, open_session
from app.access.setup import NewAccount, add_to_tenant, ensure_tenant, set_up_account
from app.access.types import SignedIn
from app.base.clock import FrozenClock
from app.base.db import Work
from app.base.ground import Ground, build_ground
from app.base.migrate import migrate
from app.base.settings import Settings

T = TypeVar("T")

PASSWORD: Final = "correct horse battery"  # noqa: S105  # of people who exist in tests alone
_CHEAP: Final = {"password_memory_kib": 8, "password_passes": 1}
_NO_PLACE: Final = {"database_url": "sqlite://", "database_readers": 1}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the world, signed in."""

    user: User
    tenant: Tenant
    role: BuiltinRole
    session: OpenSession

    @property
    def credentials(self) -> Credentials:
        """What their browser sends."""
        return Credentials(session=self.session.secret)


@dataclass(frozen=True, slots=True)
class Scene:
    """A migrated SQLite database and who is in it. Set up once, then copied, which is a hundred times faster."""

    database: bytes
    cast: tuple[Person, ...]
    password: PasswordHash


class World:
    """A running ground with people in it."""

    def __init__(self, ground: Ground, declared: tuple[Permission, ...], clock: FrozenClock, scene: Scene | None = None) -> None:
        """`scene` is what the database is a copy of; without one, the people are put there."""
        self.ground = ground
        self.clock = clock
        self.access = Access(ground, declared)
        self._password = scene.password if scene else self.access.passwords.hash_now(PASSWORD)
        # One write for all of them: each costs a flush of the disk.
        people = scene.cast if scene else ground.database.write_now(self._set_up)
        self.owner, self.admin, self.ann, self.rex, self.otto, self.viewer, self.mallory = people
        self.acme, self.rival = self.owner.tenant, self.mallory.tenant

    def scene(self, database: bytes) -> Scene:
        """What this world began with, as a copy of its database that was taken then."""
        return Scene(database, (*self.acme_people, self.mallory), self._password)

    @property
    def acme_people(self) -> tuple[Person, ...]:
        """One person for each role."""
        return (self.owner, self.admin, self.ann, self.rex, self.otto, self.viewer)

    def tenant(self, name: str, slug: str) -> Tenant:
        """A tenant; made if it isn't there."""
        return self.ground.database.write_now(lambda work: ensure_tenant(work, name=name, slug=slug))

    def person(self, tenant: Tenant, name: str, role: BuiltinRole) -> Person:
        """Somebody new in a tenant, signed in; their address is `<name>@<tenant>.example`."""

        return self.ground.database.write_now(lambda work: self._person(work, tenant, name, role))

    def join(self, person: Person, tenant: Tenant, role: BuiltinRole) -> None:
        """Let somebody into a further tenant."""
        self.ground.database.write_now(lambda work: add_to_tenant(work, tenant.id, person.user.id, role))

    def session(self, person: Person) -> OpenSession:
        """A further session of somebody."""
        return self.ground.database.write_now(lambda work: self._open(work, person.user, self._password))

    def actor(self, person: Person) -> Actor:
        """The person as verbs know them."""
        return self.read(person, lambda _work, actor: actor)

    def read(self, person: Person, verb: Callable[[Work, Actor], T]) -> T:
        """What a reading verb gives this person."""
        return self.ground.database.read_now(lambda work: verb(work, self.access.authenticate(work, person.credentials)))

    def write(self, person: Person, verb: Callable[[Work, Actor], T]) -> T:
        """What a changing verb gives this person, once it is durable."""
        return self.ground.database.write_now(lambda work: verb(work, self.access.authenticate(work, person.credentials)))

    def _set_up(self, work: Work) -> list[Person]:
        acme = ensure_tenant(work, name="Acme", slug="acme")
        rival = ensure_tenant(work, name="Rival", slug="rival")
        roles = zip(("olga", "adam", "ann", "rex", "otto", "vera"), BuiltinRole, strict=True)
        return [*(self._person(work, acme, name, role) for name, role in roles), self._person(work, rival, "mallory", BuiltinRole.OWNER)]

    def _person(self, work: Work, tenant: Tenant, name: str, role: BuiltinRole) -> Person:
        account = NewAccount(f"{name}@{tenant.slug}.example", name.capitalize(), role, self._password)
        user = set_up_account(work, tenant, account)
        return Person(user, tenant, role, self._open(work, user, self._password))

    def _open(self, work: Work, user: User, password: PasswordHash) -> OpenSession:
        outcome = open_session(work, self.ground.settings, Attempt(user.id, password.value, "", ""), "tests")
        assert isinstance(outcome, SignedIn)  # noqa: S101  # the account was made a moment ago
        return outcome.session


def in_memory_settings(**changes: Any) -> Settings:
    """Settings for tests: a database in memory, cheap password hashes, no log lines below error; with the given changes."""
    return Settings(**{"database_url": "sqlite://", "log_level": "error", **_CHEAP, **changes})


@contextmanager
def open_world(settings: Settings | None = None, declared: tuple[Permission, ...] = PERMISSIONS) -> Iterator[World]:
    """A world over a migrated database, closed afterwards. Pass further modules' permissions along with access's own."""
    clock, chosen = FrozenClock(), settings or in_memory_settings()
    url = make_url(chosen.database_url)
    is_new = url.get_backend_name() == "sqlite" and (_is_in_memory(url) or not Path(str(url.database)).exists())
    scene = _scene(chosen.model_copy(update=_NO_PLACE), declared) if is_new else None
    if scene and not _is_in_memory(url):
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        Path(str(url.database)).write_bytes(scene.database)
    ground = build_ground(chosen, clock)
    try:
        if scene is None:
            migrate(ground.database.engines.writer)
        elif _is_in_memory(url):
            _restore(ground.database.engines.writer, scene.database)
        yield World(ground, declared, clock, scene)
    finally:
        ground.close()


@lru_cache(maxsize=8)
def _scene(settings: Settings, declared: tuple[Permission, ...]) -> Scene:
    # A moment before every world begins, so that what is made there sorts after what was there.
    clock = FrozenClock(FrozenClock().now() - timedelta(milliseconds=1))
    ground = build_ground(settings, clock)
    try:
        migrate(ground.database.engines.writer)
        world = World(ground, declared, clock)
        driver: Any = ground.database.engines.writer.raw_connection().driver_connection
        return world.scene(driver.serialize())
    finally:
        ground.close()


def _restore(engine: Engine, database: bytes) -> None:
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    driver.deserialize(database)
    pooled.close()


def _is_in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")
