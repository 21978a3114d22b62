"""The parent's end of one child: its socket, its pidfd, and the one call that may be in flight.

Driven by the event loop's callbacks; nothing here waits or blocks. Every message is checked against what an honest child could send at
that moment, and anything else ends the child.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from app.sandbox import wire
from app.sandbox.deadlines import Deadlines
from app.sandbox.endings import Exit
from app.sandbox.jobs import Fault, Json, Kind, Limits, OnLog

_LEAST_PRIORITY: Final = 19
_READ_BYTES: Final = 32 * 1024  # more, and the C library would map and unmap memory for every read
_EXIT_NOTICE_SECONDS: Final = 1.0
_FRAMES_PER_CALL_BASE: Final = 1_000
_TOO_LONG: Final = Fault(kind="time", message="The script ran longer than it may and was ended.")


class Ending:
    """A call's end that no child reported. `is_unheard`: the child was lost without having said anything about this job."""

    __slots__ = ("fault", "is_unheard", "kind")

    def __init__(self, kind: Kind, fault: Fault, is_unheard: bool = False) -> None:
        self.kind = kind
        self.fault = fault
        self.is_unheard = is_unheard


class Finished:
    """A call's end as its child reported it, with the values out of their JSON.

    Raises: ProtocolError when they are no JSON, or the details no object.
    """

    __slots__ = ("details", "done", "kind", "value")

    def __init__(self, done: wire.Done) -> None:
        self.done = done
        self.kind: Kind = done.kind
        self.value = wire.decode_json(done.value)
        self.details: dict[str, Json] = {}
        if done.details != b"{}":
            self.details = _object(wire.decode_json(done.details))


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise wire.ProtocolError("details that are no object")
    return value


Event: TypeAlias = wire.Ask | Finished | Ending


class Owner(Protocol):
    """What a worker tells the pool."""

    def worker_ready(self, worker: Worker) -> None:
        """The child is locked and takes jobs."""

    def worker_lost(self, worker: Worker) -> None:
        """The child is gone or about to go; it takes no more jobs."""

    def worker_exited(self, worker: Worker) -> None:
        """The child is reaped; `worker.exit` tells how it ended."""

    def explain(self, end: Exit | None) -> Ending:
        """Why a child ended in the middle of a call."""


class Call:
    """One job in flight on one child. `next` gives what the caller must react to: a host call or the end."""

    __slots__ = ("_event", "_loop", "_waiter", "deadline", "frames_left", "is_heard", "log_bytes_left", "may_speak", "number", "on_log")

    def __init__(self, loop: asyncio.AbstractEventLoop, number: int, limits: Limits, on_log: OnLog | None, deadline: float) -> None:
        self.number = number
        self.on_log = on_log
        self.deadline = deadline
        self.frames_left = _FRAMES_PER_CALL_BASE + limits.host_calls + limits.log_lines
        self.log_bytes_left = 4 * limits.log_bytes  # the child counts characters, this side bytes
        self.is_heard = False
        self.may_speak = True  # not while its question is unanswered, nor after its answer
        self._loop = loop
        self._event: Event | None = None
        self._waiter: asyncio.Future[Event] | None = None

    def next(self) -> asyncio.Future[Event]:
        """The next thing that happens, or has happened since the last one."""
        self._waiter = self._loop.create_future()
        if self._event is not None:
            self._waiter.set_result(self._event)
        return self._waiter

    def happen(self, event: Event) -> None:
        """Hand an event to the caller. The first end stays, whether reported or not."""
        if isinstance(self._event, (Ending, Finished)):
            return
        self._event = None if isinstance(event, wire.Ask) else event
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(event)
        else:
            self._event = event


class Clocks:
    """What the workers of a pool share: the clock that ends long jobs, and the one that makes them stand back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, patience_s: float, max_frame_bytes: int) -> None:
        self.deadlines: Deadlines[Worker] = Deadlines(loop, Worker.expire)
        self.patience: Deadlines[Worker] = Deadlines(loop, Worker.stand_back)
        self.patience_s = patience_s
        self.max_frame_bytes = max_frame_bytes

    def forget(self, worker: Worker) -> None:
        """Its job is over."""
        self.deadlines.forget(worker)
        self.patience.forget(worker)

    def close(self) -> None:
        """Watch nobody any more."""
        self.deadlines.close()
        self.patience.close()


class Worker:
    """One child, from the order to fork it until the report of its end."""

    def __init__(self, loop: asyncio.AbstractEventLoop, owner: Owner, clocks: Clocks, number: int, generation: int) -> None:
        self.number = number
        self.generation = generation
        self.tenant: str | None = None
        self.jobs = 0
        self.born_at = loop.time()
        self.idle_since = self.born_at
        self.busy_s = 0.0
        self.is_alive = True
        self.has_stood_back = False
        self.call: Call | None = None
        self.exit: Exit | None = None
        self._loop = loop
        self._owner = owner
        self._clocks = clocks
        self._pidfd = -1
        self._is_killed = False
        self._frames = wire.FrameBuffer(clocks.max_frame_bytes)
        self._unsent = b""
        self._socket, self.far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        loop.add_reader(self._socket, self._read)

    # --- orders from the pool

    def born(self, pidfd: int) -> None:
        """The zygote has forked it."""
        if self._is_killed:
            _kill_and_close(pidfd)
        else:
            self._pidfd = pidfd

    def begin(self, call: Call, frame: bytes, now: float) -> None:
        """Send a job whose wall clock ends at the call's deadline."""
        self.call = call
        self._clocks.deadlines.watch(self, call.deadline)
        self._clocks.patience.watch(self, now + self._clocks.patience_s)
        self.send(frame)

    def answer(self, call: Call, frame: bytes) -> None:
        """Answer the host call in flight."""
        call.may_speak = True
        self.send(frame)

    def end_call(self) -> None:
        """The caller has seen the end of its call."""
        self.call = None
        self._clocks.forget(self)

    def send(self, frame: bytes) -> None:
        """Send without blocking; what the socket doesn't take now follows when it does."""
        if not self.is_alive:
            return
        if self._unsent:
            self._unsent += frame
            return
        try:
            sent = self._socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the child is gone: reading will say so
        if sent < len(frame):
            self._unsent = frame[sent:]
            self._loop.add_writer(self._socket, self._write)

    def expire(self) -> None:
        """The call's deadline has passed."""
        self.stop("timeout", _TOO_LONG)

    def stand_back(self) -> None:
        """The job takes long: let short ones of other tenants go first. There is no way back, so the child is retired after the job."""
        if self._pidfd < 0:
            return
        self.has_stood_back = True
        with open(f"/proc/self/fdinfo/{self._pidfd}", encoding="utf-8") as info:
            pid = next((int(line.split()[1]) for line in info if line.startswith("Pid:")), -1)
        if pid > 0:
            with contextlib.suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, pid, _LEAST_PRIORITY)

    def stop(self, kind: Kind, fault: Fault) -> None:
        """Kill the child and end its call, if any, with this reason."""
        self.kill()
        if self.call is not None:
            self.call.happen(Ending(kind, fault))

    def violated(self, error: wire.ProtocolError) -> None:
        """The child sent what no honest one sends: end it."""
        self.kill()
        if self.call is not None:
            fault = Fault(kind="protocol", message=f"The script's process broke the sandbox's protocol: {error}.")
            self.call.happen(Ending("crashed", fault, is_unheard=not self.call.is_heard))

    def kill(self) -> None:
        """Kill the child and let go of it. Its zygote reaps it."""
        if self._is_killed:
            return
        self._is_killed = True
        if self._pidfd >= 0:
            _kill_and_close(self._pidfd)
            self._pidfd = -1
        self._let_go()

    def exited(self, end: Exit) -> None:
        """The zygote has reaped it. Only the end of the data socket ends a call: the notice can overtake the last answer."""
        self.exit = end
        if not self.is_alive:
            self._end_lost_call()
        self._owner.worker_exited(self)

    def orphaned(self) -> None:
        """The zygote is gone; no exit notice will come."""
        if not self.is_alive:
            self._end_lost_call()

    # --- the event loop's callbacks

    def _read(self) -> None:
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost()
            return
        try:
            for body in self._frames.feed(data):
                self._take(wire.decode_from_child(body))
                if not self.is_alive:
                    return
        except wire.ProtocolError as error:
            self.violated(error)

    def _write(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError:
            sent = len(self._unsent)  # the child is gone: reading will say so
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._loop.remove_writer(self._socket)

    # --- messages of the child

    def _take(self, message: wire.FromChild) -> None:
        call = self.call
        if isinstance(message, (wire.Ready, wire.Broken)):
            self._take_birth(message)
            return
        if call is None or message.number != call.number:
            raise wire.ProtocolError("a message that belongs to no job in flight")
        if not call.may_speak:
            raise wire.ProtocolError("a message after a question or an end")
        call.is_heard = True
        if isinstance(message, wire.Logs):
            self._take_logs(call, message)
        else:
            call.may_speak = False
            call.happen(Finished(message) if isinstance(message, wire.Done) else message)

    def _take_birth(self, message: wire.Ready | wire.Broken) -> None:
        if isinstance(message, wire.Broken):
            raise wire.ProtocolError(message.reason)
        if self.jobs or self.tenant is not None or self.call is not None:
            raise wire.ProtocolError("ready twice")
        self._owner.worker_ready(self)

    def _take_logs(self, call: Call, message: wire.Logs) -> None:
        call.frames_left -= 1
        if call.frames_left < 0:
            raise wire.ProtocolError("too many messages")
        call.log_bytes_left -= sum(len(line.text.encode()) for line in message.lines)
        if call.log_bytes_left < 0:
            raise wire.ProtocolError("more log output than it may")
        if call.on_log is not None:
            for line in message.lines:
                call.on_log(line)

    def _lost(self) -> None:
        """End of the data socket. A child in a degraded sandbox may have closed it and live on, so kill it all the same."""
        call = self.call
        self.kill()
        if call is not None:
            if self.exit is not None:
                self._end_lost_call()
            else:
                self._clocks.forget(self)  # it didn't run too long, it is gone
                self._loop.call_later(_EXIT_NOTICE_SECONDS, self._end_lost_call, call)

    def _end_lost_call(self, call: Call | None = None) -> None:
        """End the call in flight with the reason that the exit tells. `call`: only if it is still that one."""
        if self.call is not None and (call is None or call is self.call):
            ending = self._owner.explain(self.exit)
            ending.is_unheard = not self.call.is_heard
            self.call.happen(ending)

    def _let_go(self) -> None:
        if not self.is_alive:
            return
        self.is_alive = False
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        self._owner.worker_lost(self)


def _kill_and_close(pidfd: int) -> None:
    kill: Callable[[int, int], None] = signal.pidfd_send_signal
    try:
        kill(pidfd, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has ended by itself; its zygote reaps it
    finally:
        os.close(pidfd)
