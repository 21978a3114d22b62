"""What a visit to a page costs: each file that the browser fetches, in bytes as they came over the wire."""

from playwright.sync_api import Page, Request


class Weight:
    """Watches a page's requests from here on."""

    def __init__(self, page: Page) -> None:
        self._fetched: list[Request] = []
        page.on("requestfinished", lambda request: self._fetched.append(request))

    def bytes_by_address(self) -> dict[str, int]:
        """The bodies, compressed as the server sent them."""
        found: dict[str, int] = {}
        for request in self._fetched:
            found[request.url] = max(found.get(request.url, 0), request.sizes()["responseBodySize"])
        return found
