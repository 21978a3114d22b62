"""Follows every request: a correlation id in and out, one log line, metrics, a span when spans are on, and the last net for faults.

The log line holds the path's template, not the path, which may hold names; never a query, a body or a header.
"""

import logging
import re
import time
from typing import Any, Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.http.problems import Problem, problem_response
from app.base.ids import ordered_token
from app.base.telemetry import Metrics, bind_correlation, logger, span

HEADER: Final = b"x-correlation-id"
_ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Tally:
    """Counts requests, and tells of each in the log."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._log = logger()
        # Asking for a line that nobody wants costs as much as counting the request.
        self._tells = self._log.bind().is_enabled_for(logging.INFO)
        # labels() looks a child up under a lock each time; methods and statuses are few, so their children are kept.
        self._seconds: dict[str, Any] = {}
        self._counts: dict[tuple[str, int], Any] = {}

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """A request was answered; 0 is the status of one that wasn't."""
        method = scope["method"] if scope["method"] in _KNOWN_METHODS else "OTHER"
        counter = self._counts.get((method, status))
        if counter is None:
            counter = self._counts[method, status] = self._metrics.requests.labels(method, str(status))
            self._seconds[method] = self._metrics.request_seconds.labels(method)
        counter.inc()
        self._seconds[method].observe(seconds)
        if not self._tells:
            return
        route = scope.get("route")
        self._log.info(
            "request served",
            method=method,
            route=getattr(route, "path", ""),
            status=status,
            duration_ms=round(seconds * 1000, 2),
        )

    def fault(self, error: Exception) -> Response:
        """What to answer when anything unforeseen went wrong: a 500 that tells nothing. The log tells all."""
        self._log.error("request failed", error=repr(error), exc_info=error)
        problem = Problem(500, "internal", "Something went wrong on our side.", "Try again; if it stays, tell the operator this id.")
        return problem_response(problem)


class RequestTelemetry:
    """Binds a correlation id to each request and tells what became of it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, with_spans: bool) -> None:
        self._app = app
        self._tally = Tally(metrics)
        self._with_spans = with_spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its end."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        correlation = _correlation_of(scope)
        bind_correlation(correlation)
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        if self._with_spans:
            with span(f"HTTP {scope['method']}", correlation_id=correlation):
                await self._follow(scope, receive, send, correlation.encode())
        else:
            await self._follow(scope, receive, send, correlation.encode())

    async def _follow(self, scope: Scope, receive: Receive, send: Send, correlation: bytes) -> None:
        started, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (HEADER, correlation)]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # the last net
            response = self._tally.fault(error)
            if status:
                raise
            await response(scope, receive, noting)
        finally:
            self._tally.note(scope, status, time.perf_counter() - started)


def accepted_correlation(sent: bytes | None) -> str:
    """The correlation id that a client sent, if it looks like one; a new one otherwise."""
    return str(sent, "ascii") if sent is not None and _ACCEPTED.fullmatch(sent) else ordered_token()


def _correlation_of(scope: Scope) -> str:
    sent = (value for name, value in scope["headers"] if name == HEADER and _ACCEPTED.fullmatch(value))
    return accepted_correlation(next(sent, None))
