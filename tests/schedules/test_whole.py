"""Schedules within the whole application: a tick, the queue, the sandbox, the history, and back to the schedule."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app import schedules
from app.base.db import Work
from app.base.paging import PageRequest
from app.runs import RunFilter, list_runs
from app.sandbox.pool import Pool
from app.schedules import Launch, Policies, ScheduleState
from app.scripts import ScriptSettings
from app.services import build_services, running
from app.testing import World
from tests.requirements import requirement
from tests.schedules.kit import WrittenDown, a_schedule, a_script, again, tick
from tests.scripting import SMALL_POOL, script, serving


class Heard(WrittenDown):
    """A starter that tells the event loop of the first run."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.is_heard = asyncio.Event()

    def start(self, work: Work, launches: Sequence[Launch]) -> None:
        """Tell, once committed."""
        super().start(work, launches)

        def tell() -> None:
            self.loop.call_soon_threadsafe(self.is_heard.set)

        work.after_commit.append(tell)


@requirement("A7.a-disabled-script-stops-its-schedule")
@pytest.mark.asyncio(loop_scope="session")
async def test_errors_of_scheduled_runs_disable_the_script_and_its_schedule_says_so(memory_world: World, script_pool: Pool) -> None:
    world = memory_world
    schedule = a_schedule(world, script(world, ScriptSettings("nightly"), 'throw "boom";', world.ann), "* * * * *")
    async with serving(world, script_pool) as services:
        for _ in range(4):
            world.clock.advance(timedelta(minutes=1))
            tick(world, services.starter)
            await services.transport.deliver_due()
    runs = world.read(world.ann, lambda work, actor: list_runs(work, actor, RunFilter(script_id=schedule.script_id), PageRequest())).items
    assert [(run.trigger, run.outcome) for run in runs] == [("cron", "error")] * 3
    standing = again(world, schedule).standing
    assert standing.state is ScheduleState.SCRIPT_DISABLED
    assert standing.text == (
        "The script is disabled since 5 January 2026 at 09:03 UTC: nothing is started. Disabled after 3 errors in a row."
    )


@pytest.mark.asyncio(loop_scope="session")
async def test_overlaps_are_predicted_from_what_was_measured(memory_world: World, script_pool: Pool) -> None:
    world = memory_world
    schedule = a_schedule(world, script(world, ScriptSettings("nightly"), "1", world.ann), "* * * * *")
    async with serving(world, script_pool) as services:
        world.clock.advance(timedelta(minutes=1))
        tick(world, services.starter)
        await services.transport.deliver_due()
    forecast = world.read(world.ann, lambda work, actor: schedules.schedule_overlaps(work, actor, schedule.id, None))
    assert (forecast.looked_at, forecast.overlapping) == (200, 0)
    assert forecast.p95_ms >= 1


@pytest.mark.slow
async def test_the_application_ticks_while_it_serves_and_health_shows_it(memory_world: World) -> None:
    world, starter = memory_world, Heard()
    a_schedule(world, a_script(world, world.ann), "0 * * * *", Policies())
    world.clock.advance(timedelta(hours=1))
    services = replace(build_services(world.ground, world.access.registry), starter=starter)
    async with running(services, SMALL_POOL):
        await starter.is_heard.wait()
        report = await world.ground.health.report()
        names = {(module.name, check.name) for module in report.modules for check in module.checks}
        metrics = world.ground.metrics.exposition().decode()
    assert starter.times == ["05 10:00:00"]
    assert ("schedules", "ticker") in names
    assert "alloy_schedule_lag_seconds_bucket" in metrics
    assert "alloy_schedule" not in world.ground.metrics.exposition().decode()
