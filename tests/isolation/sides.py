"""The two tenants, what they have, and the application between them."""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import Connection, inspect, text

from app.access import ActorKind, create_token
from app.base.db import TenantRow, Work
from app.base.keeper import Keeper
from app.base.outbox.models import OutboxRecord
from app.entities import RecordIndex
from app.entities.models import EntityRecord, TypeRecord
from app.main import create_app
from app.runs import RunIndex, Sealer
from app.runs.models import HostRecord, RerunRecord, RunRecord
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.schedules.models import ScheduleRecord
from app.scripts.models import ScriptRecord
from app.services import Services
from app.testing import Person, World

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Of all tenants together, or touched by being looked at; what they hold is looked for in the answers instead.
_SHARED: Final = {"alembic_version", "base_heartbeat", "base_revision", "access_session", "access_token", "access_sign_in_attempt"}
_TABLES: Final[dict[str, tuple[type[TenantRow], str, str]]] = {
    "script": (ScriptRecord, "name", "revision"),
    "run": (RunRecord, "status", "version"),
    "type": (TypeRecord, "name", "version"),
    "record": (EntityRecord, "type_id", "version"),
    "schedule": (ScheduleRecord, "name", "version"),
    "host": (HostRecord, "host", "host"),
    "rerun": (RerunRecord, "name", "version"),
    "letter": (OutboxRecord, "state", "attempts"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with an id; its version is what a change of it has to name."""

    id: UUID
    name: str
    version: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A request that one side makes, and whose things it names: in the path, or anywhere else."""

    method: str
    path: str
    query: dict[str, Any]
    json: Any
    content: bytes | None


class Side:
    """One tenant: everything of it that could be read bears its mark."""

    def __init__(self, world: World, person: Person, like: "Side | None" = None) -> None:
        self.world = world
        self.person = person
        self.slug = person.tenant.slug
        self.mark = f"only-{self.slug}"
        self.bundle: bytes = like.bundle if like else b""
        self.secret: str = like.secret if like else world.write(person, self._token)

    def things(self, kind: str) -> list[Thing]:
        """What the tenant has of a kind, oldest first."""
        model, name, version = _TABLES[kind]
        tenant_id = self.person.tenant.id

        def find(work: Work) -> list[Thing]:
            rows: list[Any] = list(work.scope(tenant_id).all(work.scope(tenant_id).select(model)))
            return sorted((Thing(row.id, str(getattr(row, name)), getattr(row, version)) for row in rows), key=lambda each: each.id)

        return self.world.ground.database.read_now(find)

    def ids(self) -> set[str]:
        """The ids of all of it."""
        return {str(thing.id) for kind in _TABLES for thing in self.things(kind)}

    def rows(self) -> dict[str, list[str]]:
        """Every row of the tenant in every table, as text."""
        own = self.person.tenant.id
        return self.world.ground.database.read_now(lambda work: work.inspect(lambda connection: _rows(connection, (str(own), own.hex))))

    def _token(self, work: Work, actor: Any) -> str:
        settings, registry = self.world.ground.settings, self.world.access.registry
        permissions = sorted(registry.of_role(self.person.role))
        made = create_token(work, actor, settings, name=self.mark, kind=ActorKind.SERVICE, permissions=permissions, expires_at=None)
        return made.secret


class Sides:
    """Both tenants before one application; `like` others, whose database this world's is a copy of."""

    def __init__(self, world: World, pool: Pool, like: "Sides | None" = None) -> None:
        self.world = world
        self.application = create_app(ground=world.ground)
        self.services: Services = self.application.state.services
        self.services.runner.pool = pool
        self.services.runner.sealer = Sealer(bytes(KEY_BYTES))
        self.acme: Side = Side(world, world.owner, like.acme if like else None)
        self.rival: Side = Side(world, world.mallory, like.rival if like else None)
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.application, raise_app_exceptions=False), base_url="http://alloy.test"
        )
        self._keeper = Keeper(world.ground.database, [RecordIndex(), RunIndex()])

    def other(self, side: Side) -> Side:
        """The neighbour."""
        return self.rival if side is self.acme else self.acme

    async def send(self, side: Side, call: Call) -> httpx.Response:
        """What the application answers to one side."""
        headers = {"authorization": f"Bearer {side.secret}"}
        if call.content is not None:
            headers["content-type"] = "application/zip"
            return await self._client.request(call.method, call.path, params=call.query, content=call.content, headers=headers)
        return await self._client.request(call.method, call.path, params=call.query, json=call.json, headers=headers)

    async def settle(self) -> None:
        """Return when every message was delivered and the read model is up to date."""
        while await self.services.transport.deliver_due():
            await self.services.runner.settled()
        await self.services.runner.settled()
        while await self._keeper.step():
            continue

    async def close(self) -> None:
        """End it."""
        await self.services.runner.settled()
        await self.services.runner.egress.aclose()
        await self._client.aclose()


def leaks(answer: str, other: Side, call: Call) -> list[str]:
    """What an answer shows of the other side that the call didn't say itself."""
    said = f"{call.path} {call.query} {call.json}"
    shown = set(_UUID.findall(answer)) & other.ids()
    marks = {other.mark, f"@{other.slug}.example", other.person.user.display_name}
    return sorted({each for each in shown if each not in said} | {each for each in marks if each in answer and each not in said})


def _rows(connection: Connection, marks: tuple[str, str]) -> dict[str, list[str]]:
    tables = [name for name in inspect(connection).get_table_names() if name not in _SHARED]
    found: dict[str, list[str]] = {}
    for table in tables:
        lines = [str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"'))]  # noqa: S608  # a name from the database
        found[table] = sorted(line for line in lines if any(mark in line for mark in marks))
    return found
