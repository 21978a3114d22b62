"""Shows problems as pages to those who came with a browser: the same problem that the API tells as JSON, rendered.

Wraps the whole application, so that refusals made before any page ran (a body too large, a foreign Origin, a fault of ours) look alike.
Nobody signed in is no problem to show but a way to sign in.
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.http.problems import MEDIA_TYPE
from app.web.contexts import Alone, ErrorPage
from app.web.guards import KEPT_FIELD, KEPT_FORM, THEME_COOKIE, THEMES, local_path, sign_in_path, split_address
from app.web.render import Renderer

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_FOR_PROGRAMS: Final = ("/api/", "/health/", "/metrics", "/static/")
_PAGE_WORDS: Final = {
    "no-such-route": ("There is no page at this address.", "It may have been mistyped, or the page has moved."),
    "method-not-allowed": ("This address can't be opened like that.", "Go back and use the form on the page."),
}
_REPLACED: Final = frozenset({"content-type", "content-length", "content-security-policy", "www-authenticate"})


class ProblemPages:
    """Replaces problem documents by pages for browsers."""

    def __init__(self, app: ASGIApp, render: Renderer) -> None:
        self._app = app
        self._render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response back unless it is a problem."""
        if scope["type"] != "http" or scope["path"].startswith(_FOR_PROGRAMS) or not _wants_page(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def watching(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and Headers(raw=message["headers"]).get("content-type") == MEDIA_TYPE:
                start = message
                return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._answer(Request(scope), start, json.loads(body))(scope, receive, send)

        await self._app(scope, receive, watching)

    def _answer(self, request: Request, start: Message, problem: Mapping[str, Any]) -> Response:
        message, hint = _PAGE_WORDS.get(problem["code"], (problem["detail"], problem["hint"]))
        view = ErrorPage(start["status"], problem["title"], message, hint, problem["correlation_id"])
        page: Response
        if problem["code"] == "unauthenticated":
            page = _to_sign_in(request, problem.get(KEPT_FORM))
        elif request.headers.get("hx-request") == "true":
            page = self._render.fragments(self._render.failure(f"{view.message} {view.hint}"), status=view.status)
        else:
            theme = request.cookies.get(THEME_COOKIE, "auto")
            page = self._render.page("errors/page.html", Alone(view.title, theme if theme in THEMES else "auto"), view, view.status)
        page.headers["content-security-policy"] = POLICY
        for name, value in Headers(raw=start["headers"]).items():
            if name not in _REPLACED:
                page.headers[name] = value
        return page


def _wants_page(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "") or headers.get("hx-request") == "true"


def _to_sign_in(request: Request, kept: str | None) -> Response:
    """To sign-in, and then back: to the page asked for, or to the one whose form was sent."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=200, headers={"HX-Redirect": _back_to(request.headers.get("hx-current-url", "/"), kept)})
    here = str(request.url) if request.method in ("GET", "HEAD") else request.headers.get("referer", "/")
    return Response(status_code=303, headers={"Location": _back_to(here, kept)})


def _back_to(address: str, kept: str | None) -> str:
    here = split_address(address)
    query = [pair for pair in parse_qsl(here.query) if kept is None or pair[0] != KEPT_FIELD] + ([(KEPT_FIELD, kept)] if kept else [])
    return sign_in_path(local_path(here.path + (f"?{urlencode(query)}" if query else "")))
