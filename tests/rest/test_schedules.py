"""Schedules over REST: every verb, what typing an expression shows, and the schedule that a script's trigger is."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.sandbox.pool import Pool
from app.testing import World
from tests.browser import Clients, clients
from tests.requirements import requirement
from tests.schedules.kit import a_script

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHEDULES = "/api/v1/schedules"
SCRIPTS = "/api/v1/scripts"


@pytest_asyncio.fixture(loop_scope="session")
async def client(memory_world: World, script_pool: Pool) -> AsyncIterator[Clients]:
    """Clients of the world's people, before an application whose sandbox runs."""
    async with clients(memory_world, script_pool) as make:
        yield make


async def _created(ann: httpx.AsyncClient, world: World, **changes: Any) -> dict[str, Any]:
    script = a_script(world, world.ann)
    answer = await ann.post(SCHEDULES, json={"script_id": str(script.id), "name": "often", "expression": "*/10 * * * *", **changes})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_schedule_is_created_read_changed_paused_resumed_and_deleted(client: Clients, memory_world: World) -> None:
    ann = client(memory_world.ann)
    made = await _created(ann, memory_world, zone="Europe/Berlin", policies={"missed": "all", "overlap": "queue", "jitter_seconds": 5})
    path = f"{SCHEDULES}/{made['id']}"
    assert (made["description"], made["zone"], made["next_at"]) == ("every 10 minutes", "Europe/Berlin", "2026-01-05T09:10:00Z")
    assert await _good(await ann.get(path)) == made
    assert [each["id"] for each in (await _good(await ann.get(SCHEDULES, params={"script_id": made["script_id"]})))["items"]] == [
        made["id"]
    ]
    changed = await _good(await ann.patch(path, json={"version": 1, "expression": "0 12 * * *"}))
    assert (changed["next_at"], changed["policies"]["missed"]) == ("2026-01-05T11:00:00Z", "all")
    assert (await ann.patch(path, json={"version": 1, "name": "other"})).status_code == 409
    paused = await _good(await ann.post(f"{path}/pause", json={"version": 2}))
    assert (paused["standing"]["state"], paused["standing"]["since"], paused["next_at"]) == ("paused", "2026-01-05T09:00:00Z", None)
    resumed = await _good(await ann.post(f"{path}/resume", json={"version": 3}))
    assert (resumed["standing"]["state"], resumed["next_at"]) == ("active", "2026-01-05T11:00:00Z")
    assert (await ann.delete(path)).status_code == 204
    assert (await ann.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("0 25 * * *", "hour"),
        ("61 * * * * *", "second"),
        ("0 0 0 * *", "day of month"),
        ("0 0 30 2 *", "day of month"),
        ("@dayly", "expression"),
    ],
)
async def test_what_is_wrong_with_an_expression_is_told_by_its_field(
    client: Clients, memory_world: World, expression: str, part: str
) -> None:
    ann = client(memory_world.ann)
    script = a_script(memory_world, memory_world.ann)
    saved = await ann.post(SCHEDULES, json={"script_id": str(script.id), "name": "often", "expression": expression})
    typed = await ann.post(f"{SCHEDULES}/preview", json={"expression": expression})
    for answer in (saved, typed):
        assert answer.status_code == 422, answer.text
        assert ([each["field"] for each in answer.json()["errors"]], answer.json()["part"]) == (["expression"], part)


async def test_a_preview_shows_three_clocks_and_what_changes_of_them_do(client: Clients, memory_world: World) -> None:
    body = {
        "expression": "30 2 * * *",
        "zone": "Europe/Berlin",
        "viewer_zone": "America/New_York",
        "after": "2026-03-28T12:00:00Z",
        "count": 2,
    }
    shown = await _good(await client(memory_world.ann).post(f"{SCHEDULES}/preview", json=body))
    first, second = shown["occurrences"]
    assert (first["at"], first["local"], first["viewer"]) == (
        "2026-03-29T01:00:00Z",
        "2026-03-29T03:00:00+02:00",
        "2026-03-28T21:00:00-04:00",
    )
    assert [each["text"] for each in first["marks"]] == ["02:30 doesn't exist on 29 March 2026: runs at 03:00"]
    assert second["marks"] == []
    assert (shown["density"], shown["overlaps"], shown["outage"]) == (None, None, None)
    typed = await _good(await client(memory_world.ann).get(f"{SCHEDULES}/preview", params={key: str(body[key]) for key in body}))
    assert typed == shown


async def test_a_preview_of_what_is_typed_tells_its_year_overlaps_and_an_outage(client: Clients, memory_world: World) -> None:
    outage = {"down_from": "2026-01-05T10:05:00Z", "down_until": "2026-01-05T11:00:01Z"}
    body = {"expression": "*/10 * * * *", "year": 2026, "p95_ms": 900_000, "outage": outage}
    shown = await _good(await client(memory_world.ann).post(f"{SCHEDULES}/preview", json=body))
    assert (shown["density"]["total"], len(shown["density"]["days"]), shown["density"]["days"][0]["runs"]) == (365 * 144, 365, 144)
    assert (shown["overlaps"]["looked_at"], shown["overlaps"]["overlapping"]) == (200, 200)
    assert shown["outage"]["text"] == "1 run late, 5 runs skipped."


async def test_overlaps_are_predicted_once_the_script_was_measured(client: Clients, memory_world: World) -> None:
    script = a_script(memory_world, memory_world.ann)
    body = {"expression": "* * * * *", "script_id": str(script.id)}
    assert (await _good(await client(memory_world.ann).post(f"{SCHEDULES}/preview", json=body)))["overlaps"] is None
    foreign = await client(memory_world.mallory).post(f"{SCHEDULES}/preview", json=body)
    assert foreign.status_code == 404


async def test_a_schedule_looks_ahead(client: Clients, memory_world: World) -> None:
    ann = client(memory_world.ann)
    path = f"{SCHEDULES}/{(await _created(ann, memory_world))['id']}"
    assert len((await _good(await ann.get(f"{path}/preview", params={"count": 3})))["occurrences"]) == 3
    assert (await _good(await ann.get(f"{path}/density", params={"year": 2027})))["total"] == 365 * 144
    assert (await _good(await ann.get(f"{path}/overlaps", params={"p95_ms": 1000})))["overlapping"] == 0
    window = {"down_from": "2026-01-05T10:00:00Z", "down_until": "2026-01-05T10:00:30Z"}
    assert (await _good(await ann.get(f"{path}/outage", params=window)))["skipped"] == 0
    assert (await _good(await ann.get(f"{SCHEDULES}/density", params={"expression": "@daily", "year": 2028})))["total"] == 366


async def test_running_now_and_filling_in_leave_runs(client: Clients, memory_world: World) -> None:
    ann = client(memory_world.ann)
    made = await _created(ann, memory_world, policies={"overlap": "allow"})
    path = f"{SCHEDULES}/{made['id']}"
    ran = await _good(await ann.post(f"{path}/run"))
    assert (await _good(await ann.get(f"/api/v1/executions/{ran['last_run_id']}")))["summary"]["trigger"] == "cron"
    window = {"since": "2026-01-05T08:00:00Z", "until": "2026-01-05T09:00:00Z"}
    plan = await _good(await ann.post(f"{path}/backfill/plan", json=window))
    assert (plan["occurrences"], plan["to_run"], plan["first_at"]) == (7, 7, "2026-01-05T08:00:00Z")
    refused = await ann.post(f"{path}/backfill", json={**window, "token": "00"})
    assert (refused.status_code, refused.json()["plan"]["to_run"]) == (409, 7)
    assert (await _good(await ann.post(f"{path}/backfill", json={**window, "token": plan["token"]}))) == plan
    occurrences = (await _good(await ann.get(f"{path}/occurrences")))["items"]
    assert [(each["kind"], each["state"]) for each in occurrences] == [("backfill", "waiting")] * 7


async def test_the_tenants_clock_is_set_by_its_administrator(client: Clients, memory_world: World) -> None:
    ann, admin = client(memory_world.ann), client(memory_world.admin)
    made = await _created(ann, memory_world, expression="0 12 * * *")
    assert await _good(await ann.get(f"{SCHEDULES}/clock")) == {"zone": "UTC", "version": 1}
    assert (await ann.put(f"{SCHEDULES}/clock", json={"zone": "Asia/Tokyo", "version": 1})).status_code == 403
    assert (await _good(await admin.put(f"{SCHEDULES}/clock", json={"zone": "Asia/Tokyo", "version": 1})))["version"] == 2
    assert (await _good(await ann.get(f"{SCHEDULES}/{made['id']}")))["next_at"] == "2026-01-06T03:00:00Z"


async def test_an_outage_that_ends_before_it_begins_is_refused_as_the_document_says(client: Clients, memory_world: World) -> None:
    ann = client(memory_world.ann)
    made = await _created(ann, memory_world)
    window = {"down_from": "2026-01-05T11:00:00Z", "down_until": "2026-01-05T10:00:00Z"}
    answer = await ann.get(f"{SCHEDULES}/{made['id']}/outage", params=window)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "down_until")
    document = (await ann.get("/api/v1/openapi.json")).json()
    assert "409" in document["paths"][f"{SCHEDULES}/{{schedule_id}}/outage"]["get"]["responses"]


@requirement("A8.a-stopped-script-says-so")
async def test_a_scripts_trigger_is_a_schedule_through_the_scripts_whole_life(client: Clients, memory_world: World) -> None:
    ann = client(memory_world.ann)
    body = {"name": "nightly", "source": "1", "trigger": {"kind": "cron", "expression": "0 12 * * *", "zone": "Asia/Tokyo"}}
    script = (await ann.post(SCRIPTS, json=body)).json()

    async def schedule() -> Any:
        (found,) = (await _good(await ann.get(SCHEDULES)))["items"]
        return found

    first = await schedule()
    assert (first["follows_script"], first["zone"], first["next_at"]) == (True, "Asia/Tokyo", "2026-01-06T03:00:00Z")
    assert first["standing"]["text"] == "The script is draft since 5 January 2026 at 09:00 UTC: nothing is started."
    path = f"{SCRIPTS}/{script['id']}"
    await _good(await ann.post(f"{path}/activate", json={"revision": 1}))
    assert (await schedule())["standing"]["state"] == "active"
    memory_world.clock.advance(timedelta(hours=1))
    await _good(await ann.post(f"{path}/pause", json={"revision": 2}))
    memory_world.clock.advance(timedelta(hours=1))
    await _good(await ann.put(path, json={**body, "revision": 3, "trigger": {"kind": "cron", "expression": "30 12 * * *"}}))
    after = await schedule()
    assert (after["zone"], after["next_at"]) == ("UTC", "2026-01-05T12:30:00Z")
    assert after["standing"]["text"] == "The script is paused since 5 January 2026 at 10:00 UTC: nothing is started."
    await _good(await ann.put(path, json={**body, "revision": 4, "trigger": {"kind": "manual"}}))
    assert (await _good(await ann.get(SCHEDULES)))["items"] == []


async def test_a_trigger_that_never_comes_in_its_zone_is_refused(client: Clients, memory_world: World) -> None:
    trigger = {"kind": "cron", "expression": "*/15 2 * 3 sun#2", "zone": "America/New_York"}
    refused = await client(memory_world.ann).post(SCRIPTS, json={"name": "nightly", "source": "1", "trigger": trigger})
    assert (refused.status_code, [each["field"] for each in refused.json()["errors"]]) == (422, ["trigger.expression"])
    assert "never comes in America/New_York" in refused.json()["detail"]
