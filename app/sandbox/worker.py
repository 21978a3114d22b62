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
from time import monotonic
from typing import Final, Protocol

from msgspec.structs import replace

from app.sandbox import wire
from app.sandbox.call import Call, Ending
from app.sandbox.deadlines import RESOLUTION_S, Deadlines
from app.sandbox.endings import Exit
from app.sandbox.jobs import Fault, Kind, LogLine
from app.sandbox.usage import AT_BIRTH, Usage, pid_of, usage_of

_LEAST_PRIORITY: Final = 19
_COMPUTES: Final = 0.5  # of the time between two looks
_READ_BYTES: Final = 32 * 1024  # more, and the C library would map and unmap memory for every read
_EXIT_NOTICE_SECONDS: Final = 1.0
_TOO_LONG: Final = Fault(kind="time", message="The script ran longer than it may and was ended.")
_TOO_LONG_TO_COMPILE: Final = Fault(kind="time", message="Compiling the script took longer than it may. Make it shorter.")


class Owner(Protocol):
    """What a worker tells the pool."""

    def worker_ready(self, worker: Worker) -> None:
        """The child is locked and takes jobs."""

    def worker_lost(self, worker: Worker) -> None:
        """The child is gone or about to go; it takes no more jobs."""

    def worker_exited(self, worker: Worker) -> None:
        """The child is reaped; `worker.exit` tells how it ended."""

    def explain(self, worker: Worker) -> Ending:
        """Why a child ended in the middle of a call."""


class Clocks:
    """What the workers of a pool share: the clock of long jobs, and the buffer that messages are read into."""

    def __init__(self, loop: asyncio.AbstractEventLoop, look_every_s: float, compile_s: float, max_frame_bytes: int) -> None:
        self.deadlines: Deadlines[Worker] = Deadlines(loop, Worker.look)
        self.look_every_s = look_every_s
        self.compile_s = compile_s
        self.max_frame_bytes = max_frame_bytes
        self.buffer = memoryview(bytearray(_READ_BYTES))

    def close(self) -> None:
        """Watch nobody any more."""
        self.deadlines.close()


class Worker:
    """One child, from the order to fork it until the report of its end."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, owner: Owner, clocks: Clocks, number: int, generation: int, memory_bytes: int
    ) -> None:
        self.number = number
        self.generation = generation
        self.memory_bytes = memory_bytes
        self.resident_bytes = 0
        self.tenant: str | None = None
        self.jobs = 0
        self.born_at = monotonic()
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
        self._last_usage = AT_BIRTH
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

    def begin(self, call: Call, now: float) -> None:
        """Send a job whose wall clock ends at the call's deadline."""
        self.call = call
        call.worker = self
        if call.first_ending is not None:
            call.compiling_since = call.compiled_s = call.excused_s = 0.0
            call.first_usage = None
        self._watch(call, now)
        self.send(call.frame)

    def answer(self, call: Call, frame: bytes) -> None:
        """Answer the host call in flight."""
        call.may_speak = True
        self.send(frame)

    def end_call(self, took_s: float = 0.0) -> None:
        """The call is over. It stays watched until the next look, which finds no call, or a later one with a later deadline."""
        self.call = None
        self.jobs += 1
        self.busy_s += took_s

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

    def look(self) -> None:
        """The job takes long: at its deadline it is ended; before, it stands back once it is seen to compute rather than to wait."""
        call = self.call
        if call is None:
            return
        now = monotonic()
        if now + RESOLUTION_S >= call.deadline and not self._is_excused(call):
            self.stop("timeout", _TOO_LONG_TO_COMPILE if call.compiling_since else _TOO_LONG)
            return
        next_look = call.deadline
        if not self.has_stood_back and not self._stands_back(call):
            next_look = min(now + self._clocks.look_every_s, call.deadline)
        self._clocks.deadlines.watch(self, next_look)

    def _stands_back(self, call: Call) -> bool:
        """Let short jobs go first, if this one computes. There is no way back, so the child is retired after the job."""
        usage = self._usage(call)
        if usage is None:
            return False
        if call.first_usage is None:
            call.remember(usage)
        elif usage.computed_s - call.first_usage.computed_s >= _COMPUTES * self._clocks.look_every_s:
            with contextlib.suppress(OSError):  # it ends just now
                os.setpriority(os.PRIO_PROCESS, pid_of(self._pidfd), _LEAST_PRIORITY)
                self.has_stood_back = True
        return self.has_stood_back

    def _is_excused(self, call: Call) -> bool:
        """Give a job its time once more whose child got hardly any of it: the machine is late then, not the script."""
        if self.has_stood_back or call.compiling_since:
            return False
        last = self._last_usage
        usage = self._usage(call)
        if usage is None:
            return False
        if call.first_usage is None:
            # We came too late to look before. What the child computed since an earlier look is no less than what it did for this job.
            call.first_usage = replace(last, at=call.deadline - call.job.limits.wall_ms / 1000)
        return call.excuses(usage)

    def _usage(self, call: Call) -> Usage | None:
        if self._pidfd < 0 or not call.may_speak:
            return None
        with contextlib.suppress(OSError):  # it ends just now
            self._last_usage = usage_of(self._pidfd)
            return self._last_usage
        return None

    def stop(self, kind: Kind, fault: Fault) -> None:
        """Kill the child and end its call, if any, with this reason."""
        self.kill()
        if self.call is not None:
            self.call.dispatcher.call_lost(self.call, Ending(kind, fault))

    def violated(self, error: wire.ProtocolError) -> None:
        """The child sent what no honest one sends: end it."""
        self.kill()
        fault = Fault(kind="protocol", message=f"The script's process broke the sandbox's protocol: {error}.")
        self._end_lost(Ending("crashed", fault))

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
        buffer = self._clocks.buffer
        try:
            count = self._socket.recv_into(buffer)
        except BlockingIOError:
            return
        except OSError:
            count = 0
        if not count:
            self._lost()
            return
        try:
            if wire.is_one_frame(buffer, count) and not self._frames.pending:
                end = self._take(wire.decode_from_child(buffer[wire.HEADER_BYTES : count]))
            else:
                end = self._take_all(self._frames.feed(buffer[:count]))
        except wire.ProtocolError as error:
            self.violated(error)
            return
        call = self.call
        if end is not None and call is not None:
            call.dispatcher.call_done(call, end)

    def _take_all(self, bodies: list[memoryview]) -> wire.Done | None:
        end: wire.Done | None = None
        for body in bodies:
            if end is not None:
                raise wire.ProtocolError("a message after the end")
            end = self._take(wire.decode_from_child(body))
        if end is not None and self._frames.pending:
            raise wire.ProtocolError("a message after the end")
        return end

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

    def _take(self, message: wire.FromChild) -> wire.Done | None:
        """Take one message; an honest end is given back, to be acted upon when nothing follows it."""
        call = self.call
        if isinstance(message, (wire.Ready, wire.Broken)):
            self._take_birth(message)
            return None
        if call is None or message.number != call.number:
            raise wire.ProtocolError("a message that belongs to no job in flight")
        if not call.may_speak:
            raise wire.ProtocolError("a message after a question")
        if isinstance(message, (wire.Compiling, wire.Begun)):
            self._take_beginning(call, message)
            return None
        call.is_heard = True
        if isinstance(message, wire.Done):
            call.take_result(message)
            return message
        if call.compiling_since:
            raise wire.ProtocolError("a message of a script that is being compiled")
        if isinstance(message, wire.Ask):
            call.may_speak = False
            call.host_calls += 1
            call.tell(message)
        else:
            self._take_logs(call, message.lines)
        return None

    def _take_beginning(self, call: Call, message: wire.Compiling | wire.Begun) -> None:
        """Nothing of the job can have been seen outside yet, so its child isn't heard by this."""
        now = monotonic()
        if isinstance(message, wire.Compiling):
            call.compiles(now, self._clocks.compile_s)
        else:
            call.begins(now)
        self._watch(call, now)

    def _watch(self, call: Call, now: float) -> None:
        next_look = now + self._clocks.look_every_s
        self._clocks.deadlines.watch(self, next_look if next_look < call.deadline else call.deadline)

    def _take_birth(self, message: wire.Ready | wire.Broken) -> None:
        if isinstance(message, wire.Broken):
            raise wire.ProtocolError(message.reason)
        if self.jobs or self.tenant is not None or self.call is not None:
            raise wire.ProtocolError("ready twice")
        self.resident_bytes = message.resident_bytes
        self._owner.worker_ready(self)

    def _take_logs(self, call: Call, lines: list[LogLine]) -> None:
        try:
            call.takes_logs(lines)
        except wire.ProtocolError:
            raise
        except Exception as error:  # whoever watches made a mistake, and gets it back
            call.fail(error)

    def _lost(self) -> None:
        """End of the data socket. A child in a degraded sandbox may have closed it and live on, so kill it all the same."""
        call = self.call
        self.kill()
        if call is not None:
            if self.exit is not None:
                self._end_lost_call()
            else:
                self._clocks.deadlines.forget(self)  # it didn't run too long, it is gone
                self._loop.call_later(_EXIT_NOTICE_SECONDS, self._end_lost_call, call)

    def _end_lost_call(self, call: Call | None = None) -> None:
        """End the call in flight with the reason that the exit tells. `call`: only if it is still that one."""
        if self.call is not None and (call is None or call is self.call):
            self._end_lost(self._owner.explain(self))

    def _end_lost(self, ending: Ending) -> None:
        call = self.call
        if call is not None:
            ending.is_unheard = not call.is_heard
            call.dispatcher.call_lost(call, ending)

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
