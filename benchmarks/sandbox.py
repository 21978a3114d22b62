"""Measures the sandbox: `python -m benchmarks.sandbox`, with `--json` as one object of named figures.

What each figure must reach is in `BARS`. Every job is a real `Run` through the pool's public door: limits, deadline, verified answer,
`Outcome`. Two kinds of work: `echo` answers at once, so its figures are the sandbox's own; `script` compiles `x + 2` once and then runs
it, with the engine. They are compared with **bare IPC**, in benchmarks/bare.py: what an application has that talks over a socket pair to
a process of its own, without a sandbox, from the same event loop, with the same callers and the same payload:

- `blocking`: finished bytes there and back without an event loop, one caller, who sleeps in the kernel. The leanest that there is.
- `bytes`: finished bytes there and finished bytes back; nobody looks at them. What the kernel and the loop cost.
- `messages`: the job is packed and framed, unpacked by the other process, its answer packed and framed, and unpacked by the caller.
- `script`: the same, and in between the other process runs the same script with the same engine.

Bare and pool rounds are short and alternate, so that whatever else the machine does hits all alike; figures of rounds are medians.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter
from typing import Final

import uvloop

from app.sandbox.jobs import Limits, Outcome, Run
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings
from benchmarks.bare import Bare, Bares, Blocking
from benchmarks.figures import Report

HANDLERS: Final = "benchmarks.sandbox_handlers"
RECORD: Final = {f"field_{index}": f"value {index}" for index in range(10)}
ROUNDS: Final = 40
CALLS_A_ROUND: Final = 60
ROUNDS_OF_MANY: Final = 11
BARS: Final = {
    "reuse_ratio": "<= 2.5",
    "reuse_script_ratio": "<= 2.5",
    "first_call_p50_ms": "<= 1",
    "throughput_share": ">= 0.6",
    "overrun_p99_ms": "<= 30",
    "noisy_p95_ratio": "<= 5",
    "loop_lag_p99_ms": "< 10",
}


def job(source: str, tenant: str = "ann", wall_ms: int = 5_000) -> Run:
    """A run of a small script on a record of ten fields."""
    return Run(tenant=tenant, source=source, digest="d" * 64, inputs={"entity": RECORD}, limits=Limits(wall_ms=wall_ms))


def small_script(tenant: str = "ann") -> Run:
    """A run of the smallest script with an input."""
    return Run(tenant=tenant, source="x + 2", digest="s" * 64, inputs={"x": 40})


def call(pool: Pool, source: str, tenant: str, wall_ms: int = 5_000) -> Callable[[], Awaitable[Outcome]]:
    """A function that makes this call."""
    return lambda: pool.run(job(source, tenant, wall_ms))


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def settings(**changes: int) -> PoolSettings:
    """The defaults with the benchmark's handlers."""
    return PoolSettings(handlers=HANDLERS, **changes)  # type: ignore[arg-type]  # every changed setting is an int


async def timed(call: Callable[[], Awaitable[object]], count: int) -> list[float]:
    """Milliseconds of so many calls, one after the other."""
    durations = []
    for _ in range(count):
        began = perf_counter()
        await call()
        durations.append((perf_counter() - began) * 1000)
    return durations


async def measure_reuse() -> dict[str, float]:
    """A tenant's warm child against bare IPC with the same payload; and where the time goes."""
    echo, script = job("echo"), small_script()
    found: dict[str, list[float]] = {name: [] for name in ("blocking", "bytes", "messages", "script", "pool_echo", "pool_script")}
    async with Pool(settings()) as pool, Pool(PoolSettings()) as engine:
        with Blocking(echo) as blocking, Bare(echo, "bytes") as raw, Bare(echo, "messages") as messages, Bare(script, "script") as running:
            calls: dict[str, Callable[[], Awaitable[object]]] = {
                "blocking": blocking.call,
                "bytes": raw.call,
                "messages": messages.call,
                "script": running.call,
                "pool_echo": lambda: pool.run(echo),
                "pool_script": lambda: engine.run(script),
            }
            for call_once in calls.values():
                await timed(call_once, 200)
            for _ in range(ROUNDS):
                for name, call_once in calls.items():
                    found[name].append(statistics.median(await timed(call_once, CALLS_A_ROUND)))
    us = {name: statistics.median(medians) * 1000 for name, medians in found.items()}
    return {
        "bare_blocking_us": us["blocking"],
        "bare_bytes_us": us["bytes"],
        "bare_messages_us": us["messages"],
        "bare_script_us": us["script"],
        "reuse_echo_us": us["pool_echo"],
        "reuse_script_us": us["pool_script"],
        "reuse_ratio": us["pool_echo"] / us["messages"],
        "reuse_script_ratio": us["pool_script"] / us["script"],
        "reuse_bytes_ratio": us["pool_echo"] / us["bytes"],
        "reuse_blocking_ratio": us["pool_echo"] / us["blocking"],
        "spent_on_kernel_and_loop_us": us["bytes"],
        "spent_on_messages_us": us["messages"] - us["bytes"],
        "spent_on_pool_us": us["pool_echo"] - us["messages"],
        "spent_on_engine_us": us["pool_script"] - us["pool_echo"],
    }


async def measure_first_call() -> dict[str, float]:
    """The first call of a tenant, with a spare ready."""
    durations = []
    async with Pool(settings()) as pool:
        for index in range(200):
            await _spares(pool)
            durations += await timed(call(pool, "echo", f"tenant {index}"), 1)
    return {"first_call_p50_ms": statistics.median(durations), "first_call_p99_ms": percentile(durations, 0.99)}


async def _spares(pool: Pool) -> None:
    """Wait, without disturbing, until all spares are there."""
    while pool.snapshot().spares < pool.settings.spares:  # noqa: ASYNC110 - nothing tells, and nothing else runs
        await asyncio.sleep(0.002)


async def measure_throughput(callers: int = 64, children: int = 2, per_round: int = 2_560) -> dict[str, float]:
    """Many callers over few children, against as many callers over as many bare processes, first come, first served."""
    echo = job("echo")
    bare_rates, raw_rates, pool_rates = [], [], []
    async with Pool(settings(slots=children, tenant_slots=children, queue_per_tenant=callers)) as pool:
        with Bares(echo, "messages", children) as bares, Bares(echo, "bytes", children) as raws:
            for _ in range(ROUNDS_OF_MANY):
                bare_rates.append(await _rate([bares.call] * callers, per_round))
                raw_rates.append(await _rate([raws.call] * callers, per_round))
                pool_rates.append(await _rate([lambda: pool.run(echo)] * callers, per_round))
    bare, raw, pooled = (statistics.median(rates) for rates in (bare_rates, raw_rates, pool_rates))
    return {
        "bare_messages_calls_per_s": bare,
        "bare_bytes_calls_per_s": raw,
        "throughput_calls_per_s": pooled,
        "throughput_share": pooled / bare,
        "throughput_bytes_share": pooled / raw,
    }


async def _rate(callers: list[Callable[[], Awaitable[object]]], calls: int) -> float:
    each = calls // len(callers)
    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for caller in callers:
            group.create_task(_repeat(caller, each))
    return each * len(callers) / (perf_counter() - began)


async def _repeat(call: Callable[[], Awaitable[object]], count: int) -> None:
    for _ in range(count):
        await call()


async def measure_overrun(deadline_ms: int = 100) -> dict[str, float]:
    """How long after its deadline a caller of an endless loop has its answer."""
    overruns = []
    async with Pool(settings()) as pool:
        for index in range(100):
            (duration,) = await timed(call(pool, "loop", f"tenant {index % 3}", deadline_ms), 1)
            overruns.append(duration - deadline_ms)
    return {"overrun_p50_ms": statistics.median(overruns), "overrun_p99_ms": percentile(overruns, 0.99)}


async def measure_memory() -> dict[str, float]:
    """What an idle child has for itself, and the whole sandbox: private memory and the shares of shared pages."""
    async with Pool(settings(spares=8)) as pool:
        await _spares(pool)
        assert pool.zygote_pid is not None
        family = _family(pool.zygote_pid)
        sizes = [_memory_kib(pid) for pid in family]
        children = sizes[-8:]
    return {
        "idle_child_private_mib": statistics.median(private for private, _ in children) / 1024,
        "sandbox_total_mib": sum(share for _, share in sizes) / 1024,
    }


def _family(pid: int) -> list[int]:
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return [pid, *(descendant for child in children for descendant in _family(child))]


def _memory_kib(pid: int) -> tuple[int, int]:
    """Private and proportional size."""
    fields = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    sizes = {name: int(text.split()[0]) for name, text in fields.items()}
    return sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Pss"]


async def measure_noisy_neighbour(per_s: int = 200, seconds: float = 4.0) -> dict[str, float]:
    """Tenant B's 1 ms scripts alone, and while tenant A sends endless loops."""
    async with Pool(settings()) as pool:
        await timed(call(pool, "spin 1.0", "B"), 50)
        idle = await _paced(pool, seconds)
        async with asyncio.TaskGroup() as group:
            noise = group.create_task(_noise(pool, per_s))
            await asyncio.sleep(0.5)
            noisy = await _paced(pool, seconds)
            noise.cancel()
    idle_p95, noisy_p95 = percentile(idle, 0.95), percentile(noisy, 0.95)
    return {"idle_p95_ms": idle_p95, "noisy_p95_ms": noisy_p95, "noisy_p95_ratio": noisy_p95 / idle_p95}


async def _paced(pool: Pool, seconds: float) -> list[float]:
    """B's calls, one every 10 ms."""
    durations = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        durations += await timed(call(pool, "spin 1.0", "B"), 1)
        await asyncio.sleep(0.01)
    return durations


async def _noise(pool: Pool, per_s: int) -> None:
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(pool.run(job("loop", "A", 100)))
            await asyncio.sleep(1 / per_s)


async def measure_loop_lag(seconds: float = 4.0) -> dict[str, float]:
    """How late the event loop wakes a sleeper while 64 callers and a noisy tenant keep the pool full."""
    lags: list[float] = []
    async with Pool(settings()) as pool, asyncio.TaskGroup() as group:
        load = [group.create_task(_repeat(call(pool, "spin 1.0", f"tenant {index % 4}"), 10**9)) for index in range(64)]
        load.append(group.create_task(_noise(pool, 200)))
        await asyncio.sleep(0.5)
        end = perf_counter() + seconds
        while perf_counter() < end:
            began = perf_counter()
            await asyncio.sleep(0.005)
            lags.append((perf_counter() - began) * 1000 - 5)
        for task in load:
            task.cancel()
    return {"loop_lag_p50_ms": statistics.median(lags), "loop_lag_p99_ms": percentile(lags, 0.99)}


MEASUREMENTS: Final = (
    measure_reuse,
    measure_first_call,
    measure_throughput,
    measure_overrun,
    measure_memory,
    measure_noisy_neighbour,
    measure_loop_lag,
)


async def measure() -> dict[str, float]:
    """Every figure."""
    figures: dict[str, float] = {}
    for measurement in MEASUREMENTS:
        figures |= await measurement()
    return figures


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop", help="the event loop; the server runs on uvloop")
    options = parser.parse_args()
    figures = uvloop.run(measure()) if options.loop == "uvloop" else asyncio.run(measure())
    report = Report(f"Sandbox, on {options.loop}")
    for name, value in figures.items():
        report.add(name, round(value, 4), _unit(name), BARS.get(name, ""))
    report.show(as_json=options.json)


def _unit(name: str) -> str:
    """Figures are named by their unit."""
    units = {"_ms": "ms", "_us": "us", "_mib": "MiB", "_per_s": "1/s", "_ratio": "x", "_share": "x"}
    return next(unit for ending, unit in units.items() if name.endswith(ending))


if __name__ == "__main__":
    main()
