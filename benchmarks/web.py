"""Load on a signed-in page and on a token-authenticated REST read, beside a bare FastAPI "hello" on the same machine in the same run.

Usage: python -m benchmarks.web [--seconds 30] [--connections 16] [--json]
The targets take turns, so what disturbs the machine disturbs all of them.
"""

import argparse
import asyncio
import json
import os
import tempfile
import urllib.request
from typing import Final

from benchmarks.load import ALLOY, HELLO, Load, get, put_on, serving

DEMO_OWNER = "olga@demo.example"
DEMO_PASSWORD = "alloy demo phrase"
ROUNDS: Final = 3


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
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ALLOY_DATABASE_URL": f"sqlite:///{folder}/bench.db", "ALLOY_SANDBOX": "degraded"}
        with (
            serving(HELLO, os.environ, "/") as hello_port,
            serving([*ALLOY, "--seed", "--port"], environment, "/health/live") as port,
        ):
            cookie, token = _sign_in(port)
            targets = (
                (Load("hello"), hello_port, get("/")),
                (Load("rest_read"), port, get("/api/v1/members?limit=10", {"Authorization": f"Bearer {token}"})),
                (Load("page"), port, get(page, {"Cookie": cookie, "Accept": "text/html"})),
            )
            for _ in range(ROUNDS):
                for load, at, request in targets:
                    asyncio.run(put_on(load, at, request, seconds / ROUNDS, connections))
    return [load for load, _, _ in targets]


def _sign_in(port: int) -> tuple[str, str]:
    base = f"http://127.0.0.1:{port}/api/v1"
    with _post(f"{base}/session", {"email": DEMO_OWNER, "password": DEMO_PASSWORD}, {}) as answer:
        cookie = str(answer.headers["set-cookie"]).partition(";")[0]
    wanted = {"name": "benchmark", "kind": "service", "permissions": ["access.member.list"]}
    with _post(f"{base}/tokens", wanted, {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}) as answer:
        return cookie, str(json.load(answer)["secret"])


def _post(url: str, body: object, headers: dict[str, str]):  # type: ignore[no-untyped-def]  # urlopen's result has no public type
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})  # noqa: S310  # an http address of this machine
    return urllib.request.urlopen(request, timeout=30)  # noqa: S310  # as above


if __name__ == "__main__":
    main()
