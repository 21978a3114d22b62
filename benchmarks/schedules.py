"""Schedules: how long a preview takes, what a tick costs with many schedules, and how late runs begin.

    python -m benchmarks.schedules [--json] [--quick]

Tick work is measured over a minute of 100 due schedules a second, the first five ticks of a new process left out: with a starter
that queues nothing (the tick's own work), and with the real queue of runs. Start lag is measured in real time, from the second a run
is due to its delivery to a worker that is free.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from app.base.clock import SystemClock
from app.base.collecting import collect_rarely
from app.base.db import Work
from app.base.errors import Invalid
from app.base.ground import Ground, build_ground
from app.base.outbox import OutboxTransport
from app.base.transport import Delivery, Handler, Relay
from app.main import DECLARED
from app.runs import Queue, unfinished_runs
from app.schedules import Launch, Missed, Overlap, Policies, QueueStarter, Starter, Ticker
from app.schedules.cron import parse
from app.schedules.models import ScheduleRecord
from app.schedules.preview import Question, preview
from app.schedules.ticking.claim import BATCH, claim
from app.schedules.zones import zone_names
from app.testing import in_memory_settings, open_world
from benchmarks.figures import Report
from tests.schedules.kit import a_script
from tests.schedules.oracle import some_expression

DUE_A_SECOND = 100
_TICKS = 60
_WARMING = 5
"""Ticks of a new process that aren't counted: they compile their statements."""
_NEVER = (
    ("0 0 30 2 *", "Europe/Berlin"),
    ("0 0 31 2,4,6,9,11 *", "Asia/Tokyo"),
    ("0 0 31 feb *", "UTC"),
    # Every one of its times lies in a gap.
    ("*/15 2 * 3 sun#2", "America/New_York"),
    ("* 2 * 3 L0", "Europe/Berlin"),
)
_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Nothing:
    """A starter that queues nothing."""

    def start(self, work: Work, launches: Sequence[Launch]) -> None:
        """Do nothing."""

    def unfinished(self, work: Work, tenant_id: UUID, run_ids: Sequence[UUID]) -> frozenset[UUID]:
        """None goes on."""
        return frozenset()


def at(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def previews(report: Report, count: int) -> None:
    """Previews of expressions seen for the first time, in zones at random."""
    luck = random.Random(20261121)
    zones = sorted(zone_names())
    rare = ["0 0 29 2 *", "0 0 29 2 ?", "0 0 * 2 mon#5", "*/15 2 29 2 *", "0 0 31 12 *", "* * * * * *", "0 0 L 2 *", "*/7 */5 */3 */2 *"]
    rare += ["59 59 23 31 12 *", "30 0 2 L 2 L0", "*/20 59 1 * 3 sun#2", "0 12 * 2 thu#5", "15 30 2 29 2 *", "0 0 L 2 sat#5"]
    texts = [*rare, *(some_expression(luck).text for _ in range(count))]
    for rows in (10, 100):
        taken = []
        for text in texts:
            parse.cache_clear()
            question = Question(text, luck.choice(zones), luck.choice(zones), _START, rows)
            begun = time.perf_counter()
            preview(question)
            taken.append((time.perf_counter() - begun) * 1000)
        report.add(f"preview of {rows}, p50", at(taken, 0.5), "ms")
        report.add(f"preview of {rows}, p95", at(taken, 0.95), "ms", "< 20" if rows == 10 else "")
        report.add(f"preview of {rows}, slowest", max(taken), "ms")
    never = []
    for text, zone in _NEVER:
        parse.cache_clear()
        begun = time.perf_counter()
        try:
            preview(Question(text, zone, "UTC", _START))
        except Invalid:
            never.append((time.perf_counter() - begun) * 1000)
    report.add("refusing what never comes, slowest", max(never), "ms", "< 20")


def _rows(
    tenant_id: UUID, script_id: UUID, new_id: Callable[[], UUID], total: int, start: datetime, seconds: int
) -> list[dict[str, object]]:
    """Schedules of which 100 are due each second from `start` on; the rest is due at other times of the day."""
    rows = []
    busy = DUE_A_SECOND * seconds
    for number in range(total):
        if total < busy:
            period = total // DUE_A_SECOND
            expression, wake = f"{number % period}/{period} * * * * *", start + timedelta(seconds=number % period)
        elif number < busy:
            wake = start + timedelta(seconds=number % seconds)
            expression = f"{wake.second} {wake.minute} {wake.hour} * * *"
        else:
            wake = start + timedelta(hours=2 + number % 20, minutes=number % 60)
            expression = f"{wake.minute} {wake.hour} * * *"
        rows.append(_row(new_id(), tenant_id, script_id, expression, start - timedelta(seconds=1), wake))
    return rows


def _row(identity: UUID, tenant_id: UUID, script_id: UUID, expression: str, handled_until: datetime, wake: datetime) -> dict[str, object]:
    policies = Policies(Missed.ALL, overlap=Overlap.ALLOW)
    return {
        "id": identity, "tenant_id": tenant_id, "script_id": script_id, "followed_script_id": None, "name": "one of many",
        "expression": expression, "own_zone": "", "zone": "UTC", "missed": policies.missed.value, "missed_cap": policies.missed_cap,
        "overlap": policies.overlap.value, "jitter_seconds": 0, "starts_at": None, "ends_at": None, "paused_at": None, "paused_by": None,
        "script_stopped_at": None, "handled_until": handled_until, "next_at": wake, "wake_at": wake, "waiting": 0, "skipped": 0,
        "last_skip": None, "last_skip_at": None, "last_run_id": None, "last_run_at": None, "version": 1, "created_at": handled_until,
        "updated_at": handled_until,
    }  # fmt: skip


def _fill(ground: Ground, rows: list[dict[str, object]], tenant_id: UUID) -> None:
    for first in range(0, len(rows), 5000):
        ground.database.write_now(partial(_insert, tenant_id, rows[first : first + 5000]))


def _insert(tenant_id: UUID, rows: list[dict[str, object]], work: Work) -> None:
    work.scope(tenant_id).insert_many(ScheduleRecord, rows)


def ticks(report: Report, total: int, *, is_queued: bool) -> None:
    """The work of a tick with 100 due schedules among so many."""
    with tempfile.TemporaryDirectory() as folder:
        settings = in_memory_settings(database_url=f"sqlite:///{folder}/alloy.db")
        with open_world(settings, DECLARED) as world:
            script = a_script(world, world.ann)
            start = _START + timedelta(minutes=1)
            _fill(world.ground, _rows(world.acme.id, script.id, world.ground.ids.new, total, start, _WARMING + _TICKS), world.acme.id)
            starter: Starter = Nothing()
            if is_queued:
                queue = Queue(None, Unheard(world.ground.database, world.clock))  # type: ignore[arg-type]  # nothing is carried out
                starter = QueueStarter(queue.enqueue_all, unfinished_runs)
            world.clock.advance(start - world.clock.now())
            taken, started = [], 0
            for _ in range(_WARMING + _TICKS):
                inside: list[float] = []

                def work_of(work: Work, inside: list[float] = inside) -> int:
                    begun = time.perf_counter()
                    claimed = claim(work, starter, BATCH)
                    inside.append(time.perf_counter() - begun)
                    return len(claimed.lags)

                begun = time.perf_counter()
                started += world.ground.database.write_now(work_of)
                taken.append((time.perf_counter() - begun) * 1000)
                world.clock.advance(timedelta(seconds=1))
            assert started == DUE_A_SECOND * (_WARMING + _TICKS), started
    taken = taken[_WARMING:]
    kind = "with queueing" if is_queued else "own work"
    report.add(f"tick, {total:,} schedules, {kind}, p50", at(taken, 0.5), "ms")
    report.add(f"tick, {total:,} schedules, {kind}, p99", at(taken, 0.99), "ms", "" if is_queued else "< 50")


class Unheard(OutboxTransport):
    """The outbox with nobody who listens."""

    def subscribe(self, topic: str, name: str, handler: Handler) -> None:
        """Nobody is told."""


def start_lag(report: Report, total: int, seconds: int) -> None:
    """From the second a run is due to its delivery, in real time, with the queue, the outbox and its relay."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/alloy.db"
        with open_world(in_memory_settings(database_url=url), DECLARED) as world:
            script = a_script(world, world.ann)
            start = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3 + total // 8000)
            _fill(world.ground, _rows(world.acme.id, script.id, world.ground.ids.new, total, start, seconds), world.acme.id)
        ground = build_ground(in_memory_settings(database_url=url), SystemClock())
        lags = asyncio.run(_deliver(ground, start, seconds))
        ground.close()
    report.add(f"start lag, {total:,} schedules, p50", at(lags, 0.5), "s")
    report.add(f"start lag, {total:,} schedules, p99", at(lags, 0.99), "s", "< 1")
    report.add(f"start lag, {total:,} schedules, runs", len(lags), "runs")


async def _deliver(ground: Ground, start: datetime, seconds: int) -> list[float]:
    lags: list[float] = []
    wanted, all_begun = DUE_A_SECOND * seconds, asyncio.Event()
    transport = OutboxTransport(ground.database, ground.clock)

    async def begin(delivery: Delivery) -> None:
        due = datetime.fromisoformat(delivery.idempotency_key.rpartition("clock:")[2])
        lags.append((datetime.now(UTC) - due).total_seconds())
        if len(lags) == wanted:
            all_begun.set()

    queue = Queue(None, Unheard(ground.database, ground.clock))  # type: ignore[arg-type]  # the handler below is the worker
    queue._transport = transport  # so that what it publishes wakes this relay
    transport.subscribe("runs.queued", "worker", begin)
    ticker = Ticker(ground.database, ground.clock, QueueStarter(queue.enqueue_all, unfinished_runs), ground.metrics.registry)
    tasks = [asyncio.create_task(ticker.run()), asyncio.create_task(Relay(transport, ground.clock).run())]
    end = start + timedelta(seconds=seconds + 15)
    with suppress(TimeoutError):
        await asyncio.wait_for(all_begun.wait(), (end - datetime.now(UTC)).total_seconds())
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return lags


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="fewer previews, and up to 10,000 schedules")
    parser.add_argument("--only", choices=["preview", "tick", "lag"])
    options = parser.parse_args()
    report = Report("Schedules")
    collect_rarely()  # as the server does
    sizes = (1_000, 10_000) if options.quick else (1_000, 10_000, 100_000)
    if options.only in (None, "preview"):
        previews(report, 100 if options.quick else 400)
    if options.only in (None, "tick"):
        for total in sizes:
            ticks(report, total, is_queued=False)
        ticks(report, sizes[-1], is_queued=True)
    if options.only in (None, "lag"):
        for total in sizes:
            start_lag(report, total, 20)
    report.show(as_json=options.json)


if __name__ == "__main__":
    main()
