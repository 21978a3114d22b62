"""The list of runs, one run, and the runs that journeys need."""

from uuid import uuid4

import httpx
from playwright.sync_api import Locator, Page

from e2e.server import PASSWORD, PATIENCE_SECONDS, Server


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
    """A script of olga's, made and run over REST."""

    def __init__(self, server: Server, source: str) -> None:
        headers = {"Origin": server.url}
        self._client = httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=PATIENCE_SECONDS)
        self._client.post("/session", json={"email": "olga@demo.example", "password": PASSWORD}).raise_for_status()
        self.name = f"s-{uuid4().hex[:12]}"
        body = {"name": self.name, "trigger": {"kind": "manual"}, "source": source, "activate": True}
        self._made = self._client.post("/scripts", json=body).raise_for_status().json()
        self.id = str(self._made["id"])

    def run(self, **params: object) -> str:
        """The id of a run."""
        return str(self._client.post(f"/scripts/{self.id}/run", json={"params": params}).raise_for_status().json()["run_id"])

    def publish(self, source: str) -> None:
        """Have another source run from now on."""
        change = {"name": self.name, "trigger": {"kind": "manual"}, "source": source, "revision": self._made["revision"]}
        saved = self._client.put(f"/scripts/{self.id}", json=change).raise_for_status().json()
        body = {"revision": saved["revision"], "version": saved["latest_version"]}
        self._made = self._client.post(f"/scripts/{self.id}/activate", json=body).raise_for_status().json()

    def close(self) -> None:
        """End the session's client."""
        self._client.close()
