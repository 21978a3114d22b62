"""The nursery: keeps one verified zygote, enough locked spares, and each tenant's warm children; retires what is old or suspect.

Driven by callbacks, without tasks. `acquire` is the only wait, and it has a deadline. Never hands a child to a second tenant.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, deque
from time import monotonic
from typing import Final

import structlog

from app.sandbox.call import Call, Ending
from app.sandbox.canaries import CanaryReport, CanaryRound
from app.sandbox.endings import Caps, explain
from app.sandbox.jobs import Fault
from app.sandbox.lockdown.layers import Layer, LayerReport, missing_for_strict
from app.sandbox.metrics import Counters
from app.sandbox.settings import PoolSettings
from app.sandbox.sizes import SpareSizes
from app.sandbox.supervisor import Zygote
from app.sandbox.worker import Clocks, Owner, Worker

_log = structlog.get_logger(__name__)
_HOUSEKEEPING_SECONDS: Final = 1.0
_RESTART_SECONDS: Final = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_LOOKS: Final = 2  # at a job's processor time before it stands back: one to compare with
_STILLBIRTHS: Final = 5
_CALM_SECONDS: Final = 0.002  # before a spare is replaced, so that the fork does not compete with the call that took it
_PATIENCE: Final = 10  # times as many jobs for a child whose tenant waits: a new one would cost those who wait
_WARM_SHARE: Final = 0.5  # of the processor-time backstop: retire a child long before the kernel ends it in the middle of a job

SHUT_DOWN: Final = Fault(kind="shut-down", message="The sandbox was shut down.")


class SandboxUnavailable(Exception):
    """This machine does not offer what the settings demand; the message names the missing layer and the reason."""

    remedy: Final = "Give it what is missing, or set ALLOY_SANDBOX=degraded to run scripts behind fewer walls."


class Nursery:
    """Zygotes and children of one pool."""

    def __init__(self, loop: asyncio.AbstractEventLoop, settings: PoolSettings, counters: Counters) -> None:
        self.layers: list[LayerReport] = []
        self.canaries: list[CanaryReport] = []
        self._loop = loop
        self._settings = settings
        self._counters = counters
        self._clocks = Clocks(loop, settings.patience_ms / _LOOKS / 1000, settings.compile_ms / 1000, settings.max_frame_bytes)
        self._numbers = itertools.count(1)
        self._generation = 0
        self._zygote: Zygote | None = None
        self._pending: Zygote | None = None
        self._retiring: list[Zygote] = []
        self._unreaped: list[Zygote] = []
        self._spares: deque[Worker] = deque()
        self._most_jobs = settings.runs_per_child
        self._most_age_s = settings.child_age_s
        self._most_busy_s = _WARM_SHARE * settings.cpu_seconds
        self._spare_sizes = SpareSizes(settings.memory_bytes)
        self._idle: dict[str, list[Worker]] = {}
        self._hungry: dict[Call, None] = {}
        self._unborn: set[Worker] = set()
        self._alive: set[Worker] = set()
        self._stillbirths = 0
        self._failed_starts = 0
        self._is_closing = False
        self._timer: asyncio.TimerHandle | None = None
        self._started: asyncio.Future[None] = loop.create_future()

    # --- life

    async def start(self) -> None:
        """Start the first zygote, let the canaries attack, and wait for the first spare.

        Raises: SandboxUnavailable when strict mode lacks a layer or a canary lived.
        """
        self._start_zygote()
        self._housekeep()
        await self._started

    async def close(self) -> None:
        """End every process and wait until all are reaped. Calls in flight end as `killed`."""
        self._is_closing = True
        for worker in list(self._alive):
            worker.stop("killed", SHUT_DOWN)
        if self._timer is not None:
            self._timer.cancel()
        for zygote in self._unreaped:
            zygote.close()
        for zygote in self._unreaped:
            await zygote.closed()
        self._clocks.close()

    # --- children for the pool

    @property
    def zygote_pid(self) -> int | None:
        """The process that was started, or None while there is none to fork from."""
        return self._zygote.pid if self._zygote is not None else None

    @property
    def spares(self) -> int:
        """Children of no tenant yet."""
        return len(self._spares)

    @property
    def idle(self) -> int:
        """Warm children with nothing to do."""
        return sum(len(workers) for workers in self._idle.values())

    @property
    def children(self) -> int:
        """All that live or are being born."""
        return len(self._alive)

    def take(self, tenant: str, memory_bytes: int) -> Worker | None:
        """A child of this size that is ready now: the tenant's own, or a spare that becomes the tenant's."""
        own = self._idle.get(tenant)
        if own:
            at = -1 if own[-1].memory_bytes == memory_bytes else _find(own, memory_bytes)
            if at is not None:
                self._counters.warm_hits += 1
                return own.pop(at)
        self._spare_sizes.note(memory_bytes)
        worker = next((worker for worker in self._spares if worker.memory_bytes == memory_bytes), None)
        if worker is None:
            return None
        self._spares.remove(worker)
        worker.tenant = tenant
        self._counters.spare_hits += 1
        self._loop.call_later(_CALM_SECONDS, self._refill)
        return worker

    def request(self, call: Call) -> None:
        """Have a child born for this call; its dispatcher is told when it is there."""
        self._hungry[call] = None
        self._refill()

    def withdraw(self, call: Call) -> None:
        """The call waits no longer."""
        self._hungry.pop(call, None)

    def give_back(self, worker: Worker, is_fit: bool, is_awaited: bool, now: float) -> None:
        """Take a child back after a job: keep it warm for its tenant, or end it. One whose tenant waits is kept for longer."""
        tenant = worker.tenant
        if not worker.is_alive or tenant is None:
            return
        if not is_fit:
            self.kill(worker, "suspect")
            return
        reason = self._retirement(worker, now, self._most_jobs * _PATIENCE if is_awaited else self._most_jobs)
        if reason is not None:
            self.kill(worker, reason)
            return
        worker.idle_since = now
        own = self._idle.get(tenant)
        if own is None:
            self._idle[tenant] = [worker]
        else:
            own.append(worker)

    def kill(self, worker: Worker, reason: str) -> None:
        """End a child that is not in a call."""
        self._counters.kills[reason] += 1
        worker.kill()

    def _retirement(self, worker: Worker, now: float, most_jobs: int) -> str | None:
        if (
            worker.jobs < most_jobs
            and now < worker.born_at + self._most_age_s
            and worker.busy_s < self._most_busy_s
            and worker.generation == self._generation
            and not worker.has_stood_back
        ):
            return None
        if worker.generation != self._generation:
            return "old zygote"
        if worker.has_stood_back:
            return "long job"
        if worker.jobs >= most_jobs:
            return "many jobs"
        return "age" if now >= worker.born_at + self._most_age_s else "much time"

    # --- what workers tell

    def worker_ready(self, worker: Worker) -> None:
        """A child is locked: give it to who waits longest, or keep it as a spare."""
        self._unborn.discard(worker)
        self._stillbirths = 0
        if worker.generation != self._generation:
            self.kill(worker, "old zygote")
            return
        call = next((call for call in self._hungry if call.memory_bytes == worker.memory_bytes), None)
        if call is not None:
            del self._hungry[call]
            worker.tenant = call.job.tenant
            call.dispatcher.child_found(call, worker)
            return
        self._spares.append(worker)
        if not self._started.done():
            self._started.set_result(None)

    def worker_lost(self, worker: Worker) -> None:
        """A child is gone; forget it and replace it."""
        self._alive.discard(worker)
        if worker in self._unborn:
            self._unborn.discard(worker)
            self._stillbirths += 1
        if worker in self._spares:
            self._spares.remove(worker)
        own = self._idle.get(worker.tenant or "")
        if own is not None and worker in own:
            own.remove(worker)
        if not self._is_closing:
            self._loop.call_later(_CALM_SECONDS, self._refill)

    def worker_exited(self, worker: Worker) -> None:
        """Reaped: note what it used, and let a zygote go that waited only for this one."""
        self._counters.children_reaped += 1
        if worker.exit is not None:
            growth = worker.exit.peak_bytes - worker.resident_bytes
            self._counters.largest_growth_bytes = max(growth, self._counters.largest_growth_bytes)
        for zygote in [zygote for zygote in self._retiring if not zygote.workers]:
            zygote.close()

    def explain(self, worker: Worker) -> Ending:
        """The ending of a call whose child died by itself."""
        kind, fault = explain(worker.exit, Caps(worker.resident_bytes, worker.memory_bytes, self._settings.cpu_seconds))
        self._counters.kills[fault.kind] += 1
        return Ending(kind, fault)

    # --- what zygotes tell

    def zygote_warm(self, zygote: Zygote) -> None:
        """Trust it only after its canaries died."""
        round_of_canaries = CanaryRound(lambda reports: self._judge(zygote, reports))
        for worker, name in round_of_canaries.attackers(lambda owner: self._new_worker(self._settings.memory_bytes, owner)):
            zygote.spawn(worker, canary=name)

    def zygote_lost(self, zygote: Zygote, reason: str) -> None:
        """Start another one, later and later while that keeps failing."""
        if zygote in self._retiring:
            self._retiring.remove(zygote)
            return
        was_ready = zygote is self._zygote
        if was_ready:
            self._zygote = None
        if zygote is self._pending:
            self._pending = None
        if self._is_closing:
            return
        self.layers = zygote.layers
        if not self._started.done():
            self._started.set_exception(SandboxUnavailable(f"The sandbox can't start: {reason}."))
            return
        self._failed_starts = 0 if was_ready else self._failed_starts + 1
        delay = _RESTART_SECONDS[min(self._failed_starts, len(_RESTART_SECONDS) - 1)]
        _log.warning("sandbox zygote lost", reason=reason, restart_in_s=delay)
        self._loop.call_later(delay, self._start_zygote)

    # --- private

    def _start_zygote(self) -> None:
        if self._pending is None and not self._is_closing:
            self._counters.zygotes_started += 1
            self._pending = Zygote(self._loop, self, self._settings)
            self._unreaped = [*(zygote for zygote in self._unreaped if not zygote.is_reaped), self._pending]

    def _judge(self, zygote: Zygote, reports: list[CanaryReport]) -> None:
        if zygote is not self._pending:
            return
        self.layers, self.canaries = zygote.layers, reports
        lived = [report.name for report in reports if report.verdict != "killed"]
        has_filter = any(report.layer == Layer.SECCOMP and report.is_active for report in zygote.layers)
        if lived and (has_filter or self._settings.mode == "strict"):
            zygote.close_as_unfit(f"canaries were not stopped: {', '.join(lived)}")
            return
        self._announce(zygote)
        if self._zygote is not None:
            self._retire(self._zygote)
        self._pending, self._zygote = None, zygote
        self._generation += 1
        self._failed_starts = 0
        self._refill()

    def _announce(self, zygote: Zygote) -> None:
        missing = missing_for_strict(zygote.layers)
        if missing:
            _log.warning("SANDBOX DEGRADED: scripts run with fewer walls than strict mode demands", mode="degraded", missing=missing)
        else:
            _log.info("sandbox ready", mode=self._settings.mode)

    def _retire(self, zygote: Zygote) -> None:
        self._retiring.append(zygote)
        for worker in [*self._spares, *itertools.chain.from_iterable(self._idle.values())]:
            self.kill(worker, "old zygote")
        if not zygote.workers:
            zygote.close()

    def _new_worker(self, memory_bytes: int, owner: Owner | None = None) -> Worker:
        return Worker(self._loop, owner or self, self._clocks, next(self._numbers), self._generation, memory_bytes)

    def _refill(self) -> None:
        zygote = self._zygote
        if zygote is None or not zygote.is_alive or self._is_closing:
            return
        if self._stillbirths >= _STILLBIRTHS:
            self._stillbirths = 0
            zygote.close()
            return
        wanted = Counter(self._spare_sizes.of(self._settings.spares))
        wanted.update(call.memory_bytes for call in self._hungry)
        wanted.subtract(worker.memory_bytes for worker in (*self._spares, *self._unborn))
        for memory_bytes in (+wanted).elements():
            if len(self._alive) >= self._settings.max_children and not self._evict():
                return
            worker = self._new_worker(memory_bytes)
            self._unborn.add(worker)
            self._alive.add(worker)
            self._counters.children_started += 1
            zygote.spawn(worker)
            if not zygote.is_alive:
                return

    def _evict(self) -> bool:
        """Make room by ending a spare of a size that is no longer wanted, or the child that was idle longest."""
        sizes = self._spare_sizes.of(self._settings.spares)
        odd = [worker for worker in self._spares if worker.memory_bytes not in sizes]
        idle = odd or itertools.chain.from_iterable(self._idle.values())
        longest = min(idle, key=lambda worker: worker.idle_since, default=None)
        if longest is None:
            return False
        self.kill(longest, "evicted")
        return True

    def _housekeep(self) -> None:
        """Once a second: end what is old, replace an old zygote, give up on one that doesn't get ready."""
        now = monotonic()
        for tenant in [tenant for tenant, workers in self._idle.items() if not workers]:
            del self._idle[tenant]
        for worker in list(itertools.chain.from_iterable(self._idle.values())):
            reason = "idle" if now - worker.idle_since >= self._settings.idle_s else self._retirement(worker, now, self._most_jobs)
            if reason is not None:
                self.kill(worker, reason)
        for worker in [worker for worker in self._spares if now - worker.born_at >= self._settings.child_age_s]:
            self.kill(worker, "age")
        if self._pending is not None and now - self._pending.started_at >= self._settings.start_timeout_s:
            self._pending.close_as_unfit(f"it was not ready after {self._settings.start_timeout_s:.0f} s")
        if self._zygote is not None and self._is_old(self._zygote, now):
            self._start_zygote()
        self._timer = self._loop.call_later(_HOUSEKEEPING_SECONDS, self._housekeep)

    def _is_old(self, zygote: Zygote, now: float) -> bool:
        settings = self._settings
        return zygote.children_started >= settings.zygote_children or now - zygote.started_at >= settings.zygote_age_s


def _find(workers: list[Worker], memory_bytes: int) -> int | None:
    """Where a child of this size is."""
    return next((index for index, worker in enumerate(workers) if worker.memory_bytes == memory_bytes), None)
