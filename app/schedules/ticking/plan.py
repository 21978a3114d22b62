"""What one schedule does in one tick. Pure: rows in, rows out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from app.schedules.occurrences import Rule
from app.schedules.policy import Decision, decide, jitter_of
from app.schedules.types import OccurrenceKind, OccurrenceState, Overlap, Policies

OVERLAPPED: Final = "The last run was still going."
STOPPED: Final = "The script isn't active."
MISSED: Final = "It fell due while nobody was there to start it."
LOOK_AGAIN_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Held:
    """An occurrence that waits: for its jitter, or for the last run to end. Times in seconds since the epoch."""

    id: UUID
    occurs_at: int
    due_at: int
    kind: OccurrenceKind


@dataclass(frozen=True, slots=True)
class Facts:
    """A schedule as the tick finds it. `waiting` are the first few of those that wait, in order; `more_wait` how many further ones do."""

    schedule_id: UUID
    rule: Rule
    policies: Policies
    handled_until: int
    is_script_active: bool
    is_running: bool
    waiting: Sequence[Held] = ()
    more_wait: int = 0


@dataclass(frozen=True, slots=True)
class New:
    """An occurrence to insert."""

    occurs_at: int
    due_at: int
    kind: OccurrenceKind
    state: OccurrenceState
    reason: str | None = None


@dataclass(slots=True)
class Plan:
    """What to write. `started` and `dropped` are occurrences that waited; `skipped` counts all that were, also those without a row."""

    new: list[New] = field(default_factory=list)
    started: list[Held] = field(default_factory=list)
    dropped: list[tuple[Held, str]] = field(default_factory=list)
    skipped: int = 0
    skip_reason: str | None = None
    skipped_at: int | None = None
    waiting: int = 0
    handled_until: int = 0
    next_at: int | None = None
    wake_at: int | None = None

    def skip(self, count: int, reason: str, last_at: int) -> None:
        """Count occurrences as skipped."""
        self.skipped += count
        self.skip_reason, self.skipped_at = reason, last_at


def plan(facts: Facts, now: int) -> Plan:
    """What the schedule does now."""
    decision = decide(facts.rule, facts.policies, facts.handled_until, now)
    made = Plan(handled_until=decision.handled_until, next_at=decision.next_at)
    if decision.skipped and decision.last_skipped is not None:
        made.skip(decision.skipped, MISSED, decision.last_skipped)
    if not facts.is_script_active:
        _stand_still(facts, decision, made)
        return made
    kept = _start_waiting(facts, made, now)
    is_busy = facts.is_running or bool(made.started)
    kept += _start_new(
        facts, decision, made, now, is_busy, bool(facts.more_wait) or any(each.kind is OccurrenceKind.CLOCK for each in kept)
    )
    made.waiting = len(kept) + facts.more_wait
    made.wake_at = _wake(made, kept, facts, now)
    return made


def _stand_still(facts: Facts, decision: Decision, made: Plan) -> None:
    due = (*decision.catch_up, *decision.on_time)
    if due:
        made.skip(len(due), STOPPED, due[-1])
    made.dropped = [(each, STOPPED) for each in facts.waiting]
    if made.dropped:
        made.skip(len(made.dropped), STOPPED, made.dropped[-1][0].occurs_at)
    made.waiting = facts.more_wait
    made.wake_at = made.handled_until + LOOK_AGAIN_SECONDS if facts.more_wait else made.next_at


def _start_waiting(facts: Facts, made: Plan, now: int) -> list[Held]:
    """Start what may start of those that wait; the ones that go on waiting."""
    kept: list[Held] = []
    is_busy = facts.is_running
    for each in facts.waiting:
        if each.due_at > now:
            kept.append(each)
        elif facts.policies.overlap is Overlap.ALLOW or not is_busy:
            made.started.append(each)
            is_busy = True
        elif each.kind is OccurrenceKind.CLOCK and facts.policies.overlap is Overlap.SKIP:
            made.dropped.append((each, OVERLAPPED))
            made.skip(1, OVERLAPPED, each.occurs_at)
        else:
            kept.append(each)
    return kept


def _start_new(facts: Facts, decision: Decision, made: Plan, now: int, is_busy: bool, is_one_waiting: bool) -> list[Held]:
    """Start what is due; those that are to wait. What is made up for waits for its turn, whatever the overlap policy."""
    kept: list[Held] = []
    for at, kind in _due(decision):
        # What is late already isn't made later.
        jitter = jitter_of(facts.schedule_id, at, facts.policies.jitter_seconds) if kind is OccurrenceKind.CLOCK else 0
        due_at, state, reason = at + jitter, OccurrenceState.STARTED, None
        if due_at > now:
            state = OccurrenceState.WAITING
        elif facts.policies.overlap is Overlap.ALLOW or not is_busy:
            is_busy = True
        elif kind is OccurrenceKind.CATCH_UP or (facts.policies.overlap is Overlap.QUEUE and not is_one_waiting):
            state = OccurrenceState.WAITING
            is_one_waiting = is_one_waiting or kind is OccurrenceKind.CLOCK
        else:
            state, reason = OccurrenceState.SKIPPED, OVERLAPPED
            made.skip(1, OVERLAPPED, at)
        made.new.append(New(at, due_at, kind, state, reason))
        if state is OccurrenceState.WAITING:
            kept.append(Held(facts.schedule_id, at, due_at, kind))
    return kept


def _due(decision: Decision) -> Iterable[tuple[int, OccurrenceKind]]:
    for at in decision.catch_up:
        yield at, OccurrenceKind.CATCH_UP
    for at in decision.on_time:
        yield at, OccurrenceKind.CLOCK


def _wake(made: Plan, kept: Sequence[Held], facts: Facts, now: int) -> int | None:
    times = [max(now + LOOK_AGAIN_SECONDS, each.due_at) for each in kept]
    if facts.more_wait:
        times.append(now + LOOK_AGAIN_SECONDS)
    if made.next_at is not None:
        times.append(made.next_at)
    return min(times, default=None)
