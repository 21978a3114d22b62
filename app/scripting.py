"""The sandbox of one running application: started and stopped with it, seen by its health checks, counted in its metrics.

Part of the composition root: the sandbox and the ground do not know each other.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.base.ground import Ground
from app.base.health import Check, Finding, Status
from app.base.settings import Settings
from app.sandbox.health import check
from app.sandbox.lockdown.layers import Layer, LayerReport, missing_for_strict
from app.sandbox.metrics import BUCKETS_MS, Histogram
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings

MODULE: Final = "sandbox"
_SECONDS_OF_A_CHECK: Final = 2.0


def pool_settings(settings: Settings) -> PoolSettings:
    """The pool that the application's settings ask for."""
    return PoolSettings(mode=settings.sandbox, slots=settings.sandbox_slots, tenant_slots=settings.sandbox_tenant_slots)


@asynccontextmanager
async def scripting(ground: Ground, chosen: PoolSettings | None = None) -> AsyncIterator[Pool]:
    """A sandbox until the end of the block, with its checks, its metrics, and its warning on every page where it lacks a wall.

    `chosen` takes the place of what the ground's settings ask for.

    Raises:
        SandboxUnavailable: the settings demand walls that this machine does not offer.
    """
    async with Pool(chosen or pool_settings(ground.settings)) as pool:
        for each in checks(pool):
            ground.health.add(each)
        missing = missing_for_strict(pool.layers)
        if missing:
            ground.health.warn(f"Scripts run in a DEGRADED sandbox. Missing: {', '.join(missing)}.")
        collector = PoolMetrics(pool)
        ground.metrics.registry.register(collector)
        try:
            yield pool
        finally:
            ground.metrics.registry.unregister(collector)


def checks(pool: Pool) -> list[Check]:
    """A real script, the canaries, and each wall."""

    async def script() -> Finding:
        health = await check(pool, wall_ms=int(_SECONDS_OF_A_CHECK * 1000))
        return Finding(Status.OK, f"{pool.settings.mode} mode") if health.is_working else Finding(Status.DOWN, health.message)

    async def canaries() -> Finding:
        lived = [report.name for report in pool.canaries if report.verdict != "killed"]
        return Finding(Status.DEGRADED, f"attacks of a test child were not killed: {', '.join(lived)}") if lived else Finding(Status.OK)

    return [Check(MODULE, "script", script), Check(MODULE, "canaries", canaries), *(_layer_check(pool, layer) for layer in Layer)]


def _layer_check(pool: Pool, layer: Layer) -> Check:
    async def probe() -> Finding:
        report = next((report for report in pool.layers if report.layer == layer), LayerReport(layer, False, "not tried yet"))
        if report.is_active:
            return Finding(Status.OK)
        is_missed = any(layer in sentence for sentence in missing_for_strict(pool.layers))
        return Finding(Status.DEGRADED if is_missed else Status.OK, f"not active: {report.detail}")

    return Check(MODULE, layer, probe, is_essential=False)


class PoolMetrics(Collector):
    """What a pool has counted, in Prometheus' form. Read when asked for: a job pays for nothing but plain counters."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def describe(self) -> list[Metric]:
        """Nothing beforehand: the names are of no other collector."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Everything of this moment."""
        snapshot = self._pool.snapshot()
        counters = snapshot.counters
        yield _by_label("alloy_sandbox_jobs", "Finished jobs by outcome.", "outcome", counters.outcomes)
        yield _by_label("alloy_sandbox_kills", "Sandbox processes ended, by reason.", "reason", counters.kills)
        for name, help_text, count in (
            ("alloy_sandbox_children_started", "Sandbox processes started.", counters.children_started),
            ("alloy_sandbox_zygotes_started", "Zygotes started.", counters.zygotes_started),
            ("alloy_sandbox_spare_hits", "First jobs that found a spare process ready.", counters.spare_hits),
            ("alloy_sandbox_warm_hits", "Jobs that found a process of their tenant.", counters.warm_hits),
            ("alloy_sandbox_cache_hits", "Jobs whose script was found compiled.", counters.cache_hits),
            ("alloy_sandbox_cache_misses", "Jobs whose script had to be compiled.", counters.cache_misses),
        ):
            yield CounterMetricFamily(name, help_text, value=count)
        for name, help_text, count in (
            ("alloy_sandbox_running", "Jobs running now.", snapshot.running),
            ("alloy_sandbox_waiting", "Jobs waiting for their turn now.", snapshot.waiting),
            ("alloy_sandbox_spares", "Spare processes ready now.", snapshot.spares),
            ("alloy_sandbox_idle", "Tenants' warm processes with nothing to do now.", snapshot.idle),
            ("alloy_sandbox_children", "Sandbox processes alive now.", snapshot.children),
        ):
            yield GaugeMetricFamily(name, help_text, value=count)
        yield _histogram("alloy_sandbox_queue_seconds", "Time that jobs waited.", counters.queue_time)
        yield _histogram("alloy_sandbox_run_seconds", "Time that jobs ran.", counters.run_time)


def _by_label(name: str, help_text: str, label: str, counts: dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


def _histogram(name: str, help_text: str, durations: Histogram) -> Metric:
    bounds = [*(str(bound / 1000) for bound in BUCKETS_MS), "+Inf"]
    totals, sum_so_far = [], 0
    for bound, count in zip(bounds, durations.counts, strict=True):
        sum_so_far += count
        totals.append((bound, float(sum_so_far)))
    return HistogramMetricFamily(name, help_text, buckets=totals, sum_value=durations.total_ms / 1000)
