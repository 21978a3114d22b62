"""A zygote that is gone takes everything with it that was ordered from it, before and after."""

from __future__ import annotations

import asyncio
import itertools
import os

from app.sandbox.call import Ending
from app.sandbox.jobs import Fault
from app.sandbox.settings import PoolSettings
from app.sandbox.supervisor import Zygote
from app.sandbox.worker import Clocks, Worker


class Pool:
    """Who has the zygote and its workers; notes what they tell."""

    def __init__(self) -> None:
        self.is_warm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost: list[Worker] = []

    def zygote_warm(self, _zygote: Zygote) -> None:
        self.is_warm.set_result(None)

    def zygote_lost(self, _zygote: Zygote, _reason: str) -> None:
        """Nobody asks."""

    def worker_ready(self, _worker: Worker) -> None:
        """Nobody asks."""

    def worker_lost(self, worker: Worker) -> None:
        self.lost.append(worker)

    def worker_exited(self, _worker: Worker) -> None:
        """Nobody asks."""

    def explain(self, _worker: Worker) -> Ending:
        return Ending("crashed", Fault(kind="lost", message="Lost."))


async def test_children_ordered_before_and_after_the_zygote_died_leave_no_descriptor() -> None:
    loop, pool = asyncio.get_running_loop(), Pool()
    settings = PoolSettings(mode="degraded", layers=frozenset(), harden_parent=False)
    clocks = Clocks(loop, 1.0, 1.0, settings.max_frame_bytes)
    numbers = itertools.count(1)
    zygote = Zygote(loop, pool, settings)
    await pool.is_warm
    before = len(os.listdir("/proc/self/fd"))
    known = Worker(loop, pool, clocks, next(numbers), 1, settings.memory_bytes)
    zygote.spawn(known)
    zygote._process.kill()
    await zygote.closed()
    late = [Worker(loop, pool, clocks, next(numbers), 1, settings.memory_bytes) for _ in range(2)]
    for worker in late:
        zygote.spawn(worker)
    clocks.close()
    assert pool.lost == [known, *late]
    assert [worker.is_alive for worker in pool.lost] == [False, False, False]
    # The zygote's socket and its handle are closed too.
    assert len(os.listdir("/proc/self/fd")) == before - 2
