"""Ann's browser before an application whose scripts run."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.main import create_app
from app.runs import Sealer
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.services import Services
from app.testing import World
from tests.browser import Clients, opened
from tests.web.runs.kit import Visitor


@pytest_asyncio.fixture(loop_scope="session")
async def application(memory_world: World, script_pool: Pool) -> AsyncIterator[FastAPI]:
    """The application."""
    made = create_app(ground=memory_world.ground)
    services: Services = made.state.services
    services.runner.pool = script_pool
    services.runner.sealer = Sealer(bytes(KEY_BYTES))
    yield made
    await services.runner.settled()
    await services.runner.egress.aclose()


@pytest.fixture
def services(application: FastAPI) -> Services:
    """The domains behind the pages."""
    found: Services = application.state.services
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def visit(application: FastAPI) -> AsyncIterator[Clients]:
    """Makes clients of the world's people."""
    async with opened(application) as make:
        yield make


@pytest.fixture
def ann(memory_world: World, visit: Clients) -> Visitor:
    """An author's browser."""
    return Visitor(visit(memory_world.ann), memory_world.ann)
