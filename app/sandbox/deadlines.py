"""One timer for many deadlines: whoever is watched and not forgotten is told when its deadline has passed.

A timer of its own for each call costs more than the rest of the bookkeeping (5 us of 60 on uvloop), and almost none ever fires.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Watched = TypeVar("Watched", bound=Hashable)


class Deadlines(Generic[Watched]):
    """Who is watched, and the timer of the earliest deadline, which may have been met meanwhile."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[Watched], None]) -> None:
        self._loop = loop
        self._tell = tell
        self._watched: dict[Watched, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._armed_for = float("inf")

    def watch(self, who: Watched, deadline: float) -> None:
        """Tell `who` when the loop's clock reaches `deadline`."""
        self._watched[who] = deadline
        if deadline < self._armed_for:
            self._arm(deadline)

    def forget(self, who: Watched) -> None:
        """The deadline is met."""
        self._watched.pop(who, None)

    def close(self) -> None:
        """Forget everyone."""
        self._watched.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self, deadline: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed_for = deadline
        self._timer = self._loop.call_at(deadline, self._ring)

    def _ring(self) -> None:
        now = max(self._loop.time(), self._armed_for)  # a loop may ring within its clock's resolution early
        self._timer, self._armed_for = None, float("inf")
        for who in [who for who, deadline in self._watched.items() if deadline <= now]:
            del self._watched[who]
            self._tell(who)
        if self._watched:
            earliest = min(self._watched.values())
            if earliest < self._armed_for:
                self._arm(earliest)
