"""API tokens."""

from playwright.sync_api import Locator, Page


class TokensPage:
    """The list, the form and the page that shows a secret once."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.secret: Locator = page.locator("#secret")

    def create(self, name: str, permission: str = "access.self.read") -> str:
        """Make a token; its secret."""
        self.page.goto("/tokens/new")
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_role("checkbox", name=permission).check()
        self.page.get_by_role("button", name="Create the token").click()
        return self.secret.inner_text()

    def revoke(self, name: str) -> None:
        """Revoke a token from the list."""
        self.page.goto("/tokens")
        self.row(name).get_by_text("Revoke…").click()
        self.page.get_by_role("button", name=f"Revoke {name}", exact=True).click()

    def row(self, name: str) -> Locator:
        """A token's line."""
        return self.page.get_by_role("row").filter(has_text=name)
