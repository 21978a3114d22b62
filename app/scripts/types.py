"""What the scripts domain takes and hands out: frozen values, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from uuid import UUID

from app.scripts.comparing import Hunk


class Status(StrEnum):
    """Where a script is in its life."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    ARCHIVED = "archived"


class Phase(StrEnum):
    """When a script runs; decides which helpers it may call."""

    BEFORE = "before"
    AFTER = "after"
    ON_COMMIT = "on_commit"
    MANUAL = "manual"
    SCHEDULED = "scheduled"
    API = "api"


class EntityEvent(StrEnum):
    """What happens to a record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class FailurePolicy(StrEnum):
    """What a failing before-script does to the save: refuse it, or let it pass with a warning."""

    CLOSED = "closed"
    OPEN = "open"


class LimitsProfile(StrEnum):
    """Which set of limits a script runs under."""

    STRICT = "strict"
    DEFAULT = "default"
    RELAXED = "relaxed"


class Authentication(StrEnum):
    """How callers of a script's endpoint prove who they are."""

    TOKEN = "token"  # noqa: S105 - the name of a method, no secret
    HMAC = "hmac"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """Runs around saves of one entity type's records."""

    entity_type: str
    events: tuple[EntityEvent, ...]
    phase: Phase
    kind: Literal["event"] = "event"


@dataclass(frozen=True, slots=True)
class CronTrigger:
    """Runs when the clock strikes; an empty zone is the tenant's."""

    expression: str
    zone: str = ""
    kind: Literal["cron"] = "cron"


@dataclass(frozen=True, slots=True)
class ApiTrigger:
    """Runs when its endpoint `/{tenant}/hooks/{path}` is called. `secret` names the tenant's secret that HMAC signatures are made with."""

    path: str
    method: str = "POST"
    authentication: Authentication = Authentication.TOKEN
    secret: str = ""
    kind: Literal["api"] = "api"


@dataclass(frozen=True, slots=True)
class ManualTrigger:
    """Runs when a person, a program or an assistant says so."""

    kind: Literal["manual"] = "manual"


Trigger: TypeAlias = EventTrigger | CronTrigger | ApiTrigger | ManualTrigger
TriggerKind: TypeAlias = Literal["event", "cron", "api", "manual"]


@dataclass(frozen=True, slots=True)
class ScriptSettings:
    """Everything about a script but its source. Lower priorities run first; `run_as` is the role whose permissions its calls have."""

    name: str
    description: str = ""
    trigger: Trigger = field(default_factory=ManualTrigger)
    priority: int = 100
    failure_policy: FailurePolicy = FailurePolicy.CLOSED
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    allowed_secrets: tuple[str, ...] = ()
    run_as: str = "author"

    @property
    def entity_type(self) -> str | None:
        """The type whose events it runs on."""
        return self.trigger.entity_type if isinstance(self.trigger, EventTrigger) else None


@dataclass(frozen=True, slots=True)
class Fault:
    """The error that a script last ended with."""

    message: str
    at: datetime
    run_id: UUID | None


@dataclass(frozen=True, slots=True)
class Script:
    """A script. `revision` counts every change and guards against overwriting somebody's; `active_version` is what runs."""

    id: UUID
    name: str
    description: str
    status: Status
    status_since: datetime
    trigger: Trigger
    phase: Phase
    priority: int
    failure_policy: FailurePolicy
    limits_profile: LimitsProfile
    allowed_secrets: tuple[str, ...]
    run_as: str
    latest_version: int
    active_version: int | None
    revision: int
    consecutive_errors: int
    last_error: Fault | None
    disabled_reason: str | None
    disabled_at: datetime | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @property
    def settings(self) -> ScriptSettings:
        """The part of it that a person sets."""
        return ScriptSettings(
            self.name,
            self.description,
            self.trigger,
            self.priority,
            self.failure_policy,
            self.limits_profile,
            self.allowed_secrets,
            self.run_as,
        )


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A version as it is listed. `digest` is its source's SHA-256; errors and warnings are those found when it was saved."""

    script_id: UUID
    number: int
    digest: str
    size_bytes: int
    errors: int
    warnings: int
    author_id: UUID
    author_name: str
    author_kind: str
    message: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ScriptVersion:
    """One saved source, never changed afterwards."""

    info: VersionInfo
    source: str


@dataclass(frozen=True, slots=True)
class ActiveScript:
    """What a run needs to know of an active script. After a run that failed, and while `is_failing` after any, tell `note_outcome`."""

    id: UUID
    tenant_id: UUID
    name: str
    version: int
    digest: str
    source: str
    trigger: Trigger
    phase: Phase
    priority: int
    run_as: str
    failure_policy: FailurePolicy
    limits_profile: LimitsProfile
    allowed_secrets: tuple[str, ...]
    is_failing: bool
    """Its last run failed, so a good one has to be noted to start the count anew."""


@dataclass(frozen=True, slots=True)
class ScriptFilter:
    """Which scripts to list; None means all. `text` is searched in names and descriptions."""

    status: Status | None = None
    trigger: TriggerKind | None = None
    entity_type: str | None = None
    text: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something wrong or doubtful in a source, found without running it; lines and columns count from 1."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    hint: str | None
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Question:
    """A source to look at, the phase it would run in, and the fields of its entity (None: not about a known type)."""

    tenant_id: UUID
    source: str
    phase: Phase
    entity: Mapping[str, object] | None = None


Json: TypeAlias = Any
"""Decoded JSON."""
LanguageQuestionKind: TypeAlias = Literal[
    "complete", "definition", "diagnose", "fold", "format", "hover", "outline", "reference", "references", "rename", "signature", "study"
]


@dataclass(frozen=True, slots=True)
class LanguageQuestion:
    """What an editor asks the language service about a source; `offset` counts code points, `name` is what to rename to."""

    kind: LanguageQuestionKind
    offset: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in the source with this digest, looked at for this phase. Proof that it was looked at."""

    digest: str
    phase: Phase
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Those that keep a source from being activated."""
        return tuple(each for each in self.diagnostics if each.severity == "error")


@dataclass(frozen=True, slots=True)
class NewScript:
    """A script to create; `activate` lets its first version run at once."""

    settings: ScriptSettings
    source: str
    message: str = ""
    activate: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a script as it was at `revision`; None stays as it is.

    `findings` are those of the source, in the phase the settings give; `active_findings` those of the version that runs, if the settings
    give another phase or entity type.
    """

    revision: int
    settings: ScriptSettings | None = None
    source: str | None = None
    message: str = ""
    findings: Findings | None = None
    active_findings: Findings | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a script beside each other. `unified` is the same as text."""

    before: VersionInfo
    after: VersionInfo
    hunks: tuple[Hunk, ...]
    unified: str


class OnExisting(StrEnum):
    """What importing does with a script whose name is there already."""

    REFUSE = "refuse"
    """Nothing at all is imported."""
    SKIP = "skip"
    """It stays as it is."""
    UPDATE = "update"
    """It gets the settings, and the source as its next version; what runs stays the active version."""


class ImportOutcome(StrEnum):
    """What importing did with a script."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Imported:
    """A script of a bundle and what became of it; errors are those of its source."""

    id: UUID
    name: str
    outcome: ImportOutcome
    version: int
    errors: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What importing a bundle did, in the bundle's order. Nothing of it is active yet."""

    scripts: tuple[Imported, ...]
