"""Cron expressions: text in, sets of values out, and the search for the next wall-clock time that they match.

Pure; knows no time zone: wall-clock times are counted in seconds since 1970-01-01 00:00 on the wall. croniter expands the fields to values.
Its own search isn't used: it is slow for rare dates, gives up after a number of years, and goes wrong where clocks change.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from croniter import CroniterError, croniter  # type: ignore[import-untyped]  # it publishes no types

from app.base.errors import InternalError, Invalid, nearest
from app.schedules.fields import FIVE, MONTHS, SECOND, SIX, Reading, read_field

DAY_SECONDS: Final = 86_400
LONGEST: Final = 400
ALIASES: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_LAST_YEAR: Final = 9998
_LONGEST_MONTH: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST: Final = "l"
_REMEMBERED: Final = 16_384


@dataclass(frozen=True, slots=True)
class Cron:
    """An expression's values. Days match by month, and by day of month or day of week if both are restricted, else by the restricted one.

    `is_elapsed`: hour or minute steps through its whole range, so it means time that passes rather than times of day.
    """

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    """Minutes of the day."""
    months: frozenset[int]
    days: frozenset[int]
    has_last_day: bool
    weekdays: frozenset[int]
    """0 is Sunday."""
    nth_weekdays: frozenset[tuple[int, int]]
    last_weekdays: frozenset[int]
    is_any_day: bool
    is_any_weekday: bool
    is_elapsed: bool
    _days_of: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def per_day(self) -> int:
        """How often it matches on a day that it matches."""
        return len(self.minutes) * len(self.seconds)

    def next_wall(self, wall: int) -> int | None:
        """The first matching wall-clock time at or after `wall`; None if there is none before the year 9999."""
        day, second = divmod(wall, DAY_SECONDS)
        found = self._next_day(day)
        if found == day:
            within = self._next_second(second)
            if within is not None:
                return day * DAY_SECONDS + within
            found = self._next_day(day + 1)
        return None if found is None else found * DAY_SECONDS + self.minutes[0] * 60 + self.seconds[0]

    def matches_day(self, day: int) -> bool:
        """Whether it matches on a day, counted from 1970-01-01."""
        return self._next_day(day) == day

    def count_walls(self, start: int, end: int) -> int:
        """How many wall-clock times in [start, end) match."""
        if end <= start:
            return 0
        first, last = start // DAY_SECONDS, end // DAY_SECONDS
        if first == last:
            within = self._count_before(end % DAY_SECONDS) - self._count_before(start % DAY_SECONDS)
            return within if self.matches_day(first) else 0
        count = self.per_day - self._count_before(start % DAY_SECONDS) if self.matches_day(first) else 0
        count += self._count_before(end % DAY_SECONDS) if self.matches_day(last) else 0
        return count + self.per_day * sum(1 for _ in self.matching_days(first + 1, last))

    def matching_days(self, start: int, end: int) -> Iterator[int]:
        """The matching days in [start, end), counted from 1970-01-01."""
        day = self._next_day(start)
        while day is not None and day < end:
            yield day
            day = self._next_day(day + 1)

    def _next_second(self, second: int) -> int | None:
        minute, rest = divmod(second, 60)
        index = bisect_left(self.minutes, minute)
        if index < len(self.minutes) and self.minutes[index] == minute:
            at = bisect_left(self.seconds, rest)
            if at < len(self.seconds):
                return minute * 60 + self.seconds[at]
            index += 1
        return self.minutes[index] * 60 + self.seconds[0] if index < len(self.minutes) else None

    def _count_before(self, second: int) -> int:
        minute, rest = divmod(second, 60)
        index = bisect_left(self.minutes, minute)
        is_in = index < len(self.minutes) and self.minutes[index] == minute
        return index * len(self.seconds) + (bisect_left(self.seconds, rest) if is_in else 0)

    def _next_day(self, day: int) -> int | None:
        start = date.fromordinal(day + _EPOCH_DAY)
        year, month, after = start.year, start.month, start.day
        while year <= _LAST_YEAR:
            if month in self.months:
                first = date(year, month, 1)
                following = date(year + month // 12, month % 12 + 1, 1)
                ordinal = first.toordinal()
                days = self._days_in(first.weekday(), following.toordinal() - ordinal)
                index = bisect_left(days, after)
                if index < len(days):
                    return ordinal + days[index] - 1 - _EPOCH_DAY
            after = 1
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return None

    def _days_in(self, first_weekday: int, length: int) -> tuple[int, ...]:
        """The matching days of a month by its first weekday (0 is Monday) and length: there are only 28 kinds of month."""
        known = self._days_of.get((first_weekday, length))
        if known is None:
            known = tuple(day for day in range(1, length + 1) if self._matches(day, (first_weekday + day) % 7, length))
            self._days_of[first_weekday, length] = known
        return known

    def _matches(self, day: int, weekday: int, length: int) -> bool:
        by_day = day in self.days or (self.has_last_day and day == length)
        by_weekday = (
            weekday in self.weekdays
            or (weekday, (day + 6) // 7) in self.nth_weekdays
            or (weekday in self.last_weekdays and day + 7 > length)
        )
        if self.is_any_day:
            return self.is_any_weekday or by_weekday
        return by_day if self.is_any_weekday else by_day or by_weekday


@lru_cache(maxsize=_REMEMBERED)
def parse(expression: str) -> Cron:
    """An expression of five fields, of six with seconds first, or an alias such as `@daily`; upper and lower case are the same.

    Raises:
        Invalid: the message names the wrong field and what is allowed there, or says that the moment never comes.
    """
    texts = _split(expression)
    fields = SIX if len(texts) == 6 else FIVE
    readings = {each: read_field(each, text) for each, text in zip(fields, texts, strict=True)}
    cron = _expanded(expression, [readings[each] for each in FIVE], readings.get(SECOND))
    _check_comes(cron)
    return cron


def normal(expression: str) -> str:
    """An expression as it is kept: one space between fields, nothing around them."""
    return " ".join(expression.split())


def _split(expression: str) -> list[str]:
    text = expression.strip().lower()
    if len(expression) > LONGEST:
        raise _unreadable(f"has {len(expression)} characters", f"At most {LONGEST} are read.")
    if text.startswith("@"):
        if text == "@reboot":
            raise _unreadable("'@reboot' names no time", "A schedule follows the clock; run a script by hand after a start.")
        if text not in ALIASES:
            known = sorted(ALIASES)
            raise _unreadable(f"{text[:20]!r} is unknown", f"{nearest(text[:20], known)} Known are {', '.join(known)}.")
        text = ALIASES[text]
    texts = text.split()
    if len(texts) not in (5, 6):
        raise _unreadable(
            f"has {len(texts)} fields" if texts else "is empty",
            "Write five fields (minute, hour, day of month, month, day of week), or six with seconds first: `30 9 * * mon-fri`.",
        )
    return texts


def _unreadable(what: str, hint: str) -> Invalid:
    return Invalid(f"The cron expression {what}.", hint, field="expression", details={"part": "expression"})


def _expanded(expression: str, five: list[Reading], second: Reading | None) -> Cron:
    minute, hour, day, _month, weekday = five
    plain = [",".join(each.plain) or "*" for each in five]
    columns = [",".join(second.plain) if second else "0", *plain]
    values, _ = _expand(" ".join(columns))
    specials: dict[int, set[Any]] = {}
    for special in weekday.special:
        for key, counts in _expand(f"0 0 0 * * {special}")[1].items():
            specials.setdefault(key, set()).update(counts)
    minutes, hours, days, months, weekdays, seconds = values
    all_hours = range(24) if hours == ["*"] else hours
    all_minutes = range(60) if minutes == ["*"] else minutes
    return Cron(
        normal(expression),
        tuple(range(60) if seconds == ["*"] else seconds),
        tuple(in_hour * 60 + in_minute for in_hour in all_hours for in_minute in all_minutes),
        frozenset(range(1, 13) if months == ["*"] else months),
        frozenset(range(1, 32)) if days == ["*"] else frozenset(each for each in days if each != _LAST),
        _LAST in days,
        frozenset() if not weekday.plain else frozenset(range(7)) if weekdays == ["*"] else frozenset(weekdays),
        frozenset((key, count) for key, counts in specials.items() for count in counts if count != _LAST),
        frozenset(key for key, counts in specials.items() if _LAST in counts),
        day.is_open,
        weekday.is_open,
        minute.is_wide or hour.is_wide,
    )


def _expand(columns: str) -> tuple[list[list[Any]], dict[int, set[Any]]]:
    try:
        expanded: tuple[list[list[Any]], dict[int, set[Any]]] = croniter.expand(columns, second_at_beginning=True)
    except (CroniterError, ValueError, KeyError, IndexError) as error:
        raise InternalError(f"croniter refuses {columns!r}, which our own reading accepted: {error}") from error
    return expanded


def _check_comes(cron: Cron) -> None:
    """Refuse days that no month has. Leap days fall on every weekday within the 400 years after which the calendar repeats itself, and
    every month has a fifth of each weekday in one of them, so days of month are all there is to check."""
    longest = max(_LONGEST_MONTH[month - 1] for month in cron.months)
    if cron.is_any_day or cron.has_last_day or not cron.is_any_weekday or min(cron.days) <= longest:
        return
    names = ", ".join(MONTHS[month - 1].capitalize() for month in sorted(cron.months))
    raise Invalid(
        f"This moment never comes: the day of month field wants day {min(cron.days)}, and {names} has {longest} at most.",
        "Write L in the day of month field for the last day of every month.",
        field="expression",
        details={"part": "day of month", "text": str(min(cron.days))},
    )
