"""When a schedule strikes: cron expressions over time zones, with gaps and folds as decision 0021 has them.

Pure. An expression that steps through whole hours or minutes means time that passes: it strikes at every instant whose wall-clock time
matches, in both passes of a fold, and times that a gap leaves out are left out. Any other means times of day: each strikes at the first
instant at which the clock shows it or has passed it, so a gap's times collapse to the gap's end, and a fold's strike the first time only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from app.schedules.cron import Cron
from app.schedules.zones import DAY, LONGEST_SHIFT, Transition, offset_at, transitions

EVERY_KIND_OF_YEAR: Final = 41 * 366 * DAY
"""There are 14 kinds of year, by length and first weekday, and each comes within 40 years. A zone's rule is the same in years of a kind, so
an expression whose times gaps have left out for longer never comes: `*/15 2 * 3 sun#2` in New York."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression in a time zone."""

    cron: Cron
    zone: ZoneInfo

    def next_after(self, instant: int) -> int | None:
        """The first occurrence after an instant; None if gaps leave all of them out, or there is none before the year 9999."""
        return self._next_elapsed(instant) if self.cron.is_elapsed else self._next_fixed(instant)

    def between(self, after: int, until: int) -> Iterator[int]:
        """The occurrences in (after, until], in order."""
        found = self.next_after(after)
        while found is not None and found <= until:
            yield found
            found = self.next_after(found)

    def highest_wall(self, instant: int) -> int:
        """The latest wall-clock time shown up to an instant; in the second pass of a fold that lies ahead of what the clock shows."""
        highest = instant + offset_at(self.zone, instant)
        for each in transitions(self.zone, instant - LONGEST_SHIFT, instant):
            highest = max(highest, each.leaves - 1)
        return highest

    def _next_fixed(self, instant: int) -> int | None:
        wall = self.cron.next_wall(self.highest_wall(instant) + 1)
        return None if wall is None else first_instant_at(self.zone, wall)

    def _next_elapsed(self, instant: int) -> int | None:
        # Stretches of one offset, one after the other. What a whole stretch doesn't hold isn't in it under any later offset before `wall`
        # comes near: the clock can't be set back by more than LONGEST_SHIFT, which every stretch was seen to reach beyond.
        start, first = instant + 1, None
        while True:
            offset = offset_at(self.zone, start)
            change = next(iter(transitions(self.zone, start, start + LONGEST_SHIFT)), None)
            wall = self.cron.next_wall(start + offset)
            first = wall if first is None else first
            if wall is None or first is None or wall - first > EVERY_KIND_OF_YEAR:
                return None
            end = change.at if change else start + LONGEST_SHIFT
            if wall - offset < end:
                return wall - offset
            start = end if change else max(end, wall - offset - LONGEST_SHIFT)


def first_instant_at(zone: ZoneInfo, wall: int) -> int:
    """The first instant at which the zone's clock shows a time or, where a gap leaves it out, has passed it."""
    # Wherever this is, its clock hasn't shown `wall` at `start` yet, and has at the end of the span.
    start = wall - LONGEST_SHIFT
    offset = offset_at(zone, start)
    for each in transitions(zone, start, wall + LONGEST_SHIFT):
        if wall < each.leaves:
            return wall - each.before
        if wall < each.enters:
            return each.at
        offset = each.after
    return wall - offset


def gap_at(zone: ZoneInfo, instant: int) -> Transition | None:
    """The gap that ends at an instant."""
    return next((each for each in transitions(zone, instant - 1, instant) if each.is_gap), None)


def fold_around(zone: ZoneInfo, instant: int) -> Transition | None:
    """The fold in which an instant's wall-clock time comes twice: the instant is in its first pass if it lies before the change."""
    wall = instant + offset_at(zone, instant)
    for each in transitions(zone, instant - LONGEST_SHIFT, instant + LONGEST_SHIFT):
        if not each.is_gap and each.enters <= wall < each.leaves:
            return each
    return None


def gap_over(zone: ZoneInfo, wall: int, near: int) -> Transition | None:
    """The gap within some 30 hours of an instant that leaves a wall-clock time out."""
    for each in transitions(zone, near - LONGEST_SHIFT, near + LONGEST_SHIFT):
        if each.is_gap and each.leaves <= wall < each.enters:
            return each
    return None
