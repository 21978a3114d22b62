"""What the templates of schedules are given."""

from dataclasses import dataclass

from app.schedules import BackfillPlan, Occurrence, OutageForecast, OverlapForecast, Preview, Schedule
from app.web.contexts import Pager
from app.web.forms import Sent
from app.web.schedules.builder import MODES, STEPS, WEEKDAYS, Builder
from app.web.schedules.calendar import Calendar
from app.web.times import When


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule in the list."""

    schedule: Schedule
    next: When | None
    last: When | None


@dataclass(frozen=True, slots=True)
class Schedules:
    """The tenant's schedules."""

    lines: tuple[ScheduleLine, ...]
    may_create: bool
    may_change: bool
    may_read_runs: bool
    csrf: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence on three clocks, in words."""

    local: str
    utc: str
    viewer: str
    at: When
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What an expression or a schedule comes to; with `problem` instead of all else if it can't be.

    `changes` are the starts that the next change of clocks touches.
    """

    preview: Preview | None
    rows: tuple[Row, ...]
    changes: tuple[Row, ...]
    calendar: Calendar | None
    overlaps: OverlapForecast | None
    outage: OutageForecast | None
    outage_rows: tuple[tuple[str, str, str], ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """What an expression of another page's form comes to, with what leads on to the whole pane."""

    shown: Shown
    expression: str
    zone: str


@dataclass(frozen=True, slots=True)
class CronFields:
    """The expression, and the choices that make it; `built` is the expression that the choices stood for when they were shown."""

    expression: str
    built: str
    builder: Builder
    modes: tuple[tuple[str, str], ...] = MODES
    steps: tuple[str, ...] = STEPS
    weekdays: tuple[str, ...] = WEEKDAYS


@dataclass(frozen=True, slots=True)
class TryPage:
    """The pane on a page of its own."""

    fields: CronFields
    zone: str
    viewer_zone: str
    down_from: str
    down_until: str
    p95_ms: str
    zones: tuple[str, ...]
    tenant_zone: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class NewSchedulePage:
    """The form of a new schedule, with the names of scripts and zones that it offers."""

    form: Sent
    scripts: tuple[str, ...]
    zones: tuple[str, ...]
    tenant_zone: str


@dataclass(frozen=True, slots=True)
class BackfillPage:
    """A window of the past, and once one was chosen, what would run to fill it in."""

    schedule: Schedule
    form: Sent
    plan: BackfillPlan | None
    first: When | None
    last: When | None


@dataclass(frozen=True, slots=True)
class OccurrenceLine:
    """What became of an occurrence."""

    occurrence: Occurrence
    occurs: When
    lag: str


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """A schedule with what it will come to and what it came to."""

    schedule: Schedule
    next: When | None
    last: When | None
    shown: Shown
    viewer_zone: str
    zones: tuple[str, ...]
    down_from: str
    down_until: str
    form: Sent
    bounds: tuple[str, str]
    occurrences: tuple[OccurrenceLine, ...]
    may_change: bool
    may_run: bool
    may_delete: bool
    may_read_runs: bool
