"""The one writing thread of a SQLite database, with group commit.

Each write runs in a savepoint of a shared transaction: one that fails undoes only itself. The thread takes what is waiting, up to a limit,
commits once, and only then tells the callers. When nothing else waits it commits at once, so a lone write waits for nobody.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from app.base.db.engine import driver_of
from app.base.db.lane import AskedLately, Lane, WriterLane
from app.base.db.scope import GuardedSession
from app.base.errors import InternalError, LimitExceeded
from app.base.settings import Settings

T = TypeVar("T")
Callbacks = list[Callable[[], None]]


def too_many_writes() -> LimitExceeded:
    """The refusal of a write for which there is no room."""
    return LimitExceeded(
        "Too many changes are waiting to be saved.", "Send this one again in a moment.", details={"retry_after_seconds": 1}
    )


class Turn:
    """Whose turn it is to write in this process: the thread's, or the event loop's, which takes it only when nobody is about to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_wanted = False

    def take(self) -> None:
        """Wait for it; from now on nobody else takes it at once."""
        self._is_wanted = True
        self._lock.acquire()

    @property
    def is_taken(self) -> bool:
        """Whether somebody has it or waits for it; `take_at_once` would fail."""
        return self._is_wanted or self._lock.locked()

    def take_at_once(self) -> bool:
        """Take it if it is free and nobody waits for it."""
        return not self._is_wanted and self._lock.acquire(blocking=False)

    def give_back(self) -> None:
        """Let the next one have it; who took it at once may do so in another thread."""
        self._lock.release()

    def end(self) -> None:
        """Give it back after `take`."""
        self._is_wanted = False
        self._lock.release()


class GroupLost(InternalError):
    """A group's transaction came to its end before its commit: nothing of the group is there any more."""


class GroupSpoilt(Exception):
    """A write without a savepoint failed half way: the group has to be undone as a whole, and begun again with savepoints."""


class Group:
    """One transaction that several writes share."""

    def __init__(self, connection: Connection, lately: AskedLately, revisions: dict[str, int] | None = None) -> None:
        self._connection = connection
        self._driver = driver_of(connection)
        self._lately = lately
        self._revisions: dict[str, int] = {} if revisions is None else revisions

    def venture(self, run: Callable[[Lane], T]) -> T:
        """What a write returns, without a savepoint: that costs half as much as a save's statements, and hardly any write fails.

        If it raises before it has changed anything, the group goes on without it.

        Raises:
            GroupSpoilt: it raised later than that.
            GroupLost: the writes before it are gone as well; nothing of the group may be committed.
        """
        lane = WriterLane(self._session, self._connection, self._revisions, self._lately)
        changes_before = self._driver.total_changes
        try:
            result = run(lane)
            lane.commit()
        except BaseException as error:
            lane.close()
            lane.forget_revisions()
            self._check_lost()
            if self._driver.total_changes != changes_before:
                raise GroupSpoilt from error
            raise
        lane.close()
        self._check_lost()
        return result

    def carry_out(self, run: Callable[[Lane], T]) -> T:
        """What a write returns, in a savepoint. If it raises, nothing of it stays, and the group goes on without it.

        Raises:
            GroupLost: the writes before it are gone as well; nothing of the group may be committed.
        """
        lane = WriterLane(self._session, self._connection, self._revisions, self._lately)
        self._steer("SAVEPOINT one_write")
        try:
            result = run(lane)
            lane.commit()
        except BaseException:
            lane.close()
            lane.forget_revisions()
            self._steer("ROLLBACK TO one_write")
            self._steer("RELEASE one_write")
            raise
        lane.close()
        self._steer("RELEASE one_write")
        return result

    def _check_lost(self) -> None:
        if not self._driver.in_transaction:
            raise GroupLost("the group's transaction has come to its end")

    def _steer(self, statement: str) -> None:
        try:
            self._driver.execute(statement)
        except self._connection.dialect.loaded_dbapi.Error as error:  # a full disk, say, makes SQLite undo the whole transaction
            raise GroupLost(f"the group's transaction was lost: {error}") from error

    def _session(self) -> GuardedSession:
        if not self._connection.in_transaction():
            self._connection.begin()  # for the group: what a session has begun itself, it would commit as well
        return GuardedSession(self._connection, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint")


@dataclass(frozen=True, slots=True)
class _Job:
    run: Callable[[Lane], tuple[Any, Callbacks]]
    future: "Future[Any]"


@dataclass(frozen=True, slots=True)
class _Done:
    future: "Future[Any]"
    result: Any
    callbacks: Callbacks

    def tell(self) -> None:
        """Run what waits for the commit, then answer the caller."""
        try:
            for callback in self.callbacks:
                callback()
        except Exception as error:  # the write is durable; who asked for it still has to hear that its echo failed
            self.future.set_exception(error)
        else:
            self.future.set_result(self.result)


class GroupWriter:
    """Carries out writes in order, several to a commit."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._limit = settings.database_group_limit
        self._lately = AskedLately()
        self.turn = Turn()
        self._jobs: queue.Queue[_Job | None] = queue.Queue(settings.database_write_queue)
        self._thread = threading.Thread(target=self._work, name="alloy-db-writer", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[Lane], tuple[T, Callbacks]]) -> "Future[T]":
        """Accept a write; its future is done after the commit.

        Raises:
            LimitExceeded: more writes are waiting than are allowed to.
        """
        future: Future[T] = Future()
        try:
            self._jobs.put_nowait(_Job(run, future))
        except queue.Full:
            raise too_many_writes() from None
        return future

    def close(self) -> None:
        """Finish the accepted writes and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        job = self._jobs.get()
        while job is not None:
            job = self._commit_group(job)

    def _commit_group(self, first: _Job) -> _Job | None:
        """Carry out `first` and those waiting behind it; the job to go on with, or None to end."""
        done: list[_Done] = []
        follower: _Job | None = _NOTHING
        self.turn.take()
        try:
            with self._engine.begin() as connection:
                follower = self._fill_group(connection, first, done)
        except Exception as error:  # whatever stops a commit is the answer to every write of the group
            if not done and not first.future.done():
                first.future.set_exception(error)
            for each in done:
                each.future.set_exception(error)
        else:
            for each in done:
                each.tell()
        finally:
            self.turn.end()
        return self._jobs.get() if follower is _NOTHING else follower

    def _fill_group(self, connection: Connection, first: _Job, done: list[_Done]) -> _Job | None:
        job: _Job | None = first
        group = Group(connection, self._lately)
        for _ in range(self._limit):
            if job is None:
                return None
            _carry_out(group, job, done)
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return _NOTHING
        return job


_NOTHING = _Job(lambda lane: (None, []), Future())


def _carry_out(group: Group, job: _Job, done: list[_Done]) -> None:
    if not job.future.set_running_or_notify_cancel():
        return
    try:
        result, callbacks = group.carry_out(job.run)
    except GroupLost as error:
        job.future.set_exception(error)
        raise
    except BaseException as error:  # the caller of this one write gets whatever it raised; the thread has others to serve
        job.future.set_exception(error)
    else:
        done.append(_Done(job.future, result, callbacks))
