"""Fixtures of the journeys: one server for all, a fresh browser context for each, and a watch that fails whatever goes wrong unseen."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final, Protocol
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from e2e.browser import launch_options
from e2e.pages.sign_in import SignInPage
from e2e.server import Server, serving
from tests import surroundings

surroundings.shut_out()
# Long enough for a busy machine: what comes at once is not waited for.
expect.set_options(timeout=20_000)
PATIENCE_MS: Final = 60_000


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with the demo tenant."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    """What addresses in journeys are relative to."""
    return server.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How the browser is started."""
    return launch_options()


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser context in which a script error, a broken content policy, a failed request or a 5xx fails the journey."""
    faults: list[str] = []
    context.set_default_timeout(PATIENCE_MS)
    watch(context, faults)
    yield context
    assert not faults, "\n".join(faults)


@pytest.fixture
def olga(page: Page) -> Page:
    """The owner's browser, signed in."""
    SignInPage(page).sign_in("olga@demo.example")
    return page


class Elsewhere(Protocol):
    """Makes pages in further browsers."""

    def __call__(self, email: str | None = "olga@demo.example", **options: Any) -> Page:
        """A page of somebody who has signed in, or of nobody; `options` are those of a browser context."""


@pytest.fixture
def elsewhere(browser: Browser, base_url: str) -> Iterator[Elsewhere]:
    """Further browsers beside the journey's own, watched like it: of somebody else, in another theme, without JavaScript."""
    faults: list[str] = []
    with ExitStack() as opened:

        def make(email: str | None = "olga@demo.example", **options: Any) -> Page:
            context = browser.new_context(**{"base_url": base_url, **options})
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            watch(context, faults)
            page = context.new_page()
            if email is not None:
                SignInPage(page).sign_in(email)
            return page

        yield make
    assert not faults, "\n".join(faults)


@pytest.fixture
def fresh_email() -> str:
    """An address that nobody has."""
    return f"u{uuid4().hex[:12]}@demo.example"


def watch(context: BrowserContext, faults: list[str]) -> None:
    """Note every fault of every page in a context."""

    def console(message: ConsoleMessage) -> None:
        # Chromium logs each refused form here too; which refusals are faults, `answered` decides.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(f"console: {message.text}")

    def answered(response: Response) -> None:
        is_part = response.request.resource_type not in {"document", "fetch", "xhr"}
        if response.status >= 500 or (is_part and response.status >= 400):
            faults.append(f"{response.status}: {response.url}")

    def failed(request: Request) -> None:
        # The browser's own doing: a navigation that overtakes a request aborts it, and without JavaScript no module is preloaded. What the
        # content policy blocks otherwise stands in the console as well.
        if request.failure not in ("net::ERR_ABORTED", "csp"):
            faults.append(f"failed: {request.url} {request.failure}")

    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    context.on("console", console)
    context.on("response", answered)
    context.on("requestfailed", failed)
