"""What the schedules domain takes and hands out: frozen values, never rows."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Missed(StrEnum):
    """What becomes of occurrences that fell due while nobody was there to start them."""

    SKIP = "skip"
    LATEST = "latest"
    ALL = "all"


class Overlap(StrEnum):
    """What becomes of an occurrence that falls due while the schedule's last run is still going."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Policies:
    """How a schedule treats what doesn't go by the clock.

    `missed_cap` bounds `Missed.ALL`. Starts are spread over `jitter_seconds`. Occurrences before `starts_at` or after `ends_at` aren't any.
    """

    missed: Missed = Missed.LATEST
    missed_cap: int = 100
    overlap: Overlap = Overlap.SKIP
    jitter_seconds: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Schedules of all tenants that have something to do some day, those whose time has come, and since when the first of those waits."""

    wakeful: int
    due: int
    first_due_at: datetime | None


class MarkKind(StrEnum):
    """How a change of clocks touches an occurrence."""

    MOVED = "moved"
    """Its time doesn't exist on that day: it runs when the gap ends."""
    ONCE = "once"
    """Its time comes twice on that day: it runs the first time only."""
    TWICE = "twice"
    """Its time comes twice on that day, and so does it."""
    LEFT_OUT = "left-out"
    """Times before it don't exist on that day: they are left out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A change of clocks that touches an occurrence, told in `text`. `nominal` is the wall-clock time it is about, `count` how many."""

    kind: MarkKind
    text: str
    nominal: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One occurrence on three clocks; `starts_at` is later by its jitter."""

    at: datetime
    local: datetime
    viewer: datetime
    starts_at: datetime
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a schedule would do.

    `clock_changes` says in words what it does when clocks change; `note`, if not empty, why there are fewer occurrences than asked for.
    `density`, `overlaps` and `outage` are there if they were asked for.
    """

    expression: str
    zone: str
    viewer_zone: str
    description: str
    clock_changes: str
    occurrences: tuple[PreviewRow, ...]
    note: str = ""
    density: "YearDensity | None" = None
    overlaps: "OverlapForecast | None" = None
    outage: "OutageForecast | None" = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What else to work out of an expression that is being typed: its year, and what an outage between two moments would do to it.

    Overlaps are predicted if runs take `p95_ms`, or as long as those of the script did, once it has run.
    """

    year: int | None = None
    script_id: UUID | None = None
    p95_ms: int | None = None
    outage: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class DayDensity:
    """How often a schedule runs on one date of its zone; `is_touched`: clocks change on it, and that matters to the schedule."""

    day: date
    runs: int
    is_touched: bool


@dataclass(frozen=True, slots=True)
class YearDensity:
    """A schedule's year, day by day."""

    year: int
    zone: str
    total: int
    busiest: int
    days: tuple[DayDensity, ...]


@dataclass(frozen=True, slots=True)
class OverlapAt:
    """Two occurrences nearer to each other than a run takes."""

    at: datetime
    next_at: datetime
    overlap_ms: int


@dataclass(frozen=True, slots=True)
class OverlapForecast:
    """How many of the next occurrences would begin while the one before, taking `p95_ms`, still runs; the first few of them."""

    p95_ms: int
    looked_at: int
    overlapping: int
    examples: tuple[OverlapAt, ...]
    text: str


@dataclass(frozen=True, slots=True)
class LateRun:
    """An occurrence that would run when the service is back."""

    at: datetime
    runs_at: datetime
    late_seconds: int


@dataclass(frozen=True, slots=True)
class OutageForecast:
    """What would become of the occurrences of an outage: those that run late, and how many don't; `skipped_at` has 100 of these at most."""

    down_from: datetime
    down_until: datetime
    late: tuple[LateRun, ...]
    skipped: int
    skipped_at: tuple[datetime, ...]
    last_skipped_at: datetime | None
    text: str


class OccurrenceKind(StrEnum):
    """Why an occurrence runs: its time came, it was missed and made up for, or somebody asked for the past to be filled in."""

    CLOCK = "clock"
    CATCH_UP = "catch-up"
    BACKFILL = "backfill"


class OccurrenceState(StrEnum):
    """What became of an occurrence."""

    WAITING = "waiting"
    STARTED = "started"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence of a schedule and its run. `lag_ms` is how long after `due_at` the run was queued."""

    id: UUID
    schedule_id: UUID
    occurs_at: datetime
    due_at: datetime
    kind: OccurrenceKind
    state: OccurrenceState
    reason: str | None
    run_id: UUID | None
    started_at: datetime | None
    lag_ms: int | None


class ScheduleState(StrEnum):
    """Whether a schedule starts its script, and if not, why."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    SCRIPT_PAUSED = "script-paused"
    SCRIPT_DISABLED = "script-disabled"
    SCRIPT_INACTIVE = "script-inactive"


@dataclass(frozen=True, slots=True)
class Standing:
    """A schedule's state, since when, and a sentence that says so."""

    state: ScheduleState
    since: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of a script. An empty `own_zone` is the tenant's; `zone` is the one in force.

    `follows_script`: its expression and zone are those of the script's trigger, and are changed there.
    """

    id: UUID
    name: str
    script_id: UUID
    script_name: str
    follows_script: bool
    expression: str
    description: str
    own_zone: str
    zone: str
    policies: Policies
    standing: Standing
    next_at: datetime | None
    handled_until: datetime
    waiting: int
    skipped: int
    last_skip: str | None
    last_skip_at: datetime | None
    last_run_id: UUID | None
    last_run_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A schedule to create."""

    script_id: UUID
    name: str
    expression: str
    zone: str = ""
    policies: Policies = field(default_factory=Policies)


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What to change of a schedule as it was at `version`; None stays as it is."""

    version: int
    name: str | None = None
    expression: str | None = None
    zone: str | None = None
    policies: Policies | None = None


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """What filling in a window would do. `token` confirms exactly this: it is refused once the count has changed."""

    schedule_id: UUID
    since: datetime
    until: datetime
    occurrences: int
    already_run: int
    to_run: int
    first_at: datetime | None
    last_at: datetime | None
    token: str


@dataclass(frozen=True, slots=True)
class TenantClock:
    """The time zone of schedules that name none."""

    zone: str
    version: int
