"""The pages of scripts with the worst that can stand in them: how they look, who can read them, and what is only text."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from e2e.api import owner_of
from e2e.conftest import Elsewhere
from e2e.looks import FONTS, misfits, problems_of, with_font
from e2e.pages.editor import EditorPage
from e2e.server import Server

MARKUP = "<img src=x onerror=\"document.title='broken in'\">{{ 7 * 7 }}</textarea><script>document.title='broken in'</script>"
TRICKY = r"""/* a /* nested */ comment */ // <b>
let price = 1_000.5e-3 + 0xFF; const LIMIT = 'x';
let text = `Sum: ${ if price > 1 { "a\tb" } else { `${LIMIT}` } } \u{1F600} end`;
fn scale(value, by) { this.total ?? value * by }
switch price { 1..=3 if true => print("<script>"), _ => () }
let open = "never closed
let raw = #"a "quoted" one"#; 😀 $ @ private export import "m" as m;
"""


@pytest.fixture(scope="module")
def script_paths(server: Server) -> tuple[str, ...]:
    """The pages of a script with long words, markup, errors and a long line."""
    with owner_of(server) as api:
        name = f"s{uuid4().hex}{'n' * 40}"
        settings = {"name": name, "description": MARKUP + "d" * 200, "trigger": {"kind": "cron", "expression": "0 9 * * mon-fri"}}
        source = f"// {MARKUP}\nlet unused_{'long' * 30} = 1;\nprint({'unknown_' * 20});\nlet = ;\n{TRICKY}"
        made = api.post("/scripts", {**settings, "source": "print(totl);", "message": MARKUP})
        change = {**settings, "source": source, "revision": made["revision"], "message": MARKUP + "m" * 200}
        api.put(f"/scripts/{made['id']}", change)
        path = f"/scripts/{made['id']}"
    return (path, f"{path}/versions", f"{path}/compare?before=1&after=2", f"{path}/activate", f"/scripts?text={name}")


@pytest.mark.parametrize("font", FONTS)
def test_no_page_of_a_script_is_wider_than_the_screen(olga: Page, script_paths: tuple[str, ...], font: str) -> None:
    with_font(olga, FONTS[font])
    for path in script_paths:
        olga.goto(path)
        assert not misfits(olga)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_a_script_has_an_accessibility_problem(elsewhere: Elsewhere, script_paths: tuple[str, ...], theme: str) -> None:
    page = elsewhere(color_scheme=theme)
    problems = []
    for path in script_paths:
        page.goto(path)
        problems += problems_of(page)
    page.goto("/scripts/new")
    EditorPage(page).write("let total = 5;\nprint(totl);\n")
    expect(EditorPage(page).problems).to_contain_text("No variable `totl`")
    page.keyboard.type("pri")
    EditorPage(page).offers.wait_for()
    problems += problems_of(page)
    assert not problems, "\n".join(problems)


def test_markup_is_text_on_every_page_of_a_script(olga: Page, script_paths: tuple[str, ...]) -> None:
    for path in script_paths:
        olga.goto(path)
        expect(olga.locator("h1")).to_be_visible()
        assert "broken in" not in olga.title()
        assert olga.locator("main img").count() == 0
        assert "{{ 7 * 7 }}" in olga.content()


def test_a_saved_script_s_problems_are_listed_without_javascript(elsewhere: Elsewhere, script_paths: tuple[str, ...]) -> None:
    page = elsewhere(java_script_enabled=False)
    page.goto(script_paths[0])
    expect(page.get_by_role("region", name="Problems")).to_contain_text("Expecting name of a variable")


def test_the_editor_and_the_versions_colour_alike(olga: Page) -> None:
    EditorPage(olga).create(f"s-{uuid4().hex[:12]}", TRICKY)
    expect(olga.locator(".cm-line .tok-k").first).to_be_visible()
    written = olga.evaluate(COLOURS, ".cm-line")
    olga.get_by_role("link", name="Activate version 1").click()
    assert olga.evaluate(COLOURS, ".code-diff td.code code") == written[: len(TRICKY.splitlines())]


# For each line, which class each of its characters has; of brackets that the editor marks as well, only the colour's own.
COLOURS = """(lines) => [...document.querySelectorAll(lines)].map((line) => {
  const found = [], walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    // Plain names and white space have no colour: there an editor's class says what no class says elsewhere.
    const text = walker.currentNode, own = text.parentElement.closest('[class*=tok-]');
    const kind = own && line.contains(own) ? [...own.classList].find((each) => each.startsWith('tok-')) : '';
    for (const character of text.data) found.push((['tok-n', 'tok-w'].includes(kind) ? '' : kind) + ' ' + character);
  }
  return found;
})"""
