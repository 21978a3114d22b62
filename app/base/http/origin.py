"""Where a request came from: refuses foreign hosts, and state-changing requests that another site's page made in a user's name.

A session cookie travels by itself, so whoever sends one along with an unsafe method must prove by Origin (or Sec-Fetch-Site)
that it is our own page.
API tokens don't travel by themselves and need no such proof.
Source: OWASP CSRF Prevention Cheat Sheet, "Verifying Origin With Standard Headers".
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.base.http.problems import Problem, problem_response
from app.base.settings import Settings

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class OriginCheck:
    """Lets through requests to our hosts, and unsafe ones only from our own pages or with an API token."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._hosts = allowed_hosts(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 421 or 403."""
        problem = self._refusal(scope) if scope["type"] == "http" else None
        if problem is not None:
            await problem_response(problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Problem | None:
        if self._hosts is None and scope["method"] in _SAFE:
            return None
        headers = Headers(scope=scope)
        if self._hosts is not None and host_name(headers.get("host", "")) not in self._hosts:
            return Problem(421, "foreign-host", "This host name is not served here.", "Add it to ALLOY_ALLOWED_HOSTS.")
        if scope["method"] in _SAFE or "authorization" in headers or is_own_origin(headers, self._settings):
            return None
        if "origin" not in headers and "cookie" not in headers:
            return None
        return Problem(
            403, "foreign-origin", "This request did not come from a page of this site.", "Reload the page, or use an API token."
        )


def is_own_origin(headers: Headers, settings: Settings) -> bool:
    """Whether the headers prove that one of our own pages sent a request; for WebSockets too."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    if settings.public_origin:
        return origin == settings.public_origin.rstrip("/")
    try:
        sender = urlsplit(origin).netloc
    except ValueError:
        return False
    return sender != "" and sender == headers.get("host", "")


def allowed_hosts(settings: Settings) -> frozenset[str] | None:
    """The names that we are served under; None if it may be any."""
    names = frozenset(name.strip().lower() for name in settings.allowed_hosts.split(",") if name.strip())
    return None if "*" in names else names


def host_name(host: str) -> str:
    """The name in a `Host` header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0].lstrip("[").lower()
    return host.partition(":")[0].lower()
