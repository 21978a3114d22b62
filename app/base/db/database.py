"""The two paths to the database: `read` and `write`, each running a function over a unit of work in a thread.

On SQLite all writes of a process go through one thread. It gives each its own savepoint and lets those that wait share one commit,
so a disk flush is paid once for many and no write ever waits for a lock held by a neighbour in the same process.
On PostgreSQL writes are transactions of a pool. Either way the caller learns of success only after the commit.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from app.base.clock import Clock
from app.base.db.engine import CARRY_OVER, Engines, driver_of, open_engines
from app.base.db.jotter import Jotter
from app.base.db.lane import KeptConnection, Lane, ReaderLane
from app.base.db.recollection import Recollection
from app.base.db.scope import GuardedSession
from app.base.db.work import Work
from app.base.db.writer import GroupWriter
from app.base.errors import AlloyError
from app.base.ids import Ids
from app.base.settings import Settings
from app.base.telemetry.logs import correlation_id

T = TypeVar("T")


class _Turn:
    """One turn of an event loop, and the revisions that were read in it.

    All that runs in a turn was under way when it began, so nothing in it can have been caused by a change that came after its first look:
    for all of it one look is enough.
    """

    __slots__ = ("loop", "revisions")

    def __init__(self, loop: asyncio.AbstractEventLoop, revisions: dict[str, int]) -> None:
        self.loop = loop
        self.revisions = revisions


class Database:
    """Runs verbs in transactions. One per process; close it at the end."""

    def __init__(self, settings: Settings, clock: Clock, ids: Ids) -> None:
        self.engines: Engines = open_engines(settings)
        self._clock = clock
        self._ids = ids
        self._recollection = Recollection()
        self._idle: list[KeptConnection] = []
        self._turn: _Turn | None = None
        self._glances = self.engines.is_sqlite and not self.engines.is_memory
        # One connection can't be used by two threads: an in-memory database reads and writes on the writer's.
        self._writer = GroupWriter(self.engines.writer, settings) if self.engines.is_sqlite else None
        self._jotter = Jotter(self.engines.jotter, settings, self._writer) if self._writer and self.engines.jotter else None
        self._threads = ThreadPoolExecutor(
            max_workers=settings.database_readers if self.engines.is_sqlite else settings.database_readers * 2,
            thread_name_prefix="alloy-db",
        )

    async def read(self, verb: Callable[[Work], T]) -> T:
        """What `verb` finds; it can't change anything."""
        return await asyncio.wrap_future(self._submit_read(verb))

    async def glance(self, verb: Callable[[Work], T]) -> T:
        """`read` for verbs that fetch at most a page of rows by an index: on SQLite without the detour over a thread.

        Such a read takes a fraction of a millisecond, all of it under the interpreter's lock, so a thread would add two switches and
        take no load off the event loop. Measured at 16 connections: see decision 0005.
        """
        if self._glances:
            return self._read_kept(verb, correlation_id(), self._revisions_of_turn())
        return await self.read(verb)

    async def write(self, verb: Callable[[Work], T]) -> T:
        """What `verb` returns, after its changes are durable. An exception from it undoes them all."""
        return await asyncio.wrap_future(self._submit_write(verb))

    async def jot(self, verb: Callable[[Work], T]) -> T:
        """`write` for verbs that write a few rows of moderate size by key: on a SQLite file without the detour over a thread.

        The verb may be carried out twice, if a write that shares its transaction fails; what the first time changed is undone then. So it
        must change nothing but the database. Measured at 16 connections: see decisions 0024 and 0027.
        """
        if self._jotter is None:
            return await self.write(verb)
        correlation = correlation_id()
        return await self._jotter.submit(lambda lane: self._run(verb, lane, correlation))

    async def carry_journal_over(self) -> None:
        """Copy what SQLite wrote ahead into the database beside readers and writers, as far as nobody needs the old pages.

        The next commit of the writing thread ends it: only a checkpoint that finds the whole journal copied can begin it anew.
        """
        if self.engines.is_sqlite and not self.engines.is_memory:
            await asyncio.wrap_future(self._threads.submit(self._carry_journal_over))

    def read_now(self, verb: Callable[[Work], T]) -> T:
        """`read` for code outside the event loop: commands and tests."""
        return self._submit_read(verb).result()

    def write_now(self, verb: Callable[[Work], T]) -> T:
        """`write` for code outside the event loop: commands and tests."""
        try:
            return self._submit_write(verb).result()
        finally:
            self._turn = None  # a loop whose turn this interrupted goes on behind the write

    def close(self) -> None:
        """Finish what was accepted, then close every connection."""
        if self._jotter is not None:
            self._jotter.close()
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()
        self.engines.dispose()

    def _submit_read(self, verb: Callable[[Work], T]) -> "Future[T]":
        correlation = correlation_id()
        if self._writer is not None and self.engines.is_memory:
            return self._enqueue(self._writer, verb, correlation)
        return self._threads.submit(self._read, verb, correlation)

    def _submit_write(self, verb: Callable[[Work], T]) -> "Future[T]":
        correlation = correlation_id()
        if self._writer is not None:
            return self._enqueue(self._writer, verb, correlation)
        return self._threads.submit(self._write, verb, correlation)

    def _enqueue(self, writer: GroupWriter, verb: Callable[[Work], T], correlation: str) -> "Future[T]":
        return writer.submit(lambda lane: self._run(verb, lane, correlation))

    def _run(
        self, verb: Callable[[Work], T], lane: Lane, correlation: str, recollection: Recollection | None = None
    ) -> tuple[T, list[Callable[[], None]]]:
        work = Work(lane, self._clock, self._ids, correlation, recollection)
        return verb(work), work.after_commit

    def _read(self, verb: Callable[[Work], T], correlation: str) -> T:
        if self.engines.is_sqlite:
            return self._read_kept(verb, correlation, {})
        with GuardedSession(self.engines.reader, autoflush=False, expire_on_commit=False) as session:
            return self._run(verb, _lane_of(session), correlation, self._recollection)[0]

    def _revisions_of_turn(self) -> dict[str, int]:
        loop, turn = asyncio.get_running_loop(), self._turn
        if turn is None or turn.loop is not loop:
            turn = self._turn = _Turn(loop, self._jotter.revisions() if self._jotter is not None else {})
            # What stands before this in the loop's queue was caused by something before this moment, and may share the look as well.
            loop.call_soon(self._end_turn)
        return turn.revisions

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None and self._jotter is not None:
            self._jotter.known.want(turn.revisions)

    def _read_kept(self, verb: Callable[[Work], T], correlation: str, revisions: dict[str, int]) -> T:
        kept = self._idle.pop() if self._idle else KeptConnection(self.engines.reader.connect())
        lane = ReaderLane(lambda: GuardedSession(kept.connection, autoflush=False, expire_on_commit=False), kept, revisions)
        is_sound = False
        try:
            result = self._run(verb, lane, correlation, self._recollection)[0]
            is_sound = True
        except AlloyError:
            is_sound = True  # the verb refused; nothing is wrong with the connection
            raise
        finally:
            lane.close()
            if is_sound:
                self._idle.append(kept)
            else:
                kept.close()
        return result

    def _carry_journal_over(self) -> None:
        with self.engines.reader.connect() as connection:
            driver_of(connection).execute(CARRY_OVER).close()

    def _write(self, verb: Callable[[Work], T], correlation: str) -> T:
        with GuardedSession(self.engines.writer, autoflush=False, expire_on_commit=False) as session:
            result, after_commit = self._run(verb, _lane_of(session), correlation)
            session.commit()
        for callback in after_commit:
            callback()
        return result


def _lane_of(session: GuardedSession) -> Lane:
    """A session of PostgreSQL's, with its rows guarded below us as well."""
    session.info["row_level_security"] = True
    return Lane(lambda: session, has_row_security=True)
