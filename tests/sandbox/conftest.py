"""A pool whose children take Python code, for tests of the pool itself."""

from collections.abc import AsyncIterator

import pytest_asyncio

from app.sandbox.pool import Pool, PoolSettings
from tests.sandbox.arena import INJECTED


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[Pool]:
    async with Pool(PoolSettings(handlers=INJECTED, harden_parent=False)) as started:
        yield started
