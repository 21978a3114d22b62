"""Pages of scripts, as a browser without any script of its own uses them."""

import re
from html import unescape

import httpx
import pytest

from app.testing import World
from tests.browser import Clients
from tests.web.scripts.kit import FORM, new_script
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


def source_of(page: httpx.Response) -> str:
    found = re.search(r'<textarea id="source".*?>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


async def test_a_new_script_is_a_draft_with_line_feeds_alone(ann: Visitor) -> None:
    page = await ann.get(await new_script(ann))
    assert source_of(page) == 'log("one");\nlog("two");\n'
    assert "No version runs yet" in page.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "Not Good"}, "name"),
        ({"priority": "-1"}, "priority"),
        ({"kind": "event", "events": "create", "entity_type": ""}, "entity_type"),
        ({"kind": "event", "entity_type": "order"}, "events"),
        ({"kind": "cron", "expression": "61 * * * *"}, "expression"),
        ({"kind": "api", "path": "../up"}, "path"),
        ({"source": "x" * 70_000}, "source"),
    ],
)
async def test_what_does_not_fit_is_told_at_its_field_and_nothing_typed_is_lost(ann: Visitor, fields: dict[str, str], field: str) -> None:
    answer = await ann.post("/scripts/new", {**FORM, "description": "Typed.", **fields})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Typed." in answer.text
    assert len(source_of(answer)) >= 22


async def test_a_second_save_from_the_same_page_overwrites_nothing(ann: Visitor) -> None:
    path = await new_script(ann)
    first = await ann.post(path, {**FORM, "source": 'log("theirs");\nlog("two");\n', "revision": "1"})
    second = await ann.post(path, {**FORM, "source": 'log("one");\nlog("two");\nlog("mine");\n', "revision": "1"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert source_of(second) == 'log("theirs");\nlog("two");\nlog("mine");\n'
    assert source_of(await ann.get(path)) == 'log("theirs");\nlog("two");\n'


async def test_a_version_with_errors_is_kept_but_does_not_run(ann: Visitor) -> None:
    path = await new_script(ann, source="let = 1;")
    answer = await ann.post(f"{path}/activate", {"revision": "1", "version": "1"})
    assert answer.status_code == 422
    assert "Not activated" in answer.text
    assert "Expecting name of a variable" in (await ann.get(path)).text


async def test_a_script_goes_through_its_life(ann: Visitor) -> None:
    path = await new_script(ann)
    for revision, (step, fields, sign) in enumerate(
        [
            ("activate", {"version": "1"}, "Version 1 runs"),
            ("pause", {}, "Version 1 would run"),
            ("resume", {}, "Version 1 runs"),
            ("archive", {}, "Take out of the archive"),
            ("unarchive", {}, ">draft<"),
        ],
        start=1,
    ):
        answer = await ann.post(f"{path}/{step}", {"revision": str(revision), **fields})
        assert answer.status_code == 303, (step, answer.text)
        assert sign in (await ann.get(path)).text, step


async def test_an_older_version_is_restored_as_a_new_one(ann: Visitor) -> None:
    path = await new_script(ann)
    await ann.post(path, {**FORM, "source": 'log("other");', "revision": "1"})
    answer = await ann.post(f"{path}/restore", {"revision": "2", "version": "1"})
    assert answer.status_code == 303
    assert source_of(await ann.get(path)) == 'log("one");\nlog("two");\n'
    assert (await ann.get(f"{path}/versions")).text.count('<th scope="row">') == 3


async def test_the_comparison_marks_what_came_and_what_went(ann: Visitor) -> None:
    path = await new_script(ann)
    await ann.post(path, {**FORM, "source": 'log("one");\nlog("other");\n', "revision": "1"})
    page = (await ann.get(f"{path}/compare")).text
    assert (page.count('class="line-added"'), page.count('class="line-removed"')) == (1, 1)


@pytest.mark.parametrize("query", ["before=0", "before=x", "after=99", "after=²", "before=1&after=" + "9" * 40])
async def test_a_version_that_cannot_be_is_not_found(ann: Visitor, query: str) -> None:
    assert (await ann.get(f"{await new_script(ann)}/compare?{query}")).status_code == 404


@pytest.mark.parametrize("page", ["", "/versions", "/compare", "/activate"])
async def test_another_tenant_sees_nothing_of_a_script(ann: Visitor, memory_world: World, visit: Clients, page: str) -> None:
    path = await new_script(ann)
    mallory = Visitor(visit(memory_world.mallory), memory_world.mallory)
    assert (await mallory.get(path + page)).status_code == 404
    assert "greet" not in (await mallory.get("/scripts")).text


@pytest.mark.parametrize("step", ["", "/activate", "/restore", "/delete", "/pause", "/reset"])
async def test_another_tenant_changes_nothing_of_a_script(ann: Visitor, memory_world: World, visit: Clients, step: str) -> None:
    path = await new_script(ann)
    mallory = Visitor(visit(memory_world.mallory), memory_world.mallory)
    fields = FORM if not step else {}
    answer = await mallory.post(path + step, {**fields, "revision": "1", **({"version": "1"} if step in ("/activate", "/restore") else {})})
    assert answer.status_code == 404


async def test_who_may_only_look_gets_a_locked_editor(ann: Visitor, memory_world: World, visit: Clients) -> None:
    path = await new_script(ann)
    viewer = Visitor(visit(memory_world.viewer), memory_world.viewer)
    page = (await viewer.get(path)).text
    assert " data-locked" in page
    assert " data-save" not in page
    assert (await viewer.post(path, {**FORM, "revision": "1"})).status_code == 403


async def test_a_step_that_is_none_is_not_found(ann: Visitor) -> None:
    assert (await ann.post(f"{await new_script(ann)}/explode", {"revision": "1"})).status_code == 404


async def test_a_deleted_script_is_gone_from_the_list(ann: Visitor) -> None:
    path = await new_script(ann)
    assert (await ann.post(f"{path}/delete", {"revision": "1"})).status_code == 303
    assert (await ann.get(path)).status_code == 404
    assert "No scripts yet" in (await ann.get("/scripts")).text
