"""The OpenAPI document: FastAPI's, completed with every status that can really come back, who may call, and the one error shape.

What each route can answer follows from what it is: guarded or not, with a body or not, with a path or not, changing or not.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.access import Needs, access_of
from app.base.http.problems import MEDIA_TYPE, TITLES
from app.rest.routes import api_routes

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong and what to do about it (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "hint", "errors", "correlation_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "correlation_id": {"type": "string"},
        "current_version": {"type": "integer", "description": "With 409 for a stale version: the version to base the change on."},
        "current": {"type": "object", "description": "With 409 for a stale version: the thing as it is now."},
        "current_revision": {"type": "integer", "description": "With 409 for a stale script: the revision to base the change on."},
        "base_version": {"type": "integer", "description": "With 409 for a stale source: the version that the change was made from."},
        "comparison": {
            "type": "object",
            "description": "With 409 for a stale source: what both sides did to the base in pieces, and `merged`, unless they collide.",
        },
        "diagnostics": {
            "type": "array",
            "items": {"type": "object"},
            "description": "With 422 for a source that can't run: what is wrong with it, and where.",
        },
        "retry_after_seconds": {"type": "integer", "description": "With 429: when to come back."},
    },
}
_DESCRIPTION = (
    "Alloy's REST interface. Send an API token as `Authorization: Bearer ...`, or use the session cookie from a page of the same site."
)


def document(application: FastAPI, session_cookie: str) -> dict[str, Any]:
    """The OpenAPI document of the application's REST routes."""
    routes = api_routes(application)
    made = get_openapi(title="Alloy", version="1", description=_DESCRIPTION, routes=routes)
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
        "session": {"type": "apiKey", "in": "cookie", "name": session_cookie, "description": "The cookie that signing in sets."},
    }
    for route in routes:
        if route.include_in_schema:
            for method in route.methods or ():
                _complete(made["paths"][route.path_format][method.lower()], route, method)
    return made


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    responses = operation["responses"]
    for status in _statuses(route, method):
        if str(status) not in responses or status == 422:
            responses[str(status)] = {
                "description": TITLES[status],
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
    stated = access_of(route.endpoint)
    if isinstance(stated, Needs):
        operation["security"] = [{"token": []}, {"session": []}]
        operation["x-permission"] = stated.permission
    if "422" in responses and 422 not in _statuses(route, method):
        del responses["422"]


def _statuses(route: APIRoute, method: str) -> list[int]:
    statuses = []
    has_body = route.body_field is not None
    dependant = route.dependant
    if isinstance(access_of(route.endpoint), Needs) or method == "POST":
        statuses += [401, 403]
    if method != "GET":
        statuses += [403, 409, 413, 429]
    if has_body:
        statuses += [400, 422]
    if dependant.path_params or any(param.name in ("page", "query") for param in dependant.query_params) or route.path.endswith("/tenant"):
        statuses += [404]
    if has_body and _names_others(route):
        statuses += [404]
    if dependant.path_params or dependant.query_params or dependant.header_params:
        statuses += [422]
    return sorted(set(statuses))


def _names_others(route: APIRoute) -> bool:
    """Whether the body points at something that may not be there."""
    body = route.body_field.field_info.annotation if route.body_field else None
    return any(name.endswith("_id") for name in getattr(body, "model_fields", ()))
