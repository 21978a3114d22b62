"""The pure rules: what is due, what was missed, what a year and an outage come to."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import FrozenClock
from app.base.errors import Conflict, Invalid
from app.base.ids import TimeOrderedIds
from app.schedules import forecast, policy
from app.schedules.cron import parse
from app.schedules.occurrences import Rule
from app.schedules.preview import Question, preview
from app.schedules.types import MarkKind, Missed, Policies
from app.schedules.zones import check_moment, instant_of, moment_of, zone_named
from tests.requirements import requirement

_START = instant_of(datetime(2026, 3, 28, tzinfo=UTC))
_TEXTS = ["*/7 * * * *", "30 2 * * *", "15,45 2,3 * * *", "0 */3 * * sun", "*/20 59 1 * * *", "0 0 1 * *"]


def _rule(text: str, zone: str = "Europe/Berlin") -> Rule:
    return Rule(parse(text), ZoneInfo(zone))


@requirement("A8.clock-steps-neither-double-nor-lose")
@given(st.sampled_from(_TEXTS), st.lists(st.integers(-7200, 14_400), min_size=1, max_size=12))
def test_whatever_the_clock_does_everything_up_to_the_latest_time_seen_runs_once(text: str, steps: list[int]) -> None:
    rule, policies = _rule(text), Policies(Missed.ALL, policy.LARGEST_CAP)
    handled, now, ran = _START, _START, list[int]()
    for step in steps:
        now += step
        decision = policy.decide(rule, policies, handled, now)
        ran += (*decision.catch_up, *decision.on_time)
        handled = decision.handled_until
    assert ran == list(rule.between(_START, handled))
    assert handled >= now


@given(st.sampled_from(_TEXTS), st.integers(0, 40 * 86_400), st.integers(0, 9 * 86_400))
def test_counting_agrees_with_listing(text: str, first: int, length: int) -> None:
    rule = _rule(text)
    start = instant_of(datetime(2026, 3, 10, tzinfo=UTC)) + first
    assert policy.count_between(rule, start, start + length) == len(list(rule.between(start, start + length)))


@given(st.sampled_from(_TEXTS), st.integers(1, 40), st.integers(0, 9 * 86_400))
def test_the_latest_occurrences_are_the_end_of_the_list(text: str, count: int, length: int) -> None:
    rule = _rule(text)
    assert policy.latest(rule, _START, _START + length, count) == tuple(rule.between(_START, _START + length))[-count:]


@pytest.mark.parametrize("missed", list(Missed))
def test_after_an_outage_runs_and_skips_add_up(missed: Missed) -> None:
    rule, now = _rule("*/5 * * * *", "UTC"), _START + 3600 + 600
    decision = policy.decide(rule, Policies(missed, 4), _START, now)
    assert len(decision.catch_up) + len(decision.on_time) + decision.skipped == 14
    assert decision.on_time == (now,)
    assert len(decision.catch_up) == (4 if missed is Missed.ALL else 0)


def test_jitter_is_the_same_each_time_and_spread_over_its_window() -> None:
    identity = TimeOrderedIds(FrozenClock()).new()
    drawn = [policy.jitter_of(identity, at, 59) for at in range(3000)]
    assert drawn == [policy.jitter_of(identity, at, 59) for at in range(3000)]
    assert set(drawn) == set(range(60))


@pytest.mark.parametrize("text", ["30 2 * * *", "*/30 * * * *", "*/10 0 * * *", "0 0 * * *", "*/15 2 29 3 *"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Santiago", "America/Nuuk", "Australia/Lord_Howe"])
def test_a_years_density_is_what_listing_it_comes_to(text: str, zone: str) -> None:
    rule = _rule(text, zone)
    found: dict[str, int] = {}
    for at in rule.between(*(instant_of(datetime(year, 1, 1, tzinfo=ZoneInfo(zone))) - 1 for year in (2026, 2027))):
        day = moment_of(at).astimezone(ZoneInfo(zone)).date().isoformat()
        found[day] = found.get(day, 0) + 1
    density = forecast.density(rule, Policies(), 2026)
    assert {each.day.isoformat(): each.runs for each in density.days if each.runs} == found
    assert density.total == sum(found.values())


def test_a_years_density_keeps_start_and_end() -> None:
    policies = Policies(starts_at=datetime(2026, 2, 1, 10, tzinfo=UTC), ends_at=datetime(2026, 2, 2, 10, tzinfo=UTC))
    density = forecast.density(_rule("0 * * * *", "UTC"), policies, 2026)
    assert [(each.day.isoformat(), each.runs) for each in density.days if each.runs] == [("2026-02-01", 14), ("2026-02-02", 11)]


def test_overlaps_are_predicted_from_how_long_a_run_takes() -> None:
    rule, now = _rule("0,1,30 * * * *", "UTC"), moment_of(_START)
    forecasted = forecast.overlaps(rule, Policies(), now, 90_000)
    assert (forecasted.looked_at, forecasted.overlapping) == (200, 66)
    assert forecasted.examples[0].overlap_ms == 30_000
    assert forecast.overlaps(rule, Policies(), now, 60_000).overlapping == 0


@requirement("A8.missed-runs-follow-the-policy")
def test_an_outage_is_told_as_it_would_be_handled() -> None:
    rule, start = _rule("0 * * * *", "UTC"), datetime(2026, 3, 1, tzinfo=UTC)
    end = start + timedelta(hours=5, minutes=30)
    told = forecast.outage(rule, Policies(), start, end)
    assert [(each.at.hour, each.late_seconds) for each in told.late] == [(5, 1800)]
    assert (told.skipped, told.text) == (5, "1 run late, 5 runs skipped.")
    assert [each.hour for each in told.skipped_at] == [0, 1, 2, 3, 4]
    assert told.last_skipped_at == told.skipped_at[-1]
    assert len(forecast.outage(rule, Policies(Missed.ALL), start, end).late) == 6
    with pytest.raises(Conflict, match="no outage"):
        forecast.outage(rule, Policies(), end, start)


def test_an_occurrence_in_a_gap_is_marked_with_when_it_runs() -> None:
    row = preview(Question("30 2 * * *", "Europe/Berlin", "UTC", datetime(2026, 3, 28, 12, tzinfo=UTC), 1)).occurrences[0]
    assert [(each.kind, each.text) for each in row.marks] == [(MarkKind.MOVED, "02:30 doesn't exist on 29 March 2026: runs at 03:00")]
    assert (row.local.isoformat(), row.viewer.isoformat()) == ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00+00:00")


def test_an_occurrence_in_a_fold_is_marked_as_running_once() -> None:
    row = preview(Question("30 2 * * *", "Europe/Berlin", "UTC", datetime(2026, 10, 24, 12, tzinfo=UTC), 1)).occurrences[0]
    said = "02:30 happens twice on 25 October 2026: runs once, the first time (UTC+02:00, not UTC+01:00)"
    assert [(each.kind, each.text) for each in row.marks] == [(MarkKind.ONCE, said)]


def test_time_that_passes_is_marked_in_both_passes_and_where_times_are_left_out() -> None:
    fold = preview(Question("30 * * * *", "Europe/Berlin", "UTC", datetime(2026, 10, 25, tzinfo=UTC), 2)).occurrences
    assert [[each.kind for each in row.marks] for row in fold] == [[MarkKind.TWICE], [MarkKind.TWICE]]
    gap = preview(Question("30 * * * *", "Europe/Berlin", "UTC", datetime(2026, 3, 29, tzinfo=UTC), 2)).occurrences
    said = "02:30 doesn't exist on 29 March 2026: left out, clocks go from 02:00 to 03:00"
    assert [[each.text for each in row.marks] for row in gap] == [[], [said]]


def test_a_preview_ends_where_the_schedule_does() -> None:
    policies = Policies(ends_at=datetime(2026, 1, 3, tzinfo=UTC))
    shown = preview(Question("0 0 * * *", "UTC", "UTC", datetime(2026, 1, 1, tzinfo=UTC), 10, policies))
    assert [row.at.day for row in shown.occurrences] == [2, 3]
    assert shown.note == "No more follow: the schedule ends on 3 January 2026 at 00:00 UTC."


def test_a_preview_says_what_never_comes_in_its_zone() -> None:
    with pytest.raises(Invalid, match="never comes in America/New_York") as refused:
        preview(Question("*/15 2 * 3 sun#2", "America/New_York", "UTC", datetime(2026, 1, 1, tzinfo=UTC)))
    assert refused.value.field == "expression"
    assert len(preview(Question("15 2 * 3 sun#2", "America/New_York", "UTC", datetime(2026, 1, 1, tzinfo=UTC))).occurrences) == 10


@pytest.mark.parametrize(
    ("policies", "field"),
    [
        (Policies(missed_cap=0), "policies.missed_cap"),
        (Policies(jitter_seconds=3601), "policies.jitter_seconds"),
        (Policies(starts_at=moment_of(100_000_000), ends_at=moment_of(90_000_000)), "policies.ends_at"),
        (Policies(starts_at=datetime(1, 1, 1, tzinfo=UTC)), "policies.starts_at"),
    ],
)
def test_policies_that_cannot_be_are_told_by_their_field(policies: Policies, field: str) -> None:
    with pytest.raises((Conflict, Invalid)) as refused:
        policy.check_policies(policies)
    assert refused.value.field == field


def test_an_unknown_zone_gets_a_suggestion() -> None:
    with pytest.raises(Invalid, match="no time zone 'europe/berlin'") as refused:
        zone_named("europe/berlin")
    assert "Did you mean 'Europe/Berlin'?" in refused.value.hint
    with pytest.raises(Invalid, match="no time zone"):
        zone_named("../../etc/passwd")


def test_a_moment_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(Invalid, match="year 9999 is out of range"):
        check_moment(datetime(9999, 12, 31, tzinfo=UTC), "after")
