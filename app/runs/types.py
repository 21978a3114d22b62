"""What the runs domain takes and hands out: frozen values, never rows.

Those that every run is asked with are structs: a frozen dataclass takes twelve times as long to make.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

from msgspec import Struct

from app.scripts.types import ActiveScript, LimitsProfile, Phase

Json: TypeAlias = Any
"""Plain data as JSON has it."""
Document: TypeAlias = dict[str, Any]


class RunStatus(StrEnum):
    """Where a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"


class RunOutcome(StrEnum):
    """How a run ended. `rejected` is the script's own decision (`abort`), no error."""

    OK = "ok"
    REJECTED = "rejected"
    ERROR = "error"
    TIMEOUT = "timeout"
    OPERATIONS = "operations"
    MEMORY = "memory"
    CRASHED = "crashed"
    KILLED = "killed"
    BUSY = "busy"
    CANCELLED = "cancelled"

    @property
    def is_failure(self) -> bool:
        """Whether the script didn't do its work; a decision to reject is work done."""
        return self not in (RunOutcome.OK, RunOutcome.REJECTED, RunOutcome.CANCELLED)

    @property
    def is_the_scripts_fault(self) -> bool:
        """Whether it counts towards disabling the script (A7): a full queue or a stop from outside doesn't."""
        return self in (RunOutcome.ERROR, RunOutcome.TIMEOUT, RunOutcome.OPERATIONS, RunOutcome.MEMORY)


NEVER_RAN: Final = frozenset({RunOutcome.BUSY, RunOutcome.CANCELLED})
"""How runs end that no process has begun."""


class RunTrigger(StrEnum):
    """What started a run."""

    EVENT = "event"
    CRON = "cron"
    API = "api"
    MANUAL = "manual"


class Subject(Struct, frozen=True):
    """The code to run: a script's version, or a source nobody saved (then there is neither id nor version)."""

    name: str
    source: str
    digest: str
    script_id: UUID | None = None
    version: int | None = None
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    allowed_secrets: tuple[str, ...] = ()
    run_as: str = "author"
    is_failing: bool = False
    """Its last run failed, so a good one is told to the registry as well."""

    @classmethod
    def of(cls, script: ActiveScript) -> "Subject":
        """The active version of a script."""
        return cls(
            script.name,
            script.source,
            script.digest,
            script.id,
            script.version,
            script.limits_profile,
            script.allowed_secrets,
            script.run_as,
            script.is_failing,
        )


@dataclass(frozen=True, slots=True)
class RunActor:
    """Who made a run happen: `kind` is human, service, ai, scheduler or host."""

    id: UUID
    name: str
    kind: str


class Chain(Struct, frozen=True):
    """The scripts above a run whose saves led to it, outermost first; empty for a run that somebody outside started."""

    links: tuple[str, ...] = ()
    parent_run_id: UUID | None = None

    @property
    def depth(self) -> int:
        """How many runs stand above."""
        return len(self.links)

    def under(self, name: str, run_id: UUID) -> "Chain":
        """The chain that a save made by this run continues."""
        return Chain((*self.links, name), run_id)


class RunRequest(Struct, frozen=True):
    """One run to make. `inputs` are the script's variables; `entity` and `entity_before` are `{"type", "id", "fields"}`.

    `run_id` names the run if its id is known beforehand; `ceilings` are the tenant's if they were read already.
    """

    tenant_id: UUID
    subject: Subject
    phase: Phase
    trigger: RunTrigger
    actor: RunActor
    inputs: Document = {}
    correlation_id: str = ""
    chain: Chain = Chain()
    idempotency_key: str = ""
    run_id: UUID | None = None
    ceilings: "TenantLimits | None" = None


@dataclass(frozen=True, slots=True)
class CallLevel:
    """One level of a script's call stack."""

    function: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run didn't end well; line and column count from 1, 0 is unknown."""

    kind: str
    message: str
    line: int = 0
    column: int = 0
    stack: tuple[CallLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class RunLog:
    """One line of a run's log; `at_us` counts microseconds from the run's start."""

    level: str
    at_us: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class EntityChanges:
    """What a script did to its entity: new values by field, and the fields it removed."""

    fields: Document = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.removed)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended and what it left, secrets masked."""

    run_id: UUID
    outcome: RunOutcome
    value: Json
    changes: EntityChanges
    error: RunError | None
    reason: str | None
    logs: tuple[RunLog, ...]
    logs_dropped: int
    journal: tuple[Document, ...]
    clock: tuple[float, ...]
    operations: int
    calls: int
    limits: Document
    started_at: datetime
    duration_us: int


class FinishedRun(Struct, frozen=True):
    """A run and its end: what the history keeps. `input_digest` is the SHA-256 of what it was given, `input_bytes` its size as JSON.

    `was_queued`: the history holds it already, as one that waits.
    """

    request: RunRequest
    result: RunResult
    input_digest: str
    was_queued: bool = False
    input_bytes: int = 0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as it is listed."""

    id: UUID
    script_id: UUID | None
    script_name: str
    version: int | None
    phase: str
    trigger: str
    status: RunStatus
    outcome: RunOutcome | None
    entity_type: str | None
    entity_id: str | None
    started_at: datetime
    duration_us: int
    operations: int
    calls: int
    log_lines: int
    error: RunError | None
    reason: str | None
    actor: RunActor
    correlation_id: str
    parent_run_id: UUID | None
    depth: int
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class RunDetail:
    """Everything that the history knows of a run. `input_digest` is the SHA-256 of what it was given."""

    summary: RunSummary
    digest: str
    engine_version: str
    source: str
    input: Document
    input_digest: str
    value: Json
    changes: EntityChanges
    logs: tuple[RunLog, ...]
    logs_dropped: int
    journal: tuple[Document, ...]
    clock: tuple[float, ...]
    limits: Document
    run_as: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; None means all. `text` searches names, errors, reasons and logs."""

    script_id: UUID | None = None
    version: int | None = None
    outcome: RunOutcome | None = None
    status: RunStatus | None = None
    phase: str | None = None
    trigger: RunTrigger | None = None
    actor_id: UUID | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    correlation_id: str | None = None
    parent_run_id: UUID | None = None
    fingerprint: str | None = None
    started_from: datetime | None = None
    started_until: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class WouldCall:
    """Something that a dry run would have done outside."""

    name: str
    arguments: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that a dry run would have saved; `before` is None for a new one."""

    entity_type: str
    id: str
    before: Document | None
    after: Document


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a run would do: nothing of it was done. `memory_bytes` is what it allocated by the engine's account; None if it never ended."""

    result: RunResult
    would_call: tuple[WouldCall, ...]
    records: tuple[RecordChange, ...]
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One respect in which a replay differs from the record."""

    what: str
    recorded: Json
    replayed: Json


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run made again from its record, with the digest of the input used; equal if there are no differences."""

    run_id: UUID
    input_digest: str
    result: RunResult
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class TenantLimits:
    """A tenant's ceilings over every profile, and how long its history is kept; None means no ceiling."""

    wall_ms: int | None = None
    operations: int | None = None
    memory_bytes: int | None = None
    keep_days: int = 90
    keep_runs: int = 1_000_000


@dataclass(frozen=True, slots=True)
class SecretInfo:
    """A secret as it is listed; its value is never shown."""

    id: UUID
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One host that the tenant's scripts may call."""

    id: UUID
    host: str
    created_at: datetime
