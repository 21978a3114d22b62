"""Puts the pages on the application: the front end's files, one router per noun, and problems shown as pages."""

from fastapi import FastAPI

from app.web.administration import audit, health, hosts, letters, operator, secrets
from app.web.assets import Assets
from app.web.code import editor_tokens
from app.web.compression import PageCompression
from app.web.dashboard import page as dashboard
from app.web.entities import record, records, types
from app.web.live import runs as live_runs
from app.web.live import socket
from app.web.live.presence import Presence
from app.web.people import members, profile, roles, sign_in, tokens
from app.web.problem_pages import ProblemPages
from app.web.render import Renderer
from app.web.runs import bulk, one
from app.web.runs import pages as runs
from app.web.schedules import making
from app.web.schedules import pages as schedules
from app.web.schedules import trying as schedule_trials
from app.web.scripts import pages as scripts
from app.web.scripts import panels as script_panels
from app.web.scripts import trying as script_trials
from app.web.scripts import versions as script_versions
from app.web.static_files import static_routes

ROUTERS = (
    sign_in.router,
    dashboard.router,
    script_trials.router,
    script_panels.router,  # before scripts: its addresses would be taken for ids
    scripts.router,
    script_versions.router,
    socket.router,
    runs.router,
    bulk.router,  # before one run: its addresses would be taken for ids
    one.router,
    live_runs.router,
    types.router,
    records.router,
    record.router,
    schedule_trials.router,
    making.router,  # before one schedule, likewise
    schedules.router,
    secrets.router,
    hosts.router,
    letters.router,
    members.router,
    roles.router,
    tokens.router,
    audit.router,
    profile.router,
    health.router,
    operator.router,
)


def install(application: FastAPI, assets: Assets) -> None:
    """Add the pages."""
    renderer = Renderer(assets)
    application.state.renderer = renderer
    application.state.presence = Presence()
    for router in (static_routes(assets, {"rhai-tokens.json": editor_tokens()}), *ROUTERS):
        # Not include_router: it nests routers, and every request would pay for finding its way through them.
        application.router.routes.extend(router.routes)
    application.add_middleware(PageCompression, is_https=application.state.ground.settings.cookie_secure)
    # Added last, so outermost: it sees the refusals of every other layer.
    application.add_middleware(ProblemPages, render=renderer)
