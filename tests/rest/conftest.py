"""A client of the REST interface, and the domains behind it."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from app.main import create_app
from app.runs import Sealer
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.services import Services
from app.testing import World

Served = tuple[httpx.AsyncClient, Services]


@pytest_asyncio.fixture(loop_scope="session")
async def served(memory_world: World, script_pool: Pool) -> AsyncIterator[Served]:
    """Ann's client, and the domains behind it."""
    application = create_app(ground=memory_world.ground)
    services: Services = application.state.services
    services.runner.pool = script_pool
    services.runner.sealer = Sealer(bytes(KEY_BYTES))
    cookies = {"alloy_session": memory_world.ann.session.secret}
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    headers = {"origin": "http://alloy.test"}
    async with httpx.AsyncClient(transport=transport, base_url="http://alloy.test/api/v1", cookies=cookies, headers=headers) as client:
        yield client, services
    await services.runner.settled()
    await services.runner.egress.aclose()
