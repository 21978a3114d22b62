"""Runs over REST: by hand, tried, replayed, stopped; dead letters seen and tried again."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.hooks import Change
from app.runs import RunIndex
from app.runs.recorder import write_runs
from app.scripts.types import EntityEvent, EventTrigger, Phase
from app.services import Services
from app.testing import World
from tests.rest.conftest import Served
from tests.scripting import finished_run, script, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_script_is_run_by_id_and_by_name_with_parameters(memory_world: World, served: Served) -> None:
    made = script(memory_world, settings_for("adder"), "params.a + params.b")
    for path in (f"/scripts/{made.id}/run", "/scripts/name/adder/run"):
        answer = await served[0].post(path, json={"params": {"a": 1, "b": 2}})
        assert (answer.status_code, answer.json()["value"], answer.json()["outcome"]) == (200, 3, "ok")
    listed = await served[0].get(f"/scripts/{made.id}/executions")
    assert [each["script_name"] for each in listed.json()["items"]] == ["adder", "adder"]


async def test_a_run_repeated_under_one_key_happens_once(memory_world: World, served: Served) -> None:
    script(memory_world, settings_for("clock"), "now()")
    answers = [await served[0].post("/scripts/name/clock/run", json={}, headers={"idempotency-key": key}) for key in ("one", "one", "two")]
    ids = [each.json()["run_id"] for each in answers]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)
    assert answers[1].headers["idempotent-replay"] == "true"


async def test_a_search_knows_what_ended_before_it_and_a_stranger_causes_no_work(memory_world: World, served: Served) -> None:
    run = finished_run(memory_world, memory_world.ann)
    database = memory_world.ground.database
    await database.write(lambda work: write_runs(work, [run], set()))
    refused = await served[0].get("/executions?text=draft", headers={"authorization": "Bearer of nothing"})
    assert (refused.status_code, await database.read(RunIndex().is_behind)) == (401, True)
    found = (await served[0].get("/executions?text=draft")).json()["items"]
    assert [each["id"] for each in found] == [str(run.result.run_id)]


async def test_a_script_that_is_not_active_or_not_there_is_not_run(memory_world: World, served: Served) -> None:
    assert (await served[0].post("/scripts/name/nobody/run", json={})).status_code == 404
    assert (await served[0].post(f"/scripts/{memory_world.ground.ids.new()}/run", json={})).status_code == 404


async def test_a_dry_run_shows_what_would_be(served: Served) -> None:
    body = {"source": 'entity.a = 1; http_get("https://api.example.com/");', "phase": "on_commit", "entity": {"fields": {"b": 2}}}
    tried = (await served[0].post("/scripts/dry-run", json=body)).json()
    assert tried["result"]["changes"]["fields"] == {"a": 1}
    assert tried["would_call"] == [{"name": "http_get", "arguments": ["https://api.example.com/"]}]
    assert (await served[0].get("/executions")).json()["items"] == []


async def test_a_run_is_shown_and_replayed(memory_world: World, served: Served) -> None:
    script(memory_world, settings_for("clock"), 'log("x"); now()')
    run_id = (await served[0].post("/scripts/name/clock/run", json={})).json()["run_id"]
    detail = (await served[0].get(f"/executions/{run_id}")).json()
    replayed = (await served[0].post(f"/executions/{run_id}/replay")).json()
    assert (detail["source"], [line["text"] for line in detail["logs"]]) == ('log("x"); now()', ["x"])
    assert (replayed["differences"], replayed["result"]["value"]) == ([], detail["value"])


def queue_failing(world: World, services: Services) -> None:
    trigger = EventTrigger("order", (EntityEvent.CREATE,), Phase.ON_COMMIT)
    script(world, settings_for("flaky", trigger), 'throw "not yet"')
    change = Change("order", EntityEvent.CREATE, "7", None, {})
    actor = world.actor(world.ann)
    world.ground.database.write_now(lambda work: services.hooks.publish_after(work, actor, change))


async def dead_letter(world: World, served: Served) -> dict[str, Any]:
    """What has failed too often, as the list shows it."""
    client, services = served
    queue_failing(world, services)
    for _ in range(12):
        await services.transport.deliver_due()
        world.clock.advance(timedelta(minutes=20))
    [letter] = (await client.get("/dead-letters")).json()["items"]
    found: dict[str, Any] = letter
    return found


async def test_a_dead_letter_is_seen_and_tried_again(memory_world: World, served: Served) -> None:
    client, _ = served
    letter = await dead_letter(memory_world, served)
    assert (letter["script"], letter["attempts"]) == ("flaky", 10)
    assert (await client.post(f"/dead-letters/{letter['id']}/retry")).status_code == 204
    assert (await client.get("/dead-letters")).json()["items"] == []
    assert (await client.post(f"/dead-letters/{letter['id']}/retry")).status_code == 404
    entries = (await client.get("/audit", params={"action": "hooks.letter.retry"})).json()["items"]
    assert [each["subject_id"] for each in entries] == [letter["id"]]


async def test_a_dead_letter_is_dropped_for_good(memory_world: World, served: Served) -> None:
    client, _ = served
    letter = await dead_letter(memory_world, served)
    assert (await client.delete(f"/dead-letters/{letter['id']}")).status_code == 204
    assert (await client.get("/dead-letters")).json()["items"] == []
    assert (await client.delete(f"/dead-letters/{letter['id']}")).status_code == 404
    entries = (await client.get("/audit", params={"action": "hooks.letter.drop"})).json()["items"]
    assert [each["subject_id"] for each in entries] == [letter["id"]]


async def test_a_queued_run_that_is_cancelled_never_runs(memory_world: World, served: Served) -> None:
    client, services = served
    queue_failing(memory_world, services)
    [queued] = (await client.get("/executions", params={"status": "queued"})).json()["items"]
    cancelled = (await client.post(f"/executions/{queued['id']}/cancel")).json()
    assert (cancelled["run"]["outcome"], cancelled["was_killed"]) == ("cancelled", False)
    await services.transport.deliver_due()
    assert [each["outcome"] for each in (await client.get("/executions")).json()["items"]] == ["cancelled"]
    assert (await client.post(f"/executions/{queued['id']}/cancel")).status_code == 409


async def test_limits_bound_the_next_run(memory_world: World, served: Served) -> None:
    script(memory_world, settings_for("loop"), "let n = 0; while n < 1000 { n += 1; } n")
    otto = httpx.Cookies({"alloy_session": memory_world.otto.session.secret})
    services = served[1]
    application: Any = served[0]._transport
    async with httpx.AsyncClient(
        transport=application, base_url="http://alloy.test/api/v1", cookies=otto, headers={"origin": "http://alloy.test"}
    ) as operator:
        assert (await operator.put("/limits", json={"operations": 500})).status_code == 200
    run = (await served[0].post("/scripts/name/loop/run", json={})).json()
    assert (run["outcome"], run["limits"]["operations"]) == ("operations", 500)
    await services.runner.settled()


@pytest.mark.parametrize("body", [{"params": {"x": "y" * 900_000}}, {"params": {"deep": [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}}])
async def test_large_and_deep_input_has_clear_ends(memory_world: World, served: Served, body: dict[str, Any]) -> None:
    script(memory_world, settings_for("size"), "params.to_json().len()")
    answer = await served[0].post("/scripts/name/size/run", json=body)
    assert answer.status_code == 200
    assert answer.json()["outcome"] in ("ok", "memory", "error")
