"""A real server for journeys and tests: its own process, port and database, with the demo tenant."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Final, Literal

import httpx

from app.seed import DEMO_PASSWORD

_COMMAND: Final = ("-m", "app", "serve", "--port")
_SURVEY: Final = """
from app.sandbox.lockdown.layers import Layer, missing_for_strict, survey
print("degraded" if missing_for_strict(survey(Layer)) else "strict")
"""
PATIENCE_SECONDS: Final = 60
"""How long an answer may take on a busy machine."""
_ANNOUNCED: Final = re.compile(r"Alloy serves on (\S+)")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    log: Path
    process: "subprocess.Popen[str]"

    @contextmanager
    def signed_in(self, email: str = "olga@demo.example") -> Iterator[httpx.Client]:
        """A client of the REST interface with somebody's session."""
        with httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=PATIENCE_SECONDS) as client:
            client.post("/api/v1/session", json={"email": email, "password": PASSWORD}).raise_for_status()
            yield client


@contextmanager
def serving(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    python: str | None = None,
    port: int = 0,
    tenant: Literal["seed", "demo"] = "seed",
) -> Iterator[Server]:
    """A server that keeps its data in `folder`, stopped at the end; `python` runs it from another environment, away from this checkout.

    `port` 0 is a free one. The demo tenant has its people alone, or with `demo` some days of their work as well, as after `make run`.
    """
    log = folder / "server.log"
    environment = {
        **os.environ,
        "ALLOY_DATABASE_URL": f"sqlite:///{folder / 'alloy.db'}",
        "ALLOY_PASSWORD_MEMORY_KIB": "1024",
        "ALLOY_PASSWORD_PASSES": "1",
        "ALLOY_SANDBOX": _walls(),
        **(settings or {}),
    }
    command = [python or sys.executable, *_COMMAND, str(port), f"--{tenant}"]
    with (
        log.open("a") as output,
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=output, text=True, cwd=folder if python else None
        ) as process,
    ):
        try:
            yield Server(_announced(process.stdout, log), log, process)
        finally:
            process.terminate()
            process.wait(30)


@cache
def _walls() -> str:
    """All of them; on a machine that lacks some, those that it has: journeys are about other things, which tests/sandbox is not."""
    # In a process of its own: finding out forks, which one with threads must not.
    return subprocess.run((sys.executable, "-c", _SURVEY), check=True, capture_output=True, text=True).stdout.strip()


def _announced(lines: IO[str] | None, log: Path) -> str:
    """The address that the server says it serves on, which it does once it listens; its output ends early when it can't."""
    for line in lines or ():
        if found := _ANNOUNCED.match(line):
            return found[1]
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")


PASSWORD: Final = DEMO_PASSWORD
