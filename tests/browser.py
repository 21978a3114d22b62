"""A client that speaks to the application in process, as somebody's browser would: cookies, origin, and no exception let through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import FastAPI

from app.main import create_app
from app.runs import Sealer
from app.runs.sealing import KEY_BYTES

if TYPE_CHECKING:
    from app.runs import Runner
    from app.sandbox.pool import Pool
    from app.testing import Person, World

ORIGIN = "http://alloy.test"


class Browser:
    """Synchronous requests over a loop of its own; close it at the end."""

    def __init__(self, application: FastAPI, session: str | None = None, bearer: str | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(application, raise_app_exceptions=False)
        headers = {"origin": ORIGIN, **({"authorization": f"Bearer {bearer}"} if bearer else {})}
        cookies = {"alloy_session": session} if session else {}
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers, cookies=cookies)

    @property
    def cookies(self) -> httpx.Cookies:
        """What the browser keeps."""
        return self._client.cookies

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer to a request."""
        return self._loop.run_until_complete(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        """The answer to a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """The answer to a POST."""
        return self.request("POST", path, **options)

    def close(self) -> None:
        """End the client and its loop."""
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()


Clients = Callable[["Person"], httpx.AsyncClient]


@asynccontextmanager
async def clients(world: World, pool: Pool) -> AsyncIterator[Clients]:
    """Makes clients of the world's people on the test's own loop, before an application that runs scripts in the pool."""
    async with running(world, pool) as application, opened(application) as make:
        yield make


@asynccontextmanager
async def running(world: World, pool: Pool) -> AsyncIterator[FastAPI]:
    """An application that runs scripts in the pool and keeps secrets under a key of zeros."""
    application = create_app(ground=world.ground)
    runner: Runner = application.state.services.runner
    runner.pool, runner.sealer = pool, Sealer(bytes(KEY_BYTES))
    yield application
    await runner.settled()
    await runner.egress.aclose()


@asynccontextmanager
async def opened(application: FastAPI) -> AsyncIterator[Clients]:
    """Makes clients of people before an application."""
    async with AsyncExitStack() as open_clients:

        def make(person: Person) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(application, raise_app_exceptions=False)
            cookies = {"alloy_session": person.session.secret}
            client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN}, cookies=cookies)
            open_clients.push_async_callback(client.aclose)
            return client

        yield make
