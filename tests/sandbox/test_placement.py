"""Which processor a child runs on."""

import asyncio
import os
from pathlib import Path

import pytest

from app.sandbox.placement import ALONE_CALLS, Placement
from app.sandbox.pool import Pool
from tests.sandbox.test_pool import python

ANYWHERE = os.sched_getaffinity(0)
needs_processors = pytest.mark.skipif(len(ANYWHERE) < 2, reason="there is but one processor")


class Child:
    """Notes where it is to run."""

    def __init__(self) -> None:
        self.processor: int | None = None
        self.jobs = 1

    def stay_at(self, processor: int) -> None:
        self.processor = processor

    def roam(self) -> None:
        self.processor = None


def settled(child: Child, processor: int = 7) -> Placement:
    """A placement that has seen enough lone calls of a child to keep it near."""
    placement = Placement(lambda: processor)
    for _ in range(ALONE_CALLS + 1):
        placement.begins(child, is_alone=True)
    return placement


def test_a_child_whose_calls_come_alone_is_kept_where_the_loop_is() -> None:
    child = Child()
    settled(child)
    assert child.processor == 7


def test_one_call_less_is_not_enough() -> None:
    child, placement = Child(), Placement(lambda: 7)
    for _ in range(ALONE_CALLS):
        placement.begins(child, is_alone=True)
    assert child.processor is None


def test_a_child_without_a_job_behind_it_isnt_kept_near() -> None:
    child = Child()
    child.jobs = 0
    settled(child)
    assert child.processor is None


def test_the_child_follows_the_loop() -> None:
    child, processors = Child(), [1] * 3 + [0]
    placement = Placement(lambda: processors.pop())
    for _ in range(ALONE_CALLS + 2):
        placement.begins(child, is_alone=True)
    assert (child.processor, processors) == (1, [1, 1])


def test_a_second_call_lets_both_children_run_anywhere() -> None:
    first, second = Child(), Child()
    placement = settled(first)
    placement.begins(second, is_alone=True)
    assert (first.processor, second.processor) == (7, 7)
    placement.begins(first, is_alone=False)
    assert (first.processor, second.processor) == (None, None)


def test_a_child_kept_near_earlier_runs_anywhere_when_it_is_used_before_the_next_row_is_long_enough() -> None:
    first, second, third = Child(), Child(), Child()
    placement = settled(first)
    placement.begins(second, is_alone=True)
    placement.begins(third, is_alone=False)
    assert first.processor == 7  # it has nothing to do
    placement.begins(first, is_alone=True)
    assert first.processor is None


def test_after_a_job_that_took_long_the_row_begins_anew() -> None:
    child = Child()
    placement = settled(child)
    child.roam()  # as a look at a job that takes long has it
    for _ in range(ALONE_CALLS):
        placement.begins(child, is_alone=True)
    assert child.processor is None
    placement.begins(child, is_alone=True)
    assert child.processor == 7


def test_where_nothing_tells_the_processor_children_are_left_alone() -> None:
    child, placement = Child(), Placement(None)
    for _ in range(ALONE_CALLS + 1):
        placement.begins(child, is_alone=True)
    assert child.processor is None


def bound(pool: Pool) -> list[set[int]]:
    """The processors of the pool's processes that may not run everywhere."""
    assert pool.zygote_pid is not None
    return [places for pid in family(pool.zygote_pid) if (places := os.sched_getaffinity(pid)) != ANYWHERE]


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]
    return [pid, *(descendant for child in children for descendant in family(child))]


async def alone(pool: Pool) -> None:
    for _ in range(ALONE_CALLS + 1):
        assert (await pool.run(python("result = 1"))).value == 1


@needs_processors
async def test_the_kernel_keeps_the_child_of_lone_calls_on_one_processor(pool: Pool) -> None:
    assert bound(pool) == []
    await alone(pool)
    (places,) = bound(pool)
    assert len(places) == 1
    assert places < ANYWHERE


@needs_processors
async def test_two_calls_at_once_run_anywhere(pool: Pool) -> None:
    await alone(pool)
    await asyncio.gather(*(pool.run(python("result = 1")) for _ in range(2)))
    assert bound(pool) == []


@needs_processors
async def test_a_long_job_leaves_the_loops_processor(pool: Pool) -> None:
    await alone(pool)
    assert len(bound(pool)) == 1
    job = python("import time\nend = time.monotonic() + 0.3\nwhile time.monotonic() < end: pass\nresult = 1")
    assert (await pool.run(job)).value == 1
    assert bound(pool) == []
