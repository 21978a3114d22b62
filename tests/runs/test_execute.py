"""One run: what it gives back, what the history keeps of it, and running it again from there."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.access import Actor
from app.base.errors import Invalid, NotFound
from app.base.paging import PageRequest
from app.runs import RunDetail, RunFilter, RunOutcome, RunResult
from app.runs.service.history import get_run, list_runs
from app.runs.service.replay import replay, replayable
from app.runs.types import EntityChanges, Replayed
from app.sandbox.pool import Pool
from app.scripts.types import Phase, Status
from app.services import Services
from app.testing import World
from tests.scripting import request, script, serving, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENTITY = {"type": "order", "id": "7", "fields": {"amount": 20, "note": "x"}}


async def run(services: Services, actor: Actor, source: str, phase: Phase = Phase.MANUAL, **changes: Any) -> RunResult:
    return await services.runner.execute(request(actor, source, phase, **changes))


async def detail(world: World, run_id: UUID) -> RunDetail:
    actor = world.actor(world.ann)
    return await world.ground.database.read(lambda work: get_run(work, actor, run_id))


async def again(services: Services, world: World, run_id: UUID) -> Replayed:
    actor = world.actor(world.ann)
    record = await world.ground.database.read(lambda work: replayable(work, actor, run_id))
    return await replay(services.runner, actor, record)


async def test_a_run_gives_its_value_changes_and_log(world: World, script_pool: Pool) -> None:
    async with serving(world, script_pool) as services:
        source = 'log("seen"); entity.total = entity.amount * 2; entity.remove("note"); 1 + 1'
        result = await run(services, world.actor(world.ann), source, inputs={"entity": ENTITY})
    assert (result.outcome, result.value) == (RunOutcome.OK, 2)
    assert result.changes == EntityChanges({"total": 40}, ("note",))
    assert [(line.level, line.text) for line in result.logs] == [("info", "seen")]


async def test_the_history_keeps_everything_of_a_run(world: World, script_pool: Pool) -> None:
    actor = world.actor(world.ann)
    async with serving(world, script_pool) as services:
        source = 'log_warn("low"); entity.at = now(); "done"'
        result = await run(services, actor, source, inputs={"entity": ENTITY}, correlation_id="c-1", idempotency_key="k-1")
        kept = await detail(world, result.run_id)
    assert (kept.value, kept.changes, kept.logs) == ("done", result.changes, result.logs)
    assert (kept.source, kept.input, kept.journal) == (source, {"entity": ENTITY}, result.journal)
    assert (kept.summary.actor.name, kept.summary.correlation_id, kept.idempotency_key) == (actor.name, "c-1", "k-1")
    assert (kept.summary.entity_type, kept.summary.entity_id, kept.summary.operations) == ("order", "7", result.operations)
    assert (kept.limits["operations"], kept.limits["call_levels"]) == (50_000, 16)
    assert len(kept.input_digest) == 64
    assert kept.engine_version


async def test_an_error_keeps_its_place_and_call_stack(world: World, script_pool: Pool) -> None:
    async with serving(world, script_pool) as services:
        result = await run(services, world.actor(world.ann), "fn f(x) {\n  x.foo()\n}\nf(1)")
        kept = await detail(world, result.run_id)
    assert kept.summary.error is not None
    assert (kept.summary.error.line, kept.summary.error.column) == (2, 5)
    assert [level.function for level in kept.summary.error.stack] == ["f"]
    assert kept.summary.fingerprint is not None


async def test_abort_is_a_decision_with_a_reason(world: World, script_pool: Pool) -> None:
    async with serving(world, script_pool) as services:
        result = await run(services, world.actor(world.ann), 'abort("too small")', Phase.MANUAL, inputs={"entity": ENTITY})
    assert (result.outcome, result.reason, result.error) == (RunOutcome.REJECTED, "too small", None)


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("loop {}", RunOutcome.OPERATIONS),
        ("1 +", RunOutcome.ERROR),
        ("missing(1)", RunOutcome.ERROR),
        ("fn f(n) { f(n + 1) } f(0)", RunOutcome.ERROR),
        ('let s = "x"; loop { s += s; }', RunOutcome.MEMORY),
    ],
)
async def test_a_limit_or_mistake_ends_the_run_and_replays_alike(
    memory_world: World, script_pool: Pool, source: str, outcome: RunOutcome
) -> None:
    async with serving(memory_world, script_pool) as services:
        result = await run(services, memory_world.actor(memory_world.ann), source)
        replayed = await again(services, memory_world, result.run_id)
    assert result.outcome is outcome
    assert replayed.differences == ()


async def test_more_lines_than_are_kept_are_counted(memory_world: World, script_pool: Pool) -> None:
    async with serving(memory_world, script_pool) as services:
        result = await run(services, memory_world.actor(memory_world.ann), "for i in 0..3000 { log(`line ${i}`); }")
    assert (len(result.logs), result.logs_dropped) == (1000, 2000)


async def test_a_replay_gives_the_same_and_names_its_input(world: World, script_pool: Pool) -> None:
    async with serving(world, script_pool) as services:
        source = 'entity.at = now(); let t = timestamp(); log(`took ${t.elapsed}`); entity.amount += 1; #{ a: 1.0, b: [1, "x"] }'
        result = await run(services, world.actor(world.ann), source, inputs={"entity": ENTITY})
        world.clock.advance(timedelta(hours=1))
        replayed = await again(services, world, result.run_id)
        kept = await detail(world, result.run_id)
    assert replayed.differences == ()
    assert (replayed.result.changes, replayed.result.operations) == (result.changes, result.operations)
    assert replayed.input_digest == kept.input_digest


async def test_a_replay_writes_nothing_into_the_history(memory_world: World, script_pool: Pool) -> None:
    world = memory_world
    async with serving(world, script_pool) as services:
        result = await run(services, world.actor(world.ann), "1")
        await again(services, world, result.run_id)
        listed = world.read(world.ann, lambda work, actor: list_runs(work, actor, RunFilter(), PageRequest()))
    assert [each.id for each in listed.items] == [result.run_id]


async def test_another_tenants_run_is_not_found(world: World, script_pool: Pool) -> None:
    async with serving(world, script_pool) as services:
        result = await run(services, world.actor(world.ann), "1")
    with pytest.raises(NotFound):
        world.read(world.mallory, lambda work, actor: get_run(work, actor, result.run_id))
    assert world.read(world.mallory, lambda work, actor: list_runs(work, actor, RunFilter(text="draft"), PageRequest())).items == ()


async def test_inputs_beyond_the_border_are_refused(memory_world: World, script_pool: Pool) -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    async with serving(memory_world, script_pool) as services:
        for inputs in ({"params": {"x": "y" * 1_100_000}}, {"params": deep}):
            with pytest.raises(Invalid):
                await run(services, memory_world.actor(memory_world.ann), "1", inputs=inputs)


async def test_three_errors_in_a_row_disable_a_script_and_an_abort_between_them_starts_anew(world: World, script_pool: Pool) -> None:
    from app.runs import RunRequest, RunTrigger, Subject, actor_of
    from app.scripts import by_id, get_script

    made = script(world, settings_for("failing"), 'if params.fail { throw "no" } else { abort("decided") }')
    actor = world.actor(world.ann)

    async def once(services: Services, fail: bool) -> None:
        active = await world.ground.database.read(lambda work: by_id(work, actor.tenant_id, made.id))
        assert active is not None
        wanted = RunRequest(
            actor.tenant_id, Subject.of(active), Phase.MANUAL, RunTrigger.MANUAL, actor_of(actor), {"params": {"fail": fail}}
        )
        await services.runner.execute(wanted)

    async with serving(world, script_pool) as services:
        for fail in (True, True, False, True, True):
            await once(services, fail)
        before = world.read(world.ann, lambda work, actor: get_script(work, actor, made.id))
        await once(services, fail=True)
    after = world.read(world.ann, lambda work, actor: get_script(work, actor, made.id))
    assert (before.status, after.status) == (Status.ACTIVE, Status.DISABLED)
    assert after.last_error is not None
    assert after.last_error.run_id is not None
