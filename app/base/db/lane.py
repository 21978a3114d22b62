"""What one unit of work goes through to the database: a bare connection, and a session over it for whoever needs one.

Opening and closing a session costs several times what a prepared statement does, so on SQLite there is none until a verb asks for it.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Dialect
from sqlalchemy.orm import Session

from app.base.db.engine import driver_of

_REVISION_OF: Final = {
    "sqlite": "SELECT number FROM base_revision WHERE name = ?",
    "postgresql": "SELECT number FROM base_revision WHERE name = %s",
}
_REVISIONS_OF: Final = "SELECT name, number FROM base_revision WHERE name IN ({})"
_ASKED_TOGETHER: Final = 8


class Lane:
    """A transaction that was begun. Prepared statements take its connection, all others its session; both see the same data."""

    __slots__ = ("_connection", "_dialect", "_driver", "_open", "_session", "has_row_security")

    def __init__(
        self, open_session: Callable[[], Session], connection: Connection | None = None, *, has_row_security: bool = False
    ) -> None:
        self._open = open_session
        self._connection = connection
        self._session: Session | None = None
        self._driver: Any = None
        self._dialect: Dialect | None = None
        self.has_row_security = has_row_security

    @property
    def session(self) -> Session:
        """The session, opened by the first who asks."""
        if self._session is None:
            self._session = self._open()
        return self._session

    @property
    def connection(self) -> Connection:
        """The connection, in its transaction."""
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection

    @property
    def driver(self) -> Any:
        """The driver's own connection."""
        if self._driver is None:
            self._driver = driver_of(self.connection)
        return self._driver

    @property
    def dialect(self) -> Dialect:
        """Of the database."""
        if self._dialect is None:
            self._dialect = self.connection.dialect
        return self._dialect

    def revision(self, name: str) -> int:
        """The number under a name; 0 if there is none."""
        found = self.driver.execute(_REVISION_OF[self.dialect.name], (name,)).fetchone()
        return int(found[0]) if found is not None else 0

    def forget_revisions(self) -> None:
        """Some have been given other numbers."""

    def commit(self) -> None:
        """Write what the session holds, if there is one."""
        if self._session is not None:
            self._session.commit()

    def close(self) -> None:
        """Let go of the session, if there is one; what it didn't commit is undone."""
        if self._session is not None:
            self._session.close()


class AskedLately:
    """Names of revisions that were asked for lately: whoever asks for one will want the others, which one statement fetches with it."""

    __slots__ = ("_names", "_statement")

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._statement = ""

    def fetch(self, driver: Any) -> dict[str, int]:
        """The numbers under all of them; 0 where there is none."""
        if not self._names:
            return {}
        found = dict.fromkeys(self._names, 0)
        found.update(driver.execute(self._statement, self._names).fetchall())
        return found

    def note(self, name: str) -> None:
        """Fetch this one together with the others from now on."""
        if name in self._names:
            return
        self._names = (*self._names[1 - _ASKED_TOGETHER :], name)
        self._statement = _REVISIONS_OF.format(",".join("?" * len(self._names)))


class WriterLane(Lane):
    """One write of a group. The group's transaction locks everybody else out, so a revision changes by its own hand alone.

    `revisions` may hold what was asked for in earlier groups, if nobody has written since (`KnownRevisions`).
    """

    __slots__ = ("_lately", "_revisions")

    def __init__(self, open_session: Callable[[], Session], connection: Connection, revisions: dict[str, int], lately: AskedLately) -> None:
        super().__init__(open_session, connection)
        self._revisions = revisions
        self._lately = lately

    def revision(self, name: str) -> int:
        """The number under a name, asked once for each group or less."""
        if not self._revisions:
            self._revisions.update(self._lately.fetch(self.driver))
        known = self._revisions.get(name)
        if known is None:
            known = self._revisions[name] = super().revision(name)
            self._lately.note(name)
        return known

    def forget_revisions(self) -> None:
        """Some have been given other numbers."""
        self._revisions.clear()


class KeptConnection:
    """A reader's connection that stays open between reads: taking one from the pool costs more than most reads.

    Most reads ask for a few revisions and find that what is remembered holds. The names asked for lately are fetched together, in one
    statement that needs no transaction; the transaction begins with the first other statement. So what is found is as new as the
    revision it is remembered under, or newer, never older.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.driver = driver_of(connection)
        self.lately = AskedLately()

    def close(self) -> None:
        """Give the connection back to its pool."""
        self.connection.close()


class ReaderLane(Lane):
    """One read on a kept connection. `revisions` are those that are known already; what is asked for is entered there."""

    __slots__ = ("_kept", "_revisions")

    def __init__(self, open_session: Callable[[], Session], kept: KeptConnection, revisions: dict[str, int]) -> None:
        super().__init__(open_session, kept.connection)
        self._kept = kept
        self._revisions = revisions

    @property
    def session(self) -> Session:
        """The session, in the transaction."""
        self._begin()
        return super().session

    @property
    def connection(self) -> Connection:
        """The connection, in the transaction."""
        self._begin()
        return super().connection

    @property
    def driver(self) -> Any:
        """The driver's own connection, in the transaction."""
        self._begin()
        return self._kept.driver

    def revision(self, name: str) -> int:
        """The number under a name."""
        known = self._revisions.get(name)
        if known is not None:
            return known
        if not self._kept.driver.in_transaction:
            self._revisions.update(self._kept.lately.fetch(self._kept.driver))
            known = self._revisions.get(name)
            if known is not None:
                return known
            self._kept.lately.note(name)
        number = self._revisions[name] = super().revision(name)
        return number

    def close(self) -> None:
        """End the transaction, if one was begun."""
        super().close()
        if self._kept.driver.in_transaction:
            self._kept.driver.rollback()

    def _begin(self) -> None:
        if not self._kept.driver.in_transaction:
            self._kept.driver.execute("BEGIN")
