"""A script's time and a late machine: who is given time once more, and how much of it."""

import asyncio
import os

import pytest

from app.sandbox.call import MOST_EXCUSED_S, Call, Dispatcher, Ending
from app.sandbox.jobs import Limits, Run
from app.sandbox.usage import Usage, usage_of
from app.sandbox.wire import Done
from app.sandbox.worker import Worker

BEFORE = Usage(at=10.0, computed_s=1.0, queued_s=5.0, is_runnable=True)


class Nobody(Dispatcher):
    """Moves nothing on."""

    def call_done(self, call: Call, done: Done) -> None:
        """Nothing follows."""

    def call_lost(self, call: Call, ending: Ending) -> None:
        """Nothing follows."""

    def child_found(self, call: Call, worker: Worker) -> None:
        """Nothing follows."""


@pytest.fixture
async def call() -> Call:
    """A job of 100 ms, looked at once."""
    job = Run(tenant="ann", source="", digest="", limits=Limits(wall_ms=100))
    made = Call(asyncio.get_running_loop(), Nobody(), 1, job, ("ann", "run"), b"", None, 0)
    made.remember(BEFORE)
    return made


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


async def test_who_could_not_be_looked_at_before_the_deadline_has_its_time_once_more(call: Call) -> None:
    call.first_usage = None
    assert call.excuses(later(computed_s=0.09))


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


async def test_a_process_account_is_read_from_the_kernel() -> None:
    pidfd = os.pidfd_open(os.getpid())
    try:
        usage = usage_of(pidfd)
    finally:
        os.close(pidfd)
    assert usage.is_runnable
    assert usage.computed_s > 0
