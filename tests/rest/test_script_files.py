"""Scripts in and out as files over REST, and templates."""

import io
import zipfile
from typing import Any

import httpx
import pytest

from app.testing import World
from tests.browser import Clients
from tests.rest.test_scripts import BODY, SCRIPTS, client

__all__ = ["client"]

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _exported(browser: httpx.AsyncClient, **query: Any) -> bytes:
    answer = await browser.get(f"{SCRIPTS}/export", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert 'filename="scripts.zip"' in answer.headers["content-disposition"]
    return answer.content


async def _imported(browser: httpx.AsyncClient, bundle: bytes, key: str | None = None, **options: Any) -> httpx.Response:
    headers = {"content-type": "application/zip", **({"Idempotency-Key": key} if key else {})}
    return await browser.post(f"{SCRIPTS}/import", content=bundle, headers=headers, **options)


async def test_scripts_go_to_another_tenant_as_drafts(client: Clients, world: World) -> None:
    ann, mallory = client(world.ann), client(world.mallory)
    for name in ("one", "two"):
        assert (await ann.post(SCRIPTS, json={**BODY, "name": name, "activate": True})).status_code == 201
    bundle = await _exported(ann)
    assert sorted(zipfile.ZipFile(io.BytesIO(bundle)).namelist()) == ["manifest.json", "one.rhai", "two.rhai"]
    told = await _imported(mallory, bundle)
    assert told.status_code == 201
    reported = [(each["name"], each["outcome"], each["version"]) for each in told.json()["scripts"]]
    assert reported == [("one", "created", 1), ("two", "created", 1)]
    theirs = (await mallory.get(f"{SCRIPTS}/name/one")).json()
    assert (theirs["status"], theirs["source"]) == ("draft", BODY["source"])


async def test_what_exists_is_refused_skipped_or_updated_as_asked(client: Clients, world: World) -> None:
    ann = client(world.ann)
    made = (await ann.post(SCRIPTS, json={**BODY, "activate": True})).json()
    bundle = await _exported(ann, status="active")
    refused = await _imported(ann, bundle)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "existing")
    skipped = await _imported(ann, bundle, params={"existing": "skip"})
    assert skipped.json()["scripts"][0]["outcome"] == "skipped"
    same = await _imported(ann, bundle, params={"existing": "update"})
    assert same.json()["scripts"][0]["outcome"] == "unchanged"
    await ann.put(f"{SCRIPTS}/{made['id']}", json={"name": "minimum", "revision": 1, "source": "2"})
    updated = await _imported(ann, bundle, params={"existing": "update"})
    assert (updated.json()["scripts"][0]["outcome"], updated.json()["scripts"][0]["version"]) == ("updated", 3)
    assert (await ann.get(f"{SCRIPTS}/{made['id']}")).json()["active_version"] == 1


async def test_one_script_that_cannot_be_imported_keeps_all_of_them_out(client: Clients, world: World) -> None:
    admin, ann, mallory = client(world.admin), client(world.ann), client(world.mallory)
    await admin.post(SCRIPTS, json={**BODY, "name": "fine"})
    await admin.post(SCRIPTS, json={**BODY, "name": "secretive", "allowed_secrets": ["key"]})
    bundle = await _exported(admin)
    for name in ("fine", "secretive"):
        await admin.delete(f"{SCRIPTS}/{(await admin.get(f'{SCRIPTS}/name/{name}')).json()['id']}")
    refused = await _imported(ann, bundle)
    assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (403, "secretive")
    assert (await ann.get(SCRIPTS)).json()["items"] == []
    assert (await _imported(mallory, bundle)).status_code == 201


@pytest.mark.parametrize("body", [b"", b"{}", b"PK\x05\x06" + b"\x00" * 18])
async def test_what_is_no_bundle_is_refused(client: Clients, world: World, body: bytes) -> None:
    answer = await _imported(client(world.ann), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_an_import_repeated_under_one_key_happens_once(client: Clients, world: World) -> None:
    ann, olga = client(world.ann), client(world.mallory)
    await olga.post(SCRIPTS, json=BODY)
    bundle = await _exported(olga)
    first = await _imported(ann, bundle, params={"existing": "skip"}, key="one")
    again = await _imported(ann, bundle, params={"existing": "skip"}, key="one")
    assert first.json() == again.json()
    assert (first.json()["scripts"][0]["outcome"], again.headers["idempotent-replay"]) == ("created", "true")


async def test_templates_are_listed_and_found(client: Clients, world: World) -> None:
    viewer = client(world.viewer)
    listed = (await viewer.get(f"{SCRIPTS}/templates")).json()
    assert len(listed) >= 12
    one = (await viewer.get(f"{SCRIPTS}/templates/notify-webhook")).json()
    assert (one["phase"], one["trigger"]["kind"], one["hosts"]) == ("on_commit", "event", ["hooks.example.com"])
    assert (await viewer.get(f"{SCRIPTS}/templates/no-such")).status_code == 404
