"""Measures the sandbox: `python -m benchmarks.sandbox`, with `--json` as one object of named figures.

What each figure must reach is in `BARS`. Bare IPC means the same bytes over a socket pair to a process that answers at once, driven by
the same event loop: the least that any pool of processes can cost. Bare and pool rounds alternate, so that drift hits both.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import statistics
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

import uvloop

from app.sandbox import wire
from app.sandbox.jobs import Limits, Outcome, Run
from app.sandbox.pool import Pool
from app.sandbox.settings import PoolSettings
from benchmarks.figures import Report
from benchmarks.sandbox_handlers import REPLY

HANDLERS: Final = "benchmarks.sandbox_handlers"
RECORD: Final = {f"field_{index}": f"value {index}" for index in range(10)}
ROUNDS: Final = 5
BARS: Final = {
    "reuse_ratio": "<= 2.5",
    "first_call_p50_ms": "<= 1",
    "throughput_share": ">= 0.6",
    "overrun_p99_ms": "<= 30",
    "noisy_p95_ratio": "<= 5",
    "loop_lag_p99_ms": "< 10",
}


def job(source: str, tenant: str = "ann", wall_ms: int = 5_000) -> Run:
    """A run of a small script on a record of ten fields."""
    return Run(tenant=tenant, source=source, digest="d" * 64, inputs={"entity": RECORD}, limits=Limits(wall_ms=wall_ms))


def call(pool: Pool, source: str, tenant: str, wall_ms: int = 5_000) -> Callable[[], Awaitable[Outcome]]:
    """A function that makes this call."""
    return lambda: pool.run(job(source, tenant, wall_ms))


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Bare:
    """The same bytes to a process that answers at once; one call in flight."""

    def __init__(self) -> None:
        self._near, far = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._near.close()
            _answer_for_ever(far)
        far.close()
        self._near.setblocking(False)
        self._request = wire.encode(wire.Do(1, job("echo")))
        self._waiter: asyncio.Future[bytes]
        asyncio.get_running_loop().add_reader(self._near, self._read)

    def _read(self) -> None:
        self._waiter.set_result(self._near.recv(65536))

    async def call(self) -> None:
        """One round trip."""
        self._waiter = asyncio.get_running_loop().create_future()
        self._near.send(self._request)
        await self._waiter

    def close(self) -> None:
        """End the process."""
        asyncio.get_running_loop().remove_reader(self._near)
        self._near.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _answer_for_ever(far: socket.socket) -> None:
    os.nice(PoolSettings().niceness)
    reply = wire.encode(wire.Done(1, "ok", value=REPLY))
    with contextlib.suppress(OSError):
        while far.recv(65536):
            far.sendall(reply)
    os._exit(0)


@contextlib.contextmanager
def bare_children(count: int) -> Iterator[list[Bare]]:
    """Some bare processes, ended afterwards."""
    children = [Bare() for _ in range(count)]
    try:
        yield children
    finally:
        for child in children:
            child.close()


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
    """A tenant's warm child against bare IPC with the same payload."""
    bare_p50s, pool_p50s, pool_all = [], [], []
    echo = job("echo")
    with bare_children(1) as (bare,):
        async with Pool(settings()) as pool:
            await timed(lambda: pool.run(echo), 200)
            for _ in range(ROUNDS):
                bare_p50s.append(statistics.median(await timed(bare.call, 1000)))
                durations = await timed(lambda: pool.run(echo), 1000)
                pool_p50s.append(statistics.median(durations))
                pool_all += durations
    bare_ms, pool_ms = statistics.median(bare_p50s), statistics.median(pool_p50s)
    return {
        "bare_p50_ms": bare_ms,
        "reuse_p50_ms": pool_ms,
        "reuse_p99_ms": percentile(pool_all, 0.99),
        "reuse_ratio": pool_ms / bare_ms,
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


async def measure_throughput(callers: int = 64, children: int = 2, per_round: int = 6_000) -> dict[str, float]:
    """Many callers over few children, against bare IPC kept busy on as many."""
    echo = job("echo")
    bare_rates, pool_rates = [], []
    async with Pool(settings(slots=children, tenant_slots=children, queue_per_tenant=callers)) as pool:
        with bare_children(children) as bares:
            for _ in range(ROUNDS):
                bare_rates.append(await _rate([bare.call for bare in bares], per_round))
                pool_rates.append(await _rate([lambda: pool.run(echo)] * callers, per_round))
    bare, pooled = statistics.median(bare_rates), statistics.median(pool_rates)
    return {"bare_calls_per_s": bare, "throughput_calls_per_s": pooled, "throughput_share": pooled / bare}


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
    units = {"_ms": "ms", "_mib": "MiB", "_per_s": "1/s", "_ratio": "x", "_share": "x"}
    return next(unit for ending, unit in units.items() if name.endswith(ending))


if __name__ == "__main__":
    main()
