"""What the end of a child says about its job."""

import signal

import pytest

from app.sandbox.endings import Caps, Exit, explain

CAPS = Caps(resident_bytes=50, memory_bytes=100, cpu_seconds=10)


@pytest.mark.parametrize(
    ("end", "kind", "fault"),
    [
        (None, "crashed", "sandbox-lost"),
        (Exit(0, 60, 0.1), "crashed", "no-answer"),
        (Exit(9 << 8, 60, 0.1), "crashed", "no-answer"),
        (Exit(signal.SIGSYS, 60, 0.1), "crashed", "forbidden-call"),
        (Exit(signal.SIGKILL, 60, 0.1), "killed", "killed"),
        (Exit(signal.SIGKILL, 60, 9.9), "timeout", "cpu-time"),
        (Exit(signal.SIGSEGV, 60, 0.1), "crashed", "signal"),
        (Exit(signal.SIGSEGV, 140, 0.1), "memory", "memory"),
        (Exit(signal.SIGABRT, 140, 0.1), "memory", "memory"),
    ],
)
def test_an_end_has_one_explanation(end: Exit | None, kind: str, fault: str) -> None:
    found_kind, found_fault = explain(end, CAPS)
    assert (found_kind, found_fault.kind) == (kind, fault)
