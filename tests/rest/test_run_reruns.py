"""Past runs run again over REST."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.testing import World
from tests.rest.conftest import Served
from tests.scripting import kept_run, script, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def one_run(world: World, client: httpx.AsyncClient, source: str = "params.a") -> dict[str, Any]:
    made = script(world, settings_for("adder"), source)
    run: dict[str, Any] = (await client.post(f"/scripts/{made.id}/run", json={"params": {"a": 4}})).json()
    return {**run, "script_id": str(made.id)}


async def one_run_more(client: httpx.AsyncClient, before: dict[str, Any]) -> dict[str, Any]:
    run: dict[str, Any] = (await client.post(f"/scripts/{before['script_id']}/run", json={"params": {"a": 4}})).json()
    return {**run, "script_id": before["script_id"]}


async def test_a_run_is_run_again_and_points_to_the_past_one(memory_world: World, served: Served) -> None:
    client, _ = served
    past = await one_run(memory_world, client)
    for version in ("original", "current"):
        answer = await client.post(f"/executions/{past['run_id']}/rerun", json={"version": version})
        assert (answer.status_code, answer.json()["value"]) == (200, 4)
        detail = (await client.get(f"/executions/{answer.json()['run_id']}")).json()
        assert detail["summary"]["parent_run_id"] == past["run_id"]


async def test_a_run_that_cannot_be_run_again_is_refused(memory_world: World, served: Served) -> None:
    client, _ = served
    drafted = kept_run(memory_world, memory_world.owner)
    assert (await client.post(f"/executions/{uuid4()}/rerun", json={})).status_code == 404
    assert (await client.post(f"/executions/{drafted.result.run_id}/rerun", json={})).status_code == 409
    assert (await client.post(f"/executions/{drafted.result.run_id}/rerun", json={"version": "newest"})).status_code == 422


async def test_many_runs_are_counted_named_run_again_and_followed(memory_world: World, served: Served) -> None:
    client, services = served
    past = await one_run(memory_world, client)
    wanted = {"script_id": past["script_id"], "script_version": 1, "outcome": "ok"}
    assert (await client.post("/reruns/preview", json={"filter": wanted})).json() == {"count": 1, "left_out": 0, "is_cut": False}
    body = {"name": "After the fix", "version": "current", "filter": wanted}
    made = [await client.post("/reruns", json=body, headers={"idempotency-key": "once"}) for _ in range(2)]
    assert [each.status_code for each in made] == [201, 201]
    assert made[0].json() == made[1].json()
    while await services.transport.deliver_due():
        pass
    found = (await client.get(f"/reruns/{made[0].json()['id']}")).json()
    assert (found["name"], found["total"], found["waiting"], found["outcomes"]) == ("After the fix", 1, 0, {"ok": 1})
    assert [each["id"] for each in (await client.get("/reruns")).json()["items"]] == [found["id"]]


async def test_words_narrow_runs_that_have_ended_this_moment(memory_world: World, served: Served) -> None:
    client, _ = served
    past = await one_run(memory_world, client, 'log("juniper"); 1')
    wanted = {"text": "juniper"}
    assert [each["id"] for each in (await client.get("/executions", params=wanted)).json()["items"]] == [past["run_id"]]
    past = await one_run_more(client, past)
    listed = await client.get(f"/scripts/{past['script_id']}/executions", params=wanted)
    assert (len(listed.json()["items"]), listed.json()["items"][0]["id"]) == (2, past["run_id"])
    await one_run_more(client, past)
    assert (await client.post("/reruns/preview", json={"filter": wanted})).json()["count"] == 3
    await one_run_more(client, past)
    assert (await client.post("/reruns", json={"name": "Berries", "filter": wanted})).json()["total"] == 4


async def test_a_filter_that_fits_nothing_is_a_conflict_and_a_nameless_list_is_refused(served: Served) -> None:
    client, _ = served
    assert (await client.post("/reruns", json={"name": "Nothing", "filter": {}})).status_code == 409
    assert (await client.post("/reruns", json={"name": "", "filter": {}})).status_code == 422
    assert (await client.post("/reruns", json={"name": "All"})).status_code == 422


async def test_what_waits_can_be_stopped(memory_world: World, served: Served) -> None:
    client, services = served
    await one_run(memory_world, client)
    made = (await client.post("/reruns", json={"name": "Too many", "filter": {}})).json()
    stopped = (await client.post(f"/reruns/{made['id']}/cancel")).json()
    while await services.transport.deliver_due():
        pass
    assert stopped["outcomes"] == (await client.get(f"/reruns/{made['id']}")).json()["outcomes"] == {"cancelled": 1}


async def test_the_list_tells_of_each_how_far_it_is(memory_world: World, served: Served) -> None:
    client, services = served
    await one_run(memory_world, client)
    done, stopped = [(await client.post("/reruns", json={"name": name, "filter": {}})).json() for name in ("Done", "Stopped")]
    await client.post(f"/reruns/{stopped['id']}/cancel")
    while await services.transport.deliver_due():
        pass
    await client.post("/reruns", json={"name": "Waits", "filter": {"outcome": "ok"}})
    listed = (await client.get("/reruns")).json()["items"]
    assert [(each["name"], each["waiting"], each["outcomes"]) for each in listed] == [
        ("Waits", 2, {}),
        ("Stopped", 0, {"cancelled": 1}),
        ("Done", 0, {"ok": 1}),
    ]
    assert listed[2] == (await client.get(f"/reruns/{done['id']}")).json()


async def test_the_version_of_a_script_is_a_filter(memory_world: World, served: Served) -> None:
    client, _ = served
    past = await one_run(memory_world, client)
    for version, count in (("1", 1), ("2", 0)):
        for query in ({"version": version}, {"version": version, "script_id": past["script_id"]}):
            assert len((await client.get("/executions", params=query)).json()["items"]) == count
