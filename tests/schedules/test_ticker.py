"""The ticker's loop: it is seen, survives what fails, and is started again when it ends."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from app.base.db import Work
from app.base.health import Status
from app.schedules import Launch, Ticker
from app.testing import World
from tests.schedules.kit import WrittenDown, a_schedule, a_script

_MOST_SLEEPS = 100


class Broken(WrittenDown):
    """A starter that fails so many times first."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def start(self, work: Work, launches: Sequence[Launch]) -> None:
        """Fail, or start."""
        if self.failures:
            self.failures -= 1
            raise ValueError("broken on purpose")
        super().start(work, launches)

    def unfinished(self, work: Work, tenant_id: UUID, run_ids: Sequence[UUID]) -> frozenset[UUID]:
        """None."""
        return frozenset()


async def _run_until_started(world: World, starter: WrittenDown, end: BaseException | None = None) -> Ticker:
    """Run the loop, a second of the world's clock at each sleep, until something was started. `end` comes out of the first sleep."""
    is_over = asyncio.Event()
    sleeps = 0

    async def sleep(_seconds: float) -> None:
        nonlocal sleeps
        sleeps += 1
        world.clock.advance(timedelta(seconds=1))
        if starter.launches or sleeps == _MOST_SLEEPS:
            is_over.set()
        if end is not None and sleeps == 1:
            raise end
        await asyncio.sleep(0)

    ticker = Ticker(world.ground.database, world.clock, starter, world.ground.metrics.registry, sleep)
    ticking, waiting = asyncio.create_task(ticker.run()), asyncio.create_task(is_over.wait())
    await asyncio.wait({ticking, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for task in (ticking, waiting):
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ticking
    return ticker


def _value(world: World, name: str) -> float:
    found = world.ground.metrics.registry.get_sample_value(name)
    assert found is not None
    return found


async def test_a_tick_that_fails_is_made_up_for_by_the_next(memory_world: World) -> None:
    a_schedule(memory_world, a_script(memory_world, memory_world.ann), "*/2 * * * * *")
    starter = Broken(2)
    await _run_until_started(memory_world, starter)
    assert starter.times[0] == "05 09:00:02"
    assert _value(memory_world, "alloy_schedule_tick_failures_total") == 2


async def test_the_ticker_shows_in_health_and_metrics(memory_world: World) -> None:
    world = memory_world
    a_schedule(world, a_script(world, world.ann), "*/2 * * * * *")
    ticker = await _run_until_started(world, WrittenDown())
    probe = ticker.check().probe
    assert (await probe()).status is Status.OK
    assert _value(world, "alloy_schedule_lag_seconds_count") == _value(world, "alloy_schedule_runs_total") == 1
    world.clock.advance(timedelta(seconds=30))
    assert (await probe()).status is Status.DEGRADED
    world.clock.advance(timedelta(minutes=1))
    assert (await probe()).status is Status.DOWN


async def test_a_ticker_that_has_not_ticked_is_degraded_and_can_be_taken_out_again(memory_world: World) -> None:
    world = memory_world
    for _ in range(2):
        ticker = Ticker(world.ground.database, world.clock, WrittenDown(), world.ground.metrics.registry)
        finding = await ticker.check().probe()
        assert (finding.status, finding.reason) == (Status.DEGRADED, "the ticker hasn't ticked yet")
        ticker.metrics.close()


@pytest.mark.parametrize("end", [asyncio.CancelledError(), RuntimeError("broken on purpose")])
async def test_a_loop_that_ends_is_started_again(memory_world: World, end: BaseException) -> None:
    world, starter = memory_world, WrittenDown()
    a_schedule(world, a_script(world, world.ann), "*/2 * * * * *")
    await _run_until_started(world, starter, end)
    assert starter.times == ["05 09:00:02"]
    assert _value(world, "alloy_schedule_ticker_restarts_total") == 1


async def test_a_ticker_that_is_cancelled_ends(memory_world: World) -> None:
    ticker = await _run_until_started(memory_world, WrittenDown())
    assert _value(memory_world, "alloy_schedule_ticker_restarts_total") == 0
    assert (await ticker.check().probe()).status is Status.OK
