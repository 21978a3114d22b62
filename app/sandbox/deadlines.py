"""One timer for many deadlines: whoever is watched and not forgotten is told when its deadline has passed.

A timer of its own for each call costs more than the rest of the bookkeeping (5 us of 60 on uvloop), and almost none ever fires. Times
are those of the monotonic clock, because a loop's own may stand still for as long as its callbacks take.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Final, Generic, TypeVar

RESOLUTION_S: Final = 0.0005  # uvloop counts whole milliseconds, and so may ring that much early

Watched = TypeVar("Watched", bound=Hashable)


class Deadlines(Generic[Watched]):
    """Who is watched, and the timer of the earliest deadline, which may have been met meanwhile."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[Watched], None], clock: Callable[[], float] = monotonic) -> None:
        self._loop = loop
        self._tell = tell
        self._clock = clock
        self._watched: dict[Watched, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = float("inf")

    def watch(self, who: Watched, deadline: float) -> None:
        """Tell `who` when the clock reaches `deadline`."""
        self._watched[who] = deadline
        if deadline < self._armed_for:
            self._arm(deadline)

    def forget(self, who: Watched) -> None:
        """The deadline is met."""
        self._watched.pop(who, None)

    def everyone(self) -> list[Watched]:
        """Those who are watched."""
        return list(self._watched)

    def close(self) -> None:
        """Forget everyone."""
        self._watched.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed_for = deadline
        self._timer = self._loop.call_later(max(0.0, deadline - self._clock()), self._ring)

    def _ring(self) -> None:
        self._timer, self._armed_for = None, float("inf")
        now = self._clock() + RESOLUTION_S
        for who in [who for who, deadline in self._watched.items() if deadline <= now]:
            if self._watched.pop(who, None) is not None:  # telling one may make another forgotten
                self._tell(who)
        if self._watched:
            earliest = min(self._watched.values())
            if earliest < self._armed_for:
                self._arm(earliest)
