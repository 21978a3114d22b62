"""Browsers of people before an application that runs scripts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.sandbox.pool import Pool
from app.services import Services
from app.testing import World
from tests.browser import Clients, opened, running
from tests.web.visitor import Visitor


@pytest_asyncio.fixture(loop_scope="session")
async def application(memory_world: World, script_pool: Pool) -> AsyncIterator[FastAPI]:
    """The application."""
    async with running(memory_world, script_pool) as made:
        yield made


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


@pytest.fixture
def viewer(memory_world: World, visit: Clients) -> Visitor:
    """The browser of somebody who only looks."""
    return Visitor(visit(memory_world.viewer), memory_world.viewer)


@pytest.fixture
def adam(memory_world: World, visit: Clients) -> Visitor:
    """An administrator's browser."""
    return Visitor(visit(memory_world.admin), memory_world.admin)
