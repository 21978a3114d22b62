"""Which routes of an application are REST's."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

PREFIX = "/api/v1"


def api_routes(application: FastAPI) -> list[APIRoute]:
    """The routes that the OpenAPI document describes."""
    return [route for route in application.routes if isinstance(route, APIRoute) and route.include_in_schema]
