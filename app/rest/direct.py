"""Routes that are called thousands of times a second: their plain form goes straight to its function, past layers, router and binding.

What the layers check and add is checked and added here in one go, by their own rules; together they cost more than the rest of the way.
A plain call has a bearer token, no idempotency key, a declared length within the limit, and a path parameter that fits. A call of any
other form takes the usual way, which also says what is wrong with it.
"""

import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastapi import FastAPI
from fastapi.routing import APIRoute
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.access import Access, Credentials
from app.base.errors import AlloyError
from app.base.ground import Ground
from app.base.http.one_write import WHOLE
from app.base.http.origin import allowed_hosts, host_name
from app.base.http.problems import problem_response
from app.base.http.request_telemetry import HEADER, Tally, accepted_correlation
from app.base.http.security_headers import closed_headers
from app.base.telemetry import bind_correlation
from app.rest.face import Caller
from app.rest.problems import problem_from
from app.services import Services

Direct = Callable[[Caller, str, bytes], Awaitable[Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_MARK: Final = "__alloy_direct__"
_BEARER: Final = b"bearer "
_NONE: Final[dict[str, Any]] = {}
_UNUSUAL: Final = frozenset({b"idempotency-key", b"transfer-encoding"})


@dataclass(frozen=True, slots=True)
class _Short:
    """A marked endpoint: its one path parameter, what that has to look like, and the function that its plain form goes to."""

    parameter: str
    fits: Callable[[str], object]
    call: Direct


def directly(parameter: str, pattern: str, direct: Direct) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint with one path parameter: plain calls whose parameter fits go to `direct`, with the body as it came."""
    short = _Short(parameter, re.compile(pattern).fullmatch, direct)

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, short)
        return endpoint

    return mark


class _PlainCaller(Struct, frozen=True):
    """Who makes a plain call, as `Caller` wants it."""

    access: Access
    services: Services
    credentials: Credentials


class _PlainCall(Struct, frozen=True):
    """A call that the short way takes."""

    call: Direct
    route: APIRoute
    value: str
    bearer: bytes
    correlation: str


class Application(FastAPI):
    """FastAPI with a short way in; whatever that doesn't take goes through all layers."""

    short_way: "ShortWay | None" = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer on the short way, or on the usual one."""
        plain = self.short_way.find(scope) if self.short_way is not None and scope["type"] == "http" else None
        if plain is None or self.short_way is None:
            await super().__call__(scope, receive, send)
        else:
            await self.short_way.answer(plain, scope, receive, send)


class ShortWay:
    """Finds and answers plain calls of the marked endpoints that an application has when this is made."""

    def __init__(self, application: FastAPI, ground: Ground, access: Access, services: Services) -> None:
        settings = ground.settings
        self._access = access
        self._services = services
        self._hosts = allowed_hosts(settings)
        self._limit_bytes = settings.body_limit_bytes
        self._headers = closed_headers(is_https=settings.cookie_secure)
        self._lines = b"".join([b"%b: %b\r\n" % header for header in (*self._headers, (HEADER, b""))]).removesuffix(b"\r\n")
        self._tally = Tally(ground.metrics)
        self._marked: dict[str, list[tuple[APIRoute, _Short]]] = defaultdict(list)
        for route in application.routes:
            if isinstance(route, APIRoute) and (short := getattr(route.endpoint, _MARK, None)) is not None:
                for method in route.methods or ():
                    self._marked[method].append((route, short))

    def find(self, scope: Scope) -> _PlainCall | None:
        """The plain call that a request is; None if it isn't one."""
        for route, short in self._marked.get(scope["method"], ()):
            found = route.path_regex.match(scope["path"])
            if found is not None and short.fits(value := found[short.parameter]):
                headers = dict(scope["headers"])
                bearer = headers.get(b"authorization", b"")
                if bearer[: len(_BEARER)].lower() != _BEARER or not self._is_usual(scope, headers):
                    return None
                return _PlainCall(short.call, route, value, bearer[len(_BEARER) :], accepted_correlation(headers.get(HEADER)))
        return None

    def _is_usual(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Whether nothing about a request but its content can be refused, and no header was sent twice."""
        if len(headers) != len(scope["headers"]) or scope.get("root_path") or not _UNUSUAL.isdisjoint(headers):
            return False
        length = headers.get(b"content-length", b"")
        if not length.isdigit() or int(length[:20]) > self._limit_bytes:
            return False
        return self._hosts is None or host_name(headers.get(b"host", b"").decode("latin-1")) in self._hosts

    async def answer(self, plain: _PlainCall, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a plain call, whatever comes of it."""
        started, status = time.perf_counter(), 0
        scope["route"] = plain.route
        bind_correlation(plain.correlation)
        try:
            response = await self._response(plain, receive)
            if response is not None:
                status = response.status_code
                await self._send(response, plain.correlation.encode(), scope, send)
        finally:
            self._tally.note(scope, status, time.perf_counter() - started)

    async def _send(self, response: Response, correlation: bytes, scope: Scope, send: Send) -> None:
        whole, body = scope.get("extensions", _NONE).get(WHOLE), bytes(response.body)
        if whole is not None:
            headers = [header for header in response.raw_headers if header[0] != b"content-length"]
            if whole["answer"](response.status_code, headers, self._lines + correlation + b"\r\n", body):
                return
        headers = [*response.raw_headers, *self._headers, (HEADER, correlation)]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _response(self, plain: _PlainCall, receive: Receive) -> Response | None:
        """What to answer; None to one who went away before having said all."""
        try:
            raw = await _body(receive)
            caller = _PlainCaller(self._access, self._services, Credentials(bearer=plain.bearer.decode("latin-1").strip()))
            return await plain.call(caller, plain.value, raw)
        except (AlloyError, HTTPException) as error:
            return problem_response(problem_from(error))
        except ClientDisconnect:
            return None
        except Exception as error:  # the last net, as on the usual way
            return self._tally.fault(error)


async def _body(receive: Receive) -> bytes:
    """The body. Its length was declared, and the server holds the sender to that.

    Raises:
        ClientDisconnect: the sender went away.
    """
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
