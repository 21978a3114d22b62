"""The history of runs at its largest: how long the first page, every filter, their combinations, searches and a page far down take.

Usage: python -m benchmarks.history [--runs 1000000] [--shape even|skewed] [--folder FOLDER] [--json]
The runs are written through the real tables with real documents; a million take some minutes and 2 GB. `even` has forty scripts with
equal shares. In `skewed` one has 95 % of the runs, some outcomes are rare or only old, and filters that fit nearly everything are combined
with ones that fit nearly nothing. With `--folder` (an empty one) the data stays there.
Asked through the verb, and over HTTP at a server of its own; each figure is the 95th percentile of forty answers.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from app.access import Actor
from app.base.clock import FrozenClock
from app.base.db import Work
from app.base.ground import Ground
from app.base.ids import TimeOrderedIds
from app.base.paging import PageRequest, encode_cursor
from app.runs import (
    EntityChanges,
    RunActor,
    RunError,
    RunFilter,
    RunIndex,
    RunOutcome,
    RunRequest,
    RunResult,
    RunStatus,
    RunTrigger,
    Subject,
    list_runs,
)
from app.runs.recorder import write_runs
from app.runs.types import Chain, FinishedRun, RunLog
from app.scripts import by_name
from app.scripts.types import Phase
from benchmarks.figures import Report
from benchmarks.hooks import HOOK, RECORD, digest, prepared
from benchmarks.load import ALLOY, get, serving

BAR: Final = "< 50"
DAYS: Final = 30
BATCH: Final = 2_000
ASKED: Final = 40
KINDS: Final = (
    (Phase.BEFORE, RunTrigger.EVENT), (Phase.ON_COMMIT, RunTrigger.EVENT), (Phase.AFTER, RunTrigger.EVENT),
    (Phase.SCHEDULED, RunTrigger.CRON), (Phase.API, RunTrigger.API), (Phase.MANUAL, RunTrigger.MANUAL),
)  # fmt: skip
"""A script's runs are all of one kind, the one at its number."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How runs are spread: the first script's share, and how many in a thousand fail."""

    first_share: float
    failing: int


SHAPES: Final = {"even": Shape(1 / 40, 50), "skewed": Shape(0.95, 2)}


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is to look for."""

    scripts: tuple[UUID, ...]
    people: tuple[RunActor, ...]
    newest: datetime
    middle: UUID
    oldest: UUID
    entity: str
    parent: UUID
    fingerprint: str


def main() -> None:
    """Measure, and print a table or one JSON object of named figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--shape", choices=SHAPES, default="skewed")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = Report(f"History: {options.runs:,} runs, {options.shape}")
    with _folder(options.folder) as folder, prepared(folder) as (ground, actor, token):
        sample = _filled(report, ground, actor, options.runs, SHAPES[options.shape])
        lists = _lists(sample)
        _measure_verb(report, ground, actor, lists)
        _measure_http(report, ground, token, lists)
    report.show(as_json=options.json)


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        yield wanted
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


# --- what is asked


def _lists(sample: Sample) -> dict[str, tuple[RunFilter, UUID | None]]:
    first, other = sample.scripts[0], sample.scripts[7]
    filters = {
        "first_page": RunFilter(),
        "script_frequent": RunFilter(script_id=first),
        "script_other": RunFilter(script_id=other),
        "outcome_ok": RunFilter(outcome=RunOutcome.OK),
        "outcome_error": RunFilter(outcome=RunOutcome.ERROR),
        "outcome_rare": RunFilter(outcome=RunOutcome.TIMEOUT),
        "outcome_only_old": RunFilter(outcome=RunOutcome.MEMORY),
        "outcome_never": RunFilter(outcome=RunOutcome.CRASHED),
        "status_finished": RunFilter(status=RunStatus.FINISHED),
        "status_queued": RunFilter(status=RunStatus.QUEUED),
        "phase_frequent": RunFilter(phase=Phase.BEFORE),
        "phase_other": RunFilter(phase=Phase.SCHEDULED),
        "trigger_frequent": RunFilter(trigger=RunTrigger.EVENT),
        "trigger_other": RunFilter(trigger=RunTrigger.CRON),
        "actor_frequent": RunFilter(actor_id=sample.people[0].id),
        "actor_rare": RunFilter(actor_id=sample.people[2].id),
        "entity_type": RunFilter(entity_type="order"),
        "entity_type_never": RunFilter(entity_type="invoice"),
        "entity": RunFilter(entity_type="order", entity_id=sample.entity),
        "correlation": RunFilter(correlation_id="c-77"),
        "parent": RunFilter(parent_run_id=sample.parent),
        "fingerprint": RunFilter(fingerprint=sample.fingerprint),
        "period": RunFilter(started_from=sample.newest - timedelta(days=20), started_until=sample.newest - timedelta(days=19)),
        "until_long_ago": RunFilter(started_until=sample.newest - timedelta(days=DAYS - 1)),
        "script_and_outcome_error": RunFilter(script_id=first, outcome=RunOutcome.ERROR),
        "script_and_outcome_only_old": RunFilter(script_id=first, outcome=RunOutcome.MEMORY),
        "script_and_outcome_never": RunFilter(script_id=first, outcome=RunOutcome.CRASHED),
        "script_and_another_phase": RunFilter(script_id=first, phase=Phase.API),
        "script_and_another_actor": RunFilter(script_id=first, actor_id=sample.people[1].id),
        "phase_and_another_trigger": RunFilter(phase=Phase.BEFORE, trigger=RunTrigger.CRON),
        "phase_outcome_and_entity_type": RunFilter(phase=Phase.BEFORE, outcome=RunOutcome.OK, entity_type="customer"),
        "old_period_and_outcome": RunFilter(outcome=RunOutcome.ERROR, started_until=sample.newest - timedelta(days=DAYS - 1)),
        "new_period_and_outcome_only_old": RunFilter(outcome=RunOutcome.MEMORY, started_from=sample.newest - timedelta(days=1)),
        "text_rare": RunFilter(text="kaboom77"),
        "text_in_every_run": RunFilter(text="checked"),
        "text_rare_beginning_of_a_word": RunFilter(text="kaboom7*"),
        "text_never": RunFilter(text="nowhere"),
        "text_in_every_run_and_one_never": RunFilter(text="checked nowhere"),
        "text_two_words": RunFilter(text="checked kaboom77"),
        "text_and_outcome_error": RunFilter(text="checked", outcome=RunOutcome.ERROR),
        "text_and_outcome_only_old": RunFilter(text="checked", outcome=RunOutcome.MEMORY),
        "text_and_outcome_never": RunFilter(text="checked", outcome=RunOutcome.CRASHED),
        "text_and_another_phase": RunFilter(text="kaboom77", phase=Phase.API, script_id=first),
        "text_and_old_period": RunFilter(text="checked", started_until=sample.newest - timedelta(days=DAYS - 1)),
    }
    pages: dict[str, tuple[RunFilter, UUID | None]] = {name: (wanted, None) for name, wanted in filters.items()}
    for name in ("first_page", "script_frequent", "outcome_error", "text_in_every_run", "text_two_words"):
        pages[f"{name}_half_way_down"] = (filters[name], sample.middle)
    pages["page_at_the_end"] = (RunFilter(), sample.oldest)
    return pages


# --- how long it takes


def _measure_verb(report: Report, ground: Ground, actor: Actor, lists: dict[str, tuple[RunFilter, UUID | None]]) -> None:
    worst = 0.0
    for name, (wanted, after) in lists.items():
        ask = partial(list_runs, actor=actor, wanted=wanted, request=PageRequest(after))
        p95 = _p95(partial(ground.database.read_now, ask))
        worst = max(worst, p95)
        report.add(f"{name}_p95_ms", p95, "ms", BAR)
    report.add("slowest_p95_ms", worst, "ms", BAR)


def _p95(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(ASKED):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[int(ASKED * 0.95)]


def _measure_http(report: Report, ground: Ground, token: str, lists: dict[str, tuple[RunFilter, UUID | None]]) -> None:
    url = str(ground.settings.database_url)
    environment = {**os.environ, "ALLOY_DATABASE_URL": url, "ALLOY_SERVE_PAGES": "false", "ALLOY_LOG_LEVEL": "error"}
    worst = 0.0
    with serving([*ALLOY, "--port"], environment, "/health/live") as port:
        for name, (wanted, after) in lists.items():
            request = get(f"/api/v1/executions?{urlencode(_query(wanted, after))}", {"Authorization": f"Bearer {token}"})
            p95 = asyncio.run(_p95_over_http(port, request))
            worst = max(worst, p95)
            report.add(f"http_{name}_p95_ms", p95, "ms", BAR)
    report.add("http_slowest_p95_ms", worst, "ms", BAR)


def _query(wanted: RunFilter, after: UUID | None) -> dict[str, str]:
    named = {
        "script_id": wanted.script_id, "outcome": wanted.outcome, "status": wanted.status, "phase": wanted.phase,
        "trigger": wanted.trigger, "actor_id": wanted.actor_id, "entity_type": wanted.entity_type, "entity_id": wanted.entity_id,
        "correlation_id": wanted.correlation_id, "parent_run_id": wanted.parent_run_id, "fingerprint": wanted.fingerprint,
        "text": wanted.text,
    }  # fmt: skip
    query = {name: str(value) for name, value in named.items() if value is not None}
    for name, moment in (("since", wanted.started_from), ("until", wanted.started_until)):
        if moment is not None:
            query[name] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**query, "cursor": encode_cursor(after)} if after else query


async def _p95_over_http(port: int, request: bytes) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    for _ in range(ASKED):
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"the server answered {head[:40]!r}")
        times.append((time.perf_counter() - started) * 1000)
    writer.close()
    return sorted(times)[int(ASKED * 0.95)]


# --- the history


def _filled(report: Report, ground: Ground, actor: Actor, count: int, shape: Shape) -> Sample:
    started = time.perf_counter()
    writing = _Writing(ground, actor, count, shape)
    writing.write_all()
    seconds = time.perf_counter() - started
    ground.database.write_now(lambda work: None)
    report.add("runs", count, "runs")
    report.add("written_in_s", seconds, "s")
    report.add("written_per_second", count / seconds, "1/s")
    report.add("size_bytes_per_run", Path(str(ground.settings.database_url).removeprefix("sqlite:///")).stat().st_size / count, "bytes")
    return writing.sample()


class _Writing:
    """Runs over a month, as a tenant leaves them. The same seed makes the same history."""

    def __init__(self, ground: Ground, actor: Actor, count: int, shape: Shape) -> None:
        self._ground, self._actor, self._count, self._shape = ground, actor, count, shape
        self._chance = random.Random(20261121)
        self._newest = ground.clock.now()
        self._clock = FrozenClock(self._newest - timedelta(days=DAYS))
        self._ids = TimeOrderedIds(self._clock)
        first = ground.database.read_now(lambda work: _script_id(work, actor))
        self._scripts = (first, *(ground.ids.new() for _ in range(39)))
        people = ("Owner", "Ann", "Otto")
        self._people = tuple(RunActor(actor.user_id if n == 0 else ground.ids.new(), name, "human") for n, name in enumerate(people))
        self._entities = tuple(str(ground.ids.new()) for _ in range(max(1, count // 10)))
        self._made: list[UUID] = []
        self._fingerprinted = ""

    def write_all(self) -> None:
        """Write them, oldest first."""
        known: set[tuple[UUID, str]] = set()
        step = timedelta(days=DAYS) / self._count
        for first in range(0, self._count, BATCH):
            batch = []
            for position in range(first, min(self._count, first + BATCH)):
                self._clock.advance(step)
                batch.append(self._run(position))
            self._ground.database.write_now(partial(write_runs, runs=batch, known_sources=known))
            self._ground.database.write_now(partial(RunIndex().catch_up, most=BATCH))
            known.update((run.request.tenant_id, run.request.subject.digest) for run in batch)

    def sample(self) -> Sample:
        """What of them there is to look for."""
        parent = self._made[len(self._made) // 2 // 100 * 100 - 1]
        wanted = RunFilter(outcome=RunOutcome.ERROR)
        page = self._ground.database.read_now(lambda work: list_runs(work, self._actor, wanted, PageRequest(limit=1)))
        fingerprint = page.items[0].fingerprint or ""
        middle, oldest = self._made[len(self._made) // 2], self._made[20]
        return Sample(self._scripts, self._people, self._newest, middle, oldest, self._entities[0], parent, fingerprint)

    def _run(self, position: int) -> FinishedRun:
        number = 0 if self._chance.random() < self._shape.first_share else self._chance.randrange(1, len(self._scripts))
        phase, trigger = KINDS[number % len(KINDS)]
        outcome = self._outcome(position)
        subject = Subject(f"script-{number}", HOOK, digest(HOOK), self._scripts[number], 1)
        about = {"type": "order" if number % 3 == 0 else "customer", "id": self._chance.choice(self._entities), "fields": RECORD}
        above = self._made[position - 1] if position and position % 100 == 0 else None
        person = self._people[2 if position % 100_003 == 7 else position % 50 == 0]
        chain = Chain(("above",), above) if above else Chain()
        inputs, correlation = {"entity": about}, f"c-{position // 3}"
        request = RunRequest(self._actor.tenant_id, subject, phase, trigger, person, inputs, correlation, chain)
        error = RunError("ErrorRuntime", f"kaboom{position % 997} in order", 3 + position % 60, 5) if outcome.is_failure else None
        logs = (RunLog("info", 120, 2, f"order {position} checked"), RunLog("info", 180, 3, f"total {position % 1000}"))
        run_id = self._ids.new()
        self._made.append(run_id)
        reason = "too small" if outcome is RunOutcome.REJECTED else None
        result = RunResult(
            run_id, outcome, None, EntityChanges({"total": 126}), error, reason, logs, 0, (), (), 300, 0, {}, self._clock.now(), 250
        )
        return FinishedRun(request, result, "0" * 64)

    def _outcome(self, position: int) -> RunOutcome:
        if position % 9_973 == 5:
            return RunOutcome.TIMEOUT
        if position < 60:
            return RunOutcome.MEMORY
        if self._chance.randrange(1_000) < self._shape.failing:
            return RunOutcome.ERROR
        return RunOutcome.REJECTED if position % 20 == 0 else RunOutcome.OK


def _script_id(work: Work, actor: Actor) -> UUID:
    found = by_name(work, actor.tenant_id, "order-rules")
    if found is None:
        raise SystemExit("the scene has no script")
    return found.id


if __name__ == "__main__":
    main()
