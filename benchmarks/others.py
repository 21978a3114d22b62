"""Whether a figure was taken on a machine of our own: how much of the processors everybody else used meanwhile.

A server that keeps one processor busy hardly notices a neighbour on the other one; one that hands work to threads and processes does. So
work beside a benchmark changes quotients as well as rates, and a figure is only worth something if it says how much of that there was.
Source: proc_stat(5), proc_pid_stat(5)
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

T = TypeVar("T")

MOST_OTHERS: Final = 0.25
"""Processors. Up to here a turn counts as one on a machine of our own; the system's own threads use a twentieth of one."""
_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
_IDLE: Final = (3, 4)
"""Where the line of all processors tells of idling and of waiting for a disk."""
_PARTS: Final = 8
"""What comes behind is of guests, and counted among the others already."""
_USED: Final = slice(11, 15)
"""Of a process's line behind its name: its own time for itself and in the system, then both of the children that it has waited for."""


class Look(NamedTuple):
    """What had been used of the processors at a moment, in seconds: by everybody, and by this process and all that descend from it."""

    at: float
    everybody: float
    ours: float

    def others_until(self, later: "Look") -> float:
        """How many processors everybody else used in the mean from this moment to a later one."""
        return max(0.0, (later.everybody - self.everybody - (later.ours - self.ours)) / (later.at - self.at))


def look() -> Look:
    """This moment's."""
    parts = [int(part) for part in Path("/proc/stat").read_text("ascii").split(maxsplit=_PARTS + 1)[1 : _PARTS + 1]]
    busy = sum(part for position, part in enumerate(parts) if position not in _IDLE)
    return Look(time.perf_counter(), busy / _TICKS_PER_SECOND, sum(map(_used, _family(os.getpid()))) / _TICKS_PER_SECOND)


def least_disturbed(turn: Callable[[], T], wanted: int, look: Callable[[], Look] = look) -> tuple[list[T], float]:
    """What so many turns gave, and the most that others used in any of these.

    A turn beside others' work is repeated, but no more than twice as many are taken as are wanted: those with the fewest others count,
    whatever they gave.
    """
    taken: list[tuple[float, T]] = []
    while len(taken) < 2 * wanted and sum(others <= MOST_OTHERS for others, _ in taken) < wanted:
        before = look()
        given = turn()
        taken.append((before.others_until(look()), given))
    counted = sorted(taken, key=lambda each: each[0])[:wanted]
    return [given for _, given in counted], counted[-1][0]


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        lists = [path.read_text("ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it has just ended
        return
    for each in lists:
        for child in each.split():
            yield from _family(int(child))


def _used(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:  # it has just ended; whoever waits for it has its time
        return 0
    return sum(map(int, told.rpartition(")")[2].split()[_USED]))
