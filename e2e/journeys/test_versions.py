"""A script's versions: how each did, and what changed between any two of them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.api import owner_of
from e2e.conftest import Elsewhere
from e2e.looks import FONTS, misfits, problems_of, with_font
from e2e.pages.runs import Automation
from e2e.pages.sign_in import SignInPage
from e2e.pages.versions import ComparePage, VersionsPage
from e2e.server import Server

FIRST = "// Shares out.\nlet share = 10 / params.by;\nlog(`A share of ${share}.`);\nshare\n"
SECOND = FIRST.replace("10", "20")
THIRD = f"{SECOND}// {'a long line that goes on ' * 12}\n"
WORDS = "nowheretobreak" * 20


@pytest.fixture
def divider(server: Server) -> Iterator[Automation]:
    """A script with three versions, of which the first failed once."""
    with owner_of(server) as api:
        made = Automation(api, FIRST)
        made.run(by=1)
        made.run(by=0)
        made.publish(SECOND)
        made.run(by=1)
        made.publish(THIRD)
        yield made


def test_a_reviewer_sees_which_version_fails_and_goes_to_its_runs(page: Page, divider: Automation) -> None:
    SignInPage(page).sign_in("rex@demo.example")
    versions = VersionsPage(page, divider.id)
    versions.open()
    expect(versions.row(1)).to_contain_text("50 % failed")
    expect(versions.row(2)).to_contain_text("none failed")
    expect(versions.row(3)).to_contain_text("runs")
    page.get_by_role("link", name="Runs of version 1").click()
    expect(page).to_have_url(re.compile(f"script_id={divider.id}&version=1"))
    expect(page.locator("tr[data-run]")).to_have_count(2)


def test_any_two_versions_are_compared_below_each_other_and_side_by_side(olga: Page, divider: Automation) -> None:
    VersionsPage(olga, divider.id).open()
    VersionsPage(olga, divider.id).compare(1, 2)
    compared = ComparePage(olga)
    expect(compared.unified).to_be_visible()
    expect(compared.marked).to_have_text(["10", "20"])
    compared.show("Side by side")
    expect(olga).to_have_url(re.compile("before=1&after=2&view=side"))
    expect(compared.beside).to_be_visible()
    expect(compared.unified).to_be_hidden()
    expect(compared.marked).to_have_text(["10", "20"])
    olga.get_by_role("link", name="The other way round").click()
    expect(compared.marked).to_have_text(["20", "10"])
    expect(compared.beside).to_be_visible()


def test_on_a_narrow_screen_lines_stand_below_each_other_and_wrap(olga: Page, divider: Automation) -> None:
    olga.set_viewport_size({"width": 390, "height": 844})
    olga.goto(f"/scripts/{divider.id}/compare?before=1&after=3&view=side")
    compared = ComparePage(olga)
    expect(compared.unified).to_be_visible()
    expect(compared.beside).to_be_hidden()
    assert compared.unified.evaluate("each => each.scrollWidth <= each.clientWidth")
    tall = compared.unified.get_by_role("row").filter(has_text="a long line")
    assert tall.evaluate("each => each.clientHeight") > 60


def test_versions_are_compared_without_javascript(elsewhere: Elsewhere, divider: Automation) -> None:
    page = elsewhere(java_script_enabled=False)
    VersionsPage(page, divider.id).open()
    VersionsPage(page, divider.id).compare(2, 1)
    ComparePage(page).show("Side by side")
    expect(ComparePage(page).marked).to_have_text(["20", "10"])


@pytest.fixture
def paths(server: Server) -> tuple[str, ...]:
    """Pages of versions with long lines and words without end."""
    with owner_of(server) as api:
        made = Automation(api, f"// {WORDS}\nlet a = `{WORDS}`;\n")
        made.run()
        made.publish(f"// {WORDS} and more\nlet a = `{WORDS}{WORDS}`;\n{'    ' * 20}let b = 1;\n")
    path = f"/scripts/{made.id}"
    return (f"{path}/versions", f"{path}/compare?before=1&after=2", f"{path}/compare?before=1&after=2&view=side", "/scripts/reference")


@pytest.mark.parametrize("font", FONTS)
def test_no_page_of_versions_is_wider_than_the_screen(olga: Page, paths: tuple[str, ...], font: str) -> None:
    with_font(olga, FONTS[font])
    for path in paths:
        olga.goto(path)
        assert not misfits(olga)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_no_page_of_versions_has_an_accessibility_problem(olga: Page, paths: tuple[str, ...], theme: str) -> None:
    olga.emulate_media(color_scheme="dark" if theme == "Dark" else "light")
    problems = []
    for path in paths:
        olga.goto(path)
        problems += problems_of(olga)
    assert not problems, "\n".join(problems)
