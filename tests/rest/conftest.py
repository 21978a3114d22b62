"""A client of the REST interface, and the domains behind it."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from app.sandbox.pool import Pool
from app.services import Services
from app.testing import World
from tests.browser import ORIGIN, opened, running

Served = tuple[httpx.AsyncClient, Services]


@pytest_asyncio.fixture(loop_scope="session")
async def served(memory_world: World, script_pool: Pool) -> AsyncIterator[Served]:
    """Ann's client, and the domains behind it."""
    async with running(memory_world, script_pool) as application, opened(application) as make:
        client = make(memory_world.ann)
        client.base_url = httpx.URL(f"{ORIGIN}/api/v1")
        yield client, application.state.services
