"""Themes, narrow screens and accessibility of every page."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from e2e.api import owner_of
from e2e.conftest import Elsewhere
from e2e.looks import FONTS, MISFITS, WIDTHS, misfits, problems_of, with_font
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import Server

PAGES = (
    "/",
    "/scripts",
    "/scripts?text=nothing-fits",
    "/scripts/templates",
    "/scripts/new",
    "/scripts/reference",
    "/runs",
    "/runs?text=nothing-fits",
    "/runs/failures",
    "/runs/bulk",
    "/types",
    "/types/new",
    "/schedules",
    "/schedules/try",
    "/schedules/new",
    "/secrets",
    "/hosts",
    "/letters",
    "/members",
    "/members/new",
    "/roles",
    "/roles/author",
    "/roles/new",
    "/tokens",
    "/tokens/new",
    "/audit",
    "/audit?subject_id=nothing",
    "/profile",
    "/health",
    "/operator",
    "/nothing-here",
)


def test_the_theme_chosen_stays(olga: Page) -> None:
    Shell(olga).choose_theme("Dark")
    expect(olga.locator("html")).to_have_attribute("data-theme", "dark")
    olga.goto("/roles")
    expect(olga.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_system_theme_is_followed_until_one_is_chosen(elsewhere: Elsewhere) -> None:
    page = elsewhere(None, color_scheme="dark")
    page.goto("/sign-in")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 26)"


@pytest.fixture(scope="module")
def long_names(server: Server) -> None:
    """People, roles and tokens with the longest names there can be, and no place to break them."""
    name, word = "Wolfeschlegelsteinhausenbergerdorff" * 2, uuid4().hex
    with owner_of(server) as api:
        user = {"email": f"{word}{'a' * 30}@{'b' * 60}.example", "display_name": name, "role": "viewer", "password": "a long enough phrase"}
        api.post("/users", user)
        role = {"name": f"r{word}", "description": "d" * 200, "inherits": "viewer"}
        api.post("/roles", role)
        token = {"name": name, "kind": "ai", "permissions": ["access.self.read"]}
        api.post("/tokens", token)


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("font", FONTS)
def test_no_page_is_wider_than_the_screen_and_nothing_is_cut_off(olga: Page, font: str) -> None:
    with_font(olga, FONTS[font])
    for path in PAGES:
        olga.goto(path)
        assert not misfits(olga)


def test_what_is_too_wide_is_found_and_the_font_is_changed_indeed(olga: Page) -> None:
    with_font(olga, FONTS["one much wider and larger"])
    olga.goto("/members")
    assert olga.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "20px"
    olga.evaluate("() => { document.querySelector('.page-head').style.width = '3000px' }")
    assert any("scrolls by" in each for each in olga.evaluate(MISFITS))
    olga.evaluate("() => { document.querySelector('.bar').style.width = '3000px' }")
    assert any("too wide" in each for each in olga.evaluate(MISFITS))


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("font", FONTS)
def test_every_menu_opens_within_the_screen(olga: Page, font: str) -> None:
    with_font(olga, FONTS[font])
    olga.goto("/members")
    for width in WIDTHS:
        olga.set_viewport_size({"width": width, "height": 844})
        for menu in olga.locator("details.menu").all():
            if not menu.is_visible():
                continue
            menu.locator("summary").click()
            box = menu.locator(".menu-body").bounding_box()
            assert box is not None
            assert box["x"] >= 0, width
            assert box["x"] + box["width"] <= width, width
            assert box["y"] + box["height"] <= 844, width
            olga.keyboard.press("Escape")


def test_the_navigation_is_in_a_menu_on_narrow_screens(olga: Page) -> None:
    olga.set_viewport_size({"width": 390, "height": 844})
    olga.goto("/")
    olga.locator("summary[aria-label='Navigation']").click()
    olga.get_by_role("navigation", name="Main, in a menu").get_by_role("link", name="Members").click()
    expect(olga).to_have_url(re.compile("/members$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_an_accessibility_problem(elsewhere: Elsewhere, theme: str) -> None:
    page = elsewhere(None, color_scheme=theme)
    page.goto("/sign-in")
    problems = problems_of(page)
    SignInPage(page).submit("olga@demo.example")
    page.wait_for_url("**/")
    for path in PAGES:
        page.goto(path)
        problems += problems_of(page)
    assert not problems, "\n".join(problems)
