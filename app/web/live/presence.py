"""Who has which script open: in this process, and forgotten with it. It knows people and scripts, and nothing of sockets.

A server is one process; were there several, each would tell only of those who are connected to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

OnChange: TypeAlias = Callable[[], None]
Place: TypeAlias = tuple[UUID, UUID]
"""A tenant and a script of it."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a script open, once however many pages show it; `since` is when the first of these was opened."""

    user_id: UUID
    name: str
    since: datetime


@dataclass(eq=False, slots=True)
class Seat:
    """One page that shows a script; `told` is called when the people there have changed."""

    place: Place
    present: Present
    told: OnChange


class Presence:
    """All open scripts of this process. Belongs to the event loop."""

    def __init__(self) -> None:
        self._seats: dict[Place, list[Seat]] = {}

    def join(self, place: Place, present: Present, told: OnChange) -> Seat:
        """Somebody opens a script; all pages that show it are told, theirs too."""
        seat = Seat(place, present, told)
        self._seats.setdefault(place, []).append(seat)
        self._tell(place)
        return seat

    def leave(self, seat: Seat) -> None:
        """A page is gone; those that stay are told."""
        seats = self._seats[seat.place]
        seats.remove(seat)
        if seats:
            self._tell(seat.place)
        else:
            del self._seats[seat.place]

    def others(self, seat: Seat) -> tuple[Present, ...]:
        """Who else is there, by when they came; the same person on another page counts."""
        first: dict[UUID, Present] = {}
        for each in self._seats[seat.place]:
            if each is not seat:
                first.setdefault(each.present.user_id, each.present)
        return tuple(first.values())

    def _tell(self, place: Place) -> None:
        for seat in self._seats[place]:
            seat.told()
