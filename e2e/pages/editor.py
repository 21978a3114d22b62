"""A script in its editor."""

from playwright.sync_api import Locator, Page


class EditorPage:
    """The code, its problems, and the buttons around them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Not the plain form's text area, which has the same name until the editor takes its place.
        self.code: Locator = page.get_by_role("textbox", name="Source").and_(page.locator(".cm-content"))
        self.problems: Locator = page.get_by_role("region", name="Problems")
        self.checked: Locator = page.locator("#checked")
        self.others: Locator = page.locator("#present")
        self.offers: Locator = page.get_by_role("listbox")
        self.trial: Locator = page.get_by_role("region", name="Trial")
        self.outcome: Locator = self.trial.get_by_role("status")
        self.values: Locator = page.locator(".cm-value")

    def open_new(self) -> None:
        """An empty script, once the editor is ready and its text was checked."""
        self.page.goto("/scripts/new")
        self.page.get_by_text("No problems found.").wait_for()

    def write(self, source: str) -> None:
        """Put a text in place of what is there."""
        self.code.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def run(self) -> None:
        """Run what is written on the input that is there."""
        self.page.get_by_role("button", name="Run on this input").click()

    def show(self, tab: str) -> None:
        """Another tab of the trial."""
        self.trial.get_by_role("radio", name=tab).check()

    def create(self, name: str, source: str) -> None:
        """Save a new draft."""
        self.open_new()
        self.write(source)
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_role("button", name="Create the draft").click()
        self.page.get_by_role("heading", level=1, name=name).wait_for()
