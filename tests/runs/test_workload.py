"""A random workload, and every run that it leaves replayed from the record: same outcome, changes, log and operations."""

import pytest

from app.sandbox.pool import Pool
from app.testing import World
from tests.requirements import requirement
from tests.runs.workload import random_workload

pytestmark = pytest.mark.asyncio(loop_scope="session")
RUNS = 300
"""`python -m tests.runs.workload` makes as many as are wanted."""


@requirement("A17.replays-are-exact")
@pytest.mark.timeout(280)
async def test_every_run_of_a_random_workload_replays_to_the_same_end(memory_world: World, script_pool: Pool) -> None:
    report = await random_workload(memory_world, script_pool, runs=RUNS, seed=5)
    assert report.unlike == []
    assert report.runs + report.never_ran == RUNS
    assert report.never_ran <= RUNS // 10
    assert {"ok", "rejected", "error", "operations", "memory"} <= report.outcomes
    assert {phase for phase, _ in report.ends} == {"before", "after", "on_commit", "scheduled", "api", "manual"}
