"""Short writes of a SQLite file, carried out on the event loop; their commit, which waits for the disk, is left to a thread.

A short write is Python under the interpreter's lock almost to the last microsecond. In a thread it took no load off the loop, and each of
its statements gave up the lock and fought to have it again: that cost more than the write itself. Here a group's writes run one after the
other without a change of threads, all callers hear of the commit in one wake-up, and the loop goes on while the disk works.
They share one transaction without savepoints. If one of them fails after it has changed something, the group is undone and all of it goes
to the writing thread, which carries each write out in a savepoint of its own: so a write may be carried out twice, once for nothing.
The loop never waits for a lock: while the writing thread is at work it goes on with other things, and looks again in a moment. Whatever
keeps the thread longer than such moments, or another process that writes, and the short writes go to that thread as well.
While one caller after the other comes alone, there is nothing that the loop could do meanwhile, and two changes of threads would take a
fifth of the commit's time: then the loop commits itself, as long as the disk is quick.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from msgspec import Struct
from sqlalchemy import Connection, Engine

from app.base.db.engine import BEGIN_TO_WRITE, driver_of
from app.base.db.known import KnownRevisions
from app.base.db.lane import Lane
from app.base.db.writer import Callbacks, Group, GroupLost, GroupSpoilt, GroupWriter, too_many_writes
from app.base.settings import Settings

T = TypeVar("T")
LONGEST_SECONDS: Final = 0.003
"""How long a group may keep the loop before it has to commit; what waits then goes into the next one."""
LOOK_AGAIN_SECONDS: Final = 0.001
LOOKS: Final = 20
"""How often a group looks for its turn before the writing thread has to carry it out, which takes more than twice the processor time."""
ALONE_WRITES: Final = 2
"""A save that comes alone is two: the record of its script's run, and its own."""
ALONE_GROUPS: Final = 16
"""After so many groups of lone callers the next one is expected to be alone as well."""
_SHARE_OF_LATEST: Final = 1 / 16
"""How much the latest commit tells of the time that commits take."""


class _Job(Struct, frozen=True, eq=False):
    run: Callable[[Lane], tuple[Any, Callbacks]]
    future: "asyncio.Future[Any]"


class _Written(Struct, frozen=True, eq=False):
    """A group that was carried out and isn't durable yet, with what to tell its callers."""

    line: "_Line"
    connection: Connection
    done: list[tuple[_Job, Any, Callbacks]]


class _Pace:
    """Tells by the groups and commits before it whether a group is committed on the loop."""

    def __init__(self) -> None:
        self._alone = 0
        self._usual_s = 0.0

    def is_for_the_loop(self, writes: int) -> bool:
        """Whether nobody is likely to want the loop while a group of so many writes is committed, and that is usually quick."""
        self._alone = self._alone + 1 if writes <= ALONE_WRITES else 0
        return self._alone > ALONE_GROUPS and self._usual_s < LONGEST_SECONDS

    def took(self, seconds: float) -> None:
        """Note how long a commit took."""
        self._usual_s += (seconds - self._usual_s) * _SHARE_OF_LATEST


class Jotter:
    """Carries out short writes in order, several to a commit."""

    def __init__(self, engine: Engine, settings: Settings, writer: GroupWriter) -> None:
        self.engine = engine
        self.writer = writer
        self.most_waiting = settings.database_write_queue
        self.group_limit = settings.database_group_limit
        self.known = KnownRevisions()
        self.to_commit: queue.SimpleQueue[_Written | None] = queue.SimpleQueue()
        self.pace = _Pace()
        self._line: _Line | None = None
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._commit_all, name="alloy-db-commit", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[Lane], tuple[T, Callbacks]]) -> "asyncio.Future[T]":
        """Accept a write; its future is done after the commit.

        Raises:
            LimitExceeded: more writes are waiting than are allowed to.
        """
        loop = asyncio.get_running_loop()
        if self._line is None or self._line.loop is not loop:
            self._line = _Line(loop, self)
        return self._line.join(run)

    def begin(self) -> Connection | None:
        """The loop's own connection, in a transaction; None if somebody else is writing.

        Begun and committed on the driver itself: SQLAlchemy's own account of a transaction costs ten times the statements, and most groups
        hold nothing that needs it.
        """
        if not self.writer.turn.take_at_once():
            return None
        try:
            if self._connection is None:
                self._connection = self.engine.connect()
            driver = driver_of(self._connection)
            driver.execute(BEGIN_TO_WRITE).close()
            self.known.look(driver)
            return self._connection
        except Exception:  # another process writes, and the thread can wait; whatever else it is, the thread meets it too and tells
            self._drop_connection()
            self.writer.turn.give_back()
            return None

    def revisions(self) -> dict[str, int]:
        """Revisions that hold at this moment, as far as that is known without reading them; none while somebody writes."""
        if self._connection is None or not self.known.numbers or not self.writer.turn.take_at_once():
            return {}
        try:
            return dict(self.known.look(driver_of(self._connection)))
        except Exception:  # whoever reads them meets it too, and waits or tells
            return {}
        finally:
            self.writer.turn.give_back()

    def undo(self, connection: Connection) -> None:
        """End a transaction whose writes will be carried out once more, by the thread; the one that failed forgot what they saw."""
        try:
            if connection.in_transaction():
                connection.rollback()
            else:
                driver_of(connection).rollback()
        except Exception:  # whatever it is, a new connection hasn't got it
            self._drop_connection(is_sound=False)
        self.writer.turn.give_back()

    def abandon(self) -> None:
        """End a transaction that must not be committed."""
        self._drop_connection(is_sound=False)
        self.writer.turn.give_back()

    def commit(self, written: _Written) -> Exception | None:
        """Make a group durable, and let others write; what stopped it is the answer to every write of the group."""
        began = time.perf_counter()
        try:
            _commit(written.connection)
        except Exception as error:
            self._drop_connection(is_sound=False)
            return error
        finally:
            self.pace.took(time.perf_counter() - began)
            self.writer.turn.give_back()
        return None

    def close(self) -> None:
        """Finish the groups that were carried out and end the thread."""
        self.to_commit.put(None)
        self._thread.join()
        self._drop_connection()

    def _commit_all(self) -> None:
        while (written := self.to_commit.get()) is not None:
            written.line.tell_from_thread(written, self.commit(written))

    def _drop_connection(self, *, is_sound: bool = True) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self.known.forget()
            if not is_sound:
                connection.invalidate()  # what it didn't commit may still be open
            connection.close()


class _Line:
    """The short writes of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, jotter: Jotter) -> None:
        self.loop = loop
        self._jotter = jotter
        self._waiting: list[_Job] = []
        self._is_busy = False
        self._looks = 0

    def join(self, run: Callable[[Lane], tuple[T, Callbacks]]) -> "asyncio.Future[T]":
        """Wait for the next group, which begins when this turn of the loop is over."""
        if len(self._waiting) >= self._jotter.most_waiting:
            raise too_many_writes()
        future: asyncio.Future[T] = self.loop.create_future()
        self._waiting.append(_Job(run, future))
        if not self._is_busy:
            self._is_busy = True
            self.loop.call_soon(self._write_group)
        return future

    def tell_from_thread(self, written: _Written, failure: Exception | None) -> None:
        """Have the loop tell the callers; a loop that has ended took its callers along."""
        try:
            self.loop.call_soon_threadsafe(self._tell, written, failure)
        except RuntimeError:
            if not self.loop.is_closed():
                raise

    def _write_group(self) -> None:
        if self._jotter.writer.turn.is_taken and self._looks < LOOKS:
            self._looks += 1
            self.loop.call_later(LOOK_AGAIN_SECONDS, self._write_group)
            return
        self._looks = 0
        connection = self._jotter.begin()
        if connection is None:
            self._hand_over()
            return
        written = _Written(self, connection, [])
        try:
            self._fill(Group(connection, self._jotter.known.lately, self._jotter.known.numbers), written.done)
        except GroupSpoilt:
            self._jotter.undo(connection)
            self._hand_over()
        except GroupLost as error:
            self._jotter.abandon()
            self._tell(written, error)
        except BaseException:  # nobody else could ever write if the turn were kept
            self._jotter.abandon()
            self._fail(written)
            raise
        else:
            if self._jotter.pace.is_for_the_loop(len(written.done)):
                self._tell(written, self._jotter.commit(written))
            else:
                self._jotter.to_commit.put(written)

    def _fail(self, written: _Written) -> None:
        """Answer everybody, whether carried out or waiting, after something that should not happen."""
        lost = GroupLost("the group's writes were interrupted")
        waiting, self._waiting, self._is_busy = self._waiting, [], False
        for job in [*(job for job, _, _ in written.done), *waiting]:
            if not job.future.done():
                job.future.set_exception(lost)

    def _fill(self, group: Group, done: list[tuple[_Job, Any, Callbacks]]) -> None:
        end = self.loop.time() + LONGEST_SECONDS
        waiting, self._waiting = self._waiting, []
        for position, job in enumerate(waiting):
            if len(done) >= self._jotter.group_limit or (done and self.loop.time() >= end):
                self._waiting = waiting[position:] + self._waiting
                return
            if job.future.cancelled():
                continue
            try:
                result, callbacks = group.venture(job.run)
            except GroupSpoilt:
                self._waiting = waiting + self._waiting
                raise
            except GroupLost as error:
                job.future.set_exception(error)
                self._waiting = waiting[position + 1 :] + self._waiting
                raise
            except BaseException as error:  # the caller of this one write gets whatever it raised
                job.future.set_exception(error)
            else:
                done.append((job, result, callbacks))

    def _hand_over(self) -> None:
        """Let the writing thread do it, behind whatever it does now."""
        jobs, self._waiting, self._is_busy = self._waiting, [], False
        for job in jobs:
            if job.future.done():  # cancelled, or refused already
                continue
            try:
                theirs = asyncio.wrap_future(self._jotter.writer.submit(job.run))
            except Exception as error:  # too many wait there as well
                job.future.set_exception(error)
            else:
                theirs.add_done_callback(_Passed(job.future))

    def _tell(self, written: _Written, failure: Exception | None) -> None:
        for job, result, callbacks in written.done:
            error = failure or _echo(callbacks)
            if job.future.done():
                continue
            if error is None:
                job.future.set_result(result)
            else:
                job.future.set_exception(error)
        # Behind the callers, who may have more to write now.
        self._is_busy = bool(self._waiting)
        if self._is_busy:
            self.loop.call_soon(self._write_group)


@dataclass(frozen=True, slots=True)
class _Passed:
    """Passes on what the writing thread answered."""

    future: "asyncio.Future[Any]"

    def __call__(self, theirs: "asyncio.Future[Any]") -> None:
        error = None if theirs.cancelled() else theirs.exception()
        if self.future.done():
            return
        if theirs.cancelled():
            self.future.cancel()
        elif error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(theirs.result())


def _commit(connection: Connection) -> None:
    """Make a group durable; through SQLAlchemy if one of its writes had it begin a transaction, which is the same one."""
    if connection.in_transaction():
        connection.commit()
    else:
        driver_of(connection).commit()


def _echo(callbacks: Callbacks) -> Exception | None:
    """Run what waits for the commit. The write is durable then; who asked for it still has to hear that its echo failed."""
    try:
        for callback in callbacks:
            callback()
    except Exception as error:
        return error
    return None
