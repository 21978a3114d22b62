"""Hostile scripts, through the engine, in locked children: each is stopped in time, and no `catch` can swallow the stop."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.sandbox.jobs import Limits
from app.sandbox.pool import Pool, PoolSettings
from tests.sandbox.hostile import HOSTILE, MOST_MEMORY, MOST_TIME, SETS, STOPS, job, measuring_pool, stop, swallowing

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]  # one pool for all: starting it is the slow part

RUNNING = [name for name in HOSTILE if "without end" not in name]
"""The others are refused before they run."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with measuring_pool() as started:
        yield started


@pytest.mark.parametrize("limits", SETS.values(), ids=SETS)
@pytest.mark.parametrize("name", HOSTILE)
async def test_it_is_stopped_within_its_time_and_its_memory(pool: Pool, name: str, limits: Limits) -> None:
    stopped = await stop(pool, HOSTILE[name], limits)
    assert stopped.outcome.kind in {"error", *STOPS}
    assert (stopped.time_share <= MOST_TIME, stopped.memory_share <= MOST_MEMORY) == (True, True)


@pytest.mark.parametrize("name", RUNNING)
async def test_no_catch_swallows_the_stop(pool: Pool, name: str) -> None:
    alone = await pool.run(job(HOSTILE[name]))
    caught = await pool.run(job(swallowing(HOSTILE[name])))
    if alone.kind in STOPS:
        assert (caught.kind in STOPS, caught.value) == (True, None)
    else:
        assert alone.kind == "error"


async def test_the_next_script_is_served_after_each() -> None:
    answers = []
    async with Pool(PoolSettings(harden_parent=False)) as pool:
        for source in HOSTILE.values():
            await pool.run(job(source, Limits(wall_ms=200)))
            answers.append((await pool.run(job("6 * 7", Limits(wall_ms=60_000)))).value)
    assert answers == [42] * len(HOSTILE)
