"""What the end of a child says about the job it was doing. Pure: from waitpid's status and the resource usage to a kind and a sentence."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Final

from app.sandbox.jobs import Fault, Kind

_NEAR: Final = 0.8  # of a limit; processes that die of having no memory rarely reach the last byte


@dataclass(frozen=True, slots=True)
class Exit:
    """A child's end as its zygote reported it."""

    status: int
    peak_bytes: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Caps:
    """What the child was allowed, and what it had at birth."""

    resident_bytes: int
    memory_bytes: int
    cpu_seconds: int


def explain(end: Exit | None, caps: Caps) -> tuple[Kind, Fault]:
    """Why a child that ended by itself, in the middle of a job, did so. None: nobody knows, its zygote is gone too."""
    if end is None:
        return "crashed", Fault(kind="sandbox-lost", message="The sandbox ended together with the script's process.")
    if not os.WIFSIGNALED(end.status):
        return "crashed", Fault(
            kind="no-answer", message=f"The script's process ended with status {os.WEXITSTATUS(end.status)} and no answer."
        )
    return _explain_signal(os.WTERMSIG(end.status), end, caps)


def _explain_signal(number: int, end: Exit, caps: Caps) -> tuple[Kind, Fault]:
    if number == signal.SIGSYS:
        return "crashed", Fault(kind="forbidden-call", message="The script's process tried a forbidden system call and was ended.")
    if number in (signal.SIGKILL, signal.SIGXCPU) and end.cpu_seconds >= _NEAR * caps.cpu_seconds:
        return "timeout", Fault(kind="cpu-time", message=f"The script's process used its {caps.cpu_seconds} s of processor time.")
    if number == signal.SIGKILL:
        return "killed", Fault(kind="killed", message="The operating system ended the script's process.")
    if end.peak_bytes - caps.resident_bytes >= _NEAR * caps.memory_bytes:
        return "memory", Fault(kind="memory", message="The script used more memory than it may.")
    return "crashed", Fault(kind="signal", message=f"The script's process was ended by {signal.Signals(number).name}.")
