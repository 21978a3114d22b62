"""What is to be done about a schedule at a moment: which occurrences run, which don't, and when to look again.

Pure. The state of a schedule is one watermark: everything up to `handled_until` is decided. So a clock that steps back brings nothing
twice (its times are decided already), and one that steps forward loses nothing: what lies between counts as missed.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final
from uuid import UUID

from app.base.errors import Conflict, Invalid
from app.schedules.occurrences import Rule
from app.schedules.types import Missed, Policies
from app.schedules.zones import check_moment, instant_of, moment_of, offset_at, transitions

GRACE_SECONDS: Final = 30
"""Occurrences started this late are still on time: a stalled process or a slow disk is no outage."""
BARELY_LATE_SECONDS: Final = 2
"""After an outage, what fell due this lately didn't fall into it."""
LARGEST_CAP: Final = 1000
LARGEST_JITTER: Final = 3600
_FIRST_LOOK_SECONDS: Final = 64


@dataclass(frozen=True, slots=True)
class Decision:
    """Which occurrences to run, those that are made up for first, and how many were skipped (between which two).

    `handled_until` is the new watermark, `next_at` the next occurrence; all in seconds since the epoch.
    """

    catch_up: tuple[int, ...]
    on_time: tuple[int, ...]
    skipped: int
    first_skipped: int | None
    last_skipped: int | None
    handled_until: int
    next_at: int | None


def decide(rule: Rule, policies: Policies, handled_until: int, now: int) -> Decision:
    """What to do about the occurrences after the watermark, up to now."""
    if now < handled_until:
        return Decision((), (), 0, None, None, handled_until, next_occurrence(rule, policies, handled_until))
    low, high = bounded(policies, handled_until, now)
    first = rule.next_after(low)
    if first is None or first > high:
        return Decision((), (), 0, None, None, now, _within(policies, first, now))
    if now - first <= GRACE_SECONDS:
        due = [first]
        while (following := rule.next_after(due[-1])) is not None and following <= high:
            due.append(following)
        return Decision((), tuple(due), 0, None, None, now, _within(policies, following, now))
    on_time = tuple(rule.between(max(low, min(high, now - BARELY_LATE_SECONDS - 1)), high))
    missed_until = on_time[0] - 1 if on_time else high
    caught = _made_up_for(rule, policies, low, missed_until, bool(on_time))
    skipped_until = caught[0] - 1 if caught else missed_until
    skipped = count_between(rule, low, skipped_until)
    last_skipped = latest(rule, low, skipped_until, 1) if skipped else ()
    following = next_occurrence(rule, policies, now)
    return Decision(caught, on_time, skipped, first if skipped else None, last_skipped[0] if last_skipped else None, now, following)


def next_occurrence(rule: Rule, policies: Policies, after: int) -> int | None:
    """The first occurrence after an instant within the schedule's dates."""
    low = after if policies.starts_at is None else max(after, first_second(policies.starts_at) - 1)
    return _within(policies, rule.next_after(low), after)


def check_comes(rule: Rule, after: int) -> None:
    """Refuse an expression all of whose times the zone's gaps leave out.

    Raises:
        Invalid: about the field `expression`.
    """
    if rule.next_after(after) is None:
        raise Invalid(
            f"This moment never comes in {rule.zone}: whenever it is near, clocks go forward past it.",
            "Write times of day, such as 0,15,30,45 instead of */15: those run when the gap ends. Or choose another hour or zone.",
            field="expression",
            details={"part": "expression", "text": rule.cron.text},
        )


def latest(rule: Rule, after: int, until: int, count: int) -> tuple[int, ...]:
    """The last so many occurrences in (after, until], in order; looks back in growing steps: long spans cost no more."""
    span = _FIRST_LOOK_SECONDS
    while True:
        low = max(after, until - span)
        found = deque(rule.between(low, until), maxlen=count)
        if len(found) == count or low == after:
            return tuple(found)
        span *= 8


def count_between(rule: Rule, after: int, until: int) -> int:
    """How many occurrences lie in (after, until]; counted by days, not one by one."""
    if until <= after:
        return 0
    cron, zone = rule.cron, rule.zone
    changes = transitions(zone, after, until)
    if cron.is_elapsed:
        ends = [*(each.at for each in changes), until + 1]
        count, start = 0, after + 1
        for end in ends:
            offset = offset_at(zone, start)
            count += cron.count_walls(start + offset, end + offset)
            start = end
        return count
    count = cron.count_walls(rule.highest_wall(after) + 1, rule.highest_wall(until) + 1)
    for each in changes:
        if each.is_gap:
            within = cron.count_walls(each.leaves, each.enters)
            count += (1 if within and cron.next_wall(each.enters) != each.enters else 0) - within
    return count


def bounded(policies: Policies, after: int, until: int) -> tuple[int, int]:
    """The part of (after, until] that lies within the schedule's dates."""
    low = after if policies.starts_at is None else max(after, first_second(policies.starts_at) - 1)
    high = until if policies.ends_at is None else min(until, instant_of(policies.ends_at))
    return low, high


def jitter_of(schedule_id: UUID, occurrence: int, jitter_seconds: int) -> int:
    """By how many seconds an occurrence starts later: the same for the same occurrence, spread evenly over 0 to `jitter_seconds`."""
    if not jitter_seconds:
        return 0
    digest = blake2b(occurrence.to_bytes(8, "big", signed=True), key=schedule_id.bytes, digest_size=8).digest()
    return int.from_bytes(digest, "big") % (jitter_seconds + 1)


def check_policies(policies: Policies) -> None:
    """Refuse policies that can't be.

    Raises:
        Conflict: its dates contradict each other.
        Invalid: `field` says which.
    """
    if not 1 <= policies.missed_cap <= LARGEST_CAP:
        raise Invalid(
            f"At most {policies.missed_cap} missed runs can't be made up for.", f"Choose 1 to {LARGEST_CAP}.", field="policies.missed_cap"
        )
    if not 0 <= policies.jitter_seconds <= LARGEST_JITTER:
        raise Invalid(
            f"Starts can't be spread over {policies.jitter_seconds} seconds.",
            f"Choose 0 to {LARGEST_JITTER} seconds.",
            field="policies.jitter_seconds",
        )
    check_moment(policies.starts_at, "policies.starts_at")
    check_moment(policies.ends_at, "policies.ends_at")
    if policies.starts_at is not None and policies.ends_at is not None and policies.ends_at < policies.starts_at:
        raise Conflict("The schedule ends before it starts.", "Choose an end after the start, or none.", field="policies.ends_at")


def _within(policies: Policies, found: int | None, after: int) -> int | None:
    """The occurrence, if it is one: after the moment and not after the schedule's end."""
    if found is None or found <= after:
        return None
    return None if policies.ends_at is not None and found > instant_of(policies.ends_at) else found


def first_second(moment: datetime) -> int:
    """The first whole second not before a moment."""
    whole = instant_of(moment)
    return whole if moment_of(whole) == moment else whole + 1


def _made_up_for(rule: Rule, policies: Policies, low: int, until: int, is_newer_on_time: bool) -> tuple[int, ...]:
    match policies.missed:
        case Missed.SKIP:
            return ()
        case Missed.LATEST:
            # One that is on time is later than all that were missed: it is the latest.
            return () if is_newer_on_time else latest(rule, low, until, 1)
        case Missed.ALL:
            return latest(rule, low, until, policies.missed_cap)
