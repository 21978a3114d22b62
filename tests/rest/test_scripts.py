"""Scripts over REST, with sources really looked at in the sandbox."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.sandbox.pool import Pool
from app.testing import World
from tests.browser import Clients, clients
from tests.requirements import requirement

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCRIPTS = "/api/v1/scripts"
BODY: dict[str, Any] = {"name": "minimum", "source": 'if params.amount < 100 { abort("too little"); }', "message": "First."}


@pytest_asyncio.fixture(loop_scope="session")
async def client(world: World, script_pool: Pool) -> AsyncIterator[Clients]:
    """Clients of the world's people, before an application whose sandbox runs."""
    async with clients(world, script_pool) as make:
        yield make


async def _created(browser: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await browser.post(SCRIPTS, json={**BODY, **changes})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_script_is_created_read_changed_and_deleted(client: Clients, world: World) -> None:
    ann = client(world.ann)
    made = await _created(ann)
    assert (made["status"], made["latest_version"], made["revision"], made["errors"]) == ("draft", 1, 1, 0)
    path = f"{SCRIPTS}/{made['id']}"
    assert (await ann.get(path)).json() == made
    assert (await ann.get(f"{SCRIPTS}/name/minimum")).json() == made
    changed = await ann.put(path, json={"name": "least", "revision": 1, "source": "2", "message": "Shorter."})
    assert (changed.status_code, changed.json()["name"], changed.json()["latest_version"], changed.json()["source"]) == (
        200,
        "least",
        2,
        "2",
    )
    assert (await ann.request("DELETE", path, params={"revision": 1})).status_code == 409
    assert (await ann.delete(path)).status_code == 204
    assert (await ann.get(path)).status_code == 404
    assert (await ann.post(f"{path}/undelete")).json()["name"] == "least"


async def test_lists_page_and_filter_and_all_means_all(client: Clients, world: World) -> None:
    ann = client(world.ann)
    for name in ("one", "two", "three"):
        await _created(ann, name=name, activate=name != "two")
    first = (await ann.get(SCRIPTS, params={"limit": 2, "status": "all"})).json()
    rest = (await ann.get(SCRIPTS, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == ["three", "two", "one"]
    assert [each["name"] for each in (await ann.get(SCRIPTS, params={"status": "active"})).json()["items"]] == ["three", "one"]
    assert [each["name"] for each in (await ann.get(SCRIPTS, params={"text": "TW"})).json()["items"]] == ["two"]


@requirement("A1.stale-save-is-refused")
async def test_a_stale_save_shows_what_is_there_and_compares_three_ways(client: Clients, world: World) -> None:
    ann, olga = client(world.ann), client(world.owner)
    made = await _created(ann, source="let a = 1;\nlet b = 2;\na + b\n")
    path = f"{SCRIPTS}/{made['id']}/versions"
    saved = await olga.post(path, json={"revision": 1, "source": "let a = 3;\nlet b = 2;\na + b\n"})
    assert saved.status_code == 201
    refused = await ann.post(path, json={"revision": 1, "source": "let a = 1;\nlet b = 2;\na * b\n"})
    told = refused.json()
    assert (refused.status_code, told["code"], told["current_revision"], told["base_version"]) == (409, "stale", 2, 1)
    assert told["current"]["latest_version"] == 2
    assert told["comparison"]["merged"] == "let a = 3;\nlet b = 2;\na * b\n"


async def test_what_runs_is_the_active_version_until_another_is_chosen(client: Clients, world: World) -> None:
    ann = client(world.ann)
    made = await _created(ann, activate=True)
    path = f"{SCRIPTS}/{made['id']}"
    saved = (await ann.post(f"{path}/versions", json={"revision": 1, "source": "2"})).json()
    assert (saved["active_version"], saved["latest_version"]) == (1, 2)
    chosen = (await ann.post(f"{path}/activate", json={"revision": 2})).json()
    assert chosen["active_version"] == 2
    restored = (await ann.post(f"{path}/versions/1/restore", json={"revision": 3})).json()
    assert (restored["latest_version"], restored["active_version"], restored["source"]) == (3, 2, BODY["source"])
    versions = (await ann.get(f"{path}/versions")).json()["items"]
    assert [(each["number"], each["message"]) for each in versions] == [(3, "Restores version 1."), (2, ""), (1, "First.")]
    assert (await ann.get(f"{path}/versions/2")).json()["source"] == "2"
    compared = (await ann.get(f"{path}/diff", params={"before": 1, "after": 2})).json()
    assert compared["unified"].splitlines()[:2] == ["--- version 1", "+++ version 2"]
    assert [line["kind"] for line in compared["hunks"][0]["lines"]] == ["removed", "added"]


async def test_errors_keep_a_source_from_running_and_say_where_they_are(client: Clients, world: World) -> None:
    ann = client(world.ann)
    made = await _created(ann, source="let x = ;")
    assert made["errors"] == 1
    refused = await ann.post(f"{SCRIPTS}/{made['id']}/activate", json={"revision": 1})
    assert refused.status_code == 422
    assert (refused.json()["diagnostics"][0]["line"], refused.json()["diagnostics"][0]["column"]) == (1, 9)
    assert refused.json()["errors"][0]["field"] == "source"


@requirement("A13.validation-never-runs")
async def test_validation_knows_the_phase_and_never_runs(client: Clients, world: World) -> None:
    ann = client(world.ann)
    source = 'http_get("https://api.example.com"); loop { }'
    for phase, valid in (("after", True), ("before", False)):
        told = (await ann.post(f"{SCRIPTS}/validate", json={"source": source, "phase": phase})).json()
        errors = [each["code"] for each in told["diagnostics"] if each["severity"] == "error"]
        assert (told["valid"], errors) == (valid, [] if valid else ["outside-phase"])
    unknown = await ann.post(f"{SCRIPTS}/validate", json={"source": "1", "phase": "before", "entity_type": "unicorn"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "trigger.entity_type")


@requirement("A11.only-allowed-steps")
async def test_a_life_takes_only_the_steps_there_are(client: Clients, world: World) -> None:
    ann = client(world.ann)
    path = f"{SCRIPTS}/{(await _created(ann, activate=True))['id']}"
    steps = [
        ("resume", 409, None), ("pause", 200, "paused"), ("pause", 409, None), ("resume", 200, "active"), ("disable", 200, "disabled"),
        ("pause", 409, None), ("resume", 200, "active"), ("archive", 200, "archived"), ("activate", 409, None), ("resume", 409, None),
        ("unarchive", 200, "draft"), ("activate", 200, "active"), ("reset", 409, None),
    ]  # fmt: skip
    revision = 1
    for step, status, after in steps:
        answer = await ann.post(f"{path}/{step}", json={"revision": revision})
        assert (answer.status_code, answer.json().get("status") if after else None) == (status, after), step
        revision = answer.json()["revision"] if after else revision


@pytest.mark.parametrize(
    ("trigger", "field"),
    [
        ({"kind": "event", "entity_type": "unicorn", "events": ["create"], "phase": "before"}, "trigger.entity_type"),
        ({"kind": "cron", "expression": "0 25 * * *"}, "trigger.expression"),
        ({"kind": "cron", "expression": "0 0 30 2 *"}, "trigger.expression"),
        ({"kind": "cron", "expression": "0 0 * * *", "zone": "Europe/Berlon"}, "trigger.zone"),
        ({"kind": "api", "path": "orders", "authentication": "hmac"}, "trigger.secret"),
        ({"kind": "never"}, "trigger"),
    ],
)
async def test_a_trigger_that_cannot_be_is_refused_at_its_field(client: Clients, world: World, trigger: dict[str, Any], field: str) -> None:
    answer = await client(world.ann).post(SCRIPTS, json={**BODY, "trigger": trigger})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert answer.json()["hint"] != ""


@requirement("A23.creating-calls-are-idempotent")
async def test_a_script_created_twice_under_one_key_is_one(client: Clients, world: World) -> None:
    ann, key = client(world.ann), {"Idempotency-Key": "one"}
    first = await ann.post(SCRIPTS, json=BODY, headers=key)
    again = await ann.post(SCRIPTS, json=BODY, headers=key)
    assert (first.status_code, again.status_code, again.json() == first.json()) == (201, 201, True)
    assert len((await ann.get(SCRIPTS)).json()["items"]) == 1


async def test_what_is_too_large_gets_a_clear_answer(client: Clients, world: World) -> None:
    ann = client(world.ann)
    assert (await ann.post(SCRIPTS, json={**BODY, "source": "x" * 65_537})).status_code == 422
    assert (await ann.post(SCRIPTS, json={**BODY, "source": "é" * 40_000})).status_code == 422
    assert (await _created(ann, name="deep", source="(" * 60_000))["errors"] >= 1
    made = await _created(ann, name="wide", source="let a = 1;\n" * 5_957)
    assert made["errors"] == 0, made
