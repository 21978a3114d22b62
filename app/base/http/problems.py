"""The one table from situations to HTTP, and the one error shape.

Source: RFC 9457 (problem+json), RFC 9110 for the statuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec
from starlette.responses import Response

from app.base.errors import AlloyError, Conflict, Denied, Invalid, LimitExceeded, NotFound, Stale, Unauthenticated
from app.base.telemetry import correlation_id

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[Mapping[type[AlloyError], int]] = {
    Unauthenticated: 401,
    Denied: 403,
    NotFound: 404,
    Stale: 409,
    Conflict: 409,
    Invalid: 422,
    LimitExceeded: 429,
}

TITLES: Final[Mapping[int, str]] = {
    400: "The request can't be read",
    401: "Sign-in needed",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    409: "In conflict with what is there",
    413: "The body is too large",
    415: "The media type is not supported",
    421: "Host not served here",
    422: "Not acceptable as it is",
    429: "Too much or too often",
    500: "A fault of ours",
    503: "Not ready",
}

_encode = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one part of what was sent."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as HTTP tells it; pages render the same one."""

    status: int
    code: str
    detail: str
    hint: str = ""
    errors: tuple[FieldProblem, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What kind of error it is."""
        return TITLES.get(self.status, "Error")


def problem_of(error: AlloyError) -> Problem:
    """An error of a domain as HTTP tells it."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="alloy"'
    retry_after = error.details.get("retry_after_seconds")
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    errors = (FieldProblem(error.field, error.message),) if error.field else ()
    return Problem(status, error.code, error.message, error.hint, errors, error.details, headers)


def problem_response(problem: Problem) -> Response:
    """The problem as a response."""
    body: dict[str, object] = {
        "type": f"urn:alloy:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "hint": problem.hint,
        "errors": [{"field": each.field, "message": each.message} for each in problem.errors],
        "correlation_id": correlation_id(),
        **problem.details,
    }
    return Response(_encode(_sendable(body)), problem.status, dict(problem.headers), MEDIA_TYPE)


def _sendable(value: object) -> object:
    """The value without lone surrogates, which a client may send but UTF-8 can't carry back."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {str(key): _sendable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_sendable(each) for each in value]
    return value
