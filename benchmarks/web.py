"""Load on a signed-in page and on a token-authenticated REST read, beside a bare FastAPI "hello" on the same machine in the same run.

Usage: python -m benchmarks.web [--seconds 30] [--connections 16] [--json]
Each target is served by its own process and asked by this one over kept-alive connections; rates are compared as ratios, which
survive a change of machine.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

DEMO_OWNER = "olga@demo.example"
DEMO_PASSWORD = "alloy demo phrase"

HELLO = """
from fastapi import FastAPI
import uvicorn, sys
app = FastAPI()
@app.get("/")
async def hello() -> dict[str, str]:
    return {"hello": "world"}
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


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


def main() -> None:
    """Run all targets and print a table, or one JSON object of named figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--page", default="/members")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    loads = _measure(options.seconds, options.connections, options.page)
    hello = loads[0].rate
    if options.json:
        figures = {f"{load.name}_per_second": round(load.rate, 1) for load in loads}
        figures |= {f"{load.name}_errors": load.errors for load in loads}
        figures |= {f"{load.name}_p99_ms": round(load.percentile(0.99), 2) for load in loads}
        figures |= {f"{load.name}_to_hello": round(load.rate / hello, 3) for load in loads[1:]}
        print(json.dumps(figures))
        return
    print(f"{'target':<14}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}{'of hello':>10}")
    for load in loads:
        ratio = f"{load.rate / hello:.1%}"
        print(f"{load.name:<14}{load.rate:>12.0f}{load.percentile(0.5):>9.2f}{load.percentile(0.99):>9.2f}{load.errors:>8}{ratio:>10}")


def _measure(seconds: float, connections: int, page: str) -> list[Load]:
    loads = []
    with _server([sys.executable, "-c", HELLO], dict(os.environ), "/") as port:
        loads.append(asyncio.run(_load("hello", port, _request("/", ""), seconds, connections)))
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ALLOY_DATABASE_URL": f"sqlite:///{folder}/bench.db", "ALLOY_SANDBOX": "degraded"}
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--seed", "--port"]
        with _server(command, environment, "/health/live") as port:
            cookie, token = _sign_in(port)
            read = _request("/api/v1/members?limit=10", f"Authorization: Bearer {token}\r\n")
            loads.append(asyncio.run(_load("rest_read", port, read, seconds, connections)))
            if _status(port, page, cookie) == 200:
                request = _request(page, f"Cookie: {cookie}\r\nAccept: text/html\r\n")
                loads.append(asyncio.run(_load("page", port, request, seconds, connections)))
            else:
                print(f"{page} is not a page of this installation; choose another with --page", file=sys.stderr)
    return loads


def _request(path: str, headers: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


@contextmanager
def _server(command: list[str], environment: dict[str, str], probe: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*command, str(port)], env=environment, stdout=log, stderr=log, cwd=Path(__file__).parent.parent)
        try:
            _await(port, probe, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _await(port: int, probe: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{probe}", timeout=5):  # an http address of this machine
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _sign_in(port: int) -> tuple[str, str]:
    base = f"http://127.0.0.1:{port}/api/v1"
    with _post(f"{base}/session", {"email": DEMO_OWNER, "password": DEMO_PASSWORD}, {}) as answer:
        cookie = str(answer.headers["set-cookie"]).partition(";")[0]
    wanted = {"name": "benchmark", "kind": "service", "permissions": ["access.member.list"]}
    with _post(f"{base}/tokens", wanted, {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}) as answer:
        return cookie, str(json.load(answer)["secret"])


def _post(url: str, body: object, headers: dict[str, str]):  # type: ignore[no-untyped-def]  # urlopen's result has no public type
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})  # noqa: S310  # as above
    return urllib.request.urlopen(request, timeout=30)  # noqa: S310  # as above


def _status(port: int, path: str, cookie: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie, "Accept": "text/html"})  # as above
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


async def _load(name: str, port: int, request: bytes, seconds: float, connections: int) -> Load:
    load = Load(name)
    await asyncio.gather(*(_ask(port, request, Load(name), min(1.0, seconds / 5)) for _ in range(connections)))
    started = time.perf_counter()
    await asyncio.gather(*(_ask(port, request, load, seconds) for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    return load


async def _ask(port: int, request: bytes, load: Load, seconds: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    end = time.perf_counter() + seconds
    try:
        while (started := time.perf_counter()) < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            await reader.readexactly(length)
            if head.startswith(b"HTTP/1.1 200"):
                load.latencies_ms.append((time.perf_counter() - started) * 1000)
            else:
                load.errors += 1
    except (OSError, asyncio.IncompleteReadError):
        load.errors += 1
    finally:
        writer.close()


if __name__ == "__main__":
    main()
