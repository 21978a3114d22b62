"""The demo tenant's story: scripts over all triggers and phases, and a history that really happened."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from app import runs, scripts
from app.access import Access, BuiltinRole
from app.access.setup import ensure_tenant, find_user
from app.access.types import Actor, ActorKind
from app.base.clock import FrozenClock
from app.base.ground import Ground, build_ground
from app.base.migrate import migrate
from app.base.paging import PageRequest, page_request
from app.main import DECLARED
from app.runs import RunFilter, RunSummary
from app.scripts import ScriptFilter, Status
from app.seed import seed_demo
from app.seed.story import Told, tell_story
from app.testing import in_memory_settings
from tests.runs.workload import demo_workload
from tests.scripting import SMALL_POOL


@pytest.mark.slow
def test_the_story_covers_every_trigger_and_phase_and_happens_once(tmp_path: Path) -> None:
    ground = build_ground(in_memory_settings(database_url=f"sqlite:///{tmp_path}/alloy.db"), FrozenClock())
    migrate(ground.database.engines.writer)
    access = Access(ground, DECLARED)
    seed_demo(access)
    told = tell_story(access, SMALL_POOL)
    assert tell_story(access, SMALL_POOL) is None
    assert isinstance(told, Told)
    assert told.scripts >= 8
    tenant = ground.database.write_now(lambda work: ensure_tenant(work, name="Demo", slug="demo"))
    user = ground.database.read_now(lambda work: find_user(work, "olga@demo.example"))
    assert user is not None
    olga = Actor(user.id, tenant.id, "Olga", ActorKind.HUMAN, "owner", access.registry.of_role(BuiltinRole.OWNER))
    listed = ground.database.read_now(lambda work: scripts.list_scripts(work, olga, ScriptFilter(), PageRequest(limit=200))).items
    assert {script.trigger.kind for script in listed} == {"event", "cron", "api", "manual"}
    assert {script.phase.value for script in listed} == {"before", "after", "on_commit", "scheduled", "api", "manual"}
    broken = [script for script in listed if script.status is Status.DISABLED]
    assert [script.name for script in broken] == ["sync-warehouse"]
    assert broken[0].consecutive_errors == 3
    ran = _runs(ground, olga)
    outcomes = Counter(run.outcome for run in ran)
    assert outcomes[runs.RunOutcome.OK] > 100
    assert outcomes[runs.RunOutcome.REJECTED] > 0
    assert outcomes[runs.RunOutcome.ERROR] == 3
    assert {run.script_name for run in ran} == {script.name for script in listed}
    delivered = [run for run in ran if run.phase == "on_commit"]
    assert {run.script_name for run in delivered} == {"welcome-customer", "call-partner"}
    assert {run.outcome for run in delivered} == {runs.RunOutcome.OK}
    assert len({run.started_at.date() for run in delivered}) >= 4, "customers come day by day"
    replayed = asyncio.run(demo_workload(ground, olga, access))
    assert (replayed.runs, replayed.unlike) == (len(ran), [])
    ground.close()


def _runs(ground: Ground, actor: Actor, cursor: str | None = None) -> list[RunSummary]:
    """All runs of the tenant, page by page."""
    page = ground.database.read_now(lambda work: runs.list_runs(work, actor, RunFilter(), page_request(cursor, 200)))
    return [*page.items, *(_runs(ground, actor, page.next_cursor) if page.next_cursor else [])]
