"""By keyboard alone, from the sign-in page to a script that runs."""

from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from e2e.pages.editor import EditorPage
from e2e.pages.shell import Shell
from e2e.pages.sign_in import SignInPage
from e2e.server import PASSWORD

MOST_TABS = 120


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, which then must be seen."""
    wanted.wait_for()
    for _ in range(MOST_TABS):
        if wanted.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    expect(wanted).to_be_in_viewport()


def test_from_sign_in_to_a_script_that_runs_by_keyboard_alone(page: Page) -> None:
    name, editor, keys = f"k-{uuid4().hex[:12]}", EditorPage(page), page.keyboard
    page.goto("/sign-in")
    reach(page, SignInPage(page).email)
    keys.type("ann@demo.example")
    reach(page, SignInPage(page).password)
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(Shell(page).heading).to_have_text("Demo")
    reach(page, Shell(page).navigation.get_by_role("link", name="Scripts"))
    keys.press("Enter")
    reach(page, page.locator(".page-head").get_by_role("link", name="New script"))
    keys.press("Enter")
    page.get_by_text("No problems found.").wait_for()
    reach(page, editor.code)
    keys.press("Control+A")
    keys.type("40 + 2")
    expect(editor.code).to_have_text("40 + 2")
    keys.press("Control+Enter")
    expect(editor.outcome).to_contain_text("Finished")
    keys.press("Escape")
    keys.press("Tab")
    reach(page, page.locator("input[name='try.side']:checked"))
    keys.press("ArrowRight")
    expect(page.get_by_role("radio", name="Settings")).to_be_checked()
    reach(page, page.get_by_label("Name", exact=True))
    keys.type(name)
    keys.press("Enter")
    expect(Shell(page).heading).to_have_text(name)
    reach(page, page.get_by_role("link", name="Activate version 1"))
    keys.press("Enter")
    reach(page, page.get_by_role("button", name="Activate version 1"))
    keys.press("Enter")
    expect(Shell(page).toasts).to_contain_text("runs from now on")
    expect(page.get_by_text("active", exact=True)).to_be_visible()
