"""Puts the REST face into an application."""

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


@public("describes the interface; nothing in it is anybody's")
async def _openapi(request: Request) -> Response:
    state = request.app.state
    if getattr(state, "openapi", None) is None:
        state.openapi = document(request.app, session_cookie_name(state.ground.settings))
    return answer(state.openapi)
