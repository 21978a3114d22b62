"""Limits with what a run used of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.web.figures import duration, size


@dataclass(frozen=True, slots=True)
class Meter:
    """A limit and how much of it was used, None where that isn't measured; `words` says both."""

    label: str
    used: int | None
    cap: int
    words: str


def meters_of(
    limits: Mapping[str, Any], *, operations: int, duration_us: int, memory_bytes: int | None, calls: int, log_lines: int
) -> tuple[Meter, ...]:
    """What was used of each limit; without those that a run's record doesn't hold."""
    wall_us, memory = int(limits.get("wall_ms") or 0) * 1_000, int(limits.get("memory_bytes") or 0)
    in_memory = f"at most {size(memory)}" if memory_bytes is None else f"{size(memory_bytes)} of {size(memory)}"
    found = (
        _counted("Operations", operations, limits.get("operations")),
        Meter("Time", duration_us, wall_us, f"{duration(duration_us)} of {duration(wall_us)}"),
        Meter("Memory", memory_bytes, memory, in_memory),
        _counted("Host calls", calls, limits.get("host_calls")),
        _counted("Log lines", log_lines, limits.get("log_lines")),
    )
    return tuple(each for each in found if each.cap > 0)


def _counted(label: str, used: int, cap: object) -> Meter:
    most = cap if isinstance(cap, int) else 0
    return Meter(label, used, most, f"{used:,} of {most:,}")
