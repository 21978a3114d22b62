"""Errors on their way out: whatever a handler, the router or validation raises becomes a problem."""

from dataclasses import replace

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from app.base.errors import AlloyError
from app.base.http.problems import FieldProblem, Problem, problem_of, problem_response

_HINTS = {
    400: "Send well-formed JSON in UTF-8.",
    404: "See /api/v1/openapi.json for what exists.",
    405: "See the Allow header for the methods that work here.",
    413: "Send less, or in several requests.",
}
_SHOWN = 20


def install_problems(application: FastAPI) -> None:
    """Let errors leave as problem+json, whichever face raised them; pages turn theirs into pages on the way out."""
    for situation in (AlloyError, RequestValidationError, HTTPException):
        application.add_exception_handler(situation, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    problem = problem_from(error)
    if problem.status == 405:
        # Each route knows its own methods; a client wants those of the address.
        problem = replace(problem, headers={**problem.headers, "Allow": ", ".join(_methods_at(request))})
    return problem_response(problem)


def _methods_at(request: Request) -> list[str]:
    path = request.scope["path"]
    routes = [route for route in request.app.routes if isinstance(route, Route) and route.path_regex.match(path)]
    return sorted(set[str]().union(*(route.methods or () for route in routes)))


def problem_from(error: Exception) -> Problem:
    """The problem that an exception is."""
    if isinstance(error, AlloyError):
        return problem_of(error)
    if isinstance(error, RequestValidationError):
        return _validation_problem(error)
    if isinstance(error, HTTPException):
        code = {400: "malformed", 404: "no-such-route", 405: "method-not-allowed", 413: "body-too-large"}.get(error.status_code, "http")
        return Problem(error.status_code, code, str(error.detail), _HINTS.get(error.status_code, ""), headers=error.headers or {})
    raise error


def _validation_problem(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        reason = str(found[0].get("ctx", {}).get("error", "it is not JSON"))
        return Problem(400, "malformed", f"The body is not well-formed JSON: {reason}.", _HINTS[400])
    problems = tuple(FieldProblem(_field(each["loc"]), str(each["msg"])) for each in found[:_SHOWN])
    detail = f"{len(found)} parts of the request can't be accepted; the first is {problems[0].field}: {problems[0].message}."
    return Problem(422, "invalid", detail, "Correct the listed fields and send it again.", problems)


def _field(location: tuple[int | str, ...]) -> str:
    inner = [str(part)[:60] for part in location if part not in ("body", "query", "path", "header")]
    return ".".join(inner) or str(location[0])
