"""What a process has had of the machine's processors, as the kernel tells it."""

from __future__ import annotations

from time import monotonic
from typing import Final

from msgspec import Struct


class Usage(Struct, frozen=True):
    """At one moment: what was computed until then, how long the process stood in the processors' queue, and whether it wants to go on."""

    at: float
    computed_s: float
    queued_s: float
    is_runnable: bool


AT_BIRTH: Final = Usage(0.0, 0.0, 0.0, is_runnable=True)
"""Of a process that nobody has looked at yet."""


def usage_of(pidfd: int) -> Usage:
    """A process's account. Where it can't be read, the process is taken to compute all the time.

    A wait that still goes on isn't among `queued_s` yet. Source: the kernel's documentation of schedstats, and proc_pid_stat(5).

    Raises:
        OSError: the process is reaped.
    """
    pid, now = pid_of(pidfd), monotonic()
    try:
        with open(f"/proc/{pid}/schedstat", encoding="utf-8") as account, open(f"/proc/{pid}/stat", encoding="utf-8") as status:
            computed, queued, *_ = account.read().split()
            # Its name stands in brackets, and may hold brackets itself.
            state = status.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, PermissionError):
        return Usage(now, now, 0.0, is_runnable=False)
    return Usage(now, int(computed) / 1e9, int(queued) / 1e9, state in ("R", "D"))


def pid_of(pidfd: int) -> int:
    """The number of a process.

    Raises:
        OSError: it is reaped.
    """
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="utf-8") as info:
        pid = next((int(line.split()[1]) for line in info if line.startswith("Pid:")), -1)
    if pid <= 0:
        raise ProcessLookupError("it is reaped")
    return pid
