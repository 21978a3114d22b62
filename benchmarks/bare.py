"""Bare IPC: a process of one's own behind a socket pair, without a sandbox. What the sandbox's figures are compared with.

The other process is started and spoken to with the least that does the job: `fork`, one reader on the event loop, frames of a length and
MessagePack. It stands back as a sandbox's children do.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from types import TracebackType
from typing import Literal, Self, TypeAlias

from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.jobs import Json, Run
from app.sandbox.settings import MEBIBYTE, PoolSettings
from benchmarks.sandbox_handlers import REPLY

Work: TypeAlias = Literal["bytes", "messages", "script"]
_BUFFER_BYTES = 32 * 1024


class Blocking:
    """One process, and finished bytes there and back, without an event loop: the caller sleeps in the kernel until the answer is there.

    The leanest that there is, and no application that serves others meanwhile can do so.
    """

    def __init__(self, job: Run, work: Work = "bytes") -> None:
        self._near, far = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._near.close()
            _answer_for_ever(far, work)
        far.close()
        self._request = wire.encode(wire.Do(1, job))
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._near.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    async def call(self) -> Json:
        """One round trip."""
        self._near.send(self._request)
        self._near.recv_into(self._buffer)
        return None


class Bare(Blocking):
    """One process, spoken to from the event loop; one call in flight."""

    def __init__(self, job: Run, work: Work) -> None:
        super().__init__(job, work)
        self._job = job
        self._work = work
        self._near.setblocking(False)
        self._frames = wire.FrameBuffer(MEBIBYTE)
        self._waiter: asyncio.Future[Json]
        asyncio.get_running_loop().add_reader(self._near, self._read)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        asyncio.get_running_loop().remove_reader(self._near)
        super().__exit__(kind, error, traceback)

    async def call(self) -> Json:
        """One round trip."""
        self._waiter = asyncio.get_running_loop().create_future()
        self._near.send(self._request if self._work == "bytes" else wire.encode(wire.Do(1, self._job)))
        return await self._waiter

    def _read(self) -> None:
        count = self._near.recv_into(self._buffer)
        if self._work == "bytes":
            self._waiter.set_result(None)
            return
        for body in self._frames.feed(self._buffer[:count]):
            message = wire.decode_from_child(body)
            if isinstance(message, wire.Done):
                self._waiter.set_result(wire.decode_json(message.value))


class Bares:
    """Some processes for many callers: whoever comes first takes a free one, and the others wait in a queue."""

    def __init__(self, job: Run, work: Work, count: int) -> None:
        self._all = [Bare(job, work) for _ in range(count)]
        self._free: asyncio.Queue[Bare] = asyncio.Queue()
        for bare in self._all:
            self._free.put_nowait(bare)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        for bare in self._all:
            bare.__exit__(kind, error, traceback)

    async def call(self) -> Json:
        """One round trip on whichever is free."""
        bare = await self._free.get()
        try:
            return await bare.call()
        finally:
            self._free.put_nowait(bare)


def _answer_for_ever(far: socket.socket, work: Work) -> None:
    os.nice(PoolSettings().niceness)
    with contextlib.suppress(OSError, SystemExit):
        if work == "bytes":
            reply = wire.encode(wire.Done(1, "ok", value=REPLY))
            while far.recv(_BUFFER_BYTES):
                far.sendall(reply)
        _serve(Channel(far), work)
    os._exit(0)


def _serve(channel: Channel, work: Work) -> None:
    from app.sandbox.handlers import handle, warm  # only the process that runs scripts may know the engine

    if work == "script":
        warm()
    while True:
        order = channel.receive()
        if isinstance(order, wire.Do):
            channel.begin(order.number, order.job.limits)
            channel.send(handle(order.job, channel) if work == "script" else wire.Done(order.number, "ok", value=REPLY))
