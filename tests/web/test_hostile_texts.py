"""Whatever people write is text on every page: nothing of it is an element, an attribute, an address or a template."""

import re
from contextlib import suppress

import pytest
from starlette.routing import Route

from app.testing import World
from app.web.install import ROUTERS
from tests.browser import Clients
from tests.hostile import LINES, Page, Walk, planting
from tests.web.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOT_LINKED = {
    "/sign-in": "shown to those who are not signed in",
    "/schedules/preview": "a fragment that the pane asks for",
    "/records/{type_name}/choices": "a fragment that an input asks for",
    "/static/{name}": "files",
}
"""Addresses that no link of a signed-in page leads to, and why."""
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/secrets", {"name": "{}", "secret_value": "{}"}),
    ("/hosts", {"host": "{}"}),
    ("/members/new", {"email": "{}", "display_name": "{}", "role": "{}", "password": "short"}),
    ("/members/add", {"email": "{}", "role": "viewer"}),
    ("/roles/new", {"name": "{}", "description": "{}", "inherits": "{}"}),
    ("/tokens/new", {"name": "{}", "kind": "{}", "days": "{}"}),
    ("/types/new", {"label": "{}", "name": "{}", "fields.0.name": "{}", "fields.0.kind": "{}", "do": "save"}),
    (
        "/scripts/new",
        {"name": "{}", "description": "{}", "kind": "cron", "expression": "{}", "zone": "{}", "source": "{}", "message": "{}"},
    ),
    ("/scripts/try", {"name": "{}", "kind": "{}", "source": "{}", "try.json": "{}", "try.as": "json", "try.about": "{}", "message": "{}"}),
    ("/scripts/outline", {"source": "fn f(){{}} // {}", "kind": "manual"}),
    ("/runs/bulk/new", {"name": "", "which": "{}", "filter": "text={}"}),
)
"""Forms that are refused and come back with what was typed, `{}` being the hostile text."""
PATHS = ("/", "/scripts", "/scripts/new", "/scripts/reference", "/runs", "/runs/failures", "/runs/bulk/new", "/schedules/try", "/audit")


async def planted(ann: Visitor, line: str) -> None:
    """Plant a text everywhere."""
    plan, answered = planting(line), None
    with suppress(StopIteration):
        while True:
            ask = plan.send(answered)
            answered = ask.read(await ann.client.request(**ask.sent()))


@pytest.fixture
def olga(memory_world: World, visit: Clients) -> Visitor:
    """The owner's browser."""
    return Visitor(visit(memory_world.owner), memory_world.owner)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
async def test_no_page_takes_a_text_for_anything_else(olga: Visitor, line: str) -> None:
    await planted(olga, line)
    walk, shown = Walk(), 0
    while walk.waiting:
        path = walk.waiting.pop()
        answer = await olga.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        if not answer.headers["content-type"].startswith("text/html"):
            assert "attachment" in answer.headers["content-disposition"], path
            continue
        page = Page(answer.text)
        assert page.faults == [], path
        assert answer.headers["content-security-policy"].startswith("default-src 'none'"), path
        shown += line in page.text
        walk.found(page.links)
    assert shown >= 20
    missing = unopened(walk.seen)
    assert missing == [], "no link leads there"


def unopened(paths: set[str]) -> list[str]:
    """The pages that none of these paths is of."""
    plain = {each.partition("?")[0] for each in paths}
    routes = {each.path for router in ROUTERS for each in router.routes if isinstance(each, Route) and "GET" in (each.methods or ())}
    patterns = {each: re.compile(re.sub(r"{\w+}", "[^/]+", each)) for each in routes if each not in NOT_LINKED}
    return sorted(each for each, pattern in patterns.items() if not any(pattern.fullmatch(path) for path in plain))


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
async def test_no_form_that_comes_back_takes_what_was_typed_for_anything_else(olga: Visitor, line: str) -> None:
    for path, fields in FORMS:
        answer = await olga.post(path, {name: text.format(line) for name, text in fields.items()})
        assert answer.status_code in (200, 404, 409, 422), f"{path}: {answer.status_code}"
        page = Page(answer.text)
        assert page.faults == [], path


@pytest.mark.parametrize("kind", ["an element", "a handler", "the end of an attribute", "an address"])
async def test_no_address_puts_what_it_holds_into_a_page_as_anything_else(olga: Visitor, kind: str) -> None:
    line = LINES[kind]
    names = ("text", "status", "find", "level", "part", "after", "days", "script_id", "since", "version", "before", "view", "phase", "done")
    query = {name: line for name in names} | {"template": line, "run": line, "return": line, "kept": line, "expression": line, "zone": line}
    for path in (
        "/",
        "/scripts",
        "/scripts/new",
        "/scripts/reference",
        "/runs",
        "/runs/failures",
        "/runs/bulk/new",
        "/schedules/try",
        "/audit",
    ):
        for name, value in query.items():
            answer = await olga.client.get(path, params={name: value}, headers={"accept": "text/html"})
            assert answer.status_code in (200, 404, 422), f"{path}?{name}: {answer.status_code}"
            assert Page(answer.text).faults == [], f"{path}?{name}"


async def test_the_check_finds_what_it_is_there_for() -> None:
    for line in ("an element", "a handler", "the end of an attribute", "a link", "another base"):
        assert Page(f'<p title="{LINES[line]}">{LINES[line]}</p>').faults, line
