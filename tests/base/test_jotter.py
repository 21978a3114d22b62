"""Short writes on the event loop: as durable and as isolated as all others, and out of the way when somebody else writes."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from app.access.models import MemberRecord, TenantRecord
from app.access.setup import ensure_tenant
from app.base.db import Work
from app.base.db.engine import driver_of
from app.base.db.jotter import ALONE_GROUPS
from app.base.db.writer import GroupLost
from app.base.errors import LimitExceeded
from app.testing import World, in_memory_settings, open_world


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[World]:
    """A world over a file: in memory there is one connection, and short writes are like all others."""
    with open_world(in_memory_settings(database_url=f"sqlite:///{tmp_path}/alloy.db", database_write_queue=3)) as world:
        yield world


def _slugs(world: World) -> set[str]:
    """What another connection sees."""
    with sqlite3.connect(str(world.ground.database.engines.url.database)) as opened:
        found = {slug for (slug,) in opened.execute("SELECT slug FROM access_tenant")}
    opened.close()
    return found


def _made(slug: str) -> Any:
    return lambda work: ensure_tenant(work, name=slug, slug=slug).slug


def _fail(work: Work) -> None:
    ensure_tenant(work, name="lost", slug="lost")
    raise ValueError("on purpose")


def test_a_short_write_is_durable_when_it_returns(filed: World) -> None:
    async def write() -> tuple[str, set[str]]:
        return await filed.ground.database.jot(_made("one")), _slugs(filed)

    slug, seen = asyncio.run(write())
    assert slug == "one"
    assert "one" in seen


def test_one_that_fails_leaves_nothing_and_takes_no_neighbour_with_it(filed: World) -> None:
    async def write() -> list[Any]:
        jot = filed.ground.database.jot
        return list(await asyncio.gather(jot(_made("one")), jot(_fail), jot(_made("two")), return_exceptions=True))

    outcomes = asyncio.run(write())
    assert [type(outcome).__name__ for outcome in outcomes] == ["str", "ValueError", "str"]
    assert {"one", "two"} <= _slugs(filed)
    assert "lost" not in _slugs(filed)


def _refuse(work: Work) -> None:
    work.ping()
    raise ValueError("looked, and found no reason to change anything")


def _noting(slug: str, threads: list[str]) -> Callable[[Work], str]:
    def write(work: Work) -> str:
        threads.append(threading.current_thread().name)
        ensure_tenant(work, name=slug, slug=slug)
        return slug

    return write


def test_one_that_fails_before_it_changes_anything_leaves_its_group_on_the_loop(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 60.0)
    threads: list[str] = []

    async def write() -> list[Any]:
        jot = filed.ground.database.jot
        writes = (jot(_noting("one", threads)), jot(_refuse), jot(_noting("two", threads)))
        return list(await asyncio.gather(*writes, return_exceptions=True))

    assert [type(outcome) for outcome in asyncio.run(write())] == [str, ValueError, str]
    assert threads == [threading.current_thread().name] * 2
    assert {"one", "two"} <= _slugs(filed)


def test_after_one_that_fails_half_way_its_group_begins_again_in_the_thread(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 60.0)
    threads: list[str] = []

    async def write() -> list[Any]:
        jot = filed.ground.database.jot
        writes = (jot(_noting("one", threads)), jot(_fail), jot(_noting("two", threads)))
        outcomes = list(await asyncio.gather(*writes, return_exceptions=True))
        return [*outcomes, await jot(_noting("three", threads))]

    assert [type(outcome) for outcome in asyncio.run(write())] == [str, ValueError, str, str]
    assert threads[:3] == [threading.current_thread().name, "alloy-db-writer", "alloy-db-writer"]
    assert {"one", "two", "three"} <= _slugs(filed)
    assert "lost" not in _slugs(filed)


def _committing(slug: str, threads: list[str]) -> Callable[[Work], str]:
    """Makes a tenant, and has the thread noted that commits it."""

    def note(statement: str) -> None:
        if statement == "COMMIT":
            threads.append(threading.current_thread().name)

    def write(work: Work) -> str:
        driver_of(work.inspect(lambda connection: connection)).set_trace_callback(note)
        return ensure_tenant(work, name=slug, slug=slug).slug

    return write


@pytest.mark.parametrize(("longest_s", "thread"), [(60.0, threading.main_thread().name), (0.0, "alloy-db-commit")])
def test_the_loop_commits_for_callers_that_come_alone_if_that_is_quick(
    filed: World, monkeypatch: pytest.MonkeyPatch, longest_s: float, thread: str
) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", longest_s)
    threads: list[str] = []

    async def write() -> bool:
        for number in range(ALONE_GROUPS + 1):
            await filed.ground.database.jot(_committing(f"number-{number}", threads))
        return f"number-{ALONE_GROUPS}" in _slugs(filed)

    assert asyncio.run(write())
    assert threads == ["alloy-db-commit"] * ALONE_GROUPS + [thread]


def test_as_soon_as_several_come_at_once_the_thread_commits_again(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 60.0)
    threads: list[str] = []

    async def write() -> None:
        jot = filed.ground.database.jot
        for number in range(ALONE_GROUPS):
            await jot(_made(f"number-{number}"))
        await asyncio.gather(*(jot(_committing(slug, threads)) for slug in ("one", "two", "three")))
        await jot(_committing("four", threads))

    asyncio.run(write())
    assert threads == ["alloy-db-commit"] * 2
    assert {"one", "two", "three", "four"} <= _slugs(filed)


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_commit_that_fails_is_told_wherever_it_is_made(filed: World, monkeypatch: pytest.MonkeyPatch, is_alone: bool) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 60.0)
    lost = filed.ground.ids.new()

    def join_nobody(work: Work) -> None:
        driver_of(work.inspect(lambda connection: connection)).execute("PRAGMA defer_foreign_keys = ON").close()
        row = {"id": lost, "tenant_id": filed.acme.id, "user_id": lost, "role": "viewer", "version": 1, "created_at": work.clock.now()}
        work.scope(filed.acme.id).insert_many(MemberRecord, [row])

    async def write() -> tuple[Any, str]:
        jot = filed.ground.database.jot
        for number in range(ALONE_GROUPS if is_alone else 0):
            await jot(_made(f"number-{number}"))
        (failure,) = await asyncio.gather(jot(join_nobody), return_exceptions=True)
        return failure, await jot(_made("next"))

    failure, after = asyncio.run(write())
    assert isinstance(failure, sqlite3.IntegrityError)
    assert after == "next"
    assert "next" in _slugs(filed)


def test_short_writes_wait_for_a_long_one_without_stopping_the_loop(filed: World) -> None:
    started, go_on = threading.Event(), threading.Event()

    def hold(work: Work) -> None:
        started.set()
        assert go_on.wait(30)

    async def write() -> bool:
        long = asyncio.create_task(filed.ground.database.write(hold))
        assert await asyncio.to_thread(started.wait, 30)
        short = asyncio.create_task(filed.ground.database.jot(_made("one")))
        await asyncio.sleep(0)  # the loop turns: were it stopped, nobody could let the long write go on
        was_done = short.done()
        go_on.set()
        await asyncio.gather(long, short)
        return was_done

    assert not asyncio.run(write())
    assert "one" in _slugs(filed)


@pytest.mark.parametrize(("looks", "thread"), [(1_000_000, threading.main_thread().name), (0, "alloy-db-writer")])
def test_short_writes_stay_on_the_loop_when_the_thread_is_done_in_a_moment_and_go_there_otherwise(
    filed: World, monkeypatch: pytest.MonkeyPatch, looks: int, thread: str
) -> None:
    monkeypatch.setattr("app.base.db.jotter.LOOKS", looks)
    started, go_on = threading.Event(), threading.Event()
    threads: list[str] = []

    def hold(work: Work) -> None:
        started.set()
        assert go_on.wait(30)

    async def write() -> None:
        long = asyncio.ensure_future(filed.ground.database.write(hold))
        assert await asyncio.to_thread(started.wait, 30)
        short = asyncio.ensure_future(filed.ground.database.jot(_noting("one", threads)))
        for _ in range(5):
            await asyncio.sleep(0)
        assert threads == []
        go_on.set()
        await asyncio.gather(long, short)

    asyncio.run(write())
    assert threads == [thread]
    assert "one" in _slugs(filed)


def test_short_writes_wait_for_another_process_without_stopping_the_loop(filed: World) -> None:
    other = sqlite3.connect(str(filed.ground.database.engines.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        short = asyncio.create_task(filed.ground.database.jot(_made("one")))
        await asyncio.sleep(0)
        other.execute("COMMIT")
        await short

    asyncio.run(write())
    other.close()
    assert "one" in _slugs(filed)


def test_what_waits_for_the_commit_runs_after_it_and_its_failure_is_told(filed: World) -> None:
    seen: list[bool] = []

    def good(work: Work) -> None:
        ensure_tenant(work, name="one", slug="one")
        work.after_commit.append(lambda: seen.append("one" in _slugs(filed)))

    def bad(work: Work) -> None:
        ensure_tenant(work, name="two", slug="two")
        work.after_commit.append(lambda: [][1])

    async def write() -> list[Any]:
        return list(await asyncio.gather(filed.ground.database.jot(good), filed.ground.database.jot(bad), return_exceptions=True))

    assert [type(outcome).__name__ for outcome in asyncio.run(write())] == ["NoneType", "IndexError"]
    assert seen == [True]
    assert "two" in _slugs(filed)


def test_a_commit_that_fails_is_told_to_its_whole_group_and_to_nobody_after_it(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 60.0)

    def break_it(work: Work) -> None:
        work.inspect(lambda connection: connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON"))
        row = ("1", "nowhere", "nobody", "viewer", 1, "2026-01-01")
        insert = "INSERT INTO access_member (id, tenant_id, user_id, role, version, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        work.inspect(lambda connection: connection.exec_driver_sql(insert, row))

    async def write() -> list[Any]:
        jot = filed.ground.database.jot
        group = await asyncio.gather(jot(_made("one")), jot(break_it), return_exceptions=True)
        return [*group, await jot(_made("two"))]

    first, second, third = asyncio.run(write())
    assert isinstance(first, IntegrityError)
    assert isinstance(second, IntegrityError)
    assert third == "two"
    assert "one" not in _slugs(filed)


def test_a_group_without_any_session_is_committed_or_told_of_its_failure_just_the_same(filed: World) -> None:
    ids = filed.ground.ids

    def join(user_id: UUID) -> Callable[[Work], None]:
        def write(work: Work) -> None:
            driver_of(work.inspect(lambda connection: connection)).execute("PRAGMA defer_foreign_keys = ON").close()
            row = {"id": ids.new(), "tenant_id": filed.acme.id, "user_id": user_id, "role": "viewer", "version": 1}
            work.scope(filed.acme.id).insert_many(MemberRecord, [{**row, "created_at": work.clock.now()}])

        return write

    async def write() -> list[Any]:
        jot, known = filed.ground.database.jot, filed.mallory.user.id
        return [*await asyncio.gather(jot(join(ids.new())), return_exceptions=True), await jot(join(known))]

    first, second = asyncio.run(write())
    assert isinstance(first, sqlite3.IntegrityError)
    assert second is None
    members = filed.read(filed.owner, lambda work, actor: work.scope(actor.tenant_id).all(work.scope(actor.tenant_id).select(MemberRecord)))
    assert filed.mallory.user.id in {row.user_id for row in members}


def _lose_the_transaction(work: Work) -> None:
    """What SQLite does by itself when the disk is full."""
    work.inspect(lambda connection: connection.exec_driver_sql("ROLLBACK"))


def test_a_transaction_lost_on_the_way_fails_all_before_it_and_nobody_after_it(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 60.0)

    async def write() -> list[Any]:
        jot = filed.ground.database.jot
        return list(await asyncio.gather(jot(_made("one")), jot(_lose_the_transaction), jot(_made("two")), return_exceptions=True))

    first, second, third = asyncio.run(write())
    assert isinstance(first, GroupLost)
    assert isinstance(second, GroupLost)
    assert third == "two"
    assert _slugs(filed) >= {"two"}
    assert "one" not in _slugs(filed)


def test_the_writing_thread_goes_on_after_a_lost_transaction(filed: World) -> None:
    with pytest.raises(GroupLost):
        filed.ground.database.write_now(_lose_the_transaction)
    filed.ground.database.write_now(_made("one"))
    asyncio.run(filed.ground.database.jot(_made("two")))
    assert {"one", "two"} <= _slugs(filed)


class _Torn(BaseException):
    """What no write should raise, and no handler of errors expects."""


def _no_group(connection: object, lately: object, revisions: object) -> None:
    raise MemoryError


def _tear(work: Work) -> None:
    ensure_tenant(work, name="lost", slug="lost")
    raise _Torn


def test_what_no_handler_expects_is_its_callers_and_keeps_nobody_from_writing(filed: World) -> None:
    async def write() -> tuple[list[Any], set[str]]:
        jot = filed.ground.database.jot
        return list(await asyncio.gather(jot(_made("one")), jot(_tear), jot(_made("two")), return_exceptions=True)), _slugs(filed)

    outcomes, seen = asyncio.run(write())
    assert [type(outcome) for outcome in outcomes] == [str, _Torn, str]
    assert {"one", "two"} <= seen
    assert "lost" not in seen


def test_a_group_that_cannot_be_made_is_told_to_all_and_keeps_nobody_from_writing(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def write() -> tuple[list[Any], str]:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        jot = filed.ground.database.jot
        with monkeypatch.context() as broken:
            broken.setattr("app.base.db.jotter.Group", _no_group)
            lost = list(await asyncio.gather(jot(_made("one")), jot(_made("two")), return_exceptions=True))
        return lost, await jot(_made("three"))

    lost, after = asyncio.run(write())
    assert [type(outcome) for outcome in lost] == [GroupLost, GroupLost]
    assert after == "three"
    assert _slugs(filed).isdisjoint({"one", "two"})


def test_the_writing_thread_outlives_what_no_handler_expects(filed: World) -> None:
    with pytest.raises(_Torn):
        asyncio.run(filed.ground.database.write(_tear))
    assert asyncio.run(filed.ground.database.write(_made("next"))) == "next"
    assert "lost" not in _slugs(filed)


def test_a_short_write_that_cannot_begin_on_the_loop_goes_to_the_thread(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    jotters = filed.ground.database.engines.jotter
    assert jotters is not None
    monkeypatch.setattr(jotters, "connect", lambda: (_ for _ in ()).throw(OSError("no descriptor left")))
    assert asyncio.run(filed.ground.database.jot(_made("one"))) == "one"
    assert "one" in _slugs(filed)


def test_a_group_that_has_kept_the_loop_long_enough_leaves_the_rest_to_the_next(filed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.base.db.jotter.LONGEST_SECONDS", 0.0)
    order: list[str] = []

    async def write() -> None:
        async def one(slug: str) -> None:
            await filed.ground.database.jot(_made(slug))
            order.append(slug)
            assert _slugs(filed).isdisjoint({"one", "two", "three"} - set(order))

        await asyncio.gather(one("one"), one("two"), one("three"))

    asyncio.run(write())
    assert order == ["one", "two", "three"]


def test_too_many_are_refused_with_a_time_to_come_back(filed: World) -> None:
    async def write() -> list[Any]:
        jot = filed.ground.database.jot
        return await asyncio.gather(*(jot(_made(f"number-{number}")) for number in range(4)), return_exceptions=True)

    *accepted, refused = asyncio.run(write())
    assert accepted == ["number-0", "number-1", "number-2"]
    assert isinstance(refused, LimitExceeded)
    assert refused.details["retry_after_seconds"] == 1


def test_one_that_is_cancelled_while_it_waits_is_not_carried_out(filed: World) -> None:
    async def write() -> None:
        task = asyncio.create_task(filed.ground.database.jot(_made("gone")))
        asyncio.get_running_loop().call_soon(task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task
        await filed.ground.database.jot(_made("one"))

    asyncio.run(write())
    assert "one" in _slugs(filed)
    assert "gone" not in _slugs(filed)


def test_a_look_after_a_short_write_sees_what_it_changed(filed: World) -> None:
    async def look() -> int:
        return await filed.ground.database.glance(lambda work: work.revision("access"))

    async def write() -> tuple[int, int, int]:
        before = await look()
        await filed.ground.database.jot(lambda work: work.bump("access"))
        after = await look()
        filed.ground.database.write_now(lambda work: work.bump("access"))
        return before, after, await look()

    assert len(set(asyncio.run(write()))) == 3


def test_looks_of_one_turn_share_what_was_read_and_the_next_turn_reads_anew(filed: World) -> None:
    other = sqlite3.connect(str(filed.ground.database.engines.url.database), isolation_level=None)

    async def look() -> list[int]:
        glance = filed.ground.database.glance
        found = [await glance(lambda work: work.revision("access"))]
        other.execute("UPDATE base_revision SET number = number + 1 WHERE name = 'access'")
        found.append(await glance(lambda work: work.revision("access")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        found.append(await glance(lambda work: work.revision("access")))
        return found

    first, same_turn, next_turn = asyncio.run(look())
    other.close()
    assert first == same_turn
    assert next_turn == first + 1


def test_in_memory_short_writes_are_like_all_others() -> None:
    with open_world() as world:
        asyncio.run(world.ground.database.jot(_made("one")))
        rows = world.ground.database.read_now(lambda work: work.platform.all(work.platform.select(TenantRecord)))
        assert "one" in {row.slug for row in rows}
