"""What is remembered holds as long as its revision does, and never what a write only tried."""

from collections.abc import Callable

import pytest

from app.base.db import Database, Work
from app.base.db.recollection import Recollection
from app.testing import World


def _counting() -> tuple[Callable[[], int], list[int]]:
    asked: list[int] = []

    def find() -> int:
        asked.append(len(asked))
        return len(asked)

    return find, asked


def test_what_was_found_is_not_asked_for_again_under_the_same_revision() -> None:
    memory, (find, asked) = Recollection(), _counting()
    assert [memory.recall("access", 1, "key", find) for _ in range(3)] == [1, 1, 1]
    assert len(asked) == 1


def test_another_revision_another_key_or_another_name_asks_again() -> None:
    memory, (find, _asked) = Recollection(), _counting()
    wanted = [("access", 1, "key"), ("access", 1, "other"), ("scripts", 1, "key"), ("access", 2, "key"), ("access", 1, "key")]
    assert [memory.recall(name, revision, key, find) for name, revision, key in wanted] == [1, 2, 3, 4, 5]


def test_nothing_found_is_remembered_too() -> None:
    memory: Recollection = Recollection()
    found = iter([None, "late"])
    assert [memory.recall("access", 1, "key", lambda: next(found)) for _ in range(2)] == [None, None]


def test_it_holds_only_so_much() -> None:
    memory, (find, asked) = Recollection(), _counting()
    for key in range(10_001):
        memory.recall("access", 1, key, find)
    memory.recall("access", 1, 0, find)
    assert len(asked) == 10_002


def _read(database: Database, find: Callable[[], int]) -> int:
    return database.read_now(lambda work: work.recall("access", "key", find))


def test_readers_remember_until_a_bump_is_durable(world: World) -> None:
    database, (find, _asked) = world.ground.database, _counting()
    assert [_read(database, find), _read(database, find)] == [1, 1]
    database.write_now(lambda work: work.bump("access"))
    assert _read(database, find) == 2


def test_a_write_always_asks_and_leaves_nothing_behind(world: World) -> None:
    database, (find, _asked) = world.ground.database, _counting()

    def fail(work: Work) -> None:
        work.bump("access")
        work.recall("access", "key", lambda: -1)
        raise LookupError

    with pytest.raises(LookupError):
        database.write_now(fail)
    assert database.write_now(lambda work: work.recall("access", "key", find)) == 1
    assert [_read(database, find), _read(database, find)] == [2, 2]
