"""What stands beside the source: its outline, and the helpers of its phase."""

import re

from playwright.sync_api import Page, Request, expect

from e2e.looks import misfits, problems_of
from e2e.pages.editor import EditorPage

SOURCE = "const LIMIT = 3;\nfn double(value) {\n    value * 2\n}\nprint(double(LIMIT));\n"


def _open(page: Page, tab: str) -> None:
    page.get_by_role("radio", name=tab, exact=True).check()


def test_the_outline_follows_the_text_and_leads_to_its_parts(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write(SOURCE)
    _open(olga, "Outline")
    outline = olga.get_by_role("region", name="Outline")
    expect(outline.get_by_role("link")).to_have_text(["LIMIT", "double(value)"])
    outline.get_by_role("link", name="double").click()
    olga.keyboard.type("re")
    expect(editor.code).to_contain_text("fn redouble(value)")
    expect(outline.get_by_role("link")).to_have_text(["LIMIT", "redouble(value)"])


def test_a_helper_is_found_and_put_in_at_the_cursor(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("let a = 1;\n")
    _open(olga, "Helpers")
    helpers = olga.get_by_role("region", name="Helpers")
    helpers.get_by_role("searchbox").fill("abort")
    expect(helpers.get_by_role("button", name="Insert log", exact=True)).to_be_hidden()
    helpers.get_by_role("button", name="Insert abort").click()
    olga.keyboard.type('"No."')
    expect(editor.code).to_contain_text('abort("No.")')


def test_the_helpers_are_those_of_the_phase(olga: Page) -> None:
    EditorPage(olga).open_new()
    _open(olga, "Helpers")
    helpers = olga.get_by_role("region", name="Helpers")
    expect(helpers.get_by_role("button", name="Insert save", exact=True)).to_be_visible()
    _open(olga, "Settings")
    olga.get_by_label("An event of a record").check()
    _open(olga, "Helpers")
    expect(helpers.get_by_role("button", name="Insert save", exact=True)).to_have_count(0)
    expect(helpers.get_by_role("button", name="Insert entity", exact=True)).to_be_visible()


def test_they_cost_nothing_until_they_are_wanted(olga: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    olga.on("request", note)
    EditorPage(olga).open_new()
    before = [each for each in asked if re.search(r"/scripts/(outline|reference)|/panels-", each)]
    _open(olga, "Helpers")
    expect(olga.get_by_role("region", name="Helpers").get_by_role("listitem").first).to_be_visible()
    after = [each for each in asked if re.search(r"/scripts/(outline|reference)|/panels-", each)]
    assert (before, len(after)) == ([], 2)


def test_both_fit_a_narrow_screen_and_can_be_read_by_everybody(olga: Page) -> None:
    EditorPage(olga).open_new()
    EditorPage(olga).write(SOURCE)
    for tab in ("Outline", "Helpers"):
        _open(olga, tab)
        expect(olga.get_by_role("region", name=tab).get_by_role("listitem").first).to_be_visible()
        assert not problems_of(olga)
        assert not misfits(olga, (390, 1440))
