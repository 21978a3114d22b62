"""Pictures of every page, in both themes, wide and narrow: `make screenshots`. They go to var/screenshots, which git ignores."""

import re
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from e2e.browser import launch_options
from e2e.server import PASSWORD, serving

FOLDER: Final = Path("var/screenshots")
WIDTHS: Final = (1440, 390)
PAGES: Final = {
    "dashboard": "/",
    "members": "/members",
    "member-new": "/members/new",
    "roles": "/roles",
    "role": "/roles/author",
    "role-new": "/roles/new",
    "tokens": "/tokens",
    "token-new": "/tokens/new",
    "audit": "/audit",
    "audit-empty": "/audit?subject_id=nothing",
    "profile": "/profile",
    "health": "/health",
    "not-found": "/nothing-here",
}


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for theme in ("light", "dark"):
            page = browser.new_context(base_url=server.url, color_scheme=theme).new_page()
            page.goto("/sign-in")
            _take(page, "sign-in", theme)
            _sign_in(page)
            if theme == "light":
                _make_things(page)
            for name, path in PAGES.items():
                page.goto(path)
                _take(page, name, theme)
            _take_member(page, theme)
        browser.close()


def _sign_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill("olga@demo.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def _make_things(page: Page) -> None:
    """A token and a changed role, so that lists and diffs have something to show."""
    page.goto("/tokens/new")
    page.get_by_label("Name", exact=True).fill("Nightly export")
    page.get_by_label("See one's own account").check()
    page.get_by_role("button", name="Create the token").click()
    _take(page, "token-made", "light")
    page.goto("/members")
    page.get_by_label("Role of Vera Viewer", exact=True).select_option("reviewer")
    page.get_by_label("Save the role of Vera Viewer").click()
    page.get_by_text("The role is changed").wait_for()


def _take_member(page: Page, theme: str) -> None:
    page.goto("/members")
    page.get_by_role("link", name="Ann Author").click()
    _take(page, "member", theme)
    page.goto("/audit?action=access.member.update")
    page.get_by_role("link", name=re.compile("ago|just now")).first.click()
    _take(page, "audit-entry", theme)


def _take(page: Page, name: str, theme: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900 if width > 800 else 844})
        page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png", full_page=True)


if __name__ == "__main__":
    main()
