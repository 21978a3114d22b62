"""Scripts around a save: order, decisions, failures, chains, and those that run afterwards."""

from datetime import timedelta
from typing import Any

import pytest

from app.access import Actor
from app.base.paging import PageRequest
from app.hooks import DEEPEST_CHAIN, Accepted, Change, Failed, Rejected
from app.runs import Chain, RunFilter, RunOutcome, RunStatus, RunSummary
from app.runs.service.history import get_run, list_runs
from app.sandbox.pool import Pool
from app.scripts.types import EntityEvent, EventTrigger, FailurePolicy, Phase
from app.services import Services
from app.testing import World
from tests.requirements import requirement
from tests.scripting import script, serving, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


def hook(world: World, name: str, source: str, phase: Phase = Phase.BEFORE, **settings: Any) -> None:
    trigger = EventTrigger("order", (EntityEvent.CREATE, EntityEvent.UPDATE), phase)
    script(world, settings_for(name, trigger, **settings), source)


def change(fields: dict[str, Any], **parts: Any) -> Change:
    return Change("order", EntityEvent.CREATE, "7", None, fields, **parts)


def history(world: World, **wanted: Any) -> list[RunSummary]:
    found = world.read(world.ann, lambda work, actor: list_runs(work, actor, RunFilter(**wanted), PageRequest()))
    return list(reversed(found.items))


def committed(world: World, services: Services, actor: Actor, wanted: Change) -> None:
    world.ground.database.write_now(lambda work: services.hooks.publish_after(work, actor, wanted))


@requirement("A14.before-scripts-run-in-order")
async def test_scripts_run_by_priority_then_name_and_see_earlier_changes(world: World, script_pool: Pool) -> None:
    hook(world, "b-second", 'entity.path += "b";', priority=10)
    hook(world, "a-second", 'entity.path += "a";', priority=10)
    hook(world, "z-first", 'entity.path = "z";', priority=1)
    async with serving(world, script_pool) as services:
        decision = await services.hooks.before(world.actor(world.ann), change({"amount": 5, "path": ""}))
    assert isinstance(decision, Accepted)
    assert (decision.fields, decision.changes) == ({"amount": 5, "path": "zab"}, {"path": "zab"})
    assert [run.script_name for run in history(world)] == ["z-first", "a-second", "b-second"]


@requirement("A14.abort-stops-the-order")
async def test_an_abort_rejects_with_its_reason_and_nothing_runs_after_it(world: World, script_pool: Pool) -> None:
    hook(world, "guard", 'if entity.amount < 10 { abort("The minimum is 10"); }', priority=1)
    hook(world, "later", "entity.seen = true;", priority=2)
    async with serving(world, script_pool) as services:
        decision = await services.hooks.before(world.actor(world.ann), change({"amount": 5}))
    runs = history(world)
    assert [(run.script_name, run.outcome) for run in runs] == [("guard", RunOutcome.REJECTED)]
    assert decision == Rejected("The minimum is 10", "guard", runs[0].id)


@requirement("A14.failure-refuses-the-save")
async def test_a_failing_script_refuses_the_save_and_says_where(world: World, script_pool: Pool) -> None:
    hook(world, "broken", "let x = 1;\nx.foo();")
    async with serving(world, script_pool) as services:
        decision = await services.hooks.before(world.actor(world.ann), change({}))
    assert isinstance(decision, Failed)
    assert decision.error.startswith("script broken failed: ")
    assert "line 2, column 3" in decision.error
    assert [run.outcome for run in history(world)] == [RunOutcome.ERROR]


async def test_a_script_that_fails_open_lets_the_save_pass_with_a_warning(memory_world: World, script_pool: Pool) -> None:
    world = memory_world
    hook(world, "lenient", "entity.half = 1; nothing();", priority=1, failure_policy=FailurePolicy.OPEN)
    hook(world, "sound", "entity.done = true;", priority=2)
    async with serving(world, script_pool) as services:
        decision = await services.hooks.before(world.actor(world.ann), change({}))
    assert isinstance(decision, Accepted)
    assert decision.fields == {"done": True}
    assert decision.warnings[0].startswith("script lenient failed: ")


async def test_the_record_of_an_accepted_change_is_durable_once_it_is_awaited(world: World, script_pool: Pool) -> None:
    hook(world, "sound", "entity.done = true;")
    async with serving(world, script_pool) as services:
        decision = await services.hooks.before(world.actor(world.ann), change({}))
        assert isinstance(decision, Accepted)
        assert decision.recorded is not None
        await decision.recorded
        assert [run.id for run in history(world)] == list(decision.runs)


async def test_a_save_of_another_type_or_event_runs_nothing(memory_world: World, script_pool: Pool) -> None:
    hook(memory_world, "sound", "entity.done = true;")
    async with serving(memory_world, script_pool) as services:
        actor = memory_world.actor(memory_world.ann)
        gone = Change("order", EntityEvent.DELETE, "7", {}, {})
        for wanted in (gone, Change("customer", EntityEvent.CREATE, "7", None, {})):
            assert await services.hooks.before(actor, wanted) == Accepted(wanted.after, {})


@requirement("A14.chains-are-bounded")
async def test_a_chain_that_is_too_deep_fails_and_shows_its_circle(memory_world: World, script_pool: Pool) -> None:
    links = tuple("ab"[n % 2] for n in range(DEEPEST_CHAIN))
    async with serving(memory_world, script_pool) as services:
        decision = await services.hooks.before(memory_world.actor(memory_world.ann), change({}, chain=Chain(links)))
    assert isinstance(decision, Failed)
    assert "a starts itself again: a > b > a" in decision.error


@requirement("A14.later-scripts-run-at-least-once")
async def test_later_scripts_are_queued_with_the_save_and_run_once_each(world: World, script_pool: Pool) -> None:
    hook(world, "after-it", "log(`${entity_before} ${entity.amount}`);", Phase.AFTER)
    hook(world, "on-commit", "log(idempotency_key);", Phase.ON_COMMIT)
    async with serving(world, script_pool) as services:
        committed(world, services, world.actor(world.ann), change({"amount": 5}))
        assert [run.status for run in history(world)] == [RunStatus.QUEUED] * 2
        assert [await services.transport.deliver_due() for _ in range(2)] == [2, 0]
    runs = history(world, status=RunStatus.FINISHED)
    assert [(run.script_name, run.outcome) for run in runs] == [("after-it", RunOutcome.OK), ("on-commit", RunOutcome.OK)]
    kept = [world.read(world.ann, lambda work, actor, run=run: get_run(work, actor, run.id)) for run in runs]  # type: ignore[misc]  # a default has no place for a type
    assert [line.text for line in kept[0].logs] == [" 5"]
    assert [line.text for line in kept[1].logs] == [kept[1].idempotency_key]
    assert kept[0].idempotency_key != kept[1].idempotency_key


async def test_nothing_is_queued_when_the_save_fails(world: World, script_pool: Pool) -> None:
    hook(world, "after-it", "1", Phase.AFTER)
    async with serving(world, script_pool) as services:
        actor = world.actor(world.ann)

        def failing(work: Any) -> None:
            services.hooks.publish_after(work, actor, change({}))
            raise ValueError("on purpose")

        with pytest.raises(ValueError, match="on purpose"):
            world.ground.database.write_now(failing)
        assert await services.transport.deliver_due() == 0
    assert history(world) == []


async def test_a_failed_later_run_is_tried_again_under_the_same_key_and_dies_visibly(world: World, script_pool: Pool) -> None:
    hook(world, "flaky", 'throw "not yet"', Phase.ON_COMMIT)
    async with serving(world, script_pool) as services:
        committed(world, services, world.actor(world.ann), change({}))
        for _ in range(12):
            await services.transport.deliver_due()
            world.clock.advance(timedelta(minutes=20))
        letters = await services.transport.dead_letters(world.acme.id)
    runs = history(world)
    # Three errors in a row disabled the script, so the later attempts found nothing to run.
    assert [run.outcome for run in runs] == [RunOutcome.ERROR] * 3
    assert [each.attempts for each in letters] == [10]
    assert "flaky isn't active" in letters[0].error
    keys = {world.read(world.ann, lambda work, actor, run=run: get_run(work, actor, run.id)).idempotency_key for run in runs}  # type: ignore[misc]  # a default has no place for a type
    assert keys == {letters[0].idempotency_key}


async def test_a_delivery_that_is_repeated_runs_nothing_twice(world: World, script_pool: Pool) -> None:
    hook(world, "on-commit", "1", Phase.ON_COMMIT)
    async with serving(world, script_pool) as services:
        committed(world, services, world.actor(world.ann), change({}))
        heard: list[Any] = []
        deliver = services.queue.deliver

        async def twice(delivery: Any) -> None:
            heard.append(delivery)

        services.transport.subscribe("runs.queued", "witness", twice)
        await services.transport.deliver_due()
        await deliver(heard[0])
    assert len(history(world)) == 1
