"""A client that speaks to the application in process, as somebody's browser would: cookies, origin, and no exception let through."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI

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
