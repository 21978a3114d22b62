"""A real server for journeys: its own process, port and database, with the demo tenant."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from app.seed import DEMO_PASSWORD

_START_SECONDS: Final = 30
_COMMAND: Final = ("-c", "from app.cli import main; main()", "serve", "--seed", "--port")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    log: Path

    def token(self, email: str, password: str, permissions: list[str]) -> str:
        """An API token of somebody, made over REST."""
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}) as client:
            client.post("/api/v1/session", json={"email": email, "password": password}).raise_for_status()
            body = {"name": "journey", "kind": "service", "permissions": permissions}
            made = client.post("/api/v1/tokens", json=body).raise_for_status()
            return str(made.json()["secret"])


@contextmanager
def serving(folder: Path, settings: Mapping[str, str] | None = None, python: str | None = None) -> Iterator[Server]:
    """A server that keeps its data in `folder`, stopped at the end; `python` runs it from another environment, away from this checkout."""
    port, log = _free_port(), folder / "server.log"
    environment = {
        **os.environ,
        "ALLOY_DATABASE_URL": f"sqlite:///{folder / 'alloy.db'}",
        "ALLOY_PASSWORD_MEMORY_KIB": "1024",
        "ALLOY_PASSWORD_PASSES": "1",
        **(settings or {}),
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [python or sys.executable, *_COMMAND, str(port)], env=environment, stdout=output, stderr=output, cwd=folder if python else None
        )
        try:
            server = Server(f"http://localhost:{port}", log)
            _wait_until_ready(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Server, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            httpx.get(f"{server.url}/health/ready", timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server did not start:\n{server.log.read_text()}")


PASSWORD: Final = DEMO_PASSWORD
