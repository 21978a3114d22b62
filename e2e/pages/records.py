"""Entity types, and records of them."""

from playwright.sync_api import Locator, Page


class TypePage:
    """The form of an entity type."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_new(self) -> None:
        """An empty form, with one field."""
        self.page.goto("/types/new")

    def name(self, label: str, name: str) -> None:
        """What people and scripts call the type."""
        form = self.page.get_by_role("group", name="The type", exact=True)
        form.get_by_label("Label", exact=True).fill(label)
        form.get_by_label("Name", exact=True).fill(name)

    def field(self, number: int) -> Locator:
        """The group of a field, counted from zero."""
        return self.page.locator("#type-fields > .type-field").nth(number)

    def fill_field(self, number: int, name: str, kind: str) -> None:
        """Name a field and choose its kind."""
        field = self.field(number)
        field.get_by_label("Name", exact=True).fill(name)
        field.get_by_label("Kind", exact=True).select_option(label=kind)

    def add_field(self) -> None:
        """One more field, once it is there."""
        before = self.page.locator("#type-fields > .type-field").count()
        self.page.get_by_role("button", name="Add a field", exact=True).click()
        self.field(before).wait_for()

    def create(self) -> None:
        """Save the new type."""
        self.page.get_by_role("button", name="Create the type").click()
        self.page.get_by_role("status").get_by_text("The type is defined").wait_for()


class RecordPage:
    """A record's form."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.alert: Locator = page.get_by_role("alert")
        self.runs: Locator = page.get_by_role("region", name="Scripts that ran")

    def open_new(self, entity_type: str) -> None:
        """The form of a new record."""
        self.page.goto(f"/records/{entity_type}/new")

    def field(self, label: str) -> Locator:
        """The input of a field."""
        return self.page.locator(".record form.card").first.get_by_label(label)

    def create(self) -> None:
        """Send the form of a new record."""
        self.page.get_by_role("button", name="Create", exact=True).click()

    def save(self) -> None:
        """Send the form of a record that is there."""
        self.page.get_by_role("button", name="Save", exact=True).click()
