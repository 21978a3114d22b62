"""A server killed in the middle of a thousand writes: what it acknowledged is there after the restart, and the database is sound."""

import asyncio
import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from app.seed import DEMO_PASSWORD
from e2e.server import PATIENCE_SECONDS, Server, serving
from tests import postgres
from tests.conftest import DATABASES
from tests.requirements import requirement

WRITES = 1000
KILL_AFTER = 200
QUIET = {"ALLOY_SERVE_PAGES": "false", "ALLOY_PASSWORD_MEMORY_KIB": "8", "ALLOY_LOG_LEVEL": "error"}
SLUGS = "SELECT slug FROM access_tenant"
MEMBERSHIPS = "SELECT count(*) FROM access_member m JOIN access_tenant t ON t.id = m.tenant_id"
ORPHANS = "SELECT count(*) FROM access_member m LEFT JOIN access_user u ON u.id = m.user_id WHERE u.id IS NULL"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds after the crash."""

    slugs: frozenset[str]
    memberships: int
    faults: tuple[object, ...]


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind that is found here; the server migrates it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alloy.db"
        return
    server_url: str = request.getfixturevalue("postgres_server").rpartition("/")[0]
    with postgres.database(server_url, f"crash_{uuid4().hex}") as url:
        yield url


async def _write_until_killed(server: Server) -> list[str]:
    """Create tenants, all at once; the short names of those that the server acknowledged before it was killed."""
    acknowledged: list[str] = []
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_SECONDS, limits=limits, headers={"origin": server.url}) as client:
        signed = await client.post("/api/v1/session", json={"email": "olga@demo.example", "password": DEMO_PASSWORD})
        assert signed.status_code == 201

        async def write(number: int) -> None:
            try:
                answer = await client.post("/api/v1/tenants", json={"name": f"Tenant {number}", "slug": f"tenant-{number}"})
            except httpx.TransportError:
                return
            assert answer.status_code == 201
            acknowledged.append(json.loads(answer.content)["slug"])
            if len(acknowledged) == KILL_AFTER:
                os.kill(server.process.pid, signal.SIGKILL)

        async with asyncio.TaskGroup() as group:
            for number in range(WRITES):
                group.create_task(write(number))
    return acknowledged


def _kept(url: str) -> Kept:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as opened:
            slugs = frozenset(row[0] for row in opened.execute(SLUGS))
            checks = [*opened.execute("PRAGMA integrity_check"), *opened.execute("PRAGMA foreign_key_check")]
            found = Kept(slugs, opened.execute(MEMBERSHIPS).fetchone()[0], tuple(row for row in checks if row != ("ok",)))
        opened.close()
        return found
    with psycopg.connect(url) as connection:
        connection.execute("SELECT set_config('app.tenant', '*', true)")
        slugs = frozenset(row[0] for row in connection.execute(SLUGS))
        counts = [row[0] for statement in (MEMBERSHIPS, ORPHANS) for row in connection.execute(statement.encode())]
        return Kept(slugs, counts[0], tuple(range(counts[1])))


@requirement("R1.acknowledged-writes-survive")
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_acknowledged_write_survives_a_killed_server(tmp_path: Path, database_url: str) -> None:
    settings = {**QUIET, "ALLOY_DATABASE_URL": database_url}
    with serving(tmp_path, settings) as server:
        acknowledged = asyncio.run(_write_until_killed(server))
    assert KILL_AFTER <= len(acknowledged) < WRITES

    with serving(tmp_path, settings) as server:
        assert httpx.get(f"{server.url}/health/ready", timeout=PATIENCE_SECONDS).status_code == 200
        kept = _kept(database_url)
    assert set(acknowledged) - kept.slugs == set()
    # A tenant and its owner are one write: neither is there without the other. The demo tenant has six people.
    assert kept.memberships == len(kept.slugs) - 1 + 6
    assert kept.faults == ()
