"""Pages with something on them: for readers of screens, with everything twice as large, in both themes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from e2e.api import Api, owner_of
from e2e.conftest import Elsewhere
from e2e.filled import filled_pages
from e2e.journeys.test_look import PAGES
from e2e.looks import MISFITS, problems_of
from e2e.pages.editor import EditorPage
from e2e.pages.records import RecordPage
from e2e.server import Server

THEMES = ("light", "dark")
LOOP = "let total = 0;\nfor x in 0..4 {\n    total += x;\n}\nlog(`total ${total}`);\ntotal"
# Half of 1440 pixels: what a browser lays out for when everything on such a screen is shown at twice its size.
ZOOMED = ViewportSize(width=720, height=450)


@pytest.fixture(scope="module")
def api(server: Server) -> Iterator[Api]:
    """The owner's API."""
    with owner_of(server) as made:
        yield made


@pytest.fixture(scope="module")
def paths(api: Api) -> dict[str, str]:
    """Pages of things that were made for a look at them."""
    return filled_pages(api)


@pytest.mark.parametrize("theme", THEMES)
def test_no_page_with_something_on_it_has_an_accessibility_problem(elsewhere: Elsewhere, paths: dict[str, str], theme: str) -> None:
    page = elsewhere(color_scheme=theme)
    problems = []
    for path in paths.values():
        page.goto(path)
        problems += problems_of(page)
    record = RecordPage(page)
    page.goto(paths["record-new"])
    record.field("Title").fill("Anvil")
    record.field("Weight").fill("120")
    record.create()
    record.alert.wait_for()
    problems += problems_of(page)
    _run_a_loop(page)
    problems += problems_of(page)
    assert not problems, "\n".join(problems)


def test_every_page_is_used_at_twice_its_size(elsewhere: Elsewhere, paths: dict[str, str]) -> None:
    page = elsewhere(viewport=ZOOMED, device_scale_factor=2)
    for path in (*PAGES, *paths.values()):
        page.goto(path)
        assert page.evaluate(MISFITS) == [], path
    _run_a_loop(page)
    assert page.evaluate(MISFITS) == []
    page.locator("summary[aria-label='Navigation']").click()
    page.get_by_role("navigation", name="Main, in a menu").get_by_role("link", name="Runs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")


def _run_a_loop(page: Page) -> None:
    """The editor after a trial whose lines show their values."""
    editor = EditorPage(page)
    editor.open_new()
    page.get_by_role("radio", name="Try it").check()
    editor.write(LOOP)
    editor.run()
    expect(editor.outcome).to_contain_text("Finished")
    expect(editor.values.first).to_be_visible()
