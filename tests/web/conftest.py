"""Browsers of people before an application that runs scripts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.sandbox.pool import Pool
from app.testing import World
from tests.browser import Clients, clients
from tests.web.visitor import Visitor


@pytest_asyncio.fixture(loop_scope="session")
async def visit(memory_world: World, script_pool: Pool) -> AsyncIterator[Clients]:
    """Makes clients of the world's people."""
    async with clients(memory_world, script_pool) as make:
        yield make


@pytest.fixture
def ann(memory_world: World, visit: Clients) -> Visitor:
    """An author's browser."""
    return Visitor(visit(memory_world.ann), memory_world.ann)


@pytest.fixture
def viewer(memory_world: World, visit: Clients) -> Visitor:
    """The browser of somebody who only looks."""
    return Visitor(visit(memory_world.viewer), memory_world.viewer)
