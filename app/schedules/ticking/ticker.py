"""The loop that looks once a second for schedules that have something to do. Any number of processes may run one.

An idle tick is one read of an index. A tick that fails is logged and counted, and the next one takes up what it left; a loop that ends
for any other reason than being asked to is started again. How late the loop and its runs are shows in health and metrics.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.base.clock import Clock
from app.base.db import Database
from app.base.health import Check, Finding, Status
from app.base.telemetry import logger
from app.schedules.starting import Starter
from app.schedules.ticking import queries
from app.schedules.ticking.claim import claim

LATE_AFTER: Final = timedelta(seconds=5)
"""A ticker that hasn't finished a tick for so long is degraded."""
DOWN_AFTER: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=90)
_UPKEEP_TICKS: Final = 600
_LAGS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 3600.0)
_WORK: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

Sleep = Callable[[float], Awaitable[None]]


class TickerMetrics:
    """What the ticker counts. `close` takes it out of the registry, so that another ticker can have its place."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self.lag = Histogram(
            "alloy_schedule_lag_seconds", "From when a scheduled run was due until it was queued.", buckets=_LAGS, registry=registry
        )
        self.work = Histogram("alloy_schedule_tick_seconds", "Work of a tick that had something to do.", buckets=_WORK, registry=registry)
        self.started = Counter("alloy_schedule_runs", "Runs that schedules queued.", registry=registry)
        self.skipped = Counter("alloy_schedule_skips", "Occurrences that were skipped.", registry=registry)
        self.failures = Counter("alloy_schedule_tick_failures", "Ticks that failed.", registry=registry)
        self.restarts = Counter("alloy_schedule_ticker_restarts", "Times that the ticker's loop was started again.", registry=registry)
        self.last_tick = Gauge("alloy_schedule_last_tick_timestamp_seconds", "When the last tick ended.", registry=registry)

    def close(self) -> None:
        """Show these figures no longer."""
        for each in (self.lag, self.work, self.started, self.skipped, self.failures, self.restarts, self.last_tick):
            self._registry.unregister(each)


class Ticker:
    """One process's loop."""

    def __init__(
        self, database: Database, clock: Clock, starter: Starter, registry: CollectorRegistry, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._database = database
        self._clock = clock
        self._starter = starter
        self._sleep = sleep
        self.metrics = TickerMetrics(registry)
        self._last_tick: datetime | None = None
        self._last_error: str | None = None
        self._ticks = 0

    async def tick(self) -> int:
        """Do everything that is due; how many runs were queued."""
        started = 0
        while await self._database.read(lambda work: queries.is_any_due(work.platform, self._clock.now())):
            begun = time.perf_counter()
            claimed = await self._database.write(lambda work: claim(work, self._starter))
            self.metrics.work.observe(time.perf_counter() - begun)
            for lag in claimed.lags:
                self.metrics.lag.observe(lag)
            self.metrics.started.inc(len(claimed.lags))
            self.metrics.skipped.inc(claimed.skipped)
            started += len(claimed.lags)
            if not claimed.is_more:
                # Whatever else is due is in another process's hands.
                break
        self._note_good()
        return started

    async def run(self) -> None:
        """Tick at the start of every second until cancelled. Whatever else ends the loop starts it again."""
        while True:
            loop = asyncio.create_task(self._loop(), name="alloy-ticker")
            try:
                await asyncio.wait({loop})
            finally:
                if not loop.done():
                    loop.cancel()
                    with suppress(asyncio.CancelledError):
                        await loop
            reason = "cancelled" if loop.cancelled() else repr(loop.exception())
            self.metrics.restarts.inc()
            logger().error("The ticker ended and is started again.", reason=reason[:500])
            await self._sleep(1.0)

    def check(self) -> Check:
        """The health check of this ticker: degraded when late, down when it hasn't ticked for a minute."""
        return Check("schedules", "ticker", self._probe, is_essential=False)

    async def _loop(self) -> None:
        while True:
            try:
                await self.tick()
                await self._keep_up()
            except Exception as error:  # the database may be away for a while: the next second tries again
                self.metrics.failures.inc()
                self._last_error = f"{type(error).__name__}"
                logger().error("A tick failed.", error=f"{type(error).__name__}: {error}"[:500])
            await self._sleep(1.0 - self._clock.now().microsecond / 1_000_000)

    async def _keep_up(self) -> None:
        self._ticks += 1
        if self._ticks % _UPKEEP_TICKS == 0:
            await self._database.write(lambda work: queries.forget_before(work.platform, work.clock.now() - KEPT))

    def _note_good(self) -> None:
        self._last_tick = self._clock.now()
        self._last_error = None
        self.metrics.last_tick.set(self._last_tick.timestamp())

    async def _probe(self) -> Finding:
        if self._last_tick is None:
            return Finding(Status.DEGRADED, "the ticker hasn't ticked yet")
        age = self._clock.now() - self._last_tick
        if age <= LATE_AFTER:
            return Finding(Status.OK)
        because = f"; the last one failed with {self._last_error}" if self._last_error else ""
        reason = f"the last good tick was {age.total_seconds():.0f} s ago{because}"
        return Finding(Status.DOWN if age > DOWN_AFTER else Status.DEGRADED, reason)
