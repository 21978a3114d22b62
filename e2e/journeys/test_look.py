"""Themes, narrow screens and accessibility of every page."""

import re
from typing import Literal
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import watch
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import PASSWORD, Server

PAGES = (
    "/",
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
    "/nothing-here",
)


def test_the_theme_chosen_stays(olga: Page) -> None:
    Shell(olga).choose_theme("Dark")
    expect(olga.locator("html")).to_have_attribute("data-theme", "dark")
    olga.goto("/roles")
    expect(olga.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_system_theme_is_followed_until_one_is_chosen(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, color_scheme="dark")
    page = context.new_page()
    page.goto("/sign-in")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 26)"
    context.close()


@pytest.fixture(scope="module")
def long_names(server: Server) -> None:
    """People, roles and tokens with the longest names there can be, and no place to break them."""
    name, word = "Wolfeschlegelsteinhausenbergerdorff" * 2, uuid4().hex
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as client:
        client.post("/api/v1/session", json={"email": "olga@demo.example", "password": PASSWORD}).raise_for_status()
        user = {"email": f"{word}{'a' * 30}@{'b' * 60}.example", "display_name": name, "role": "viewer", "password": "a long enough phrase"}
        client.post("/api/v1/users", json=user).raise_for_status()
        role = {"name": f"r{word}", "description": "d" * 200, "inherits": "viewer"}
        client.post("/api/v1/roles", json=role).raise_for_status()
        token = {"name": name, "kind": "ai", "permissions": ["access.self.read"]}
        client.post("/api/v1/tokens", json=token).raise_for_status()


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("width", [390, 768, 1024, 1920])
def test_no_page_is_wider_than_the_screen(olga: Page, width: int) -> None:
    olga.set_viewport_size({"width": width, "height": 844})
    for path in PAGES:
        olga.goto(path)
        assert olga.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        # What a list cuts off can't be scrolled to either.
        assert (
            olga.evaluate("() => [...document.querySelectorAll('.list')].filter(each => each.scrollWidth > each.clientWidth).length") == 0
        ), path


def test_the_navigation_is_in_a_menu_on_narrow_screens(olga: Page) -> None:
    olga.set_viewport_size({"width": 390, "height": 844})
    olga.goto("/")
    olga.locator("summary[aria-label='Navigation']").click()
    olga.get_by_role("navigation", name="Main, in a menu").get_by_role("link", name="Members").click()
    expect(olga).to_have_url(re.compile("/members$"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_an_accessibility_problem(browser: Browser, base_url: str, theme: Literal["light", "dark"]) -> None:
    context = browser.new_context(base_url=base_url, color_scheme=theme)
    faults: list[str] = []
    watch(context, faults)
    page = context.new_page()
    page.goto("/sign-in")
    problems = _problems(page)
    SignInPage(page).submit("olga@demo.example")
    page.wait_for_url("**/")
    for path in PAGES:
        page.goto(path)
        problems += _problems(page)
    context.close()
    assert not problems, "\n".join(problems)
    assert not faults


def _problems(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
