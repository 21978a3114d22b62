"""Trying a script beside its source: the input, the result, the log while it is written, and what each line did."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import Elsewhere
from e2e.pages.editor import EditorPage

LOOP = "let total = 0;\nfor x in 0..4 {\n    total += x;\n}\nlog(`total ${total}`);\ntotal"
SLOW = 'log("begun");\nlet text = "x";\nfor i in 0..18 { text += text; }\nloop { text.to_upper(); }'
"""Few operations, each of which takes long: only its time would end it, after a minute."""
_TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def editor(olga: Page) -> EditorPage:
    """An empty script, with the pane beside it that tries it."""
    editor = EditorPage(olga)
    editor.open_new()
    olga.get_by_role("radio", name="Try it").check()
    return editor


def test_a_script_runs_on_the_key_and_shows_its_value_and_its_log(editor: EditorPage) -> None:
    editor.write(LOOP)
    editor.code.press("Control+Enter")
    expect(editor.outcome).to_contain_text("Finished")
    expect(editor.trial.get_by_role("group", name="Value")).to_have_text("6")
    editor.show("Logs")
    expect(editor.trial.get_by_role("list", name="Log")).to_contain_text("total 6")
    editor.show("Limits")
    expect(editor.trial.get_by_role("meter", name="Operations")).to_be_visible()
    expect(editor.trial.get_by_role("meter", name="Memory")).to_be_visible()


def test_the_chosen_tab_stays_for_the_next_run(editor: EditorPage) -> None:
    editor.write("log(`one`);")
    editor.run()
    editor.show("Logs")
    editor.write("log(`two`);")
    editor.run()
    expect(editor.trial.get_by_role("list", name="Log")).to_contain_text("two")


def test_parameters_reach_the_script_and_a_wrong_one_is_told_beside_its_field(editor: EditorPage) -> None:
    editor.write("params.a * 2")
    editor.page.get_by_label("Parameters").fill("{")
    editor.run()
    expect(editor.page.get_by_text("This isn't JSON")).to_be_visible()
    editor.page.get_by_label("Parameters").fill('{"a": 21}')
    editor.run()
    expect(editor.trial.get_by_role("group", name="Value")).to_have_text("42")


def test_a_record_is_shown_before_and_after_with_what_changes_alone(olga: Page) -> None:
    olga.goto("/scripts/new?template=normalise-fields")
    editor = EditorPage(olga)
    editor.run()
    expect(editor.outcome).to_contain_text("Finished")
    editor.show("Entity changes")
    email = editor.trial.get_by_role("row").filter(has_text="email")
    expect(email).to_contain_text("Ada@Example.COM")
    expect(email).to_contain_text("ada@example.com")


def test_what_would_be_called_is_listed_and_not_called(editor: EditorPage) -> None:
    editor.write('http_post("https://shop.example/orders", #{ id: 7 });')
    editor.run()
    expect(editor.outcome).to_contain_text("Finished")
    editor.show("Host calls")
    expect(editor.trial).to_contain_text("would call")
    expect(editor.trial).to_contain_text("https://shop.example/orders")


def test_an_error_is_marked_in_its_line_and_leads_there(editor: EditorPage) -> None:
    editor.write('let a = 1;\n\nif a > 0 {\n    throw "no";\n}')
    editor.run()
    expect(editor.outcome).to_contain_text("Failed")
    expect(editor.page.locator(".cm-error-line")).to_contain_text('throw "no"')
    editor.trial.get_by_role("link", name="Line 4").click()
    editor.page.keyboard.type("// here\n")
    expect(editor.code).to_contain_text("// here")


def test_a_log_is_shown_while_the_script_runs_and_the_run_can_be_stopped(editor: EditorPage) -> None:
    editor.page.get_by_role("radio", name="Settings").check()
    editor.page.get_by_label("Limits").select_option("Relaxed")
    editor.write(SLOW)
    editor.code.press("Control+Enter")
    editor.show("Logs")
    expect(editor.trial.get_by_role("list", name="Log")).to_contain_text("begun")
    expect(editor.outcome).to_contain_text("Running")
    editor.trial.get_by_role("button", name="Stop").click()
    expect(editor.outcome).to_contain_text("Cancelled")
    editor.write("1 + 1")
    editor.run()
    expect(editor.outcome).to_contain_text("Finished")


def test_lines_show_their_values_and_loops_are_walked_through(editor: EditorPage) -> None:
    editor.write(LOOP)
    editor.run()
    expect(editor.values.filter(has_text="total = 6")).to_be_visible()
    expect(editor.values.filter(has_text="x = 3")).to_contain_text(f"{_TIMES}4")
    editor.code.press("Alt+[")
    editor.code.press("Alt+[")
    expect(editor.page.get_by_text("Line 2: iteration 3 of 4")).to_be_visible()
    expect(editor.values.filter(has_text="total = 3")).to_be_visible()
    editor.page.get_by_role("slider", name="Iteration").press("Home")
    expect(editor.values.filter(has_text="x = 0")).to_be_visible()
    editor.page.get_by_role("button", name="End of the run").click()
    expect(editor.values.filter(has_text="total = 6")).to_be_visible()


def test_values_go_when_the_text_changes(editor: EditorPage) -> None:
    editor.write("let a = 5;\na")
    editor.run()
    expect(editor.values.filter(has_text="a = 5")).to_be_visible()
    editor.code.press("End")
    editor.page.keyboard.type(" + 1")
    expect(editor.values).to_have_count(0)


def test_the_input_follows_what_starts_the_script(editor: EditorPage) -> None:
    editor.page.get_by_role("radio", name="Settings").check()
    editor.page.get_by_label("An HTTP request").check()
    editor.page.get_by_role("radio", name="Try it").check()
    expect(editor.page.get_by_role("group", name="The request")).to_be_visible()
    expect(editor.page.get_by_role("combobox", name="Method").first).to_have_value("POST")


def test_a_script_is_tried_without_javascript(elsewhere: Elsewhere) -> None:
    page = elsewhere(java_script_enabled=False)
    page.goto("/scripts/new")
    page.get_by_label("Name", exact=True).fill(f"s-{uuid4().hex[:12]}")
    page.get_by_label("Source").fill("params.a + 1")
    page.get_by_label("Parameters").fill('{"a": 41}')
    page.get_by_role("button", name="Run on this input").click()
    expect(page.get_by_role("group", name="Value")).to_have_text("42")
    page.get_by_role("button", name="Create the draft").click()
    expect(page.get_by_label("Source")).to_have_value("params.a + 1")


def test_from_the_first_visit_to_a_green_run_in_under_twelve_actions(page: Page) -> None:
    page.goto("/sign-in")  # 1
    page.get_by_label("E-mail address").fill("olga@demo.example")  # 2
    page.get_by_label("Password").fill("alloy demo phrase")  # 3
    page.get_by_role("button", name="Sign in").click()  # 4
    page.get_by_role("link", name="Scripts").first.click()  # 5
    page.get_by_role("link", name="Templates").first.click()  # 6
    page.get_by_role("link", name="Use Require a minimum").click()  # 7
    page.get_by_role("button", name="Run on this input").click()  # 8
    expect(EditorPage(page).outcome).to_contain_text("Finished")
