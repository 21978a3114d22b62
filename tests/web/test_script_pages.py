"""Pages of scripts, as a browser without any script of its own uses them."""

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
import pytest_asyncio

from app.access import csrf_token
from app.sandbox.pool import Pool
from app.testing import Person, World
from tests.browser import Clients, clients

pytestmark = pytest.mark.asyncio(loop_scope="session")

FORM = {"name": "greet", "kind": "manual", "priority": "100", "source": 'log("one");\r\nlog("two");\r\n'}


class Visitor:
    """Somebody's browser, which knows the token of its forms."""

    def __init__(self, client: httpx.AsyncClient, person: Person) -> None:
        self._client, self._csrf = client, csrf_token(person.session.secret)

    async def get(self, path: str) -> httpx.Response:
        """A page."""
        return await self._client.get(path, headers={"accept": "text/html"})

    async def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        """The answer to a form."""
        return await self._client.post(path, data={"csrf": self._csrf, **fields}, headers={"accept": "text/html"})

    async def create(self, **fields: str) -> str:
        """The path of a new script."""
        answer = await self.post("/scripts/new", {**FORM, **fields})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].partition("?")[0]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(memory_world: World, script_pool: Pool) -> AsyncIterator[Clients]:
    """Makes clients of the world's people."""
    async with clients(memory_world, script_pool) as make:
        yield make


@pytest.fixture
def ann(memory_world: World, visit: Clients) -> Visitor:
    """An author's browser."""
    return Visitor(visit(memory_world.ann), memory_world.ann)


def source_of(page: httpx.Response) -> str:
    found = re.search(r'<textarea id="source".*?>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


async def test_a_new_script_is_a_draft_with_line_feeds_alone(ann: Visitor) -> None:
    page = await ann.get(await ann.create())
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
    path = await ann.create()
    first = await ann.post(path, {**FORM, "source": 'log("theirs");\nlog("two");\n', "revision": "1"})
    second = await ann.post(path, {**FORM, "source": 'log("one");\nlog("two");\nlog("mine");\n', "revision": "1"})
    assert (first.status_code, second.status_code) == (303, 409)
    assert source_of(second) == 'log("theirs");\nlog("two");\nlog("mine");\n'
    assert source_of(await ann.get(path)) == 'log("theirs");\nlog("two");\n'


async def test_a_version_with_errors_is_kept_but_does_not_run(ann: Visitor) -> None:
    path = await ann.create(source="let = 1;")
    answer = await ann.post(f"{path}/activate", {"revision": "1", "version": "1"})
    assert answer.status_code == 422
    assert "Not activated" in answer.text
    assert "Expecting name of a variable" in (await ann.get(path)).text


async def test_a_script_goes_through_its_life(ann: Visitor) -> None:
    path = await ann.create()
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
    path = await ann.create()
    await ann.post(path, {**FORM, "source": 'log("other");', "revision": "1"})
    answer = await ann.post(f"{path}/restore", {"revision": "2", "version": "1"})
    assert answer.status_code == 303
    assert source_of(await ann.get(path)) == 'log("one");\nlog("two");\n'
    assert (await ann.get(f"{path}/versions")).text.count('<th scope="row">') == 3


async def test_the_comparison_marks_what_came_and_what_went(ann: Visitor) -> None:
    path = await ann.create()
    await ann.post(path, {**FORM, "source": 'log("one");\nlog("other");\n', "revision": "1"})
    page = (await ann.get(f"{path}/compare")).text
    assert (page.count('class="line-added"'), page.count('class="line-removed"')) == (1, 1)


@pytest.mark.parametrize("query", ["before=0", "before=x", "after=99", "after=²", "before=1&after=" + "9" * 40])
async def test_a_version_that_cannot_be_is_not_found(ann: Visitor, query: str) -> None:
    assert (await ann.get(f"{await ann.create()}/compare?{query}")).status_code == 404


@pytest.mark.parametrize("page", ["", "/versions", "/compare", "/activate"])
async def test_another_tenant_sees_nothing_of_a_script(ann: Visitor, memory_world: World, visit: Clients, page: str) -> None:
    path = await ann.create()
    mallory = Visitor(visit(memory_world.mallory), memory_world.mallory)
    assert (await mallory.get(path + page)).status_code == 404
    assert "greet" not in (await mallory.get("/scripts")).text


@pytest.mark.parametrize("step", ["", "/activate", "/restore", "/delete", "/pause", "/reset"])
async def test_another_tenant_changes_nothing_of_a_script(ann: Visitor, memory_world: World, visit: Clients, step: str) -> None:
    path = await ann.create()
    mallory = Visitor(visit(memory_world.mallory), memory_world.mallory)
    fields = FORM if not step else {}
    answer = await mallory.post(path + step, {**fields, "revision": "1", **({"version": "1"} if step in ("/activate", "/restore") else {})})
    assert answer.status_code == 404


async def test_who_may_only_look_gets_a_locked_editor(ann: Visitor, memory_world: World, visit: Clients) -> None:
    path = await ann.create()
    viewer = Visitor(visit(memory_world.viewer), memory_world.viewer)
    page = (await viewer.get(path)).text
    assert " data-locked" in page
    assert " data-save" not in page
    assert (await viewer.post(path, {**FORM, "revision": "1"})).status_code == 403


async def test_a_step_that_is_none_is_not_found(ann: Visitor) -> None:
    assert (await ann.post(f"{await ann.create()}/explode", {"revision": "1"})).status_code == 404


async def test_a_deleted_script_is_gone_from_the_list(ann: Visitor) -> None:
    path = await ann.create()
    assert (await ann.post(f"{path}/delete", {"revision": "1"})).status_code == 303
    assert (await ann.get(path)).status_code == 404
    assert "No scripts yet" in (await ann.get("/scripts")).text
