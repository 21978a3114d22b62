"""The sign-in page."""

from playwright.sync_api import Locator, Page

from e2e.server import PASSWORD


class SignInPage:
    """Where everybody starts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.email: Locator = page.get_by_label("E-mail address")
        self.password: Locator = page.get_by_label("Password")
        self.button: Locator = page.get_by_role("button", name="Sign in")
        self.problem: Locator = page.get_by_role("alert")

    def open(self) -> None:
        """Go there."""
        self.page.goto("/sign-in")

    def submit(self, email: str, password: str = PASSWORD) -> None:
        """Fill the form and send it."""
        self.email.fill(email)
        self.password.fill(password)
        self.button.click()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Open the page, sign in and wait for the dashboard."""
        self.open()
        self.submit(email, password)
        self.page.wait_for_url("**/")
