"""Past runs run again: one by one, and many through the transport."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from app import runs
from app.access import Actor
from app.base.db import Work
from app.base.errors import Conflict, Denied, Invalid, NotFound
from app.base.paging import PageRequest
from app.runs import BulkRerun, RerunVersion, RunFilter, RunOutcome, RunRequest, RunResult, RunTrigger, Subject
from app.sandbox.pool import Pool
from app.scripts import Change, Script, by_id, update_script
from app.scripts.service.lifecycle import activate, pause
from app.scripts.types import EntityEvent, EventTrigger, Findings, Phase
from app.services import Services
from app.testing import Person, World
from tests.scripting import ANYTHING_GOES, digest, kept_run, script, serving, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def services(memory_world: World, script_pool: Pool) -> AsyncIterator[Services]:
    """The domains with a sandbox."""
    async with serving(memory_world, script_pool) as made:
        yield made


async def run(world: World, services: Services, made: Script, inputs: dict[str, Any], phase: Phase = Phase.MANUAL) -> RunResult:
    actor = world.actor(world.ann)
    active = world.read(world.ann, lambda work, who: by_id(work, who.tenant_id, made.id))
    assert active is not None
    wanted = RunRequest(actor.tenant_id, Subject.of(active), phase, RunTrigger.MANUAL, runs.actor_of(actor), inputs)
    return await services.runner.execute(wanted)


def next_version(world: World, made: Script, source: str) -> None:
    """Save and activate another source."""

    def save(work: Work, actor: Actor) -> None:
        findings = Findings(digest(source), made.phase, ())
        change = Change(made.revision, source=source, findings=findings)
        after = update_script(work, actor, ANYTHING_GOES, made.id, change)
        activate(work, actor, made.id, revision=after.revision, version=after.latest_version, findings=findings)

    world.write(world.owner, save)


async def again(world: World, services: Services, run_id: UUID, version: RerunVersion, person: Person | None = None) -> RunResult:
    request = world.write(person or world.ann, lambda work, actor: runs.ready_rerun(work, actor, run_id, version))
    return await services.runner.execute(request)


async def test_a_rerun_gives_the_recorded_input_to_the_version_asked_for(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "params.a + 1")
    past = await run(memory_world, services, made, {"params": {"a": 1}})
    next_version(memory_world, made, "params.a + 10")
    original = await again(memory_world, services, past.run_id, RerunVersion.ORIGINAL)
    current = await again(memory_world, services, past.run_id, RerunVersion.CURRENT)
    assert (original.value, current.value) == (2, 11)
    versions = [detail_of(memory_world, each.run_id).summary.version for each in (original, current)]
    assert versions == [1, 2]


async def test_a_rerun_stands_below_the_past_run_in_the_name_of_who_asked(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "1", memory_world.owner)
    past = await run(memory_world, services, made, {"params": {}})
    result = await again(memory_world, services, past.run_id, RerunVersion.CURRENT, memory_world.owner)
    summary = detail_of(memory_world, result.run_id).summary
    assert (summary.parent_run_id, summary.depth, summary.trigger) == (past.run_id, 0, "manual")
    assert summary.actor.id == memory_world.owner.user.id


async def test_what_follows_a_save_is_run_again_under_the_key_it_had(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("teller", EventTrigger("order", (EntityEvent.CREATE,), Phase.ON_COMMIT)), "idempotency_key")
    inputs = {"entity": {"type": "order", "id": "7", "fields": {}}, "entity_before": None, "idempotency_key": "save-7"}
    past = await run(memory_world, services, made, inputs, Phase.ON_COMMIT)
    result = await again(memory_world, services, past.run_id, RerunVersion.ORIGINAL)
    assert result.value == past.value == "save-7"
    keys = [detail_of(memory_world, each.run_id).idempotency_key for each in (past, result)]
    assert keys[0] == keys[1]


async def test_a_script_that_is_paused_or_in_another_phase_is_not_run_again(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "1")
    past = await run(memory_world, services, made, {"params": {}})
    memory_world.write(memory_world.owner, lambda work, actor: pause(work, actor, made.id, revision=made.revision))
    for version in RerunVersion:
        with pytest.raises(Conflict, match="isn't active"):
            await again(memory_world, services, past.run_id, version)


async def test_a_run_that_never_ran_or_is_not_there_is_not_run_again(memory_world: World, services: Services) -> None:
    busy = kept_run(memory_world, memory_world.owner, outcome=RunOutcome.BUSY)
    with pytest.raises(Conflict, match="never ran"):
        await again(memory_world, services, busy.result.run_id, RerunVersion.CURRENT)
    with pytest.raises(NotFound):
        await again(memory_world, services, memory_world.ground.ids.new(), RerunVersion.CURRENT)


async def test_another_tenant_and_a_viewer_run_nothing_again(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "1")
    past = await run(memory_world, services, made, {"params": {}})
    with pytest.raises(NotFound):
        await again(memory_world, services, past.run_id, RerunVersion.CURRENT, memory_world.mallory)
    with pytest.raises(Denied):
        await again(memory_world, services, past.run_id, RerunVersion.CURRENT, memory_world.viewer)
    with pytest.raises(Denied):
        memory_world.write(memory_world.viewer, lambda work, actor: start(work, actor, services, RunFilter()))


def detail_of(world: World, run_id: UUID) -> runs.RunDetail:
    return world.read(world.owner, lambda work, actor: runs.get_run(work, actor, run_id))


def start(work: Work, actor: Actor, services: Services, wanted: RunFilter, version: RerunVersion = RerunVersion.CURRENT) -> BulkRerun:
    return runs.start_reruns(work, actor, services.transport, "After the fix", version, wanted)


async def deliver_all(services: Services) -> None:
    while await services.transport.deliver_due():
        pass


def progress(world: World, bulk: BulkRerun) -> BulkRerun:
    return world.read(world.ann, lambda work, actor: runs.get_rerun(work, actor, bulk.id))


async def test_all_failures_of_a_script_run_again_with_the_repaired_version(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("divider"), "10 / params.by")
    for by in (0, 5, 0):
        await run(memory_world, services, made, {"params": {"by": by}})
    next_version(memory_world, made, "if params.by == 0 { 0 } else { 10 / params.by }")
    wanted = RunFilter(script_id=made.id, outcome=RunOutcome.ERROR)
    preview = memory_world.read(memory_world.ann, lambda work, actor: runs.preview_reruns(work, actor, wanted))
    bulk = memory_world.write(memory_world.ann, lambda work, actor: start(work, actor, services, wanted))
    assert (preview.count, bulk.total, bulk.waiting, bulk.is_finished) == (2, 2, 2, False)
    await deliver_all(services)
    after = progress(memory_world, bulk)
    assert (after.waiting, after.running, dict(after.outcomes), after.is_finished) == (0, 0, {"ok": 2}, True)
    found = memory_world.read(
        memory_world.ann, lambda work, actor: runs.list_runs(work, actor, RunFilter(correlation_id=bulk.correlation_id), PageRequest())
    )
    assert [(each.outcome, each.version, each.depth) for each in found.items] == [(RunOutcome.OK, 2, 0)] * 2
    assert all(detail_of(memory_world, each.id).input == {"params": {"by": 0}} for each in found.items)


async def test_a_message_delivered_twice_runs_once(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "1")
    await run(memory_world, services, made, {"params": {}})
    bulk = memory_world.write(memory_world.ann, lambda work, actor: start(work, actor, services, RunFilter(script_id=made.id)))
    await deliver_all(services)
    memory_world.write(memory_world.ann, lambda work, actor: runs.get_rerun(work, actor, bulk.id))
    counted = memory_world.read(memory_world.ann, lambda work, actor: runs.version_figures(work, actor, made.id))
    assert (counted[1].runs, progress(memory_world, bulk).ended) == (2, 1)


async def test_a_stopped_bulk_rerun_begins_no_further_run(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "1")
    for _ in range(3):
        await run(memory_world, services, made, {"params": {}})
    bulk = memory_world.write(memory_world.ann, lambda work, actor: start(work, actor, services, RunFilter()))
    stopped = memory_world.write(memory_world.ann, lambda work, actor: runs.stop_reruns(work, actor, bulk.id))
    await deliver_all(services)
    assert dict(stopped.outcomes) == dict(progress(memory_world, bulk).outcomes) == {"cancelled": 3}


async def test_a_run_whose_script_was_paused_meanwhile_says_why_it_did_not_run(memory_world: World, services: Services) -> None:
    made = script(memory_world, settings_for("adder"), "1")
    await run(memory_world, services, made, {"params": {}})
    bulk = memory_world.write(memory_world.ann, lambda work, actor: start(work, actor, services, RunFilter()))
    memory_world.write(memory_world.owner, lambda work, actor: pause(work, actor, made.id, revision=made.revision))
    await deliver_all(services)
    wanted = RunFilter(correlation_id=bulk.correlation_id)
    [summary] = memory_world.read(memory_world.ann, lambda work, actor: runs.list_runs(work, actor, wanted, PageRequest())).items
    assert (summary.outcome, summary.reason) == (
        RunOutcome.CANCELLED,
        "The script adder isn't active. Activate a version of it first, or replay the run.",
    )


@pytest.mark.parametrize("name", ["", "n" * 101, "two\nlines"])
async def test_a_bulk_rerun_needs_a_name(memory_world: World, services: Services, name: str) -> None:
    def begin(work: Work, actor: Actor) -> BulkRerun:
        return runs.start_reruns(work, actor, services.transport, name, RerunVersion.CURRENT, RunFilter())

    with pytest.raises(Invalid) as refused:
        memory_world.write(memory_world.ann, begin)
    assert refused.value.field == "name"


async def test_a_filter_that_fits_nothing_starts_nothing(memory_world: World, services: Services) -> None:
    with pytest.raises(Conflict, match="No run matches"):
        memory_world.write(memory_world.ann, lambda work, actor: start(work, actor, services, RunFilter()))
