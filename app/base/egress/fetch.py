"""One outgoing request, with its redirects, from vetted target to bounded answer."""

import asyncio
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final
from urllib.parse import urljoin

import httpcore

from app.base.egress.addresses import literal
from app.base.egress.bodies import ACCEPTED_ENCODINGS, read_bounded
from app.base.egress.network import Network, Resolver, VettedBackend, require_reachable, system_resolver
from app.base.egress.refusals import EgressRefused, Reason
from app.base.egress.rules import HostRule, require_allowed
from app.base.egress.targets import Target, parse_target

Headers = tuple[tuple[str, str], ...]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OURS: Final = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "expect", "accept-encoding"}
)
_CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\Z")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*\Z")


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """What a caller wants to send. Headers that belong to the connection are ours and may not be given.

    `secret_headers` are names (lower case) that, like the usual credentials, don't follow a redirect to another origin.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    secret_headers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OutboundResponse:
    """What came back. Header names are lower case; `url` is where the last redirect led."""

    status: int
    headers: Headers
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class EgressLimits:
    """Bounds of one request, redirects included."""

    total_seconds: float = 10.0
    connect_seconds: float = 3.0
    request_bytes: int = 1_048_576
    response_bytes: int = 1_048_576
    redirects: int = 5
    header_count: int = 100


class Egress:
    """The guarded way out. One per process; close it with `aclose` or as a context manager.

    `permitted` opens networks that aren't public, for the operator's own services.
    """

    def __init__(
        self,
        limits: EgressLimits | None = None,
        *,
        resolver: Resolver = system_resolver,
        permitted: Sequence[Network] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or EgressLimits()
        self._permitted = tuple(permitted)
        # No proxy is configured and none is read from the environment: a proxy would connect to addresses we didn't vet.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or _trusting_the_system(),
            max_connections=100,
            # A connection never serves two requests: what a hostile service leaves behind on one can't become another tenant's answer.
            max_keepalive_connections=0,
            network_backend=VettedBackend(resolver, self._permitted),
        )

    async def __aenter__(self) -> "Egress":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def check_rule(self, rule: HostRule) -> None:
        """Refuses an entry of an allow-list that spells an address which no request would ever reach.

        Raises:
            EgressRefused: it is a private one. What a name resolves to is only known when it is called.
        """
        address = literal(rule.host)
        if address is not None:
            require_reachable(address, rule.host, self._permitted)

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._pool.aclose()

    async def fetch(self, request: OutboundRequest, rules: Sequence[HostRule]) -> OutboundResponse:
        """Sends a request to an allowed host and gives the answer, whatever its status.

        Raises:
            EgressRefused: a check failed, a limit was hit, or no answer came; `reason` says which.
        """
        self._check(request)
        try:
            async with asyncio.timeout(self.limits.total_seconds):
                return await self._follow(request, tuple(rules))
        except TimeoutError:
            message = f"No complete answer came within {self.limits.total_seconds:g} seconds."
            raise EgressRefused(Reason.TIMEOUT, message, "Try again later, or ask the service for less.") from None

    def _check(self, request: OutboundRequest) -> None:
        if request.method not in _METHODS:
            raise EgressRefused(Reason.PROTOCOL, f"The method {request.method[:20]!r} isn't known.", f"Use {', '.join(sorted(_METHODS))}.")
        if len(request.body) > self.limits.request_bytes:
            message = f"The request's body has {len(request.body)} bytes; at most {self.limits.request_bytes} are allowed."
            raise EgressRefused(Reason.TOO_LARGE, message, "Send it in parts.")
        if len(request.headers) > self.limits.header_count:
            message = f"{len(request.headers)} headers are too many; {self.limits.header_count} are allowed."
            raise EgressRefused(Reason.HEADER, message, "Leave some out.")
        for name, value in request.headers:
            if not _HEADER_NAME.match(name) or not _HEADER_VALUE.match(value):
                raise EgressRefused(
                    Reason.HEADER, f"The header {name[:100]!r} holds a character it may not.", "Use plain ASCII on one line."
                )
            if name.lower() in _OURS:
                raise EgressRefused(Reason.HEADER, f"The header {name!r} is set by Alloy.", "Leave it out.")

    async def _follow(self, request: OutboundRequest, rules: tuple[HostRule, ...]) -> OutboundResponse:
        target = parse_target(request.url)
        for _ in range(self.limits.redirects + 1):
            require_allowed(target, rules)
            response = await self._exchange(request, target)
            location = dict(response.headers).get("location")
            if response.status not in _REDIRECTS or location is None:
                return response
            following = parse_target(urljoin(target.url, location))
            if (target.scheme, following.scheme) == ("https", "http"):
                raise EgressRefused(Reason.REDIRECT, f"{target.url} redirects from https to http.", "Ask the service to fix it.")
            request, target = _redirected(request, response.status, target, following), following
        message = f"{request.url} redirects more than {self.limits.redirects} times."
        raise EgressRefused(Reason.REDIRECT, message, "Use the final address.")

    async def _exchange(self, request: OutboundRequest, target: Target) -> OutboundResponse:
        headers = [("Host", target.authority), ("Accept-Encoding", ACCEPTED_ENCODINGS), *request.headers]
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            headers.append(("Content-Length", str(len(request.body))))
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        timeouts = {"connect": self.limits.connect_seconds, "pool": self.limits.connect_seconds}
        try:
            async with self._pool.stream(
                request.method, url, headers=headers, content=request.body or None, extensions={"timeout": timeouts}
            ) as response:
                return await self._answer(request, target, response)
        except (httpcore.TimeoutException, httpcore.PoolTimeout):
            raise EgressRefused(Reason.TIMEOUT, f"{target.authority} didn't answer in time.", "Try again later.") from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            raise EgressRefused(Reason.PROTOCOL, f"{target.authority} doesn't speak proper HTTP.", "Ask the service to fix it.") from None
        except (httpcore.NetworkError, ssl.SSLError, OSError):
            message = f"The connection to {target.authority} broke, or its certificate isn't trusted."
            raise EgressRefused(Reason.CONNECTION, message, "Check the service and its certificate.") from None

    async def _answer(self, request: OutboundRequest, target: Target, response: httpcore.Response) -> OutboundResponse:
        if len(response.headers) > self.limits.header_count:
            message = f"The answer has {len(response.headers)} headers; {self.limits.header_count} are allowed."
            raise EgressRefused(Reason.HEADER, message, "Ask the service to fix it.")
        headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
        encoding = dict(headers).get("content-encoding", "")
        body = b"" if request.method == "HEAD" else await read_bounded(response.aiter_stream(), encoding, self.limits.response_bytes)
        return OutboundResponse(response.status, headers, body, target.url)


def _redirected(request: OutboundRequest, status: int, origin: Target, target: Target) -> OutboundRequest:
    """The request that follows a redirect (RFC 9110, 15.4): without credentials when it goes to another origin."""
    becomes_get = (status == 303 and request.method != "HEAD") or (status in (301, 302) and request.method == "POST")
    dropped = {"content-type"} if becomes_get else set()
    if origin.origin != target.origin:
        dropped |= _CREDENTIALS | request.secret_headers
    return replace(
        request,
        method="GET" if becomes_get else request.method,
        body=b"" if becomes_get else request.body,
        headers=tuple((name, value) for name, value in request.headers if name.lower() not in dropped),
        url=target.url,
    )


@cache
def _trusting_the_system() -> ssl.SSLContext:
    """Read once: the system's list of authorities is long."""
    return ssl.create_default_context()
