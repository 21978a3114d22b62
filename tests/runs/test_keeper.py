"""The search over runs follows behind the history, and loses nothing on the way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.base.db import Work
from app.base.keeper import Keeper
from app.base.paging import PageRequest
from app.runs import RunFilter, RunIndex, RunOutcome, TenantLimits, list_runs, set_limits
from app.runs.recorder import write_runs
from app.runs.retention import purge
from app.runs.types import FinishedRun
from app.testing import Person, World
from tests.scripting import finished_run, kept_run


def ended(world: World, person: Person, **changes: Any) -> FinishedRun:
    """A run written into the history this moment, of which the search knows nothing yet."""
    run = finished_run(world, person, **changes)
    world.ground.database.write_now(lambda work: write_runs(work, [run], set()))
    return run


def found(world: World, person: Person, **wanted: Any) -> list[UUID]:
    """The runs that a person finds."""
    return [each.id for each in world.read(person, lambda work, actor: list_runs(work, actor, RunFilter(**wanted), PageRequest())).items]


async def catch_up(world: World) -> int:
    """Have a keeper of its own, as a process that has just begun has one, do all that is left to do; how many rows that were."""
    keeper, taken = Keeper(world.ground.database, [RunIndex()]), 0
    while step := await keeper.step():
        taken += step
    return taken


async def test_a_run_is_listed_at_once_and_found_by_its_text_when_the_keeper_has_come_by(world: World) -> None:
    run = ended(world, world.ann, outcome=RunOutcome.REJECTED, reason="too small")
    foreign = ended(world, world.mallory, outcome=RunOutcome.REJECTED, reason="too small")
    assert found(world, world.ann) == [run.result.run_id]
    assert found(world, world.ann, outcome=RunOutcome.REJECTED) == [run.result.run_id]
    assert await catch_up(world) == 2
    assert found(world, world.ann, text="small") == [run.result.run_id]
    assert found(world, world.mallory, text="small") == [foreign.result.run_id]
    assert await catch_up(world) == 0


def test_texts_are_entered_batch_by_batch_earliest_run_first(world: World) -> None:
    ids = [ended(world, world.ann).result.run_id for _ in range(3)]
    assert world.ground.database.write_now(lambda work: RunIndex().catch_up(work, most=2)) == 2
    assert found(world, world.ann, text="draft") == ids[1::-1]
    assert world.ground.database.write_now(lambda work: RunIndex().catch_up(work, most=2)) == 1
    assert found(world, world.ann, text="draft") == ids[::-1]


async def test_a_search_of_the_past_finds_its_runs_while_later_ones_are_not_known_yet(world: World) -> None:
    old = kept_run(world, world.ann)
    world.clock.advance(timedelta(minutes=30))
    until = world.clock.now()
    world.clock.advance(timedelta(minutes=90))
    ended(world, world.ann)
    assert found(world, world.ann, text="draft", started_until=until) == [old.result.run_id]
    await catch_up(world)
    assert found(world, world.ann, text="draft", started_until=until) == [old.result.run_id]


async def test_of_a_run_that_is_forgotten_before_the_keeper_came_nothing_is_left_to_enter(world: World) -> None:
    ended(world, world.ann)

    def keep_none(work: Work, actor: Any) -> None:
        set_limits(work, actor, TenantLimits(keep_days=1))

    world.write(world.owner, keep_none)
    world.clock.advance(timedelta(days=2))
    assert await purge(world.ground.database) == 1
    assert await catch_up(world) == 0


class _Broken:
    """A read model whose batch can't be entered."""

    def is_behind(self, work: Work) -> bool:
        return True

    def catch_up(self, work: Work) -> int:
        raise ValueError("on purpose")


async def test_each_read_model_has_a_write_of_its_own(world: World) -> None:
    run = ended(world, world.ann, outcome=RunOutcome.REJECTED, reason="too small")
    with pytest.raises(ValueError, match="on purpose"):
        await Keeper(world.ground.database, [RunIndex(), _Broken()]).step()
    assert found(world, world.ann, text="small") == [run.result.run_id]
