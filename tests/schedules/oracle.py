"""An oracle for occurrences: it walks through time minute by minute and knows nothing of the searching code.

`walk` does so literally. `strikes` does the same for stretches of time in which a zone's offset stays the same, whose wall-clock minutes
are one run of numbers, so that sixteen years take milliseconds; a test holds the two against each other.
"""

import random
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
LAST = datetime(2036, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_WALL_ZERO = datetime(1970, 1, 1)  # noqa: DTZ001  # the origin of wall-clock times, which are in no zone
_NAMES = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)} | {
    name: number for number, name in enumerate("sun mon tue wed thu fri sat".split())
}


def _number(text: str) -> int:
    return _NAMES[text.lower()] if text.lower() in _NAMES else int(text)


@lru_cache(maxsize=1024)
def _values(text: str, least: int, greatest: int) -> frozenset[int]:
    found: set[int] = set()
    for element in text.split(","):
        if "#" in element or element.lower().startswith("l"):
            continue
        span, _, step = element.partition("/")
        low, _, high = span.partition("-")
        if low == "*":
            first, last = least, greatest
        else:
            first = _number(low)
            last = _number(high) if high else greatest if step else first
        found |= set(range(first, last + 1, int(step or 1)))
    return frozenset(found)


@dataclass(frozen=True)
class Expression:
    """A cron expression of five fields, read the slow and simple way."""

    text: str

    @property
    def fields(self) -> list[str]:
        """Its five fields."""
        return self.text.split()

    def minutes(self) -> list[int]:
        """The minutes of the day that match, each tried."""
        in_hour, of_day = _values(self.fields[0], 0, 59), _values(self.fields[1], 0, 23)
        return [minute for minute in range(1440) if minute % 60 in in_hour and minute // 60 in of_day]

    def matches(self, day: date) -> bool:
        """Whether a date matches."""
        _, _, days, months, weekdays = self.fields
        if day.month not in _values(months, 1, 12):
            return False
        length = monthrange(day.year, day.month)[1]
        weekday = day.isoweekday() % 7
        by_day = day.day in _values(days, 1, 31) or ("L" in days.split(",") and day.day == length)
        by_weekday = (
            weekday in _values(weekdays, 0, 6)
            or (weekday == 0 and 7 in _values(weekdays, 0, 6))
            or any(self._matches_special(element, day, weekday, length) for element in weekdays.split(","))
        )
        if days == "*" or weekdays == "*":
            return by_day and by_weekday
        return by_day or by_weekday

    @staticmethod
    def _matches_special(element: str, day: date, weekday: int, length: int) -> bool:
        if "#" in element:
            wanted, count = element.split("#")
            return weekday == _number(wanted) % 7 and (day.day - 1) // 7 + 1 == int(count)
        return element.startswith("L") and weekday == _number(element[1:]) % 7 and day.day > length - 7

    @property
    def is_elapsed(self) -> bool:
        """Whether minute or hour goes through its whole range, with or without a step."""
        return self.fields[0].startswith(("*", "0-59")) or self.fields[1].startswith(("*", "0-23"))


def _wall_minute(moment: datetime) -> int:
    return int((moment.replace(tzinfo=None) - _WALL_ZERO) / _MINUTE)


def walk(expression: Expression, zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    """The occurrences in [first, last), found by looking at the clock once a minute, from two days before."""
    minutes = frozenset(expression.minutes())
    found: list[datetime] = []
    now = first - timedelta(days=2)
    highest = _wall_minute(now.astimezone(zone)) - 1
    while now < last:
        wall = _wall_minute(now.astimezone(zone))
        passed = [wall] if expression.is_elapsed else range(highest + 1, wall + 1)
        if any(_is_match(expression, minutes, each) for each in passed) and now >= first:
            found.append(now)
        highest = max(highest, wall)
        now += _MINUTE
    return found


def _is_match(expression: Expression, minutes: frozenset[int], wall: int) -> bool:
    return wall % 1440 in minutes and expression.matches((_WALL_ZERO + wall * _MINUTE).date())


@dataclass(frozen=True)
class Stretch:
    """Minutes since the epoch [start, end) through which the offset, in minutes, stays the same."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=8)
def stretches(name: str) -> tuple[Stretch, ...]:
    """The stretches of a zone from 2020 to 2035, found by looking at the offset every hour, and every minute of an hour that changes it."""
    zone = ZoneInfo(name)

    def offset(minute: int) -> int:
        found = datetime.fromtimestamp(minute * 60, zone).utcoffset()
        assert found is not None
        return int(found / _MINUTE)

    first, last = int(FIRST.timestamp()) // 60, int(LAST.timestamp()) // 60
    found: list[Stretch] = []
    start, current = first, offset(first)
    for hour in range(first, last, 60):
        if offset(hour + 60) == current:
            continue
        for minute in range(hour, hour + 61):
            if offset(minute) != current:
                found.append(Stretch(start, minute, current))
                start, current = minute, offset(minute)
    return (*found, Stretch(start, last, current))


@lru_cache(maxsize=4096)
def matching_days(days_months_weekdays: str) -> tuple[int, ...]:
    """The days since 1970 from 2019 to 2036 that match, each tried."""
    expression = Expression(f"0 0 {days_months_weekdays}")
    span = range(date(2019, 12, 1).toordinal(), date(2036, 2, 1).toordinal())
    origin = date(1970, 1, 1).toordinal()
    return tuple(ordinal - origin for ordinal in span if expression.matches(date.fromordinal(ordinal)))


def strikes(expression: Expression, zone: str, within: list[tuple[int, int]]) -> list[list[int]]:
    """The occurrences, in minutes since the epoch, in each of the spans [first, last)."""
    days, minutes = matching_days(" ".join(expression.fields[2:])), expression.minutes()
    answers: list[list[int]] = []
    for first, last in within:
        reach = 2 * 1440
        near = days[bisect_left(days, (first - reach) // 1440) : bisect_left(days, (last + reach) // 1440 + 1)]
        walls = [day * 1440 + minute for day in near for minute in minutes]
        found = _elapsed(walls, stretches(zone)) if expression.is_elapsed else _fixed(walls, stretches(zone))
        answers.append([each for each in found if first <= each < last])
    return answers


def _cut(walls: list[int], low: int, high: int) -> list[int]:
    return walls[bisect_left(walls, low) : bisect_left(walls, high)]


def _elapsed(walls: list[int], pieces: tuple[Stretch, ...]) -> list[int]:
    return [wall - each.offset for each in pieces for wall in _cut(walls, each.start + each.offset, each.end + each.offset)]


def _fixed(walls: list[int], pieces: tuple[Stretch, ...]) -> list[int]:
    found: set[int] = set()
    shown = pieces[0].start + pieces[0].offset
    for each in pieces:
        low, high = each.start + each.offset, each.end + each.offset
        if _cut(walls, shown, low):
            found.add(each.start)
        found.update(wall - each.offset for wall in _cut(walls, max(low, shown), high))
        shown = max(shown, high)
    return sorted(found)


_MINUTES = ["0", "30", "*", "*/5", "*/15", "*/7", "0,30", "15", "59", "5-10", "0-59/20", "*/30", "10/25", "1"]
_HOURS = ["2", "1", "0", "3", "*", "23", "1-3", "0,2,22", "*/2", "*/6", "9-17", "2,3", "0-23/8", "12", "1-4/2", "22"]
_DAYS = ["*", "*", "*", "*", "1", "L", "29", "31", "*/2", "13", "1,15,L", "20-31", "30"]
_MONTHS = ["*", "*", "*", "3", "10,11", "mar-apr", "*/3", "2", "jan", "4-9", "oct"]
_WEEKDAYS = ["*", "*", "*", "0", "7", "sun", "mon-fri", "6", "L0", "0#2", "sun#5", "1,3", "L7", "sat#1,sun#1"]


def some_expression(luck: random.Random) -> Expression:
    """A random expression that comes some time; times at which clocks change are likely."""
    while True:
        text = " ".join(luck.choice(each) for each in (_MINUTES, _HOURS, _DAYS, _MONTHS, _WEEKDAYS))
        if matching_days(" ".join(text.split()[2:])):
            return Expression(text)
