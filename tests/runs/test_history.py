"""The history: every filter, text search, paging, and what is forgotten when."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.base.db import Work
from app.base.paging import PageRequest, page_request
from app.runs import RunError, RunFilter, RunOutcome, TenantLimits, list_runs, set_limits
from app.runs.retention import purge
from app.runs.types import RunLog
from app.testing import World
from tests.requirements import requirement
from tests.scripting import kept_run


def listed(world: World, **wanted: Any) -> list[UUID]:
    return [each.id for each in world.read(world.ann, lambda work, actor: list_runs(work, actor, RunFilter(**wanted), PageRequest())).items]


def failed(message: str) -> dict[str, Any]:
    return {"outcome": RunOutcome.ERROR, "error": RunError("ErrorRuntime", message, 3, 4)}


@requirement("A17.lists-are-filtered-in-the-database")
@pytest.mark.parametrize(
    "wanted",
    [
        {"outcome": RunOutcome.ERROR},
        {"outcome": RunOutcome.ERROR, "phase": "manual", "trigger": "manual"},
        {"text": "Kaboom"},
        {"text": "kab*"},
        {"text": "ka* 42"},
        {"text": "kaboom 42", "outcome": RunOutcome.ERROR},
        {"entity_id": "7", "outcome": RunOutcome.ERROR},
        {"fingerprint": "by the run"},
    ],
)
def test_each_filter_finds_its_runs_and_no_others(world: World, wanted: dict[str, Any]) -> None:
    kept_run(world, world.ann)
    broken = kept_run(world, world.ann, **failed("kaboom at 42"))
    kept_run(world, world.mallory, **failed("kaboom at 42"))
    if "fingerprint" in wanted:
        summary = world.read(world.ann, lambda work, actor: list_runs(work, actor, RunFilter(outcome=RunOutcome.ERROR), PageRequest()))
        wanted = {"fingerprint": summary.items[0].fingerprint}
    assert listed(world, **wanted) == [broken.result.run_id]


def test_alike_failures_share_a_fingerprint_and_others_do_not(world: World) -> None:
    for message in ("order 1 has no 'name'", "order 22 has no 'city'", "something else"):
        kept_run(world, world.ann, **failed(message))
    found = world.read(world.ann, lambda work, actor: list_runs(work, actor, RunFilter(), PageRequest())).items
    assert len({each.fingerprint for each in found}) == 2


def test_text_is_found_in_logs_and_reasons_and_marks_mean_nothing(world: World) -> None:
    logged = kept_run(world, world.ann, logs=(RunLog("info", 1, 0, 'the "quick" fox* \x00 (NEAR OR -x'),))
    decided = kept_run(world, world.ann, outcome=RunOutcome.REJECTED, reason="too small for us")
    assert listed(world, text='"quick" fox*') == [logged.result.run_id]
    assert listed(world, text="small") == [decided.result.run_id]
    for harmless in ('"', "NEAR(", "' OR 1=1 --", "-x", "body:", "&|!", "*"):
        assert len(listed(world, text=harmless)) <= 2


@pytest.mark.parametrize("text", [None, "draft"])
def test_pages_hold_every_run_once_newest_first(world: World, text: str | None) -> None:
    ids = [kept_run(world, world.ann).result.run_id for _ in range(7)]
    found, cursor = [], None
    while True:
        asked = page_request(cursor, 3)
        page = world.read(world.ann, lambda work, actor, asked=asked: list_runs(work, actor, RunFilter(text=text), asked))  # type: ignore[misc]  # a default has no place for a type
        found += [each.id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == ids[::-1]


@pytest.mark.parametrize("text", [None, "draft"])
def test_a_page_that_looked_at_enough_runs_stops_and_goes_on_from_there(
    world: World, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    monkeypatch.setattr("app.runs.listing.MOST_RUNS", 3)
    monkeypatch.setattr("app.runs.listing.MOST_MATCHES", 3)
    rare = [kept_run(world, world.ann, outcome=RunOutcome.REJECTED, reason="no").result.run_id for _ in range(5)]
    for _ in range(10):
        kept_run(world, world.ann)
    wanted = RunFilter(text=text, outcome=RunOutcome.REJECTED, phase="manual")
    found: list[UUID] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        asked = page_request(cursor, 10)
        page = world.read(world.ann, lambda work, actor, asked=asked: list_runs(work, actor, wanted, asked))  # type: ignore[misc]  # a default has no place for a type
        found += [each.id for each in page.items]
        cursor, pages = page.next_cursor, pages + 1
    assert found == rare[::-1]
    assert pages > 1


def test_a_period_is_found_by_its_bounds(world: World) -> None:
    kept_run(world, world.ann)
    world.clock.advance(timedelta(hours=1))
    since = world.clock.now()
    within = kept_run(world, world.ann)
    world.clock.advance(timedelta(hours=1))
    kept_run(world, world.ann)
    assert listed(world, started_from=since, started_until=since + timedelta(minutes=30)) == [within.result.run_id]


@requirement("A17.old-runs-are-forgotten")
async def test_runs_are_forgotten_by_age_and_number_each_tenants_by_its_own_rules(world: World) -> None:
    foreign = kept_run(world, world.mallory)
    old = kept_run(world, world.ann)
    world.clock.advance(timedelta(hours=1))
    recent = [kept_run(world, world.ann).result.run_id for _ in range(4)]

    def set_rules(work: Work, actor: Any) -> None:
        set_limits(work, actor, TenantLimits(keep_runs=3))

    world.write(world.owner, set_rules)
    assert await purge(world.ground.database) == 2
    assert listed(world) == recent[:0:-1]
    assert listed(world, text="draft") == recent[:0:-1]
    assert old.result.run_id not in listed(world)
    world.clock.advance(timedelta(days=91))
    assert await purge(world.ground.database) == 4
    assert foreign.request.tenant_id == world.rival.id
