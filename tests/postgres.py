"""A PostgreSQL server for tests: the one that ALLOY_TEST_POSTGRES names, or one started from Debian's packages in a temporary folder.

The tests connect as a role that is no superuser: superusers pass row-level security, and it is part of what is tested.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROLE = "alloy_test"
MEMORY_BYTES = 2 * 1024**3
"""How much a server in memory may need."""


def is_found() -> bool:
    """Whether the PostgreSQL half of the suite can run here."""
    return bool(os.environ.get("ALLOY_TEST_POSTGRES")) or _binaries() is not None


@contextmanager
def server() -> Iterator[str]:
    """A server's URL without a database name, as a role that may create databases; stopped afterwards if we started it."""
    given = os.environ.get("ALLOY_TEST_POSTGRES")
    if given:
        yield given.rstrip("/")
        return
    binaries = _binaries()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="alloy-pg-", dir=_quickest()))
    account = _unprivileged()
    try:
        if account is not None:
            shutil.chown(folder, account)
        port = _free_port()
        data = folder / "data"
        _run(account, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        # Databases live for one test: nothing in them wants cleaning, and who cleans is a superuser's process that would hold up the drop.
        quick = "-c fsync=off -c full_page_writes=off -c autovacuum=off"
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {quick}"
        _run(account, binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")
            yield f"postgresql://{ROLE}@127.0.0.1:{port}"
        finally:
            _run(account, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: str, name: str, template: str | None = None) -> Iterator[str]:
    """A database of its own, dropped afterwards."""
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        copied = f" TEMPLATE {template}" if template else ""
        connection.execute(f"CREATE DATABASE {name}{copied}".encode())
        try:
            yield f"{server_url}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _quickest() -> str | None:
    """A file system in memory if there is one with room: a copy of a database takes a seventh of the time there."""
    memory = Path("/dev/shm")  # noqa: S108  # a folder that only we can enter is made in it
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > MEMORY_BYTES
    return str(memory) if is_roomy else None


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root, so root starts it as somebody else."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(account: str | None, *command: object) -> None:
    # pg_ctl's server inherits its output; a pipe would never end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command], user=account, cwd="/", stdout=output, stderr=output, check=False, timeout=100
        )
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
