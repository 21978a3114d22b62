"""The next occurrences of a schedule on three clocks, each with what a change of clocks does to it.

Pure. Changes of clocks are told in the zone's own times: "02:30 doesn't exist on 29 March 2026: runs at 03:00".
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from app.schedules import policy
from app.schedules.cron import Cron, parse
from app.schedules.occurrences import Rule, fold_around, gap_at, gap_over
from app.schedules.types import Mark, MarkKind, Policies, Preview, PreviewRow
from app.schedules.words import clock_changes, describe
from app.schedules.zones import Transition, check_moment, instant_of, moment_of, offset_at, wall_time, zone_named

MOST_SHOWN: Final = 100
_NO_SCHEDULE: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Question:
    """What to show: at most `count` occurrences after `after`. The schedule's id decides its jitter."""

    expression: str
    zone: str
    viewer_zone: str
    after: datetime
    count: int = 10
    policies: Policies = field(default_factory=Policies)
    schedule_id: UUID = _NO_SCHEDULE


def preview(question: Question) -> Preview:
    """The next occurrences; fewer than asked for if the schedule ends before.

    Raises:
        Invalid: the expression, a zone or a policy can't be, or the moment never comes; `field` says which.
    """
    cron, zone, viewer = parse(question.expression), zone_named(question.zone), zone_named(question.viewer_zone)
    policy.check_policies(question.policies)
    check_moment(question.after, "after")
    rule, policies = Rule(cron, zone), question.policies
    after = instant_of(question.after)
    rows: list[PreviewRow] = []
    while len(rows) < min(question.count, MOST_SHOWN):
        found = policy.next_occurrence(rule, policies, after)
        if found is None:
            break
        starts = found + policy.jitter_of(question.schedule_id, found, policies.jitter_seconds)
        moment = moment_of(found)
        marks = marks_of(rule, found, after if rows else None)
        rows.append(PreviewRow(moment, moment.astimezone(zone), moment.astimezone(viewer), moment_of(starts), marks))
        after = found
    if not rows:
        policy.check_comes(rule, after)
    note = _ending(policies) if len(rows) < min(question.count, MOST_SHOWN) else ""
    return Preview(cron.text, question.zone, question.viewer_zone, describe(cron), clock_changes(cron), tuple(rows), note)


def marks_of(rule: Rule, instant: int, previous: int | None = None) -> tuple[Mark, ...]:
    """How changes of clocks touch an occurrence; `previous` is the one before it, if times left out between them should be told."""
    fold = fold_around(rule.zone, instant)
    if rule.cron.is_elapsed:
        marks = [_left_out(rule, instant, previous)] if previous is not None else []
        marks += [_twice(instant, fold)] if fold else []
        return tuple(mark for mark in marks if mark)
    gap = gap_at(rule.zone, instant)
    moved = _moved(rule.cron, gap) if gap else None
    return tuple(mark for mark in (moved, _once(instant, fold) if fold else None) if mark)


def _ending(policies: Policies) -> str:
    if policies.ends_at is None:
        return "No more follow before the end of the calendar."
    end = policies.ends_at.astimezone(UTC)
    return f"No more follow: the schedule ends on {end.day} {end:%B %Y at %H:%M} UTC."


def _moved(cron: Cron, gap: Transition) -> Mark | None:
    count = cron.count_walls(gap.leaves, gap.enters)
    if not count:
        return None
    nominal = cron.next_wall(gap.leaves) or gap.leaves
    also = f", once for all {count} times in the gap" if count > 1 else ""
    text = f"{_clock(nominal)} doesn't exist on {_day(nominal)}: runs at {_clock(gap.enters)}{also}"
    return Mark(MarkKind.MOVED, text, _iso(nominal), count)


def _once(instant: int, fold: Transition) -> Mark:
    wall = instant + fold.before
    first, second = _offset(fold.before), _offset(fold.after)
    text = f"{_clock(wall)} happens twice on {_day(wall)}: runs once, the first time ({first}, not {second})"
    return Mark(MarkKind.ONCE, text, _iso(wall))


def _twice(instant: int, fold: Transition) -> Mark:
    is_first = instant < fold.at
    wall = instant + (fold.before if is_first else fold.after)
    which = f"the first time ({_offset(fold.before)})" if is_first else f"the second time ({_offset(fold.after)})"
    return Mark(MarkKind.TWICE, f"{_clock(wall)} happens twice on {_day(wall)}: runs both times, this is {which}", _iso(wall))


def _left_out(rule: Rule, instant: int, previous: int) -> Mark | None:
    expected = rule.cron.next_wall(previous + offset_at(rule.zone, previous) + 1)
    gap = gap_over(rule.zone, expected, expected - offset_at(rule.zone, previous)) if expected is not None else None
    if expected is None or gap is None or not previous < gap.at <= instant:
        return None
    count = rule.cron.count_walls(expected, gap.enters)
    what = f"{count} times from {_clock(expected)} on don't" if count > 1 else f"{_clock(expected)} doesn't"
    text = f"{what} exist on {_day(expected)}: left out, clocks go from {_clock(gap.leaves)} to {_clock(gap.enters)}"
    return Mark(MarkKind.LEFT_OUT, text, _iso(expected), count)


def _clock(wall: int) -> str:
    return f"{wall_time(wall):%H:%M:%S}".removesuffix(":00")


def _day(wall: int) -> str:
    shown = wall_time(wall)
    return f"{shown.day} {shown:%B %Y}"


def _iso(wall: int) -> str:
    return wall_time(wall).isoformat()


def _offset(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    return f"UTC{sign}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}"
