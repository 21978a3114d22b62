"""Load on a server of its own process over kept-alive connections, and the bare "hello" that rates are compared with.

Rates are told as ratios to the hello's of the same run, which survive a change of machine.
"""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_HELLO: Final = """
from fastapi import FastAPI
import uvicorn, sys
app = FastAPI()
@app.get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
"""
HELLO: Final = (sys.executable, "-c", _HELLO)
"""The command that serves a bare FastAPI "hello"; takes the port."""
ALLOY: Final = (sys.executable, "-m", "app", "serve")
"""The command that serves Alloy; takes options."""


@dataclass(slots=True)
class Load:
    """What came back of one target."""

    name: str
    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.latencies_ms) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The latency that `share` of the answers stayed below, in milliseconds."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """A GET as it goes over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


@contextmanager
def serving(command: Sequence[str], environment: Mapping[str, str], probe: str) -> Iterator[int]:
    """A server in a process of its own, until the end of the block: the port it listens on, which the command gets as its last word."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*command, str(port)], env=dict(environment), stdout=log, stderr=log, cwd=Path(__file__).parent.parent)
        try:
            _await(port, probe, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


async def put_on(load: Load, port: int, request: bytes, seconds: float, connections: int) -> None:
    """Ask the same over and over on so many connections, and add what comes back to `load`."""
    await asyncio.gather(*(_ask(port, request, Load(load.name), min(1.0, seconds / 4)) for _ in range(connections)))
    started = time.perf_counter()
    await asyncio.gather(*(_ask(port, request, load, seconds) for _ in range(connections)))
    load.seconds += time.perf_counter() - started


async def _ask(port: int, request: bytes, load: Load, seconds: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    end = time.perf_counter() + seconds
    try:
        while (started := time.perf_counter()) < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0))
            if head.startswith(b"HTTP/1.1 20"):
                load.latencies_ms.append((time.perf_counter() - started) * 1000)
            else:
                load.errors += 1
    except (OSError, asyncio.IncompleteReadError):
        load.errors += 1
    finally:
        writer.close()


def _await(port: int, probe: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{probe}", timeout=5):  # an http address of this machine
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")
