"""Routes that are called thousands of times a second: their plain form goes straight to its function, past the framework's routing.

Everything that guards a request stands outside of this and sees it first: its origin, its size, its correlation id. The way through the
router, the binding of parameters and two stacks of contexts cost more than the rest of the way together. What the binding would check is
checked here, by the same patterns; a call of any other form takes the usual way, which also says what is wrong with it.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from app.base.errors import AlloyError
from app.base.http.problems import problem_response
from app.rest.face import Face
from app.rest.problems import problem_from

Direct = Callable[[Face, str], Awaitable[Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_MARK: Final = "__alloy_direct__"
_UNUSUAL: Final = b"idempotency-key"


@dataclass(frozen=True, slots=True)
class _Short:
    """A marked endpoint: its one path parameter, what that has to look like, and the function that its plain form goes to."""

    parameter: str
    fits: Callable[[str], object]
    call: Direct


def directly(parameter: str, pattern: str, direct: Direct) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint with one path parameter: calls without an idempotency key, whose parameter fits, go to `direct`."""
    short = _Short(parameter, re.compile(pattern).fullmatch, direct)

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, short)
        return endpoint

    return mark


class DirectCalls:
    """The innermost layer around an application: answers plain calls of marked endpoints, and passes all others on."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._short = [
            (method, route, short)
            for route in routes
            if isinstance(route, APIRoute) and (short := getattr(route.endpoint, _MARK, None)) is not None
            for method in route.methods or ()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http":
            for method, route, short in self._short:
                if scope["method"] != method or (found := route.path_regex.match(scope["path"])) is None:
                    continue
                value = found[short.parameter]
                if short.fits(value) and not any(name == _UNUSUAL for name, _ in scope["headers"]):
                    scope["route"] = route
                    response = await _answer(short.call, Request(scope, receive), value)
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)


async def _answer(call: Direct, request: Request, value: str) -> Response:
    try:
        return await call(Face(request), value)
    except (AlloyError, HTTPException) as error:
        return problem_response(problem_from(error))
