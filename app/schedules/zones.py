"""Time zones as the search needs them: offsets at instants, and the instants at which they change.

Pure. Instants are seconds since the epoch; wall-clock times are seconds since 1970-01-01 00:00 on the wall, so wall = instant + offset.
Source: PEP 495 (folds and gaps), PEP 615; the IANA data are the system's, or those of the `tzdata` package.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from app.base.errors import Invalid, nearest

DAY: Final = 86_400
LONGEST_SHIFT: Final = 30 * 3600
"""More than any clock was ever set forward or back: offsets lie within -12 and +14 hours."""
FIRST_YEAR: Final = 1971
LAST_YEAR: Final = 2199
_BLOCK: Final = 8 * DAY
_PROBE: Final = DAY
_REMEMBERED: Final = 1 << 16
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # the origin of wall-clock times, which are in no zone


@dataclass(frozen=True, slots=True)
class Transition:
    """An instant at which a zone's offset changes; offsets in seconds east of UTC."""

    at: int
    before: int
    after: int

    @property
    def is_gap(self) -> bool:
        """Whether clocks go forward: the wall-clock times from `leaves` to `enters` don't exist."""
        return self.after > self.before

    @property
    def leaves(self) -> int:
        """The wall-clock time that clocks would have shown at this instant."""
        return self.at + self.before

    @property
    def enters(self) -> int:
        """The wall-clock time that clocks show at this instant."""
        return self.at + self.after


@cache
def zone_names() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


def zone_named(name: str) -> ZoneInfo:
    """A time zone.

    Raises:
        Invalid: there is none of this name.
    """
    if name not in zone_names():
        shown = name[:60]
        by_lower = {each.lower(): each for each in zone_names()}
        hint = f"Did you mean {by_lower[shown.lower()]!r}?" if shown.lower() in by_lower else nearest(shown, sorted(zone_names()))
        raise Invalid(f"There is no time zone {shown!r}.", f"{hint} Zones have IANA names, such as Europe/Berlin.", field="zone")
    return ZoneInfo(name)


def offset_at(zone: ZoneInfo, instant: int) -> int:
    """The zone's offset at an instant, in seconds."""
    offset = datetime.fromtimestamp(instant, zone).utcoffset() or timedelta()
    return offset.days * DAY + offset.seconds


def transitions(zone: ZoneInfo, after: int, until: int) -> Sequence[Transition]:
    """The zone's changes in (after, until], in order. Meant for spans of days; each week or so is looked at once and remembered."""
    first, last = after // _BLOCK, (until - 1) // _BLOCK
    found = _transitions_of(zone, first)
    for block in range(first + 1, last + 1):
        found += _transitions_of(zone, block)
    return [each for each in found if after < each.at <= until] if found else found


def check_moment(moment: datetime | None, field: str) -> None:
    """Refuse a moment too far away to be meant, before reckoning with it leaves the calendar.

    Raises:
        Invalid: about the given field.
    """
    if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Invalid(f"The year {moment.year} is out of range.", f"Choose a moment from {FIRST_YEAR} to {LAST_YEAR}.", field=field)


def wall_time(wall: int) -> datetime:
    """A wall-clock time as a naive datetime."""
    return _EPOCH + timedelta(seconds=wall)


def instant_of(moment: datetime) -> int:
    """An aware datetime in whole seconds, rounded down."""
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))


def moment_of(instant: int) -> datetime:
    """An instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)


@lru_cache(maxsize=_REMEMBERED)
def _transitions_of(zone: ZoneInfo, block: int) -> tuple[Transition, ...]:
    """The changes in a block of days, its end included, its start not. Two within a day could cancel out; in no zone do two lie so near."""
    start = block * _BLOCK
    found: list[Transition] = []
    before = offset_at(zone, start)
    for low in range(start, start + _BLOCK, _PROBE):
        after = offset_at(zone, low + _PROBE)
        if after != before:
            found.append(Transition(_first_unlike(zone, before, low, low + _PROBE), before, after))
        before = after
    return tuple(found)


def _first_unlike(zone: ZoneInfo, offset: int, low: int, high: int) -> int:
    """The first instant in (low, high] at which another offset holds."""
    while low + 1 < high:
        middle = (low + high) // 2
        if offset_at(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high
