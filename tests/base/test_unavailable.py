"""Databases that can't be opened are told with the reason and the remedy; our own faults are not."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.base.db.engine import open_engines
from app.base.db.unavailable import DatabaseUnavailable, told_plainly
from app.base.migrate import migrate
from app.testing import World, in_memory_settings

NOBODY_LISTENS = "postgresql://ann:very-secret@127.0.0.1:1/alloy"


def opened(url: str, busy_ms: int = 0) -> None:
    """Opens and migrates, as a start does."""
    engines = open_engines(in_memory_settings(database_url=url, database_busy_ms=busy_ms))
    try:
        migrate(engines.writer)
    finally:
        engines.dispose()


def folder(path: Path) -> None:
    path.mkdir()


def text_file(path: Path) -> None:
    path.write_text("Dear database,\n" * 100)


def broken_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE other (id INTEGER);"
        )
    data = bytearray(path.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (folder, "unable to open database file", "name a file"),
        (text_file, "file is not a database", "a database that Alloy made"),
        (broken_database, "malformed", "from a backup"),
    ],
)
def test_what_is_no_database_is_told_with_a_remedy(tmp_path: Path, make: Callable[[Path], None], reason: str, remedy: str) -> None:
    path = tmp_path / "alloy.db"
    make(path)
    with pytest.raises(DatabaseUnavailable, match=f"{path} can't be used: .*{reason}.*{remedy}"):
        opened(f"sqlite:///{path}")


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(DatabaseUnavailable, match=f"{tmp_path}/var: File exists"):
        opened(f"sqlite:///{tmp_path}/var/alloy.db")


def test_a_file_that_can_only_be_read_asks_for_the_right_to_write(tmp_path: Path) -> None:
    path = tmp_path / "alloy.db"
    opened(f"sqlite:///{path}")
    with (
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
        pytest.raises(DatabaseUnavailable, match=r"readonly.*write to the file and to its folder"),
        told_plainly(make_url(f"sqlite:///{path}")),
    ):
        connection.execute("CREATE TABLE more (id INTEGER)")


def test_a_database_that_another_process_holds_says_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "alloy.db"
    opened(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match=r"locked.*wait for it or end it"):
            opened(f"sqlite:///{path}")


def test_a_server_that_cannot_be_reached_is_told_without_the_password() -> None:
    with pytest.raises(DatabaseUnavailable, match=r"127\.0\.0\.1.*refused.*See that the server runs") as refused:
        opened(NOBODY_LISTENS)
    assert "very-secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://ann:very-secret@db:port/alloy", "mysql://ann:very-secret@db/alloy"])
def test_a_url_that_can_be_no_database_of_ours_is_told_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"^ALLOY_DATABASE_URL .*sqlite:///.*postgresql://") as refused:
        opened(url)
    assert "very-secret" not in str(refused.value)


def test_a_database_of_a_newer_alloy_is_left_alone(world: World) -> None:
    writer = world.ground.database.engines.writer
    with writer.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('m29990101_base_001_later')"))
    with pytest.raises(DatabaseUnavailable, match=r"m29990101_base_001_later.*a newer one"):
        migrate(writer)


def test_a_fault_of_ours_stays_what_it_is() -> None:
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        told_plainly(make_url("sqlite://")),
    ):
        connection.execute("SELECT * FROM missing")
