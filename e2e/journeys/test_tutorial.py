"""The steps of docs/tutorial/first-steps.md, one after the other, by somebody who has just started Alloy.

Each step of the page has its step here, under the same number and title, and what the page says to choose and to type is what is chosen and
typed here: a test of its own holds the two together.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from e2e.pages.editor import EditorPage
from e2e.pages.records import RecordPage
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import Server, serving

PAGE: Final = Path(__file__).parents[2] / "docs/tutorial/first-steps.md"
RULE: Final = """
// Keeps small orders out.
let least = 250;
if entity.amount < leest {
    abort(`amount: We take orders of ${least} or more.`);
}
"""
Step = Callable[[Page, str], None]
STEPS: Final[list[tuple[str, Step]]] = []


def told() -> list[tuple[int, str, str]]:
    """Number, title and text of each step of the page."""
    pieces = re.split(r"^(\d+)\. \*\*(.+?)\*\*", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return [(int(number), title, text.partition("\nNext: ")[0]) for number, title, text in zip(*[iter(pieces)] * 3, strict=True)]


def named(text: str) -> list[str]:
    """What a step says to choose (emphasised) and to type or to see (as code), without its blocks of code."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    codes = [match[2].strip() for match in re.finditer(r"(`+)(.+?)\1(?!`)", prose)]
    labels = re.findall(r"(?<![*\w])\*([^*`]+)\*", re.sub(r"(`+)(.+?)\1(?!`)", "", prose))
    return codes + [" ".join(each.split()) for each in labels]


def step(title: str) -> Callable[[Step], Step]:
    """The next step of the page."""

    def note(function: Step) -> Step:
        STEPS.append((title, function))
        return function

    return note


@step("Start it.")
def start(page: Page, address: str) -> None:
    # `make run` ends in this very server, which the fixture has started.
    page.goto(address)


@step("Sign in.")
def sign_in(page: Page, address: str) -> None:
    SignInPage(page).submit("ann@demo.example", "alloy demo phrase")
    expect(Shell(page).heading).to_have_text("Demo")
    expect(page.get_by_role("region", name="The last 24 hours")).to_be_visible()


@step("See a save refused.")
def refused_save(page: Page, address: str) -> None:
    choose(page, "Entity types")
    page.get_by_role("link", name="Records of Order").click()
    page.locator(".page-head").get_by_role("link", name="New record").click()
    record = filled(page, {"Customer": "Ada Lovelace", "Amount": "60000"})
    page.get_by_role("button", name="Create").click()
    expect(record.alert).to_contain_text("Rejected by the script screen-orders")
    expect(record.field("Amount")).to_have_value("60000")


@step("Look at the run.")
def look_at_the_run(page: Page, address: str) -> None:
    RecordPage(page).alert.get_by_role("link", name="See the run").click()
    expect(Shell(page).heading).to_contain_text("screen-orders")
    expect(page.get_by_text("Rejected", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="Source")).to_contain_text("more than anybody ever ordered")


@step("Take a template.")
def take_a_template(page: Page, address: str) -> None:
    choose(page, "Scripts")
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("link", name="Use Require a minimum").click()
    expect(EditorPage(page).code).to_contain_text("Refuses orders below a minimum amount.")


@step("Write a rule with a mistake in it.")
def write_with_a_mistake(page: Page, address: str) -> None:
    editor = EditorPage(page)
    editor.write(RULE.lstrip())
    # The region named Problems.
    expect(editor.problems).to_contain_text("No variable `leest`")


@step("Fix it.")
def fix(page: Page, address: str) -> None:
    editor = EditorPage(page)
    editor.problems.get_by_role("button", name="Change to `least`").click()
    expect(editor.problems).to_contain_text("No problems found")


@step("Try it on an order.")
def try_it(page: Page, address: str) -> None:
    editor = EditorPage(page)
    page.get_by_role("button", name="Run on this input").click()
    expect(editor.outcome).to_contain_text("Finished")
    page.locator("#inputs").get_by_label("Amount").fill("120")
    editor.code.press("Control+Enter")
    expect(editor.outcome).to_contain_text("Rejected")


@step("See what each line did.")
def see_values(page: Page, address: str) -> None:
    expect(EditorPage(page).values.filter(has_text="least = 250").first).to_be_visible()


@step("Save it.")
def save(page: Page, address: str) -> None:
    page.get_by_role("radio", name="Settings").check()
    page.get_by_label("Name", exact=True).fill("first-rule")
    page.get_by_role("button", name="Create the draft").click()
    expect(Shell(page).heading).to_have_text("first-rule")


@step("Activate it.")
def activate(page: Page, address: str) -> None:
    confirm(page, "Activate version 1")
    expect(Shell(page).toasts).to_contain_text("runs from now on")


@step("See it guard a record.")
def guard_a_record(page: Page, address: str) -> None:
    page.goto("/records/order/new")
    record = filled(page, {"Customer": "Ada Lovelace", "Amount": "120"})
    page.get_by_role("button", name="Create").click()
    expect(record.field("Amount")).to_have_accessible_description(re.compile("We take orders of 250 or more"))
    record.field("Amount").fill("400")
    page.get_by_role("button", name="Create").click()
    expect(Shell(page).toasts).to_contain_text("The record is created")


@step("Look at its run.")
def look_at_its_run(page: Page, address: str) -> None:
    page.get_by_role("region", name="Scripts that ran").get_by_role("link", name="first-rule").click()
    expect(Shell(page).heading).to_contain_text("first-rule")


@step("Replay it.")
def replay(page: Page, address: str) -> None:
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("Equal", exact=True)).to_be_visible()


@step("Let the clock start a script.")
def start_by_the_clock(page: Page, address: str) -> None:
    choose(page, "Scripts")
    page.locator(".page-head").get_by_role("link", name="New script").click()
    EditorPage(page).write('log("Good morning.");')
    page.get_by_role("radio", name="Settings").check()
    page.get_by_role("radio", name="The clock").check()
    page.get_by_label("Cron expression").fill("*/15 * * * *")
    expect(page.get_by_role("list", name="Next starts").get_by_role("listitem")).to_have_count(4)
    page.get_by_label("Name", exact=True).fill("good-morning")
    page.get_by_role("button", name="Create the draft").click()
    confirm(page, "Activate version 1")
    expect(Shell(page).toasts).to_contain_text("runs from now on")


@step("Find its schedule.")
def find_its_schedule(page: Page, address: str) -> None:
    choose(page, "Schedules")
    page.get_by_role("link", name="good-morning").click()
    page.get_by_role("button", name="Run now").click()
    expect(Shell(page).toasts).to_contain_text("queued to run once, now")


@step("Put the rule to rest.")
def put_to_rest(page: Page, address: str) -> None:
    choose(page, "Scripts")
    page.get_by_role("link", name="first-rule").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("paused", exact=True)).to_be_visible()


def choose(page: Page, name: str) -> None:
    """A link of the navigation."""
    Shell(page).navigation.get_by_role("link", name=name).click()


def confirm(page: Page, name: str) -> None:
    """A link that asks, and the button that answers with the same words."""
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name=name).click()


def filled(page: Page, texts: dict[str, str]) -> RecordPage:
    """The form of a record with these texts in its fields."""
    record = RecordPage(page)
    for label, text in texts.items():
        record.field(label).fill(text)
    return record


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: the rule of the tutorial guards all orders of its tenant."""
    with serving(tmp_path_factory.mktemp("tutorial"), tenant="demo") as running:
        yield running


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object], newcomer: Server) -> dict[str, object]:
    """Addresses are that server's."""
    return {**browser_context_args, "base_url": newcomer.url}


def test_a_newcomer_gets_through_the_tutorial(context: BrowserContext, newcomer: Server) -> None:
    page = context.new_page()
    for _, function in STEPS:
        function(page, newcomer.url)


def test_the_page_and_this_walk_have_the_same_steps() -> None:
    assert [title for _, title, _ in told()] == [title for title, _ in STEPS]
    assert [number for number, _, _ in told()] == list(range(1, len(STEPS) + 1))


@pytest.mark.parametrize(("number", "text"), [(number, text) for number, _, text in told()])
def test_what_a_step_of_the_page_says_to_choose_and_to_type_is_what_is_done(number: int, text: str) -> None:
    done = inspect.getsource(STEPS[number - 1][1])
    assert [each for each in named(text) if each not in done] == []
    for block in re.findall(r"```rhai\n(.*?)```", text, flags=re.DOTALL):
        assert dedent(block).strip() == RULE.strip()


def test_names_of_the_page_are_found() -> None:
    assert named("Choose *New\n   script*, put `0 * * * *` and ``a `b` ``. It **is**. ```\n*x*\n```") == [
        "0 * * * *",
        "a `b`",
        "New script",
    ]
