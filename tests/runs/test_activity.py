"""How many runs there were in each of the last hours."""

from datetime import timedelta

from app import runs
from app.testing import World
from tests.scripting import kept_run


def test_runs_count_for_their_hour_and_older_ones_not_at_all(memory_world: World) -> None:
    world, actor = memory_world, memory_world.actor(memory_world.owner)
    kept_run(world, world.owner)
    world.clock.advance(timedelta(hours=2))
    kept_run(world, world.owner)
    kept_run(world, world.owner)
    hours = world.ground.database.read_now(lambda work: runs.activity(work, actor))
    assert [hour.runs for hour in hours[-3:]] == [1, 0, 2]
    assert sum(hour.runs for hour in hours) == 3
    world.clock.advance(timedelta(hours=22))
    assert sum(hour.runs for hour in world.ground.database.read_now(lambda work: runs.activity(work, actor))) == 2


def test_another_tenant_s_runs_are_not_counted(memory_world: World) -> None:
    kept_run(memory_world, memory_world.owner)
    assert sum(hour.runs for hour in memory_world.read(memory_world.mallory, runs.activity)) == 0
