"""What a pool counts. Plain data; `app.base.telemetry` turns a snapshot into whatever a monitoring system reads."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, TypeAlias

NOTES_KEPT: Final = 256
Note: TypeAlias = tuple[str, float, float | None, bool]
"""A finished job: its outcome kind, how long it waited and (if it began) ran, and whether its program was warm."""
BUCKETS_MS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0)


class Histogram:
    """Durations in milliseconds by bucket: `counts[i]` is how many were at most `BUCKETS_MS[i]`; the last one is for all above."""

    __slots__ = ("counts", "total_ms")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS_MS) + 1)
        self.total_ms = 0.0

    def observe(self, durations_ms: list[float]) -> None:
        """Count these durations."""
        counts = self.counts
        for duration_ms in durations_ms:
            counts[bisect_left(BUCKETS_MS, duration_ms)] += 1
        self.total_ms += sum(durations_ms)


@dataclass(slots=True)
class Counters:
    """Everything since the pool started."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """Finished jobs by outcome kind."""
    kills: Counter[str] = field(default_factory=Counter)
    """Children ended by the pool, by reason."""
    children_started: int = 0
    spare_hits: int = 0
    """First calls that found a spare ready."""
    warm_hits: int = 0
    """Jobs that found a child of their tenant."""
    cache_hits: int = 0
    cache_misses: int = 0
    zygotes_started: int = 0
    children_reaped: int = 0
    largest_growth_bytes: int = 0
    """The most memory that an ended child had beyond what it was born with."""
    queue_time: Histogram = field(default_factory=Histogram)
    run_time: Histogram = field(default_factory=Histogram)
    notes: list[Note] = field(default_factory=list)
    """Ends of jobs not yet counted: counting many at once costs a third of counting each as it comes."""

    def count(self) -> None:
        """Count what was noted."""
        notes, self.notes = self.notes, []
        self.outcomes.update([kind for kind, _, _, _ in notes])
        self.queue_time.observe([queue_ms for _, queue_ms, _, _ in notes])
        self.run_time.observe([run_ms for _, _, run_ms, _ in notes if run_ms is not None])
        hits = [is_cached for _, _, run_ms, is_cached in notes if run_ms is not None]
        self.cache_hits += sum(hits)
        self.cache_misses += len(hits) - sum(hits)
        timeouts = sum([kind == "timeout" and run_ms is not None for kind, _, run_ms, _ in notes])
        if timeouts:
            self.kills["timeout"] += timeouts


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pool's counters and its state at one moment."""

    counters: Counters
    running: int
    waiting: int
    idle: int
    """Warm children of a tenant with nothing to do."""
    spares: int
    children: int
