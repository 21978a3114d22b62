"""The read and write paths: durability, isolation of neighbours in a group, and what a unit of work leaves behind."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from app.access.models import RoleRecord, TenantRecord
from app.access.setup import ensure_tenant
from app.base.db import Work
from app.base.db.engine import open_engines
from app.base.errors import LimitExceeded
from app.base.settings import Settings
from app.testing import World, in_memory_settings, open_world


def _slugs(world: World) -> set[str]:
    rows = world.ground.database.read_now(lambda work: work.platform.all(work.platform.select(TenantRecord)))
    return {row.slug for row in rows}


def _fail(work: Work) -> None:
    ensure_tenant(work, name="lost", slug="lost")
    raise ValueError("on purpose")


def test_a_write_that_fails_leaves_nothing(world: World) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        world.ground.database.write_now(_fail)
    assert "lost" not in _slugs(world)


def test_a_write_that_fails_takes_no_neighbour_with_it(world: World) -> None:
    database = world.ground.database
    started, go_on = threading.Event(), threading.Event()

    def hold(work: Work) -> None:
        started.set()
        assert go_on.wait(30)

    def submit(verb: Any) -> "Future[Any]":
        return database._submit_write(verb)

    first = submit(hold)
    assert started.wait(30)
    # These wait behind the first one and, on SQLite, share its commit.
    neighbours = [submit(lambda work: ensure_tenant(work, name="one", slug="one")), submit(_fail)]
    neighbours.append(submit(lambda work: ensure_tenant(work, name="two", slug="two")))
    go_on.set()
    first.result(30)
    outcomes = [future.exception(30) for future in neighbours]
    assert [type(outcome).__name__ for outcome in outcomes] == ["NoneType", "ValueError", "NoneType"]
    assert {"one", "two"} <= _slugs(world)
    assert "lost" not in _slugs(world)


def test_a_reading_unit_of_work_cannot_write(world: World) -> None:
    if not world.ground.database.engines.is_sqlite:
        world.ground.database.read_now(lambda work: ensure_tenant(work, name="gone", slug="gone"))
        assert "gone" not in _slugs(world)
        return
    with pytest.raises(DBAPIError, match="readonly"):
        world.ground.database.read_now(lambda work: ensure_tenant(work, name="gone", slug="gone"))


def test_what_waits_for_the_commit_runs_after_it_and_not_without_it(world: World) -> None:
    seen: list[str] = []

    def good(work: Work) -> None:
        work.after_commit.append(lambda: seen.append("good"))

    def bad(work: Work) -> None:
        work.after_commit.append(lambda: seen.append("bad"))
        raise ValueError("on purpose")

    world.ground.database.write_now(good)
    with pytest.raises(ValueError, match="on purpose"):
        world.ground.database.write_now(bad)
    assert seen == ["good"]


@pytest.fixture
def narrow_settings(tmp_path: Path) -> Settings:
    """A database where a single write may wait."""
    return in_memory_settings(database_url=f"sqlite:///{tmp_path}/alloy.db", database_write_queue=1)


def test_a_full_queue_refuses_with_a_time_to_come_back(narrow_settings: Settings) -> None:
    with open_world(narrow_settings) as world:
        started, go_on = threading.Event(), threading.Event()

        def hold(work: Work) -> None:
            started.set()
            assert go_on.wait(30)

        running = world.ground.database._submit_write(hold)
        assert started.wait(30)
        waiting = world.ground.database._submit_write(lambda work: None)
        with pytest.raises(LimitExceeded) as caught:
            world.ground.database.write_now(lambda work: None)
        go_on.set()
        running.result(30)
        waiting.result(30)
    assert caught.value.details["retry_after_seconds"] == 1


def test_a_bumped_revision_is_new_for_every_reader(world: World) -> None:
    before = world.ground.database.read_now(lambda work: work.revision("access"))
    world.ground.database.write_now(lambda work: work.bump("access"))
    assert world.ground.database.read_now(lambda work: work.revision("access")) != before


def test_a_moment_comes_back_aware_and_equal(world: World) -> None:
    def make(work: Work) -> None:
        scope = work.scope(world.acme.id)
        scope.add(
            RoleRecord(
                id=work.ids.new(),
                tenant_id=world.acme.id,
                name="timed",
                description="",
                inherits="viewer",
                extra_permissions=[],
                version=1,
                created_at=work.clock.now(),
            )
        )

    world.ground.database.write_now(make)
    row = world.ground.database.read_now(lambda work: work.scope(world.acme.id).first(work.scope(world.acme.id).select(RoleRecord)))
    assert row is not None
    assert row.created_at == world.clock.now()
    assert row.created_at.tzinfo is not None


def test_a_file_without_a_journal_is_written_ahead_before_several_connections_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "restored.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kept (id INTEGER)")
    assert path.read_bytes()[18:20] == b"\1\1"
    engines = open_engines(in_memory_settings(database_url=f"sqlite:///{path}"))
    engines.dispose()
    assert path.read_bytes()[18:20] == b"\2\2"  # https://www.sqlite.org/fileformat.html: write and read version, 2 for WAL


def _file_holds(path: Path, text: str) -> bool:
    """Whether the file itself holds a text. Asked in a process of its own: closing a file ends this one's locks on it."""
    look = f"import pathlib; print({text.encode()!r} in pathlib.Path({str(path)!r}).read_bytes())"
    return subprocess.run([sys.executable, "-c", look], capture_output=True, check=True, timeout=60).stdout.strip() == b"True"


async def test_a_journal_is_carried_over_beside_a_write_that_is_under_way(tmp_path: Path) -> None:
    path = tmp_path / "alloy.db"
    with open_world(in_memory_settings(database_url=f"sqlite:///{path}")) as world:
        database = world.ground.database
        database.write_now(lambda work: ensure_tenant(work, name="one", slug="written-ahead"))
        started, go_on = threading.Event(), threading.Event()

        def hold(work: Work) -> None:
            ensure_tenant(work, name="two", slug="under-way")
            started.set()
            assert go_on.wait(30)

        held = database._submit_write(hold)
        assert started.wait(30)
        assert not _file_holds(path, "written-ahead")
        await database.carry_journal_over()
        assert _file_holds(path, "written-ahead")
        go_on.set()
        held.result(30)
        assert {"written-ahead", "under-way"} <= _slugs(world)
