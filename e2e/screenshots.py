"""Pictures of every page, in both themes, wide and narrow: `make screenshots`. They go to var/screenshots, which git ignores."""

import re
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from e2e.api import owner_of
from e2e.browser import launch_options
from e2e.filled import filled_pages
from e2e.pages.editor import EditorPage
from e2e.pages.records import RecordPage
from e2e.server import PASSWORD, serving

FOLDER: Final = Path("var/screenshots")
WIDTHS: Final = (1440, 390)
PAGES: Final = {
    "dashboard": "/",
    "scripts": "/scripts",
    "script-templates": "/scripts/templates",
    "script-new": "/scripts/new?template=require-minimum",
    "script-reference": "/scripts/reference",
    "runs": "/runs",
    "runs-empty": "/runs?text=nothing-fits",
    "failures": "/runs/failures?days=all",
    "bulk-reruns": "/runs/bulk",
    "types": "/types",
    "orders": "/records/order",
    "type-new": "/types/new",
    "schedules": "/schedules",
    "schedule-try": "/schedules/try?expression=30+2+*+*+*&zone=Europe/Berlin",
    "secrets": "/secrets",
    "hosts": "/hosts",
    "letters": "/letters",
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
    "operator": "/operator",
    "not-found": "/nothing-here",
}

_SCRIPT: Final = "second-look"
_FIRST: Final = """// Adds up an order.
let items = [#{ name: "Tea", price: 12.5, count: 40 }, #{ name: "Cups", price: 3.2, count: 200 }];
let total = 0.0;
for item in items {
    total += item.price * item.count;
}
print(`The total is ${total}.`);
"""
_SECOND: Final = (
    _FIRST
    + """if total > 1_000.0 {
    print("Somebody should look at this order.");
}
"""
)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), tenant="demo") as server, sync_playwright() as playwright:
        with owner_of(server) as api:
            filled = filled_pages(api)
        browser = playwright.chromium.launch(**launch_options())
        for theme in ("light", "dark"):
            page = browser.new_context(base_url=server.url, color_scheme=theme).new_page()
            page.goto("/sign-in")
            _take(page, "sign-in", theme)
            _sign_in(page)
            if theme == "light":
                _make_things(page)
                _make_script(page)
            for name, path in (PAGES | filled).items():
                page.goto(path)
                _take(page, name, theme)
            _take_rejection(page, theme, filled["record-new"])
            _take_trial(page, theme)
            _take_script(page, theme)
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


def _make_script(page: Page) -> None:
    editor = EditorPage(page)
    editor.create(_SCRIPT, _FIRST)
    page.get_by_role("link", name="Activate version 1").click()
    page.get_by_role("button", name="Activate version 1").click()
    editor.code.wait_for()
    editor.write(_SECOND)
    page.get_by_label("What changed, and why").fill("Large orders get a second pair of eyes.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Version 2 was saved").wait_for()


def _take_script(page: Page, theme: str) -> None:
    page.goto(f"/scripts?text={_SCRIPT}")
    _take(page, "scripts-found", theme)
    page.get_by_role("link", name=_SCRIPT).click()
    address = page.url
    editor = EditorPage(page)
    editor.checked.get_by_text("Checked").wait_for()
    _take(page, "script", theme)
    editor.write(_SECOND + "\nprint(totl);\nlet forgotten = 1;\n")
    editor.problems.get_by_text("No variable `totl`").wait_for()
    page.keyboard.type("tot")
    editor.offers.wait_for()
    _take(page, "script-problems", theme)
    for name, query in (("versions", ""), ("compare", ""), ("compare-side", "?view=side"), ("activate", "")):
        page.goto(f"{address}/{name.removesuffix('-side')}{query}")
        _take(page, f"script-{name}", theme)
    page.goto(address)
    page.get_by_role("button", name="Discard it").click()
    _take_conflict(page, address, theme)


def _take_rejection(page: Page, theme: str, path: str) -> None:
    page.goto(path)
    record = RecordPage(page)
    record.field("Title").fill("Anvil")
    record.field("Weight").fill("120")
    record.create()
    record.alert.wait_for()
    _take(page, "record-rejected", theme)


def _take_trial(page: Page, theme: str) -> None:
    """The editor after a dry run: its result, its limits, and what each line did."""
    editor = EditorPage(page)
    editor.open_new()
    page.get_by_role("radio", name="Try it").check()
    editor.write(_FIRST)
    editor.run()
    editor.outcome.get_by_text("Finished").wait_for()
    editor.values.first.wait_for()
    _take(page, "script-trial", theme)
    editor.show("Limits")
    _take(page, "script-trial-limits", theme)
    page.get_by_role("radio", name="Settings").check()
    page.get_by_role("radio", name="The clock").check()
    page.get_by_role("list", name="Next starts").wait_for()
    _take(page, "script-clock", theme)


def _take_conflict(page: Page, address: str, theme: str) -> None:
    editor, other = EditorPage(page), page.context.new_page()
    editor.write(_SECOND.replace("1_000", "2_000"))
    other.goto(address)
    EditorPage(other).write(_SECOND.replace("1_000", "3_000").replace("total", f"sum_{theme}"))
    other.get_by_role("button", name="Save", exact=True).click()
    other.get_by_role("status").wait_for()
    other.close()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Somebody saved first").wait_for()
    _take(page, "script-conflict", theme)


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
