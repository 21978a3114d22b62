"""A connection that is lost comes back by itself: the list is live again, and nothing that was typed is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.api import owner_of
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
