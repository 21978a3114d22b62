"""Several ticker processes on one database, killed and restarted, and what the database holds afterwards.

    python -m tests.schedules.arena --seconds 60 --schedules 500 [--database sqlite|postgresql] [--kill-every 10]

Each process is `python -m tests.schedules.arena --tick URL`: a real ticker that queues real runs, which nobody carries out.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import text

from app import schedules
from app.base.db import Work
from app.base.ground import Ground, build_ground
from app.base.outbox import OutboxTransport
from app.base.transport import Handler
from app.main import DECLARED
from app.runs import Queue, unfinished_runs
from app.schedules import Missed, NewSchedule, Overlap, Policies, QueueStarter, Ticker
from app.testing import in_memory_settings, open_world
from tests import postgres
from tests.schedules.kit import a_script

PROCESSES: Final = 3
_OCCURRENCES: Final = "SELECT schedule_id, occurs_at, run_id FROM schedules_occurrence WHERE state = 'started'"
_RUNS: Final = "SELECT id, idempotency_key FROM runs_run"
_LAGS: Final = "SELECT lag_ms FROM schedules_occurrence WHERE state = 'started' ORDER BY lag_ms"
_OUTBOX: Final = "SELECT count(*) FROM base_outbox"


class Unheard(OutboxTransport):
    """The outbox with nobody who listens: messages are written, and stay."""

    def subscribe(self, topic: str, name: str, handler: Handler) -> None:
        """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an arena came to. Each wanted occurrence should have exactly one row, one run and one message."""

    wanted: int
    missing: int
    doubled: int
    without_run: int
    runs: int
    messages: int
    kills: int
    lag_p50_ms: int
    lag_p99_ms: int
    lag_max_ms: int

    @property
    def is_exact(self) -> bool:
        """Whether every occurrence had exactly one run."""
        return (self.missing, self.doubled, self.without_run) == (0, 0, 0) and self.runs == self.messages


def ticking(url: str) -> None:
    """Be a process that ticks until it is killed."""
    ground = _ground(url)
    queue = Queue(None, Unheard(ground.database, ground.clock))  # type: ignore[arg-type]  # nothing is carried out here
    ticker = Ticker(ground.database, ground.clock, QueueStarter(queue.enqueue_all, unfinished_runs), ground.metrics.registry)
    asyncio.run(ticker.run())


def fight(url: str, schedule_count: int, seconds: int, kill_every: int) -> Outcome:
    """Tick every schedule each second for so many seconds, one of the processes being killed and restarted every so often."""
    luck = random.Random(20261121)
    with _prepared(url, schedule_count) as (ground, first, ids):
        fighters = [_start(url) for _ in range(PROCESSES)]
        kills = 0
        try:
            until = first + timedelta(seconds=seconds)
            next_kill = first + timedelta(seconds=kill_every)
            while (now := datetime.now(UTC)) < until:
                if now >= next_kill:
                    victim = luck.randrange(PROCESSES)
                    os.kill(fighters[victim].pid, signal.SIGKILL)
                    fighters[victim].wait()
                    fighters[victim] = _start(url)
                    kills += 1
                    next_kill += timedelta(seconds=kill_every)
                time.sleep(0.05)
            _drain(ground, until)
        finally:
            for fighter in fighters:
                fighter.kill()
                fighter.wait()
        return _judge(ground, ids, first, until, kills)


def _start(url: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.schedules.arena", "--tick", url], cwd=Path(__file__).parents[2])


def _ground(url: str) -> Ground:
    return build_ground(in_memory_settings(database_url=url, database_readers=2))


@contextmanager
def _prepared(url: str, count: int) -> Iterator[tuple[Ground, datetime, list[UUID]]]:
    """A database with schedules that strike each second, some seconds from now on."""
    with open_world(in_memory_settings(database_url=url), DECLARED) as world:
        script = a_script(world, world.ann)
        first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4 + count // 20)
        policies = Policies(Missed.ALL, 1000, Overlap.ALLOW, starts_at=first)

        def fill(work: Work) -> list[UUID]:
            actor = world.access.authenticate(work, world.ann.credentials)
            new = NewSchedule(script.id, "each second", "* * * * * *", "", policies)
            return [schedules.create_schedule(work, actor, new).id for _ in range(count)]

        ids = world.ground.database.write_now(fill)
        yield world.ground, first, ids


def _drain(ground: Ground, until: datetime) -> None:
    """Wait until every schedule was looked at after the end, or for half a minute."""
    behind = text("SELECT count(*) FROM schedules_schedule WHERE handled_until < :until").bindparams(until=_bound(ground, until))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with ground.database.engines.reader.connect() as connection:
            _see_all(ground, connection)
            if connection.execute(behind).scalar_one() == 0:
                return
        time.sleep(0.2)


def _bound(ground: Ground, moment: datetime) -> object:
    return moment if not ground.database.engines.is_sqlite else moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _see_all(ground: Ground, connection: object) -> None:
    if not ground.database.engines.is_sqlite:
        connection.execute(text("SELECT set_config('app.tenant', '*', true)"))  # type: ignore[attr-defined]  # a Connection


def _judge(ground: Ground, ids: list[UUID], first: datetime, until: datetime, kills: int) -> Outcome:
    with ground.database.engines.reader.connect() as connection:
        _see_all(ground, connection)
        rows = connection.execute(text(_OCCURRENCES)).all()
        runs = {UUID(str(row[0])): row[1] for row in connection.execute(text(_RUNS))}
        lags = [int(row[0]) for row in connection.execute(text(_LAGS))]
        messages = int(connection.execute(text(_OUTBOX)).scalar_one())
    found = Counter((UUID(str(row[0])), _moment(row[1])) for row in rows)
    span = [first + timedelta(seconds=each) for each in range(int((until - first).total_seconds()))]
    wanted = {(schedule_id, moment) for schedule_id in ids for moment in span}
    doubled = sum(count - 1 for count in found.values()) + len(runs) - len(set(runs.values()))
    lags = lags or [0]
    return Outcome(
        wanted=len(wanted),
        missing=len(wanted - found.keys()),
        doubled=doubled,
        without_run=sum(UUID(str(row[2])) not in runs for row in rows),
        runs=len(runs),
        messages=messages,
        kills=kills,
        lag_p50_ms=lags[len(lags) // 2],
        lag_p99_ms=lags[len(lags) * 99 // 100],
        lag_max_ms=lags[-1],
    )


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(moment, datetime)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@contextmanager
def database_of(kind: str) -> Iterator[str]:
    """An empty database of a kind."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/alloy.db"
        return
    with postgres.server() as server, postgres.database(server, f"arena_{uuid4().hex[:8]}") as url:
        yield url


def main() -> None:
    """Run an arena, or be one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tick")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--schedules", type=int, default=500)
    parser.add_argument("--kill-every", type=int, default=10)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    if options.tick:
        ticking(options.tick)
        return
    with database_of(options.database) as url:
        outcome = fight(url, options.schedules, options.seconds, options.kill_every)
    sys.stdout.write(f"{options.database}: {outcome}\n")
    sys.exit(0 if outcome.is_exact else 1)


if __name__ == "__main__":
    main()
