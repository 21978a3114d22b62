"""The composition root: builds the ground, composes the domains' declarations, and puts the faces on top.

Imports all; nothing below imports it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import entities, hooks, rest, runs, schedules, scripts
from app.access import PERMISSIONS, Access
from app.base.ground import Ground, build_ground
from app.base.http.body_limit import BodyLimit
from app.base.http.origin import OriginCheck
from app.base.http.request_telemetry import RequestTelemetry
from app.base.http.security_headers import SecurityHeaders
from app.base.settings import Settings
from app.base.telemetry import configure_logs, configure_spans
from app.rest.direct import Application, ShortWay
from app.sandbox.pool import SandboxUnavailable
from app.services import build_services, running
from app.web.assets import load_assets
from app.web.install import install as install_pages

DECLARED = (*PERMISSIONS, *scripts.PERMISSIONS, *runs.PERMISSIONS, *hooks.PERMISSIONS, *entities.PERMISSIONS, *schedules.PERMISSIONS)
"""The permissions of all modules."""


def create_app(settings: Settings | None = None, ground: Ground | None = None) -> FastAPI:
    """The whole application over the given settings, or over a ground that the caller built and will close.

    Raises:
        AssetsStale: the front end has to be built first.
    """
    settings = ground.settings if ground else settings or Settings()
    # Before anything is opened or written: a front end that isn't built is all there is to say then.
    assets = load_assets() if settings.serve_pages else None
    configure_logs(settings)
    with_spans = configure_spans(settings)
    built = ground or build_ground(settings)
    access = Access(built, DECLARED)
    services = build_services(built, access.registry)

    @asynccontextmanager
    async def lifespan(application: FastAPI) -> AsyncIterator[None]:
        try:
            async with running(services):
                application.state.pool = services.runner.pool
                yield
        except SandboxUnavailable as error:
            application.state.refusal = f"{error} {error.remedy}"
            raise
        finally:
            if ground is None:
                built.close()

    application = Application(title="Alloy", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    application.state.ground = built
    application.state.refusal = ""
    application.state.access = access
    application.state.services = services
    # Last added is outermost: telemetry sees every answer, also those of the checks inside it.
    application.add_middleware(BodyLimit, limit_bytes=settings.body_limit_bytes)
    application.add_middleware(OriginCheck, settings=settings)
    application.add_middleware(SecurityHeaders, is_https=settings.cookie_secure)
    application.add_middleware(RequestTelemetry, metrics=built.metrics, with_spans=with_spans)
    rest.install(application)
    if assets is not None:
        install_pages(application, assets)
    rest.install_endpoints(application)
    if not with_spans:
        application.short_way = ShortWay(application, built, access, services)
    return application
