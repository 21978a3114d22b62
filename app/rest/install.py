"""Puts the REST face into an application."""

import asyncio

from fastapi import FastAPI, Request
from starlette.responses import Response

from app.access import public
from app.base.http.session_cookie import session_cookie_name
from app.rest import (
    audit,
    bounds,
    entity_hooks,
    entity_records,
    entity_types,
    hooks,
    me,
    members,
    probes,
    roles,
    run_reruns,
    runs,
    schedules,
    script_files,
    script_templates,
    script_versions,
    scripts,
    session,
    tenants,
    tokens,
    users,
)
from app.rest.face import answer
from app.rest.openapi import document
from app.rest.problems import install_problems
from app.rest.routes import PREFIX


def install(application: FastAPI) -> None:
    """Add every REST route, the probes, the document that describes them, and what errors look like."""
    install_problems(application)
    for noun in (
        entity_records,  # first: routes are tried in order, and records are saved most
        session,
        me,
        tenants,
        users,
        members,
        roles,
        tokens,
        audit,
        script_files,
        script_templates,
        scripts,
        script_versions,
        entity_types,
        entity_hooks,
        runs,
        run_reruns,
        schedules,
        bounds,
        hooks,
        probes,
    ):
        # Not include_router: it nests routers, and every request would pay for finding its way through them.
        application.router.routes.extend(noun.router.routes)
    application.add_api_route(f"{PREFIX}/openapi.json", _openapi, include_in_schema=False)


def install_endpoints(application: FastAPI) -> None:
    """Add the addresses that tenants choose, after all others."""
    application.router.routes.extend(hooks.endpoints.routes)


@public("describes the interface; nothing in it is anybody's")
async def _openapi(request: Request) -> Response:
    state = request.app.state
    if getattr(state, "openapi", None) is None:
        # A second of computing, once: away from the loop, which goes on serving meanwhile.
        state.openapi = await asyncio.to_thread(_described, request.app)
    return Response(state.openapi, media_type="application/json")


def _described(application: FastAPI) -> bytes:
    return bytes(answer(document(application, session_cookie_name(application.state.ground.settings))).body)
