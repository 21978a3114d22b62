"""What the templates of the dashboard are given."""

from dataclasses import dataclass

from app.base.health import HealthReport
from app.web.administration.contexts import AuditLine
from app.web.runs.contexts import RunLine
from app.web.times import When


@dataclass(frozen=True, slots=True)
class FailingLine:
    """Failures alike of a script in the last day."""

    script: str
    script_id: str | None
    message: str
    count: int
    last_run: str
    last: When


@dataclass(frozen=True, slots=True)
class UpcomingLine:
    """A schedule's next start."""

    id: str
    name: str
    description: str
    next: When


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour of the sparkline: where its bars stand and how high they are, in units of the drawing."""

    x: int
    height: int
    failed: int
    title: str


@dataclass(frozen=True, slots=True)
class Spark:
    """The runs of the last day, an hour a bar, and what they say in words."""

    text: str
    bars: tuple[Bar, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """The first page: what happened lately and how things are; None where the viewer may not see it."""

    activity: tuple[AuditLine, ...] | None
    health: HealthReport | None
    sessions: int
    spark: Spark | None
    failing: tuple[FailingLine, ...] | None
    disabled: tuple[tuple[str, str, str], ...]
    upcoming: tuple[UpcomingLine, ...] | None
    runs: tuple[RunLine, ...] | None
    may_read_runs: bool
    may_create_scripts: bool
