"""Routes that are called thousands of times a second: their plain form goes to its function without FastAPI's binding of parameters.

What the binding would check is checked here, by the same patterns; a call of any other form takes the usual way, which also says what is
wrong with it. The binding costs as much as the rest of the way through the framework.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.rest.face import Face

Direct = Callable[[Face, str], Awaitable[Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_MARK: Final = "__alloy_direct__"
_UNUSUAL: Final = b"idempotency-key"


def directly(parameter: str, pattern: str, direct: Direct) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint with one path parameter: calls without an idempotency key, whose parameter fits, go to `direct`."""
    fits = re.compile(pattern).fullmatch

    async def handle(request: Request) -> Response | None:
        value = request.path_params[parameter]
        if not fits(value) or any(name == _UNUSUAL for name, _ in request.scope["headers"]):
            return None
        return await direct(Face(request), value)

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, handle)
        return endpoint

    return mark


class DirectRoute(APIRoute):
    """A route that knows about marked endpoints."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of its requests."""
        usual = super().get_route_handler()
        direct: Callable[[Request], Awaitable[Response | None]] | None = getattr(self.endpoint, _MARK, None)
        if direct is None:
            return usual

        async def handle(request: Request) -> Response:
            return await direct(request) or await usual(request)

        return handle
