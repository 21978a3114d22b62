"""Many runs run again from the list."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from app.scripts import get_script
from app.services import Services
from app.testing import World
from tests.browser import Clients
from tests.scripting import script, settings_for
from tests.web.runs.kit import run
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def three_runs(world: World, services: Services) -> str:
    """The id of a script that ran three times, once badly."""
    made = script(world, settings_for("divider"), "10 / params.by")
    for by in (1, 0, 2):
        await run(world, services, made, {"params": {"by": by}})
    world.clock.advance(timedelta(seconds=1))
    return str(made.id)


def filter_in(text: str) -> str:
    found = re.search(r'name="filter" value="([^"]*)"', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


async def test_what_the_list_shows_is_counted_named_and_run_again(memory_world: World, services: Services, ann: Visitor) -> None:
    script_id = await three_runs(memory_world, services)
    form = (await ann.get(f"/runs/bulk/new?script_id={script_id}&outcome=ok")).text
    assert "2 runs would run again" in form
    assert "<dt>Script</dt><dd>divider</dd>" in form
    answer = await ann.post("/runs/bulk/new", {"name": "Once more", "which": "current", "filter": filter_in(form)})
    assert answer.status_code == 303
    waiting = (await ann.get(answer.headers["location"])).text
    assert "0 of 2 ended" in waiting
    while await services.transport.deliver_due():
        pass
    done = (await ann.get(answer.headers["location"])).text
    assert ("Finished" in done, "2 ok" in done) == (True, True)
    assert "Once more" in (await ann.get("/runs/bulk")).text


async def test_what_arrives_after_the_count_is_not_taken_along(memory_world: World, services: Services, ann: Visitor) -> None:
    script_id = await three_runs(memory_world, services)
    chosen = filter_in((await ann.get(f"/runs/bulk/new?script_id={script_id}")).text)
    await three_runs_more(memory_world, services, script_id)
    answer = await ann.post("/runs/bulk/new", {"name": "Once more", "which": "original", "filter": chosen})
    assert "of 3 ended" in (await ann.get(answer.headers["location"])).text


async def three_runs_more(world: World, services: Services, script_id: str) -> None:
    made = world.read(world.ann, lambda work, actor: get_script(work, actor, UUID(script_id)))
    for by in (1, 2, 3):
        await run(world, services, made, {"params": {"by": by}})


@pytest.mark.parametrize(
    "fields", [{"name": "", "which": "current"}, {"name": "n" * 200, "which": "current"}, {"name": "x", "which": "all"}]
)
async def test_what_does_not_fit_is_told_and_kept(memory_world: World, services: Services, ann: Visitor, fields: dict[str, str]) -> None:
    script_id = await three_runs(memory_world, services)
    answer = await ann.post("/runs/bulk/new", {"filter": f"script_id={script_id}", **fields})
    assert answer.status_code == 422
    assert "3 runs would run again" in answer.text
    assert fields["name"] in answer.text


async def test_nothing_to_run_again_offers_a_way_back(ann: Visitor) -> None:
    assert "Nothing to run again" in (await ann.get("/runs/bulk/new?outcome=timeout")).text
    assert "No bulk re-run yet" in (await ann.get("/runs/bulk")).text


async def test_a_run_that_waits_shows_the_input_it_will_get(memory_world: World, services: Services, ann: Visitor) -> None:
    script_id = await three_runs(memory_world, services)
    await ann.post("/runs/bulk/new", {"name": "Later", "which": "current", "filter": f"script_id={script_id}"})
    waiting = re.findall(r'data-run="([^"]+)"', (await ann.get("/runs?status=queued")).text)
    pages = [(await ann.get(f"/runs/{each}")).text for each in waiting]
    assert len(pages) == 3
    assert all("will get the input of the run that it repeats" in each for each in pages)
    assert sorted(number for each in pages for number in re.findall(r"&#34;by&#34;: (\d+)", each)) == ["0", "1", "2"]


async def test_what_waits_can_be_stopped(memory_world: World, services: Services, ann: Visitor) -> None:
    script_id = await three_runs(memory_world, services)
    answer = await ann.post("/runs/bulk/new", {"name": "Too many", "which": "current", "filter": f"script_id={script_id}"})
    path = answer.headers["location"].partition("?")[0]
    assert "Stop what waits" in (await ann.get(path, **{"hx-request": "true"})).text
    assert (await ann.post(f"{path}/cancel")).status_code == 303
    stopped = (await ann.get(path, **{"hx-request": "true"})).text
    assert "3 cancelled" in stopped
    assert "Stop what waits" not in stopped


async def test_another_tenant_and_a_viewer_get_nowhere(memory_world: World, services: Services, ann: Visitor, visit: Clients) -> None:
    script_id = await three_runs(memory_world, services)
    answer = await ann.post("/runs/bulk/new", {"name": "Ours", "which": "current", "filter": f"script_id={script_id}"})
    path = answer.headers["location"].partition("?")[0]
    mallory = Visitor(visit(memory_world.mallory), memory_world.mallory)
    viewer = Visitor(visit(memory_world.viewer), memory_world.viewer)
    assert (await mallory.get(path)).status_code == (await mallory.post(f"{path}/cancel")).status_code == 404
    assert "Ours" not in (await mallory.get("/runs/bulk")).text
    assert (await viewer.get("/runs/bulk/new")).status_code == (await viewer.post(f"{path}/cancel")).status_code == 403
