"""A connection that is lost comes back by itself: lists are live again, and nothing that was typed is gone."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.api import owner_of
from e2e.pages.editor import EditorPage
from e2e.pages.runs import RunsPage
from e2e.pages.sign_in import SignInPage
from e2e.server import Server, serving

MANUAL = {"kind": "manual"}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that nobody watches: to a browser, a server that is gone is a fault."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def _sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/sign-in")
    SignInPage(page).submit("olga@demo.example")
    page.wait_for_url(f"{server.url}/")


def _port(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def test_the_list_of_runs_is_live_again_once_the_server_is(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path) as server, owner_of(server) as api:
        _sign_in(page, server)
        script = api.script(MANUAL, "1")
        page.goto(f"{server.url}/runs?script_id={script['id']}")
        RunsPage(page).state.get_by_text("Live", exact=True).wait_for()
        first = api.post(f"/scripts/{script['id']}/run", {})
        expect(page.locator(f"#run-{first['run_id']}")).to_be_visible()
        page.get_by_label("Words").fill("typed meanwhile")
        server.process.kill()
    expect(RunsPage(page).state).to_contain_text("Connection lost")
    with serving(tmp_path, port=_port(server)) as again, owner_of(again) as api:
        second = api.post(f"/scripts/{script['id']}/run", {})
        expect(RunsPage(page).state).to_have_text("Live")
        expect(page.locator(f"#run-{second['run_id']}")).to_be_visible()
        third = api.post(f"/scripts/{script['id']}/run", {})
        expect(page.locator(f"#run-{third['run_id']}")).to_be_visible()
        expect(page.get_by_label("Words")).to_have_value("typed meanwhile")


def test_what_is_typed_while_the_server_is_gone_is_checked_and_saved_once_it_is_back(page: Page, tmp_path: Path) -> None:
    editor = EditorPage(page)
    with serving(tmp_path) as server:
        _sign_in(page, server)
        page.goto(f"{server.url}/scripts/new")
        page.get_by_text("No problems found.").wait_for()
        editor.write("let total = 1;\n")
        expect(editor.problems).to_contain_text("`total` is never used")
        server.process.kill()
    expect(editor.checked).to_contain_text("Connection lost")
    editor.code.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("print(totl);")
    with serving(tmp_path, port=_port(server)):
        expect(editor.problems).to_contain_text("No variable `totl`")
        expect(editor.code).to_contain_text("print(totl);")
        page.get_by_role("radio", name="Settings").check()
        page.get_by_label("Name", exact=True).fill(f"s-{uuid4().hex[:12]}")
        page.get_by_role("button", name="Create the draft").click()
        expect(page.get_by_text("The draft is saved.")).to_be_visible()
        expect(editor.code).to_contain_text("print(totl);")


def test_a_list_that_is_not_to_show_new_runs_by_itself_stays_as_it_is(page: Page, server: Server) -> None:
    _sign_in(page, server)
    with owner_of(server) as api:
        script = api.script(MANUAL, "1")
        page.goto(f"{server.url}/runs?script_id={script['id']}")
        RunsPage(page).state.get_by_text("Live", exact=True).wait_for()
        page.get_by_label("Show new runs by themselves").uncheck()
        expect(RunsPage(page).state).to_have_text("Paused")
        api.post(f"/scripts/{script['id']}/run", {})
        expect(RunsPage(page).rows).to_have_count(0)
        page.get_by_label("Show new runs by themselves").check()
        expect(RunsPage(page).rows).to_have_count(1)
        expect(RunsPage(page).state).to_have_text("Live")
