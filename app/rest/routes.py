"""Which routes of an application are REST's, and what one of them says of itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.base.http.problems import MEDIA_TYPE

PREFIX = "/api/v1"


def api_routes(application: FastAPI) -> list[APIRoute]:
    """The routes that the OpenAPI document describes."""
    return [route for route in application.routes if isinstance(route, APIRoute) and route.include_in_schema]


def documented(*refusals: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: statuses of refusals that nobody would expect of a route of its kind."""
    return {status: {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}} for status in refusals}
