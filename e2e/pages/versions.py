"""A script's versions, and two of them compared."""

from playwright.sync_api import Locator, Page


class VersionsPage:
    """The history of a script."""

    def __init__(self, page: Page, script_id: str) -> None:
        self.page, self.script_id = page, script_id

    def open(self) -> None:
        """Go there."""
        self.page.goto(f"/scripts/{self.script_id}/versions")

    def row(self, version: int) -> Locator:
        """A version's line."""
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=str(version)))

    def compare(self, before: int, after: int) -> None:
        """Choose two versions and compare them."""
        form = self.page.get_by_role("form", name="Choose versions")
        form.get_by_label("From version").select_option(str(before))
        form.get_by_label("To version").select_option(str(after))
        form.get_by_role("button", name="Compare").click()


class ComparePage:
    """Two versions."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unified: Locator = page.get_by_role("group", name="Changed lines", exact=True)
        self.beside: Locator = page.get_by_role("group", name="Changed lines side by side")
        self.marked: Locator = page.locator("mark:visible")

    def show(self, way: str) -> None:
        """Another way to compare."""
        self.page.get_by_role("navigation", name="How to compare").get_by_role("link", name=way).click()
