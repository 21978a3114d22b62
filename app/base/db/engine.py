"""Engines: how connections to SQLite and PostgreSQL are opened and set up.

SQLite gets one writing connection and several that can only read; PostgreSQL gets one pool for both.
Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from app.base.db.unavailable import DatabaseUnavailable, told_plainly
from app.base.settings import Settings

BEGIN_TO_WRITE: Final = "BEGIN IMMEDIATE"
CARRY_OVER: Final = "PRAGMA wal_checkpoint(PASSIVE)"
"""Waits for nobody, and nobody waits for it; a connection that can only read may do it as well."""
_WRITE_AHEAD: Final = "PRAGMA journal_mode = WAL"
_CHECKPOINT_PAGES: Final = 1_000
"""From so many pages in the journal on, a commit carries them over into the database, which takes milliseconds. SQLite's default."""
_MOST_JOURNAL_PAGES: Final = 16_384
"""Short writes leave that to the writing thread, which has read models to bring up to date behind them; up to so many pages."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def text_of(document: object) -> str:
    """A JSON document as text, several times as fast as the standard library makes it."""
    try:
        return _encode(document).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can hold
        return json.dumps(document, separators=(",", ":"))


def _document_of(text: str) -> Any:
    """The JSON document that a text holds."""
    try:
        return _decode(text)
    except msgspec.DecodeError:  # as above
        return json.loads(text)


_JSON: dict[str, Any] = {"json_serializer": text_of, "json_deserializer": _document_of}


@dataclass(frozen=True, slots=True)
class Engines:
    """The engine to read with and the engine to write with; the same one where the database needs no split."""

    reader: Engine
    writer: Engine
    url: URL
    jotter: Engine | None = None
    """Writes like `writer`, but refuses at once where that would wait for another process; only files of SQLite have one."""

    @property
    def is_sqlite(self) -> bool:
        """Whether writes are serialised by us."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def is_memory(self) -> bool:
        """Whether there is one connection only, shared by everything."""
        return self.is_sqlite and self.url.database in (None, "", ":memory:")

    def dispose(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()
        if self.jotter is not None:
            self.jotter.dispose()


def driver_of(connection: Connection) -> Any:
    """The driver's own connection, for statements in every request: SQLAlchemy's layers would cost ten times the statement."""
    return connection.connection.dbapi_connection


def open_engines(settings: Settings) -> Engines:
    """Engines for the configured database; makes the directory of a SQLite file.

    Raises:
        DatabaseUnavailable: the URL names none that could be, or no file of SQLite's that can be written. A server isn't asked yet.
    """
    try:
        url = make_url(settings.database_url)
    except (ArgumentError, ValueError):  # the text is left out: a password may be in it
        raise DatabaseUnavailable("ALLOY_DATABASE_URL is no URL: write sqlite:///path or postgresql://user@host/name.") from None
    if url.get_backend_name() == "sqlite":
        with told_plainly(url):
            return _open_sqlite(url.set(drivername="sqlite"), settings)
    if url.get_backend_name() != "postgresql":
        raise DatabaseUnavailable(f"ALLOY_DATABASE_URL must start with sqlite:/// or postgresql://, not {url.drivername}://.")
    url = url.set(drivername="postgresql+psycopg")
    pool_size = settings.database_readers * 2
    engine = create_engine(url, **_JSON, pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    return Engines(engine, engine, url)


def _open_sqlite(url: URL, settings: Settings) -> Engines:
    if url.database is None or url.database in ("", ":memory:"):
        engine = create_engine(url, **_JSON, poolclass=StaticPool, connect_args={"check_same_thread": False})
        _set_up_sqlite(engine, settings.database_busy_ms, begin="BEGIN", read_only=False)
        return Engines(engine, engine, url)
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    _keep_journal(url.database, settings.database_busy_ms)
    # A connection may be opened by one thread and closed by another at shutdown; never is it used by two at a time.
    connect = {"check_same_thread": False}
    writer = create_engine(url, **_JSON, poolclass=QueuePool, pool_size=1, max_overflow=1, connect_args=connect)
    reader = create_engine(url, **_JSON, poolclass=QueuePool, pool_size=settings.database_readers, max_overflow=2, connect_args=connect)
    jotter = create_engine(url, **_JSON, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=connect)
    _set_up_sqlite(writer, settings.database_busy_ms, begin=BEGIN_TO_WRITE, read_only=False)
    _set_up_sqlite(jotter, 0, begin=BEGIN_TO_WRITE, read_only=False, checkpoint_pages=_MOST_JOURNAL_PAGES)
    _set_up_sqlite(reader, settings.database_busy_ms, begin="BEGIN", read_only=True)
    return Engines(reader, writer, url, jotter)


def _keep_journal(path: str, busy_ms: int) -> None:
    """Have the file written ahead from now on, before several connections ask for that at once: they wouldn't wait for each other.

    A file that Alloy made is so already; one put back from a backup may not be.
    """
    with closing(sqlite3.connect(path, timeout=busy_ms / 1000)) as connection:
        connection.execute(_WRITE_AHEAD)


def _set_up_sqlite(engine: Engine, busy_ms: int, *, begin: str, read_only: bool, checkpoint_pages: int = _CHECKPOINT_PAGES) -> None:
    pragmas = [
        f"PRAGMA busy_timeout = {busy_ms}",
        _WRITE_AHEAD,
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA cache_size = -16384",
        "PRAGMA temp_store = MEMORY",
        f"PRAGMA wal_autocheckpoint = {checkpoint_pages}",
    ]
    if read_only:
        pragmas.append("PRAGMA query_only = ON")

    def connect(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own transaction handling would begin late and deferred; ours says which kind, at once.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(pragma).close()

    def start(connection: Connection) -> None:
        # On the driver itself: this is in every unit of work, and SQLAlchemy's layers would cost ten times the statement.
        driver = driver_of(connection)
        if not driver.in_transaction:  # a reader's kept connection, or the event loop's, has begun before SQLAlchemy hears of it
            driver.execute(begin).close()

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", start)
