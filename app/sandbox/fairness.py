"""Whose turn it is: a bounded number of turns shared fairly between lanes. Pure; a lane is a tenant's runs, or its analyses.

Each lane has a cap of turns of its own and waits first come, first served; free turns go round the lanes that wait, one each. So a lane
with a thousand jobs waits for itself, not in front of the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Lane = TypeVar("Lane", bound=Hashable)
Ticket = TypeVar("Ticket")


class Turns(Generic[Lane, Ticket]):
    """Who runs and who waits."""

    def __init__(self, turns: int, turns_per_lane: int, waiting_per_lane: int, waiting_in_all: int) -> None:
        self._free = turns
        self._turns_per_lane = turns_per_lane
        self._waiting_per_lane = waiting_per_lane
        self._room = waiting_in_all
        self._running: dict[Lane, int] = {}
        self._waiting: dict[Lane, deque[Ticket]] = {}
        self._round: deque[Lane] = deque()

    @property
    def waiting(self) -> int:
        """Tickets that wait, in all lanes."""
        return sum(len(queue) for queue in self._waiting.values())

    @property
    def running(self) -> int:
        """Turns taken, in all lanes."""
        return sum(self._running.values())

    def is_awaited(self, lane: Lane) -> bool:
        """Whether tickets of this lane wait."""
        return lane in self._waiting

    def take(self, lane: Lane) -> bool:
        """Take a turn at once if one is free for this lane."""
        running = self._running.get(lane, 0)
        if self._free <= 0 or running >= self._turns_per_lane or lane in self._waiting:
            return False
        self._free -= 1
        self._running[lane] = running + 1
        return True

    def wait(self, lane: Lane, ticket: Ticket) -> bool:
        """Join the lane's queue. False, and nothing changed, when that or the whole waiting room is full."""
        queue = self._waiting.get(lane)
        if self._room <= 0 or (queue is not None and len(queue) >= self._waiting_per_lane):
            return False
        if queue is None:
            queue = self._waiting[lane] = deque()
            self._round.append(lane)
        queue.append(ticket)
        self._room -= 1
        return True

    def withdraw(self, lane: Lane, ticket: Ticket) -> None:
        """Leave the queue before one's turn."""
        queue = self._waiting[lane]
        queue.remove(ticket)
        self._room += 1
        if not queue:
            self._forget(lane)

    def give_back(self, lane: Lane) -> list[Ticket]:
        """End a turn. Returns the tickets whose turn it is now; their turns count as taken."""
        if len(self._round) == 1 and self._round[0] == lane:
            return [self._pop(lane)]  # nobody else waits: the turn stays in its lane
        self._free += 1
        left = self._running[lane] - 1
        if left:
            self._running[lane] = left
        else:
            del self._running[lane]
        return self._next() if self._round else []

    def _next(self) -> list[Ticket]:
        called: list[Ticket] = []
        for _ in range(len(self._round)):
            if self._free <= 0:
                break
            lane = self._round.popleft()
            self._round.append(lane)
            running = self._running.get(lane, 0)
            if running >= self._turns_per_lane:
                continue
            self._free -= 1
            self._running[lane] = running + 1
            called.append(self._pop(lane))
        return called

    def _pop(self, lane: Lane) -> Ticket:
        """The lane's first ticket, out of the queue."""
        queue = self._waiting[lane]
        ticket = queue.popleft()
        self._room += 1
        if not queue:
            self._forget(lane)
        return ticket

    def _forget(self, lane: Lane) -> None:
        del self._waiting[lane]
        self._round.remove(lane)
