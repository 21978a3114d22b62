"""The unit of work: one transaction with the time, the ids and the correlation id it happens under.

Services take it and never commit; the edge that opened it does, once.
"""

import secrets
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.base.clock import Clock
from app.base.db.recollection import Recollection
from app.base.db.scope import Scope
from app.base.errors import InternalError
from app.base.ids import Ids

T = TypeVar("T")
_REVISION_BITS = 62

_REVISION_OF = {
    "sqlite": "SELECT number FROM base_revision WHERE name = ?",
    "postgresql": "SELECT number FROM base_revision WHERE name = %s",
}
_BUMP = {
    "sqlite": "UPDATE base_revision SET number = ? WHERE name = ?",
    "postgresql": "UPDATE base_revision SET number = %s WHERE name = %s",
}


class Work:
    """What a verb needs to read and change data within one transaction."""

    __slots__ = ("_dialect", "_recollection", "_session", "after_commit", "clock", "correlation_id", "ids")

    def __init__(self, session: Session, clock: Clock, ids: Ids, correlation_id: str, recollection: Recollection | None = None) -> None:
        self._session = session
        self._recollection = recollection
        self._dialect = session.get_bind().dialect.name
        self.clock = clock
        self.ids = ids
        self.correlation_id = correlation_id
        self.after_commit: list[Callable[[], None]] = []
        """Called once the transaction is durable, in order; not called when it fails."""

    def scope(self, tenant_id: UUID) -> Scope:
        """Statements about the rows of one tenant."""
        return Scope(self._session, tenant_id)

    @property
    def platform(self) -> Scope:
        """Statements above tenants, for sign-in and set-up. Every use is a place to review."""
        return Scope(self._session, None)

    def ping(self) -> None:
        """Reach the database and come back, for health checks."""
        self._session.connection().exec_driver_sql("SELECT 1").scalar_one()

    def touch(self) -> None:
        """Write one row that means nothing, for health checks."""
        changed = self._session.connection().exec_driver_sql("UPDATE base_heartbeat SET beats = beats + 1 WHERE id = 1").rowcount
        if changed != 1:
            raise InternalError("the heartbeat row is missing")

    def inspect(self, look: Callable[[Connection], T]) -> T:
        """What `look` finds on the bare connection, for schema checks alone: no tenant guards hold there."""
        return look(self._session.connection())

    def revision(self, name: str) -> int:
        """A number that `bump(name)` replaces: what was remembered under another number is out of date."""
        # On the driver itself: this runs in every request, and SQLAlchemy's layers would cost ten times the query.
        driver: Any = self._session.connection().connection.dbapi_connection
        found = driver.execute(_REVISION_OF[self._dialect], (name,)).fetchone()
        return int(found[0]) if found is not None else 0

    def recall(self, name: str, key: Hashable, find: Callable[[], T]) -> T:
        """What `find` found when it was last asked under this revision, in any unit of work that only reads.

        One that may write always asks: what it sees may be its own doing, and may never become true.
        """
        if self._recollection is None:
            return find()
        return self._recollection.recall(name, self.revision(name), key, find)

    def bump(self, name: str) -> None:
        """Make everything remembered under `name` out of date, in every process, when this transaction commits."""
        # Random, not counted up: a number seen in a transaction that then failed must never come again with another meaning.
        number = secrets.randbits(_REVISION_BITS)
        changed = self._session.connection().exec_driver_sql(_BUMP[self._dialect], (number, name)).rowcount
        if changed != 1:
            raise InternalError(f"there is no revision named {name}")
