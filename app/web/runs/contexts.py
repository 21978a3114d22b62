"""What the templates of runs are given."""

from dataclasses import dataclass

from markupsafe import Markup

from app.runs import BulkRerun, FailureGroup, Replayed, RerunPreview, RunDetail, RunSummary
from app.web.contexts import Pager
from app.web.documents import FieldChange
from app.web.forms import Sent
from app.web.runs.chart import Chart
from app.web.runs.filters import Filters
from app.web.runs.meters import Meter
from app.web.times import When


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list, in words."""

    run: RunSummary
    started: When
    duration: str
    ending: str
    tone: str
    gist: str


@dataclass(frozen=True, slots=True)
class RunList:
    """Runs that match, with their chart."""

    lines: tuple[RunLine, ...]
    chart: Chart | None
    is_filtered: bool
    may_read: bool
    may_see_scripts: bool
    pager: Pager
    bulk_path: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer; scripts and actors with their ids."""

    scripts: tuple[tuple[str, str], ...]
    actors: tuple[tuple[str, str], ...]
    outcomes: tuple[str, ...]
    statuses: tuple[str, ...]
    phases: tuple[str, ...]
    triggers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The list with its filters; `rest` are those that have no field of their own."""

    runs: RunList
    filters: Filters
    choices: Choices
    is_live: bool
    may_rerun: bool
    rest: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FailureLine:
    """Failures alike."""

    group: FailureGroup
    first: When
    last: When
    gist: str
    runs_path: str


@dataclass(frozen=True, slots=True)
class FailuresPage:
    """Failures by fingerprint; `periods` are days and their names."""

    lines: tuple[FailureLine, ...]
    days: str
    periods: tuple[tuple[str, str], ...]
    script: tuple[str, str] | None
    may_read: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the source that ran; `is_wrong` where the run ended."""

    number: int
    code: Markup
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log; `path` leads to it."""

    number: int
    level: str
    at: str
    line: int
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Log:
    """The lines of the log that are shown; `total` there are. `parts` are the pages of a long log."""

    lines: tuple[LogLine, ...]
    total: int
    found: int
    dropped: int
    levels: tuple[tuple[str, int], ...]
    level: str
    find: str
    part: int
    parts: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CallLine:
    """A host call: what was asked and what came back."""

    name: str
    arguments: str
    answer: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Related:
    """Other runs that have to do with this one."""

    parent: RunLine | None
    reruns: tuple[RunLine, ...]
    children: tuple[RunLine, ...]
    siblings: tuple[RunLine, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run, with all that is known of it. `is_input_to_come`: it waits, and gets the input of the run that it repeats.

    `headline` is the error's kind in words, `placeless` why it has no line.
    """

    detail: RunDetail
    line: RunLine
    headline: str
    placeless: str
    is_input_to_come: bool
    source: tuple[SourceLine, ...]
    input: str
    is_input_cut: bool
    changes: tuple[FieldChange, ...]
    saved: tuple[FieldChange, ...]
    value: str
    log: Log
    calls: tuple[CallLine, ...]
    meters: tuple[Meter, ...]
    related: Related
    curl: str
    may_run: bool
    may_cancel: bool
    may_see_script: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """A replay beside its record."""

    run: RunSummary
    replayed: Replayed
    differences: tuple[tuple[str, str, str], ...]
    duration: str


@dataclass(frozen=True, slots=True)
class RerunPage:
    """The question before a re-run; `problem` says why it wasn't made."""

    line: RunLine
    version: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class BulkPage:
    """The form of a bulk re-run, with how many runs it would make."""

    query: str
    preview: RerunPreview
    summary: tuple[tuple[str, str], ...]
    form: Sent
    most: int
    runs_path: str


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a bulk re-run is."""

    bulk: BulkRerun
    started: When
    outcomes: tuple[tuple[str, int, str], ...]
    may_cancel: bool
    runs_path: str


@dataclass(frozen=True, slots=True)
class BulkList:
    """Bulk re-runs, newest first."""

    lines: tuple[BulkProgress, ...]
    pager: Pager
