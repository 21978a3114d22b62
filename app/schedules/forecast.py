"""What a schedule would come to: its year, runs that would overlap, and what an outage would do to it.

Pure.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from app.base.errors import Conflict, Invalid
from app.schedules import policy
from app.schedules.cron import DAY_SECONDS
from app.schedules.occurrences import Rule
from app.schedules.types import DayDensity, LateRun, OutageForecast, OverlapAt, OverlapForecast, Policies, YearDensity
from app.schedules.zones import FIRST_YEAR, LAST_YEAR, check_moment, instant_of, moment_of, transitions

LOOKED_AHEAD: Final = 200
LONGEST_OUTAGE: Final = timedelta(days=366)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_EXAMPLES: Final = 5
_SKIPS_SHOWN: Final = 100


def density(rule: Rule, policies: Policies, year: int) -> YearDensity:
    """How often the schedule runs on each date of a year; its start and end dates are kept.

    Raises:
        Invalid: the year is out of range.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid(f"The year {year} can't be shown.", f"Choose one from {FIRST_YEAR} to {LAST_YEAR}.", field="year")
    first = date(year, 1, 1).toordinal() - _EPOCH_DAY
    last = date(year + 1, 1, 1).toordinal() - _EPOCH_DAY
    counts = dict.fromkeys(range(first, last), 0)
    counts.update(dict.fromkeys(rule.cron.matching_days(first, last), rule.cron.per_day))
    touched = _adjust(rule, counts, first, last)
    _bound(rule, policies, counts)
    zone = str(rule.zone)
    days = tuple(DayDensity(date.fromordinal(day + _EPOCH_DAY), runs, day in touched) for day, runs in counts.items())
    return YearDensity(year, zone, sum(counts.values()), max(counts.values()), days)


def overlaps(rule: Rule, policies: Policies, after: datetime, p95_ms: int) -> OverlapForecast:
    """Which of the next occurrences would begin while the one before still runs, if runs take `p95_ms`."""
    found: list[int] = []
    at = instant_of(after)
    while len(found) <= LOOKED_AHEAD:
        following = policy.next_occurrence(rule, policies, at)
        if following is None:
            break
        found.append(following)
        at = following
    near = [(first, second) for first, second in pairwise(found) if (second - first) * 1000 < p95_ms]
    examples = tuple(OverlapAt(moment_of(first), moment_of(second), p95_ms - (second - first) * 1000) for first, second in near[:_EXAMPLES])
    looked_at = max(0, len(found) - 1)
    text = (
        f"None of the next {looked_at} runs would still be going when the next is due: 95 of 100 take at most {p95_ms:,} ms."
        if not near
        else f"{len(near)} of the next {looked_at} runs may still be going when the next is due: 5 of 100 take more than {p95_ms:,} ms."
    )
    return OverlapForecast(p95_ms, looked_at, len(near), examples, text)


def outage(rule: Rule, policies: Policies, down_from: datetime, down_until: datetime) -> OutageForecast:
    """What would become of the occurrences between two moments if the service were down from the first to the second.

    Raises:
        Conflict: the outage ends before it begins, or is longer than a year.
    """
    check_moment(down_from, "down_from")
    check_moment(down_until, "down_until")
    if not timedelta() < down_until - down_from <= LONGEST_OUTAGE:
        raise Conflict("This is no outage that can be looked at.", "Its end comes after its start, within a year.", field="down_until")
    start, end = instant_of(down_from), instant_of(down_until)
    decision = policy.decide(rule, policies, start - 1, end)
    late = tuple(LateRun(moment_of(each), moment_of(end), end - each) for each in (*decision.catch_up, *decision.on_time) if each < end)
    skipped = _skipped(rule, decision)
    last = None if decision.last_skipped is None else moment_of(decision.last_skipped)
    if not late and not decision.skipped:
        text = "Nothing is due while the service is down."
    else:
        text = f"{_runs(len(late))} late, {_runs(decision.skipped)} skipped." if late else f"{_runs(decision.skipped)} skipped, none late."
    return OutageForecast(down_from.astimezone(UTC), down_until.astimezone(UTC), late, decision.skipped, skipped, last, text)


def _skipped(rule: Rule, decision: policy.Decision) -> tuple[datetime, ...]:
    """The first of those that are skipped: they are older than all that is made up for, so they are one stretch."""
    if decision.first_skipped is None or decision.last_skipped is None:
        return ()
    found = rule.between(decision.first_skipped - 1, decision.last_skipped)
    return tuple(moment_of(each) for each in islice(found, _SKIPS_SHOWN))


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"


def _adjust(rule: Rule, counts: dict[int, int], first: int, last: int) -> set[int]:
    """Correct the counts of days on which clocks change; the days touched by that."""
    touched: set[int] = set()

    def change(day: int, by: int) -> None:
        if by and day in counts:
            counts[day] += by
            touched.add(day)

    cron = rule.cron
    for each in transitions(rule.zone, (first - 1) * DAY_SECONDS, (last + 1) * DAY_SECONDS):
        low, high = sorted((each.leaves, each.enters))
        if not cron.count_walls(low, high):
            continue
        for day in range(low // DAY_SECONDS, (high - 1) // DAY_SECONDS + 1):
            within = cron.count_walls(max(low, day * DAY_SECONDS), min(high, (day + 1) * DAY_SECONDS))
            if each.is_gap:
                change(day, -within)
            elif cron.is_elapsed:
                change(day, within)
            elif day in counts and within:
                touched.add(day)
        if each.is_gap and not cron.is_elapsed:
            day = each.enters // DAY_SECONDS
            change(day, 0 if cron.next_wall(each.enters) == each.enters else 1)
            touched.update({day} & counts.keys())
    return touched


def _bound(rule: Rule, policies: Policies, counts: dict[int, int]) -> None:
    """Leave out what lies before the schedule's start or after its end."""
    for moment, is_start in ((policies.starts_at, True), (policies.ends_at, False)):
        if moment is None:
            continue
        local = moment.astimezone(rule.zone)
        bound = local.toordinal() - _EPOCH_DAY
        for day in counts:
            if day < bound if is_start else day > bound:
                counts[day] = 0
        if counts.get(bound):
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
            edges = instant_of(midnight) - 1, instant_of(midnight + timedelta(days=1)) - 1
            low, high = policy.bounded(policies, *edges)
            counts[bound] = policy.count_between(rule, low, high)
