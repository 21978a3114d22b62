"""The editor's first page stays within its budget, as a browser that has nothing of it yet fetches it."""

from playwright.sync_api import Page, expect

from e2e.conftest import Elsewhere
from e2e.pages.editor import EditorPage
from e2e.weight import Weight

BUDGET_BYTES = 160_000


def test_the_editors_first_page_stays_within_its_budget(olga: Page, elsewhere: Elsewhere) -> None:
    page = elsewhere(None, storage_state=olga.context.storage_state())
    weight = Weight(page)
    page.goto("/scripts/new")
    expect(EditorPage(page).problems).to_contain_text("No problems found.")
    page.wait_for_load_state("networkidle")
    found = weight.bytes_by_address()
    assert {address.rpartition(".")[2] for address in found} >= {"css", "js", "json", "svg"}
    assert sum(found.values()) <= BUDGET_BYTES, sorted(found.items(), key=lambda each: -each[1])


def test_what_helps_while_writing_is_fetched_when_the_source_is_entered(olga: Page) -> None:
    fetched: list[str] = []
    olga.on("request", lambda request: fetched.append(request.url))
    EditorPage(olga).open_new()
    assert not any("/assistance-" in address for address in fetched)
    with olga.expect_request(lambda request: "/assistance-" in request.url):
        EditorPage(olga).code.click()


def test_find_opens_on_its_key_in_an_editor_that_was_only_just_entered(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.code.focus()
    editor.code.press("Control+f")
    expect(olga.get_by_role("textbox", name="Find")).to_be_focused()
