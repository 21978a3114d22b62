"""The list of runs, one run, and the runs that journeys need."""

from playwright.sync_api import Locator, Page

from e2e.api import Api


class RunsPage:
    """The list with its filters and chart."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.list: Locator = page.get_by_role("region", name="Runs", exact=True)
        self.rows: Locator = self.list.locator("tr[data-run]")
        self.news: Locator = page.locator("#live-news")
        self.state: Locator = page.locator("#live-state")
        self.plot: Locator = page.locator(".dots-plot")

    def open(self, query: str = "") -> None:
        """The list, once its socket is there."""
        self.page.goto(f"/runs{query}")
        self.state.get_by_text("Live", exact=True).wait_for()

    def narrow(self, **texts: str) -> None:
        """Choose filters by their fields' names, and send them."""
        for name, text in texts.items():
            field = self.page.locator(f"#filters [name={name}]")
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)
        self.page.get_by_role("button", name="Filter").click()


class RunPage:
    """One run."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.source: Locator = page.get_by_role("group", name="Source")
        self.log: Locator = page.get_by_role("group", name="Lines of the log")
        self.related: Locator = page.get_by_role("region", name="Related runs")


class Automation:
    """A script that runs, made over REST."""

    def __init__(self, api: Api, source: str) -> None:
        self._api = api
        self._made = api.script({"kind": "manual"}, source)
        self.id, self.name = str(self._made["id"]), str(self._made["name"])

    def run(self, **params: object) -> str:
        """The id of a run."""
        return str(self._api.post(f"/scripts/{self.id}/run", {"params": params})["run_id"])

    def publish(self, source: str) -> None:
        """Have another source run from now on."""
        change = {"name": self.name, "trigger": {"kind": "manual"}, "source": source, "revision": self._made["revision"]}
        saved = self._api.put(f"/scripts/{self.id}", change)
        body = {"revision": saved["revision"], "version": saved["latest_version"]}
        self._made = self._api.post(f"/scripts/{self.id}/activate", body)
