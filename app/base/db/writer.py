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

from app.base.db.lane import Lane, WriterLane
from app.base.db.scope import GuardedSession
from app.base.errors import LimitExceeded
from app.base.settings import Settings

T = TypeVar("T")
Callbacks = list[Callable[[], None]]


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
            raise LimitExceeded(
                "Too many changes are waiting to be saved.", "Send this one again in a moment.", details={"retry_after_seconds": 1}
            ) from None
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
        return self._jobs.get() if follower is _NOTHING else follower

    def _fill_group(self, connection: Connection, first: _Job, done: list[_Done]) -> _Job | None:
        job: _Job | None = first
        revisions: dict[str, int] = {}
        for _ in range(self._limit):
            if job is None:
                return None
            _carry_out(connection, job, done, revisions)
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return _NOTHING
        return job


_NOTHING = _Job(lambda lane: (None, []), Future())


def _carry_out(connection: Connection, job: _Job, done: list[_Done], revisions: dict[str, int]) -> None:
    if not job.future.set_running_or_notify_cancel():
        return
    lane = WriterLane(lambda: _session(connection), connection, revisions)
    driver = lane.driver
    driver.execute("SAVEPOINT one_write")
    try:
        result, callbacks = job.run(lane)
        lane.commit()
    except Exception as error:  # the caller of this one write gets whatever it raised
        job.future.set_exception(error)
        lane.close()
        lane.forget_revisions()
        driver.execute("ROLLBACK TO one_write")
    else:
        lane.close()
        done.append(_Done(job.future, result, callbacks))
    driver.execute("RELEASE one_write")


def _session(connection: Connection) -> GuardedSession:
    return GuardedSession(connection, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint")
