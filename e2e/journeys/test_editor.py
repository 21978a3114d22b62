"""Writing scripts: problems while typing, saving, comparing, activating."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import Elsewhere
from e2e.pages.editor import EditorPage
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import serving


@pytest.fixture
def name() -> str:
    """A name that no script has."""
    return f"s-{uuid4().hex[:12]}"


def test_a_misspelt_name_is_marked_while_typing_and_mended_by_its_quick_fix(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("let total = 5;\nprint(totl);")
    expect(editor.problems).to_contain_text("No variable `totl`")
    editor.problems.get_by_role("button", name="Change to `total`").click()
    expect(editor.problems).to_contain_text("No problems found.")
    expect(editor.code).to_contain_text("print(total);")


def test_a_problem_leads_to_its_place(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("let a = 1;\nprint(a);\nlet = 2;")
    editor.problems.get_by_role("link", name="3:5").click()
    olga.keyboard.type("b ")
    expect(editor.code).to_contain_text("let b = 2;")


def test_names_are_completed(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("let subtotal = 1;\n")
    olga.keyboard.type("subt")
    editor.offers.get_by_role("option", name="subtotal").first.click()
    expect(editor.code).to_contain_text(re.compile("subtotal$"))


def test_a_name_tells_what_it_is_under_the_pointer(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("print(1);")
    editor.code.get_by_text("print").hover()
    expect(olga.locator(".cm-tooltip-hover")).to_contain_text("print(value)")


def test_a_call_shows_its_parameters_while_it_is_written(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("fn add(first, second) { first + second }\n")
    olga.keyboard.type("add(1, ")
    expect(olga.locator(".cm-card strong")).to_have_text("second")


def test_a_name_is_renamed_everywhere(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("let a = 1;\nprint(a);\nprint(a + a);")
    editor.code.press("Home")
    editor.code.press("ArrowUp")
    editor.code.press("ArrowUp")
    for _ in "let ":
        editor.code.press("ArrowRight")
    editor.code.press("F2")
    olga.get_by_label("New name").fill("9")
    olga.get_by_role("button", name="Rename").click()
    expect(olga.get_by_role("dialog", name="Rename")).to_contain_text("9")
    olga.get_by_label("New name").fill("price")
    olga.keyboard.press("Enter")
    expect(editor.code).to_contain_text("print(price + price);")


def test_a_block_is_folded(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("fn one() {\n    1\n}\nprint(one());")
    olga.get_by_title("Fold line", exact=True).click()
    expect(editor.code).not_to_contain_text("    1")


def test_the_phase_decides_what_is_offered_and_what_is_a_problem(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write('save("task", #{});')
    expect(editor.checked).to_have_text("Checked")
    expect(editor.problems).to_contain_text("No problems found.")
    olga.get_by_label("An event of a record").check()
    expect(editor.problems).to_contain_text("`save` is not available in phase `before`")


def test_a_script_is_laid_out_on_demand(olga: Page) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    editor.write("let   a=1;\nprint( a );")
    olga.get_by_role("button", name="Format").click()
    expect(editor.code).to_contain_text("let a = 1;")


def test_a_draft_is_saved_and_activated_after_a_look_at_what_changes(olga: Page, name: str) -> None:
    EditorPage(olga).create(name, 'log("one");')
    olga.get_by_role("link", name="Activate version 1").click()
    expect(olga.get_by_text("This is the first version that runs.")).to_be_visible()
    olga.get_by_role("button", name="Activate version 1").click()
    expect(Shell(olga).toasts).to_contain_text("runs from now on")
    EditorPage(olga).write('log("two");')
    olga.get_by_label("What changed, and why").fill("Says two.")
    olga.get_by_role("button", name="Save", exact=True).click()
    expect(olga.get_by_text("Version 1 runs, 2 is a draft.")).to_be_visible()
    olga.get_by_role("link", name="Activate version 2").click()
    expect(olga.get_by_role("group", name="Changed lines")).to_contain_text('log("two");')
    olga.goto("/scripts?text=" + name)
    expect(olga.get_by_role("row").filter(has_text=name)).to_contain_text("active")


def test_a_script_with_an_error_is_kept_but_not_activated(olga: Page, name: str) -> None:
    EditorPage(olga).create(name, "let = ;")
    olga.get_by_role("link", name="Activate version 1").click()
    olga.get_by_role("button", name="Activate version 1").click()
    expect(olga.get_by_role("alert")).to_contain_text("Not activated")


def test_what_was_not_saved_is_offered_again(olga: Page, name: str) -> None:
    editor = EditorPage(olga)
    editor.create(name, 'log("saved");')
    editor.write('log("not saved");')
    olga.wait_for_function("() => Object.values(localStorage).some((each) => each.includes('not saved'))")
    olga.reload()
    olga.get_by_role("button", name="Restore the draft").click()
    expect(editor.code).to_contain_text("not saved")


def test_settings_that_were_not_saved_are_offered_too(olga: Page, name: str) -> None:
    editor = EditorPage(olga)
    editor.create(name, 'log("saved");')
    olga.get_by_role("radio", name="Settings").check()
    olga.get_by_label("Description").fill("not saved either")
    olga.wait_for_function("() => Object.values(localStorage).some((each) => each.includes('not saved either'))")
    olga.reload()
    olga.get_by_role("button", name="Restore the draft").click()
    expect(olga.get_by_label("Description")).to_have_value("not saved either")


def test_a_draft_survives_the_death_of_the_server(browser: Browser, tmp_path: Path, name: str) -> None:
    with serving(tmp_path) as server:
        port = int(server.url.rpartition(":")[2])
        context = browser.new_context(base_url=server.url)
        page = context.new_page()
        SignInPage(page).sign_in("olga@demo.example")
        editor = EditorPage(page)
        editor.create(name, 'log("saved");')
        editor.write('log("not saved");')
        page.wait_for_function("() => Object.values(localStorage).some((each) => each.includes('not saved'))")
        server.process.kill()
        expect(editor.checked).to_contain_text("Connection lost")
    with serving(tmp_path, port=port):
        page.reload()
        page.get_by_role("button", name="Restore the draft").click()
        expect(editor.code).to_contain_text("not saved")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Version 2 was saved")).to_be_visible()
        context.close()


def test_a_session_that_was_ended_elsewhere_ends_the_editors_connection(olga: Page, base_url: str) -> None:
    editor = EditorPage(olga)
    editor.open_new()
    other = olga.context.new_page()
    other.goto("/profile")
    csrf = other.locator("input[name=csrf]").first.get_attribute("value")
    other.request.post(f"{base_url}/sign-out", form={"csrf": csrf or ""}, headers={"Origin": base_url})
    expect(editor.checked).to_contain_text("You are signed out")


def test_saving_by_its_key_needs_no_focus_in_the_code(olga: Page, name: str) -> None:
    editor = EditorPage(olga)
    editor.create(name, 'log("one");')
    editor.write('log("two");')
    olga.get_by_role("heading", level=1).click()
    olga.keyboard.press("Control+s")
    expect(olga.get_by_text("Version 2 was saved")).to_be_visible()
    olga.get_by_label("What changed, and why").fill("Says three.")
    EditorPage(olga).write('log("three");')
    olga.get_by_label("What changed, and why").press("Control+s")
    expect(olga.get_by_text("Version 3 was saved")).to_be_visible()


def test_saving_by_its_key_waits_until_a_dialog_is_closed(olga: Page, name: str) -> None:
    editor = EditorPage(olga)
    editor.create(name, 'log("one");')
    editor.write('log("two");')
    olga.keyboard.press("F1")
    olga.keyboard.press("Control+s")
    olga.get_by_role("dialog", name="Shortcuts").get_by_role("button", name="Close").click()
    expect(olga.get_by_text("Version 1 was saved")).to_be_visible()
    olga.keyboard.press("Control+s")
    expect(olga.get_by_text("Version 2 was saved")).to_be_visible()


def test_help_opens_on_a_key(olga: Page) -> None:
    EditorPage(olga).open_new()
    olga.keyboard.press("F1")
    expect(olga.get_by_role("dialog", name="Shortcuts")).to_be_visible()


def test_a_stale_save_overwrites_nothing_and_shows_both_changes(olga: Page, name: str) -> None:
    editor = EditorPage(olga)
    editor.create(name, "let a = 1;\nlet b = 2;\nlet c = 3;\nprint(a + b + c);")
    other = olga.context.new_page()
    other.goto(olga.url)
    EditorPage(other).write("let a = 10;\nlet b = 2;\nlet c = 3;\nprint(a + b + c);")
    other.get_by_role("button", name="Save", exact=True).click()
    other.get_by_text("Version 2 was saved").wait_for()
    editor.write("let a = 1;\nlet b = 2;\nlet c = 30;\nprint(a + b + c);")
    olga.get_by_role("button", name="Save", exact=True).click()
    expect(olga.get_by_role("heading", level=1)).to_have_text("Somebody saved first")
    expect(olga.get_by_label("Source to save")).to_have_value("let a = 10;\nlet b = 2;\nlet c = 30;\nprint(a + b + c);")
    olga.get_by_role("button", name="Save this").click()
    expect(olga.get_by_text("Version 3 was saved")).to_be_visible()


def test_scripts_are_written_without_javascript(elsewhere: Elsewhere, name: str) -> None:
    page = elsewhere(java_script_enabled=False)
    page.goto("/scripts/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Source").fill('log("plain");')
    page.get_by_role("button", name="Create the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_label("Source")).to_have_value('log("plain");')
