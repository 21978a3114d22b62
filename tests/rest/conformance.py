"""Schemathesis over the OpenAPI document, all checks, as each role by session cookie, and as a service by API token.

No 5xx, no status that isn't documented, nothing refused without reason.

Usage: python -m tests.rest.conformance [--requests 2400] [--only viewer,service] [--seed 7]
`make test` runs the same with fewer requests (test_conformance.py).
"""

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from app.access import ActorKind, create_token
from app.base.http.one_write import OneWriteProtocol
from app.main import DECLARED, create_app
from app.testing import Person, World, in_memory_settings, open_world

SERVICE: Final = "service"
SEED: Final = 20261121


@dataclass(slots=True)
class Report:
    """What a run found."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many requests were judged."""
        return sum(self.statuses.values())


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls, and how they prove it."""

    name: str
    world: World
    person: Person

    def sign(self, case: Any) -> None:
        """Add a session of its own to each request, since some end the session they are made in; or a token, which some revoke."""
        if self.name == SERVICE:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {self._token()}"}
        else:
            case.cookies = {**(case.cookies or {}), "alloy_session": self.world.session(self.person).secret}

    def _token(self) -> str:
        settings, held = self.world.ground.settings, sorted(self.world.actor(self.person).permissions)
        return self.world.write(
            self.person,
            lambda work, actor: create_token(
                work, actor, settings, name="conformance", kind=ActorKind.SERVICE, permissions=held, expires_at=None
            ),
        ).secret


def callers(world: World, only: Collection[str] = ()) -> list[Caller]:
    """One of each role, and a service; or those of these names."""
    everybody = [*(Caller(str(person.role), world, person) for person in world.acme_people), Caller(SERVICE, world, world.owner)]
    return [caller for caller in everybody if not only or caller.name in only]


def run(people: list[Caller], base_url: str, requests: int, seed: int = SEED) -> Report:
    """Judge at least this many requests, spread over callers and operations; the first round is never cut short.

    What has few inputs, or none to get wrong, gives fewer in a round than were asked for; further rounds make up for it.
    """
    report = Report()
    document = schemathesis.openapi.from_url(f"{base_url}/api/v1/openapi.json")
    turn = [people[0]]

    class Signed:
        """Whoever's turn it is."""

        def get(self, _case: Any, _context: Any) -> Caller:
            return turn[0]

        def set(self, case: Any, data: Caller, _context: Any) -> None:
            data.sign(case)

    document.auth(refresh_interval=None)(Signed)
    operations = [result.ok() for result in document.get_all_operations() if isinstance(result, Ok)]
    # With few requests, the callers take turns.
    at_once = max(1, min(len(people), requests // (2 * len(operations))))
    each = max(1, round(requests / (2 * len(operations) * at_once)))
    for rounds, operation, turn[0] in _turns(operations, people, at_once):
        if rounds and report.requests >= requests:
            break
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _judge(base_url, turn[0], operation, mode, each, seed + rounds, report)
    return report


def _turns(operations: list[Any], people: list[Caller], at_once: int) -> Iterator[tuple[int, Any, Caller]]:
    """Every operation by so many callers, over and over; which round it is, what is called and by whom."""
    for rounds in itertools.count():
        for number, operation in enumerate(operations, rounds):
            for place in range(at_once):
                yield rounds, operation, people[(number + place) % len(people)]


def _judge(base_url: str, caller: Caller, operation: Any, mode: GenerationMode, examples: int, chance: int, report: Report) -> None:
    strategy = operation.as_strategy(generation_mode=mode)

    @seed(chance)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(case=strategy)
    def check(case: Any) -> None:
        headers = {"Origin": base_url}
        response = case.call(base_url=base_url, headers=headers)
        report.statuses[response.status_code] += 1
        try:
            case.validate_response(response, headers=headers)
        except FailureGroup as group:
            report.failures += [f"{caller.name} {case.method} {case.path} {response.status_code}: {each}" for each in group.exceptions]

    # An operation without inputs has nothing to get wrong.
    with suppress(Unsatisfiable):
        check()


@contextmanager
def serving(world: World) -> Iterator[str]:
    """The application over the world's ground on a free port, with a sandbox."""
    config = uvicorn.Config(create_app(ground=world.ground), http=OneWriteProtocol, port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def main() -> None:
    """Run the long form and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2400)
    parser.add_argument("--only", default="", help="callers by name, with commas between: roles, or service")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        changes = in_memory_settings(database_url=f"sqlite:///{folder}/alloy.db", sandbox="degraded")
        with open_world(changes, DECLARED) as world, serving(world) as base_url:
            report = run(callers(world, set(filter(None, options.only.split(",")))), base_url, options.requests, options.seed)
    sys.stdout.write(
        f"{report.requests} requests in {time.perf_counter() - started:.0f} s, statuses {dict(sorted(report.statuses.items()))}\n"
    )
    for failure, count in Counter(report.failures).most_common(40):
        sys.stdout.write(f"{count}x {failure}\n")
    sys.exit(1 if report.failures or any(status >= 500 for status in report.statuses) else 0)


if __name__ == "__main__":
    main()
