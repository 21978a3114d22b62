"""A server killed in the middle of a thousand writes: what it acknowledged is there after the restart, and the database is sound."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.seed import DEMO_PASSWORD
from tests.requirements import requirement

WRITES = 1000
KILL_AFTER = 200


@contextmanager
def serving(folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The real command, over a database file in the folder; yields once it is ready, kills it at the end if that wasn't done."""
    environment = {
        **os.environ,
        "ALLOY_DATABASE_URL": f"sqlite:///{folder}/alloy.db",
        "ALLOY_SERVE_PAGES": "false",
        "ALLOY_PASSWORD_MEMORY_KIB": "8",
        "ALLOY_PASSWORD_PASSES": "1",
        "ALLOY_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--seed", "--port", str(port)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=0)) as probe:
                while process.poll() is None and not _is_ready(probe, port):
                    pass
            assert process.poll() is None, (folder / "log").read_text()
            yield process
        finally:
            process.kill()
            process.wait(30)


def _is_ready(probe: httpx.Client, port: int) -> bool:
    try:
        return probe.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


async def _write_until_killed(port: int, process: "subprocess.Popen[bytes]") -> list[str]:
    """Create tenants, all at once; the short names of those that the server acknowledged before it was killed."""
    acknowledged: list[str] = []
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=base, timeout=60, limits=httpx.Limits(max_connections=100), headers={"origin": base}) as client:
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
                os.kill(process.pid, signal.SIGKILL)

        async with asyncio.TaskGroup() as group:
            for number in range(WRITES):
                group.create_task(write(number))
    return acknowledged


@requirement("R1.acknowledged-writes-survive")
@pytest.mark.timeout(240)
def test_every_acknowledged_write_survives_a_killed_server(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with serving(tmp_path, port) as process:
        acknowledged = asyncio.run(_write_until_killed(port, process))
    assert KILL_AFTER <= len(acknowledged) < WRITES

    with serving(tmp_path, port):
        database = sqlite3.connect(tmp_path / "alloy.db")
        kept = {row[0] for row in database.execute("SELECT slug FROM access_tenant")}
        memberships = database.execute("SELECT count(*) FROM access_member m JOIN access_tenant t ON t.id = m.tenant_id").fetchone()[0]
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
        dangling = database.execute("PRAGMA foreign_key_check").fetchall()
        database.close()
    assert set(acknowledged) - kept == set()
    # A tenant and its owner are one write: neither is there without the other. The demo tenant has six people.
    assert memberships == len(kept) - 1 + 6
    assert (whole, dangling) == ("ok", [])
