"""Members, and the form for new ones."""

from playwright.sync_api import Locator, Page

from e2e.server import PASSWORD


class MembersPage:
    """Who belongs to the tenant."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def row(self, email: str) -> Locator:
        """Somebody's line."""
        return self.page.get_by_role("row").filter(has_text=email)

    def fill_new(self, email: str, name: str, role: str, password: str = PASSWORD) -> None:
        """Open the form for a new account, fill it and send it."""
        self.page.goto("/members/new")
        form = self.page.get_by_role("region", name="Somebody new")
        form.get_by_label("E-mail address").fill(email)
        form.get_by_label("Name", exact=True).fill(name)
        form.get_by_label("Role").select_option(role)
        form.get_by_label("First password").fill(password)
        form.get_by_role("button", name="Create the account").click()

    def change_role(self, name: str, role: str) -> None:
        """Choose and save another role in the list."""
        self.page.get_by_label(f"Role of {name}", exact=True).select_option(role)
        self.page.get_by_role("button", name=f"Save the role of {name}").click()
