"""Themes, narrow screens and accessibility of every page."""

import re
from typing import Literal
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from e2e.conftest import watch
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import PASSWORD, PATIENCE_SECONDS, Server

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
WIDTHS = (320, 390, 768, 900, 1024, 1440, 1920)
FONTS = {
    "the one of this machine": "",
    # No machine of any reader has letters this wide and tall: what holds here holds with every font there is.
    "one much wider and larger": ":root { font-size: 125% } * { letter-spacing: 0.12em !important; word-spacing: 0.3em !important }",
    "one much narrower": "* { letter-spacing: -0.06em !important }",
}
# What reaches over the edge of the screen, unless it can be scrolled to; and what is cut off without a sign.
MISFITS = """() => {
  const name = each => each.tagName + '.' + each.className + ' ' + each.textContent.trim().slice(0, 40);
  const page = document.documentElement;
  const found = page.scrollWidth > page.clientWidth ? ['the page is ' + (page.scrollWidth - page.clientWidth) + ' px too wide'] : [];
  for (const each of document.querySelectorAll('body *')) {
    if (each.closest('.hidden-text, thead, .skip, svg') || !each.checkVisibility()) continue;
    const style = getComputedStyle(each), over = each.scrollWidth - each.clientWidth;
    const scrolls = ['auto', 'scroll'].includes(style.overflowX), mayScroll = each.matches('.list, .scroll, pre, .cm-scroller, .code-area');
    if (over > 1 && scrolls && !mayScroll) found.push('scrolls by ' + over + ' px: ' + name(each));
    if (over > 1 && ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis' && !each.matches('input, select'))
      found.push('cuts off ' + over + ' px: ' + name(each));
    const sticksOut = each.getBoundingClientRect().right > page.clientWidth + 1;
    if (sticksOut && !each.closest('.list, .scroll, pre, .cm-scroller')) found.push('sticks out: ' + name(each));
  }
  return found;
}"""


def with_font(page: Page, rules: str) -> None:
    """Serve the style sheet with further rules. Added to the file itself: the content policy lets no other style in."""

    def answer(route: Route) -> None:
        fetched = route.fetch()
        route.fulfill(response=fetched, body=f"{fetched.text()}\n{rules}")

    page.route("**/*.css", answer)


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
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=PATIENCE_SECONDS) as client:
        client.post("/api/v1/session", json={"email": "olga@demo.example", "password": PASSWORD}).raise_for_status()
        user = {"email": f"{word}{'a' * 30}@{'b' * 60}.example", "display_name": name, "role": "viewer", "password": "a long enough phrase"}
        client.post("/api/v1/users", json=user).raise_for_status()
        role = {"name": f"r{word}", "description": "d" * 200, "inherits": "viewer"}
        client.post("/api/v1/roles", json=role).raise_for_status()
        token = {"name": name, "kind": "ai", "permissions": ["access.self.read"]}
        client.post("/api/v1/tokens", json=token).raise_for_status()


@pytest.mark.usefixtures("long_names")
@pytest.mark.parametrize("font", FONTS)
def test_no_page_is_wider_than_the_screen_and_nothing_is_cut_off(olga: Page, font: str) -> None:
    with_font(olga, FONTS[font])
    for path in PAGES:
        olga.goto(path)
        for width in WIDTHS:
            olga.set_viewport_size({"width": width, "height": 844})
            assert olga.evaluate(MISFITS) == [], f"{path} at {width} px"


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
def test_no_page_has_an_accessibility_problem(browser: Browser, base_url: str, theme: Literal["light", "dark"]) -> None:
    context = browser.new_context(base_url=base_url, color_scheme=theme)
    faults: list[str] = []
    watch(context, faults)
    page = context.new_page()
    page.goto("/sign-in")
    problems = problems_of(page)
    SignInPage(page).submit("olga@demo.example")
    page.wait_for_url("**/")
    for path in PAGES:
        page.goto(path)
        problems += problems_of(page)
    context.close()
    assert not problems, "\n".join(problems)
    assert not faults


def problems_of(page: Page) -> list[str]:
    """What axe finds on a page."""
    found = Axe().run(page).response["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
