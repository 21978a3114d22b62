"""The parent's end of one zygote: starting it, ordering children, and passing its reports to the workers.

Driven by the event loop's callbacks. The zygote must be started from the loop's own thread: the kernel ends it when that thread ends.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

import msgspec

from app.sandbox import control
from app.sandbox.endings import Exit
from app.sandbox.lockdown.layers import LayerReport
from app.sandbox.settings import PoolSettings
from app.sandbox.worker import Worker

_SOURCE_ROOT: Final = str(Path(__file__).resolve().parents[2])
_GRACE_SECONDS: Final = 0.5
_BYTECODE_FLAGS: Final = ["-B"] if sys.dont_write_bytecode else []
"""Nobody else may ever load the engine's modules: unless the zygote keeps them compiled, each start compiles them."""
_START: Final = "import sys, json; sys.path[:] = json.loads(sys.argv[1])['path']; from app.sandbox.zygote import main; main(sys.argv[1])"


class Overseer(Protocol):
    """What a zygote tells the pool."""

    def zygote_warm(self, zygote: Zygote) -> None:
        """It takes orders."""

    def zygote_lost(self, zygote: Zygote, reason: str) -> None:
        """It is gone, and its children with it."""


class Zygote:
    """One zygote process and the workers it forked that are still to be reaped."""

    def __init__(self, loop: asyncio.AbstractEventLoop, overseer: Overseer, settings: PoolSettings) -> None:
        self.layers: list[LayerReport] = []
        self.children_started = 0
        self.started_at = monotonic()
        self.is_alive = True
        self.workers: dict[int, Worker] = {}
        self._loop = loop
        self._overseer = overseer
        self._unfit = ""
        self._on_end: asyncio.Future[None] | None = None
        self._control, far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        with far_end:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own code
                [sys.executable, "-I", "-S", *_BYTECODE_FLAGS, "-c", _START, _setup_text(settings, far_end.fileno())],
                env={},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(far_end.fileno(),),
                # A group of its own: an interrupt typed at the terminal is for the parent alone. But no session of its own: the
                # kernel shares processors out by session, and a child would wait for its turn behind all that runs in others.
                process_group=0,
            )
        self._process_fd = os.pidfd_open(self._process.pid)
        loop.add_reader(self._control, self._read)
        loop.add_reader(self._process_fd, self._ended)

    @property
    def pid(self) -> int:
        """Of the process that was started, which with namespaces is the launcher outside of them."""
        return self._process.pid

    @property
    def is_reaped(self) -> bool:
        """The process has ended and is known to have."""
        return self._process.returncode is not None

    def spawn(self, worker: Worker, canary: str = "") -> None:
        """Order a child for this worker. One that is ordered from a zygote that was just lost is lost as well."""
        if not self.is_alive:
            worker.far_end.close()
            worker.kill()
            worker.orphaned()
            return
        self.children_started += 1
        self.workers[worker.number] = worker
        with worker.far_end as far_end:
            try:
                control.send(self._control, control.Spawn(worker.number, worker.memory_bytes, canary), far_end.fileno())
            except OSError as error:
                # Full or broken: a zygote that doesn't read its orders is as good as dead.
                self._lose(f"it takes no orders: {error}")

    def close(self) -> None:
        """End it and, through it, all of its children."""
        self._lose("closed")

    def close_as_unfit(self, reason: str) -> None:
        """End it because it can't be trusted."""
        self._lose(reason)

    async def closed(self) -> None:
        """Wait until the process is reaped."""
        while not self.is_reaped:
            self._on_end = self._loop.create_future()
            await self._on_end

    def _read(self) -> None:
        try:
            received = control.receive_report(self._control)
        except BlockingIOError:
            return
        except (OSError, msgspec.MsgspecError) as error:
            self._lose(str(error))
            return
        if received is None:
            self._lose(self._unfit or "it closed its socket")
            return
        report, pidfd = received
        match report:
            case control.Born():
                self.workers[report.child].born(pidfd)
            case control.Exited():
                self._exited(report)
            case control.Warm():
                self.layers = report.layers
                self._overseer.zygote_warm(self)
            case control.Unfit():
                self.layers, self._unfit = report.layers, report.reason

    def _exited(self, report: control.Exited) -> None:
        worker = self.workers.pop(report.child)
        worker.exited(Exit(report.status, report.peak_bytes, report.cpu_seconds))

    def _ended(self) -> None:
        self._loop.remove_reader(self._process_fd)
        os.close(self._process_fd)
        self._process.wait()  # returns at once: the pidfd says that it has ended
        self._lose(self._unfit or f"it ended with status {self._process.returncode}")
        if self._on_end is not None and not self._on_end.done():
            self._on_end.set_result(None)

    def _kill(self) -> None:
        if not self.is_reaped:
            self._process.kill()

    def _lose(self, reason: str) -> None:
        """Stop listening, make sure that the process ends, and tell everyone."""
        if not self.is_alive:
            return
        self.is_alive = False
        self._loop.remove_reader(self._control)
        self._control.close()
        self._loop.call_later(_GRACE_SECONDS, self._kill)  # an honest zygote ends by itself now that its socket is closed
        workers, self.workers = self.workers, {}
        for worker in workers.values():
            worker.kill()
            worker.orphaned()
        self._overseer.zygote_lost(self, reason)


def _setup_text(settings: PoolSettings, descriptor: int) -> str:
    setup = control.Setup(
        path=[_SOURCE_ROOT, *(entry for entry in sys.path if os.path.isabs(entry))],
        control=descriptor,
        parent=os.getpid(),
        handlers=settings.handlers,
        layers=sorted(settings.layers),
        is_strict=settings.mode == "strict",
        cpu_seconds=settings.cpu_seconds,
        niceness=settings.niceness,
    )
    return msgspec.json.encode(setup).decode()
