"""The zygote: a small, warm, single-threaded process that holds no tenant's data and forks locked children on demand.

It is started with an empty environment and talks only to its parent, over one packet socket. Where namespaces are there, a launcher
stays behind outside of them, and the zygote is the init of its own pid namespace: when it dies, the kernel ends every child.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
from typing import Final, NoReturn

import msgspec

from app.sandbox import control
from app.sandbox.child import Handle, be_a_child
from app.sandbox.lockdown import identity, namespaces, resources
from app.sandbox.lockdown.apply import ChildLock, lock_zygote, prepare
from app.sandbox.lockdown.layers import Layer, LayerReport, missing_for_strict, survey

_KIBIBYTE: Final = 1024


def main(text: str) -> NoReturn:
    """Start from the command line: `text` is a `control.Setup` as JSON."""
    setup = msgspec.json.decode(text, type=control.Setup)
    identity.die_with_parent()
    if os.getppid() != setup.parent:
        raise SystemExit(0)
    parent = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=setup.control)
    reports: list[LayerReport] = []
    try:
        reports = survey(setup.layers)
        missing = missing_for_strict(reports) if setup.is_strict else []
        if missing:
            raise OSError("strict mode lacks " + ", ".join(missing))
        handle = _warm_handler(setup.handlers)  # while this process is still who may read the files
        _go_on_in_namespaces(reports, parent)
        zygote = _Zygote(setup, reports, parent, handle)
    except OSError as error:
        control.send(parent, control.Unfit(str(error), reports))
        raise SystemExit(1) from None
    except Exception as error:
        control.send(parent, control.Unfit(repr(error), reports))
        raise
    zygote.serve()
    os._exit(0)  # without taking the interpreter down: children are dying now, and their signals find no one


def _go_on_in_namespaces(reports: list[LayerReport], parent: socket.socket) -> None:
    """Enter them where they are active; the caller goes on as init inside, and this process waits outside for its end."""
    if Layer.NAMESPACES not in _active(reports):
        return
    namespaces.enter()
    pid = os.fork()
    if pid == 0:
        identity.die_with_parent()
        return
    parent.close()
    _, status = os.waitpid(pid, 0)
    os._exit(0 if status == 0 else 1)


def _active(reports: list[LayerReport]) -> frozenset[Layer]:
    return frozenset(Layer(report.layer) for report in reports if report.is_active)


class _Zygote:
    """Forks, reaps and reports."""

    def __init__(self, setup: control.Setup, reports: list[LayerReport], parent: socket.socket, handle: Handle) -> None:
        self._parent = parent
        self._children: dict[int, int] = {}
        self._wakeup, waker = socket.socketpair()
        self._waker = waker
        for end in (self._wakeup, waker):
            end.setblocking(False)
        self._handle = handle
        _prefer_in_an_out_of_memory_kill()
        layers = _active(reports)
        with open("/proc/self/smaps", encoding="utf-8") as smaps:  # before the root is gone; what is read is of the time of reading
            lock_zygote(layers)
            signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
            signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
            gc.collect()
            gc.freeze()
            self._lock: ChildLock = prepare(layers, resources.spent_bytes(smaps), setup.cpu_seconds, setup.niceness)
        control.send(parent, control.Warm(reports))

    def serve(self) -> None:
        """Take orders until the parent closes its end, which it may do while a report is on its way."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._serve()

    def _serve(self) -> None:
        poll = select.poll()
        poll.register(self._parent, select.POLLIN)
        poll.register(self._wakeup, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self._wakeup.fileno():
                    self._wakeup.recv(4096)
                    self._reap()
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        received = control.receive_order(self._parent)
        if received is None:
            return False
        order, descriptor = received
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            be_a_child(descriptor, self._lock, order.memory_bytes, self._handle, order.canary)
        self._children[pid] = order.child
        handle = os.pidfd_open(pid)
        control.send(self._parent, control.Born(order.child, pid), handle)
        os.close(handle)
        os.close(descriptor)
        return True

    def _reap(self) -> None:
        while self._children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._children.pop(pid, None)
            if child is not None:
                peak = usage.ru_maxrss * _KIBIBYTE
                control.send(self._parent, control.Exited(child, status, peak, usage.ru_utime + usage.ru_stime))


def _warm_handler(module_name: str) -> Handle:
    """Import the handlers and let them do a bit of everything once, so that children find all code and caches in place."""
    module = importlib.import_module(module_name)
    module.warm()
    # From here on there is no place to keep what is compiled, nor leave to try.
    sys.dont_write_bytecode = True
    handle: Handle = module.handle
    return handle


def _prefer_in_an_out_of_memory_kill() -> None:
    """Should the machine run out of memory, a child goes first and the web process stays. Making oneself a victim needs no privilege."""
    with open("/proc/self/oom_score_adj", "w", encoding="utf-8") as file:
        file.write("1000")
