"""What surrounds every signed-in page."""

from playwright.sync_api import Locator, Page


class Shell:
    """Navigation, menus and toasts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.toasts: Locator = page.get_by_role("status")
        self.heading: Locator = page.get_by_role("heading", level=1)
        self.navigation: Locator = page.get_by_role("navigation", name="Main", exact=True)

    def open_account_menu(self) -> None:
        """Show the menu under one's name."""
        self.page.locator("summary[aria-label^='Your account']").click()

    def choose_theme(self, label: str) -> None:
        """Choose a theme from the menu."""
        self.open_account_menu()
        self.page.locator(".bar").get_by_role("button", name=label, exact=True).click()

    def sign_out(self) -> None:
        """End the session."""
        self.open_account_menu()
        self.page.get_by_role("button", name="Sign out").click()

    def switch_tenant(self, name: str) -> None:
        """Go on in another tenant."""
        self.page.locator("summary[aria-label^='Tenant']").click()
        self.page.get_by_role("button", name=name).click()
