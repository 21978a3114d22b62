"""Occurrences against an oracle that walks through time, over all time zones, 2020 to 2035, gaps and folds included.

In the suite a sample of zones runs; `python -m tests.schedules.pairs` does all of them.
"""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.schedules.cron import parse
from app.schedules.occurrences import Rule
from app.schedules.zones import zone_names
from tests.schedules.oracle import Expression, strikes, walk
from tests.schedules.pairs import SEED, compared

SAMPLED = random.Random(SEED).sample(sorted(zone_names()), 20)


@pytest.mark.slow
@pytest.mark.parametrize("zone", SAMPLED)
def test_occurrences_agree_with_the_oracle_from_2020_to_2035(zone: str) -> None:
    assert [each.difference for each in compared(zone, 3) if each.difference] == []


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("30 2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC)),
        ("*/20 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC)),
        ("0,15,30 1-2 * * *", "Australia/Lord_Howe", datetime(2026, 10, 3, 12, tzinfo=UTC)),
        ("10 */2 * * *", "Australia/Lord_Howe", datetime(2026, 4, 4, 12, tzinfo=UTC)),
        ("0 0 * * *", "America/Santiago", datetime(2026, 9, 5, 12, tzinfo=UTC)),
        ("30 23 * * sat", "America/Nuuk", datetime(2026, 3, 28, 12, tzinfo=UTC)),
        ("30 0,1,2 * * *", "Antarctica/Troll", datetime(2026, 3, 28, 12, tzinfo=UTC)),
    ],
)
def test_the_oracle_agrees_with_looking_at_the_clock_every_minute(text: str, zone: str, day: datetime) -> None:
    last = day + timedelta(days=1)
    looked = [int(each.timestamp()) // 60 for each in walk(Expression(text), ZoneInfo(zone), day, last)]
    assert looked
    assert strikes(Expression(text), zone, [(int(day.timestamp()) // 60, int(last.timestamp()) // 60)]) == [looked]


def test_seconds_strike_through_both_passes_of_a_fold_and_not_in_a_gap() -> None:
    rule = Rule(parse("*/20 59 * * * *"), ZoneInfo("Europe/Berlin"))
    for first, last in ((datetime(2026, 10, 24, 20, tzinfo=UTC), 8 * 3600), (datetime(2026, 3, 28, 20, tzinfo=UTC), 8 * 3600)):
        start = int(first.timestamp())
        expected = [each for each in range(start, start + last) if each % 3600 in (3540, 3560, 3580)]
        assert list(rule.between(start - 1, start + last - 1)) == expected


def test_a_times_seconds_in_a_gap_collapse_to_its_end() -> None:
    rule = Rule(parse("*/20 30 2 * * *"), ZoneInfo("Europe/Berlin"))
    start = int(datetime(2026, 3, 29, tzinfo=UTC).timestamp())
    assert list(rule.between(start, start + 20 * 3600)) == [start + 3600]


@pytest.mark.parametrize(("text", "zone"), [("*/15 2 * 3 sun#2", "America/New_York"), ("* 2 * 3 L0", "Europe/Berlin")])
def test_what_gaps_always_leave_out_never_comes(text: str, zone: str) -> None:
    assert Rule(parse(text), ZoneInfo(zone)).next_after(int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())) is None


def test_a_rare_day_that_a_gap_took_once_comes_again() -> None:
    rule = Rule(parse("*/15 2 31 3 *"), ZoneInfo("Europe/Berlin"))
    found = rule.next_after(int(datetime(2029, 4, 1, tzinfo=UTC).timestamp()))
    assert found is not None
    assert datetime.fromtimestamp(found, ZoneInfo("Europe/Berlin")).isoformat() == "2031-03-31T02:00:00+02:00"


def test_a_day_that_a_zone_left_out_runs_once_when_the_next_begins() -> None:
    rule = Rule(parse("0 9 30 12 *"), ZoneInfo("Pacific/Apia"))
    found = rule.next_after(int(datetime(2011, 12, 1, tzinfo=UTC).timestamp()))
    assert found is not None
    assert datetime.fromtimestamp(found, ZoneInfo("Pacific/Apia")).isoformat() == "2011-12-31T00:00:00+14:00"
