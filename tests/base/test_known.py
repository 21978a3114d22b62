"""What a lone caller's connection knows of revisions: not asked for again, and never kept beyond what somebody else has written."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from app.base.db import Work
from app.base.db.jotter import _commit
from app.base.db.known import KnownRevisions
from app.base.db.lane import AskedLately
from app.testing import World, in_memory_settings, open_world

_CHANGE = "UPDATE base_revision SET number = number + 1 WHERE name = 'access'"


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[World]:
    """A world over a file: in memory there is one connection."""
    with open_world(in_memory_settings(database_url=f"sqlite:///{tmp_path}/alloy.db")) as world:
        yield world


@pytest.fixture
def other(filed: World) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else's, as another process has one."""
    with closing(sqlite3.connect(str(filed.ground.database.engines.url.database), isolation_level=None)) as opened:
        yield opened


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What was asked of the database, in order."""
    asked: list[tuple[str, ...]] = []
    fetch = AskedLately.fetch

    def noting(self: AskedLately, driver: Any) -> dict[str, int]:
        found = fetch(self, driver)
        asked.append(tuple(found))
        return found

    monkeypatch.setattr(AskedLately, "fetch", noting)
    return asked


def _access(work: Work) -> int:
    return work.revision("access")


async def _save(world: World) -> tuple[int, int]:
    """A look and then a short write, in turns of their own, as a save is; what each takes for the revision."""
    database = world.ground.database
    looked = await database.glance(_access)
    await asyncio.sleep(0)

    def write(work: Work) -> int:
        work.touch()
        return _access(work)

    return looked, await database.jot(write)


def test_one_save_after_another_asks_for_no_revision_that_nobody_changed(filed: World, fetches: list[tuple[str, ...]]) -> None:
    async def saves() -> set[int]:
        seen = {*await _save(filed), *await _save(filed)}
        fetches.clear()
        for _ in range(5):
            seen.update(await _save(filed))
        return seen

    assert len(asyncio.run(saves())) == 1
    assert fetches == []


def test_a_change_of_another_process_is_seen_by_the_next_look_and_by_the_next_write(filed: World, other: sqlite3.Connection) -> None:
    async def saves() -> list[tuple[int, int]]:
        found = [await _save(filed), await _save(filed)]
        other.execute(_CHANGE)
        found.append(await _save(filed))
        looked = await filed.ground.database.glance(_access)
        other.execute(_CHANGE)
        return [*found, (looked, await filed.ground.database.jot(_access)), await _save(filed)]

    first, second, third, fourth, fifth = asyncio.run(saves())
    number = first[0]
    assert first == second == (number, number)
    assert third == (number + 1, number + 1)
    assert fourth == (number + 1, number + 2)
    assert fifth == (number + 2, number + 2)


def test_a_change_of_the_writing_thread_is_seen_as_well(filed: World) -> None:
    async def saves() -> list[int]:
        found = [*await _save(filed), *await _save(filed)]
        await filed.ground.database.write(lambda work: work.bump("access"))
        return [*found, *await _save(filed)]

    *before, looked, written = asyncio.run(saves())
    assert len(set(before)) == 1
    assert looked == written != before[0]


def test_its_own_change_is_seen_by_the_next_look(filed: World) -> None:
    async def saves() -> list[int]:
        found = [*await _save(filed), *await _save(filed)]
        await filed.ground.database.jot(lambda work: work.bump("access"))
        return [*found, *await _save(filed)]

    *before, looked, written = asyncio.run(saves())
    assert len(set(before)) == 1
    assert looked == written != before[0]


def _bump_and_fail(work: Work) -> None:
    work.bump("access")
    assert _access(work)
    raise ValueError("on purpose")


def test_what_a_write_saw_that_was_undone_is_not_known_afterwards(filed: World) -> None:
    async def saves() -> list[int]:
        found = [*await _save(filed), *await _save(filed)]
        with pytest.raises(ValueError, match="on purpose"):
            await filed.ground.database.jot(_bump_and_fail)
        return [*found, *await _save(filed)]

    assert len(set(asyncio.run(saves()))) == 1


def test_what_a_group_saw_whose_commit_failed_is_not_known_afterwards(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_connection: object) -> None:
        raise OSError("no room")

    def bump(work: Work) -> int:
        work.bump("access")
        return _access(work)

    async def saves() -> list[int]:
        found = [*await _save(filed), *await _save(filed)]
        with monkeypatch.context() as broken:
            broken.setattr("app.base.db.jotter._commit", full)
            with pytest.raises(OSError, match="no room"):
                await filed.ground.database.jot(bump)
        return [*found, *await _save(filed)]

    assert len(set(asyncio.run(saves()))) == 1


def test_what_a_group_saw_is_not_known_before_its_commit(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        has_begun.set()
        assert may_end.wait(10)
        _commit(connection)

    def bump(work: Work) -> int:
        work.bump("access")
        return _access(work)

    async def saves() -> tuple[int, int, int, int]:
        await _save(filed)
        before, _ = await _save(filed)
        database = filed.ground.database
        with monkeypatch.context() as slow:
            slow.setattr("app.base.db.jotter._commit", slowly)
            writing = asyncio.ensure_future(database.jot(bump))
            await asyncio.to_thread(has_begun.wait, 10)
            during = await database.glance(_access)
            may_end.set()
            written = await writing
        return before, during, written, await database.glance(_access)

    before, during, written, after = asyncio.run(saves())
    assert before == during
    assert written == after != before


def test_its_own_commits_leave_a_connections_version_as_it_is_and_those_of_others_do_not(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as own,
        closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as others,
    ):
        own.execute("PRAGMA journal_mode = WAL").close()
        own.execute("CREATE TABLE t (x)")
        known = KnownRevisions()
        known.look(own)["name"] = 1
        own.execute("INSERT INTO t VALUES (1)")
        assert known.look(own) == {"name": 1}
        others.execute("INSERT INTO t VALUES (2)")
        assert known.look(own) == {}
