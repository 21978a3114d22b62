"""What the templates of scripts are given."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from markupsafe import Markup

from app.runs import VersionFigures
from app.scripts import Json, Script, Template, VersionInfo
from app.web.contexts import Pager
from app.web.forms import Sent
from app.web.scripts.trials.forms import InputForm
from app.web.scripts.trials.results import Tried
from app.web.times import When


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A script in the list; `starts` says in words what makes it run."""

    script: Script
    starts: str
    changed: When


@dataclass(frozen=True, slots=True)
class ScriptList:
    """Scripts that match."""

    lines: tuple[ScriptLine, ...]
    is_filtered: bool
    may_create: bool
    pager: Pager


@dataclass(frozen=True, slots=True)
class ScriptsPage:
    """The list with its filters."""

    scripts: ScriptList
    filters: Mapping[str, str]
    statuses: tuple[str, ...]
    triggers: tuple[tuple[str, str], ...]
    entity_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """Ready scripts to start from."""

    templates: tuple[tuple[Template, str], ...]
    may_create: bool


@dataclass(frozen=True, slots=True)
class ProblemFix:
    """What a button beside a problem would do."""

    title: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or doubtful in a source; lines and columns count from 1."""

    severity: str
    message: str
    hint: str | None
    line: int
    column: int
    fix: ProblemFix | None


@dataclass(frozen=True, slots=True)
class Problems:
    """What was found in a source; None before it was looked at."""

    diagnostics: tuple[Problem, ...] | None


def problems_of(found: Json) -> tuple[Problem, ...]:
    """What the language service found, as pages list it."""
    return msgspec.convert(found, tuple[Problem, ...])


@dataclass(frozen=True, slots=True)
class EditorPage:
    """A script in its editor, or a new one; `opens_trial`: with the trial beside it, not the settings.

    `nonce` lets the editor add its styles; `values` are the settings as the form shows them. `has_panels`: outline and helpers on demand.
    """

    script: Script | None
    action: str
    values: Mapping[str, str]
    events: tuple[str, ...]
    source: str
    form: Sent
    problems: Problems
    entity_types: tuple[str, ...]
    latest: VersionInfo | None
    saved: When | None
    may_save: bool
    may_delete: bool
    nonce: str
    draft_key: str
    source_limit: int
    trial: "TrialPane | None"
    opens_trial: bool
    has_panels: bool
    may_see_runs: bool


@dataclass(frozen=True, slots=True)
class TrialPane:
    """The pane that tries a script: its input, and how the last trial ended. `script_id` is empty for a new script."""

    inputs: InputForm
    tried: Tried
    script_id: str


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Somebody saved first: what both did, and a source to go on from. `is_clean` when both changes fit together."""

    script: Script
    message: str
    pieces: "tuple[ConflictPiece, ...]"
    is_clean: bool
    source: str
    note: str
    values: Mapping[str, str]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConflictPiece:
    """Lines that somebody changed, from `line` of the base on, in colour; None on the side that left them alone."""

    line: int
    base: Markup
    yours: Markup | None
    theirs: Markup | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the history; `figures` are None when it is not among the script's latest runs. `failed` is their part in words."""

    version: VersionInfo
    saved: When
    is_active: bool
    figures: VersionFigures | None
    failed: str


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """A script's history. `figures_of` is how many of its latest runs the figures are of, None for those who may not see runs."""

    script: Script
    lines: tuple[VersionLine, ...]
    pager: Pager
    may_change: bool
    numbers: tuple[int, ...]
    figures_of: int | None


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of a comparison, in colour, with its numbers on the sides that have it."""

    kind: str
    before: int | None
    after: int | None
    code: Markup


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What stands beside each other; None where a side has nothing."""

    before: CodeLine | None
    after: CodeLine | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Some changed lines with their surroundings, below each other and beside each other."""

    lines: tuple[CodeLine, ...]
    rows: tuple[CodeRow, ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two versions compared; `asks_to_activate` makes it the confirmation of what is to run.

    `views` are the ways to show it: their names, labels and addresses.
    """

    script: Script
    before: VersionInfo | None
    after: VersionInfo
    differences: tuple[Difference, ...]
    numbers: tuple[int, ...]
    asks_to_activate: bool
    may_change: bool
    problem: str | None
    view: str
    views: tuple[tuple[str, str, str], ...]
    swapped: str


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A named part of a source; `line` and `column` count from 1."""

    name: str
    kind: str
    detail: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a source; None when it could not be looked at."""

    lines: tuple[OutlineLine, ...] | None


@dataclass(frozen=True, slots=True)
class ReferenceEntry:
    """Something that a script can call or see; `insert` is what the editor puts in."""

    group: str
    name: str
    signatures: tuple[str, ...]
    doc: str
    example: str
    effect: str
    insert: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What can be called and seen in a phase, group by group; without any when nobody could tell."""

    phase: str
    groups: tuple[tuple[str, tuple[ReferenceEntry, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """The reference as a page; `phases` are those to choose from, with their labels."""

    reference: Reference
    phase: str
    phases: tuple[tuple[str, str], ...]
