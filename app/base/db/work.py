"""The unit of work: one transaction with the time, the ids and the correlation id it happens under.

Services take it and never commit; the edge that opened it does, once.
"""

import secrets
from collections.abc import Callable, Hashable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from app.base.clock import Clock
from app.base.db.lane import Lane
from app.base.db.recollection import Recollection
from app.base.db.scope import Scope
from app.base.errors import InternalError
from app.base.ids import Ids

T = TypeVar("T")
_REVISION_BITS = 62

_BUMP = {
    "sqlite": "UPDATE base_revision SET number = ? WHERE name = ?",
    "postgresql": "UPDATE base_revision SET number = %s WHERE name = %s",
}
_RENEW = {
    "sqlite": "INSERT INTO base_revision (number, name) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
    "postgresql": "INSERT INTO base_revision (number, name) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
}


_SIZE = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


class Work:
    """What a verb needs to read and change data within one transaction."""

    __slots__ = ("_lane", "_recollection", "after_commit", "clock", "correlation_id", "ids")

    def __init__(self, lane: Lane, clock: Clock, ids: Ids, correlation_id: str, recollection: Recollection | None = None) -> None:
        self._lane = lane
        self._recollection = recollection
        self.clock = clock
        self.ids = ids
        self.correlation_id = correlation_id
        self.after_commit: list[Callable[[], None]] = []
        """Called once the transaction is durable, in order; not called when it fails."""

    def scope(self, tenant_id: UUID) -> Scope:
        """Statements about the rows of one tenant."""
        return Scope(self._lane, tenant_id)

    @property
    def _dialect(self) -> str:
        return self._lane.connection.dialect.name

    @property
    def platform(self) -> Scope:
        """Statements above tenants, for sign-in and set-up. Every use is a place to review."""
        return Scope(self._lane, None)

    def ping(self) -> None:
        """Reach the database and come back, for health checks."""
        self._lane.connection.exec_driver_sql("SELECT 1").scalar_one()

    def touch(self) -> None:
        """Write one row that means nothing, for health checks."""
        changed = self._lane.connection.exec_driver_sql("UPDATE base_heartbeat SET beats = beats + 1 WHERE id = 1").rowcount
        if changed != 1:
            raise InternalError("the heartbeat row is missing")

    def size_bytes(self) -> int:
        """How much room the database takes, with its indexes and with pages that are free at present."""
        return int(self._lane.connection.exec_driver_sql(_SIZE[self._dialect]).scalar_one())

    def inspect(self, look: Callable[[Connection], T]) -> T:
        """What `look` finds on the bare connection, for schema checks alone: no tenant guards hold there."""
        return look(self._lane.connection)

    def revision(self, name: str) -> int:
        """A number that `bump(name)` replaces: what was remembered under another number is out of date."""
        return self._lane.revision(name)

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
        self._lane.forget_revisions()
        changed = self._lane.connection.exec_driver_sql(_BUMP[self._dialect], (number, name)).rowcount
        if changed != 1:
            raise InternalError(f"there is no revision named {name}")

    def renew(self, name: str) -> None:
        """`bump` for a name that comes up while the program runs, such as one for each tenant; without a row its revision is 0."""
        self._lane.forget_revisions()
        self._lane.connection.exec_driver_sql(_RENEW[self._dialect], (secrets.randbits(_REVISION_BITS), name))
