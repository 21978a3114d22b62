"""A script's time and a late machine: who is given time once more, and how much of it."""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.sandbox.call import MOST_EXCUSED_S, Call, Dispatcher, Ending
from app.sandbox.jobs import Limits, Run
from app.sandbox.usage import Usage, usage_of
from app.sandbox.wire import Done
from app.sandbox.worker import Clocks, Worker

needs_account = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="this kernel keeps no account of who waits for processors, so nobody is excused"
)

BEFORE = Usage(at=10.0, computed_s=1.0, queued_s=5.0, is_runnable=True)


class Listener(Dispatcher):
    """Notes how calls end; owns the child, too."""

    def __init__(self) -> None:
        self.endings: list[str] = []

    def call_done(self, call: Call, done: Done) -> None:
        self.endings.append(str(done.kind))

    def call_lost(self, call: Call, ending: Ending) -> None:
        self.endings.append(ending.kind)

    def child_found(self, call: Call, worker: Worker) -> None:
        """Nobody waits for one."""

    def worker_ready(self, worker: Worker) -> None:
        """It is used at once."""

    def worker_lost(self, worker: Worker) -> None:
        """Nobody else would use it."""

    def worker_exited(self, worker: Worker) -> None:
        """The test reaps it."""

    def explain(self, worker: Worker) -> Ending:
        """No child here ends by itself."""
        raise AssertionError("it ended by itself")


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def unseen(listener: Listener) -> Call:
    """A job of 100 ms that nobody has looked at."""
    job = Run(tenant="ann", source="", digest="", limits=Limits(wall_ms=100))
    return Call(asyncio.get_running_loop(), listener, 1, job, ("ann", "run"), b"", None, 0)


@pytest.fixture
async def call(unseen: Call) -> Call:
    """A job of 100 ms, looked at once."""
    unseen.remember(BEFORE)
    return unseen


def later(*, computed_s: float = 0.0, queued_s: float = 0.0, is_runnable: bool = True) -> Usage:
    """What the child had had 100 ms after `BEFORE`."""
    return Usage(BEFORE.at + 0.1, BEFORE.computed_s + computed_s, BEFORE.queued_s + queued_s, is_runnable)


async def test_a_child_that_hardly_got_a_processor_has_its_time_once_more(call: Call) -> None:
    assert call.excuses(later(computed_s=0.01))
    assert call.deadline == pytest.approx(BEFORE.at + 0.2)


async def test_a_child_that_computed_has_had_its_time(call: Call) -> None:
    assert not call.excuses(later(computed_s=0.05, queued_s=0.05))


async def test_a_child_that_sleeps_has_had_its_time(call: Call) -> None:
    assert not call.excuses(later(is_runnable=False))


async def test_a_child_that_waited_for_the_host_has_had_its_time(call: Call) -> None:
    call.host_calls += 1
    assert not call.excuses(later(computed_s=0.01))


async def test_a_child_that_asked_the_host_and_stood_in_the_queue_has_its_time_once_more(call: Call) -> None:
    call.host_calls += 1
    assert call.excuses(later(computed_s=0.01, queued_s=0.06))


async def test_compiling_is_no_part_of_what_a_script_computed(call: Call) -> None:
    call.compiles(BEFORE.at, 5.0)
    call.begins(BEFORE.at + 1)
    assert call.first_usage is None


async def test_excuses_come_to_an_end(call: Call) -> None:
    given = 0
    usage = BEFORE
    while call.excuses(usage := Usage(usage.at + 0.1, 1.0, 5.0, is_runnable=True)):
        given += 1
    assert given * 0.1 == pytest.approx(MOST_EXCUSED_S)


@needs_account
async def test_a_process_account_is_read_from_the_kernel() -> None:
    pidfd = os.pidfd_open(os.getpid())
    try:
        usage = usage_of(pidfd)
    finally:
        os.close(pidfd)
    assert usage.is_runnable
    assert usage.computed_s > 0


@contextmanager
def spinning() -> Iterator[tuple[int, int]]:
    """A process that computes for ever: its number, and a descriptor that means it."""
    with subprocess.Popen(["/bin/sh", "-c", "while :; do :; done"]) as process:
        pidfd = os.pidfd_open(process.pid)
        try:
            yield process.pid, pidfd
        finally:
            process.kill()


def until_computed(pidfd: int, seconds: float) -> None:
    while usage_of(pidfd).computed_s < seconds:
        time.sleep(0.01)


def late_look(listener: Listener, call: Call, pidfd: int) -> Worker:
    """Its child, looked at for the first time when the deadline has passed, because our own loop was busy."""
    loop = asyncio.get_running_loop()
    worker = Worker(loop, listener, Clocks(loop, 0.02, 5.0, 1000), 1, 1, 0)
    worker.born(pidfd)
    now = time.monotonic()
    call.deadline = now + 0.1
    worker.begin(call, now)
    time.sleep(0.15)
    worker.look()
    return worker


@needs_account
async def test_a_late_look_finds_that_the_child_has_computed(listener: Listener, unseen: Call) -> None:
    with spinning() as (_, pidfd):
        until_computed(pidfd, 0.1)
        worker = late_look(listener, unseen, pidfd)
        worker.kill()
        worker.far_end.close()
    assert listener.endings == ["timeout"]


@needs_account
async def test_a_late_look_finds_that_the_child_hardly_got_a_processor(listener: Listener, unseen: Call) -> None:
    processor = {min(os.sched_getaffinity(0))}
    with spinning() as (neighbour, its_pidfd), spinning() as (child, pidfd):
        os.close(its_pidfd)
        os.sched_setaffinity(neighbour, processor)
        os.sched_setaffinity(child, processor)
        os.sched_setscheduler(child, os.SCHED_IDLE, os.sched_param(0))
        worker = late_look(listener, unseen, pidfd)
        assert not listener.endings
        assert unseen.excused_s == pytest.approx(0.1)
        worker.kill()
        worker.far_end.close()
