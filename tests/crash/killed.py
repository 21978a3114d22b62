"""A server killed in the middle of a thousand concurrent writes, and started again over the same database.

    python -m tests.crash.killed [--writes 1000] [--kill-after 500] [--json]

prints for SQLite, and for PostgreSQL where a server is found: how many writes were acknowledged, how many of those were found after the
restart, how many rows the crash tore, and how long the restart took until the server was ready. `make test` holds it to that.
"""

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg

from app.seed import DEMO_PASSWORD
from e2e.server import PATIENCE_SECONDS, Server, serving
from tests import postgres

WRITES = 1000
KILL_AFTER = 500
QUIET = {"ALLOY_SERVE_PAGES": "false", "ALLOY_PASSWORD_MEMORY_KIB": "8", "ALLOY_LOG_LEVEL": "error"}
SLUGS = "SELECT slug FROM access_tenant"
MEMBERSHIPS = "SELECT count(*) FROM access_member m JOIN access_tenant t ON t.id = m.tenant_id"
ORPHANS = "SELECT count(*) FROM access_member m LEFT JOIN access_user u ON u.id = m.user_id WHERE u.id IS NULL"
DEMO_PEOPLE = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds after the crash."""

    slugs: frozenset[str]
    memberships: int
    faults: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it. `torn` counts tenants without their owner and everything the database says is wrong with it."""

    writes: int
    acknowledged: int
    found: int
    torn: int
    restart_seconds: float


def kill_and_restart(folder: Path, database_url: str, writes: int = WRITES, kill_after: int = KILL_AFTER) -> Figures:
    """Kill a server while clients write to it, start another over the same database, and look at what is there."""
    settings = {**QUIET, "ALLOY_DATABASE_URL": database_url}
    with serving(folder, settings) as server:
        acknowledged = asyncio.run(_write_until_killed(server, writes, kill_after))
    started = time.perf_counter()
    with serving(folder, settings) as server:
        httpx.get(f"{server.url}/health/ready", timeout=PATIENCE_SECONDS).raise_for_status()
        restart_seconds = time.perf_counter() - started
        kept = _kept(database_url)
    # A tenant and its owner are one write: neither is there without the other.
    torn = abs(kept.memberships - (len(kept.slugs) - 1 + DEMO_PEOPLE)) + len(kept.faults)
    return Figures(writes, len(acknowledged), len(kept.slugs & set(acknowledged)), torn, round(restart_seconds, 2))


async def _write_until_killed(server: Server, writes: int, kill_after: int) -> list[str]:
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
            if len(acknowledged) == kill_after:
                os.kill(server.process.pid, signal.SIGKILL)

        async with asyncio.TaskGroup() as group:
            for number in range(writes):
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


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The URL of an empty database of each kind that is found here, by its name."""
    found = {"sqlite": f"sqlite:///{folder}/alloy.db"}
    if not postgres.is_found():
        yield found
        return
    with postgres.server() as server_url, postgres.database(server_url, f"crash_{uuid4().hex}") as url:
        yield {**found, "postgresql": url}


def main() -> None:
    """Do it on each database and print what came of it; ends with 1 if anything was lost or torn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=int, default=WRITES)
    parser.add_argument("--kill-after", type=int, default=KILL_AFTER, help="acknowledged writes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as found:
        figures = {name: asdict(kill_and_restart(Path(folder), url, options.writes, options.kill_after)) for name, url in found.items()}
    if options.json:
        sys.stdout.write(f"{json.dumps(figures, indent=2)}\n")
    else:
        for name, each in figures.items():
            told = ", ".join(f"{what.replace('_', ' ')} {value}" for what, value in each.items())
            sys.stdout.write(f"{name}: {told}\n")
    sys.exit(any(each["found"] < each["acknowledged"] or each["torn"] for each in figures.values()))


if __name__ == "__main__":
    main()
