"""What the templates of secrets, hosts, dead letters, the audit log and the machine's state are given."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.access import AuditEntry
from app.base.health import HealthReport
from app.base.transport import DeadLetter
from app.runs import AllowedHost, SecretInfo
from app.web.contexts import Pager
from app.web.documents import FieldChange
from app.web.forms import Sent
from app.web.times import When


@dataclass(frozen=True, slots=True)
class SecretLine:
    """A secret by its name, and the scripts that may read it: id and name."""

    secret: SecretInfo
    changed: When
    readers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SecretsPage:
    """Names of secrets and the form that sets one."""

    lines: tuple[SecretLine, ...]
    form: Sent
    may_set: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host that scripts may call."""

    host: AllowedHost
    added: When


@dataclass(frozen=True, slots=True)
class HostsPage:
    """The allow-list and the form that adds to it."""

    lines: tuple[HostLine, ...]
    form: Sent
    may_add: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A message that was given up on, with the script and the run that it was for, if it was for one."""

    letter: DeadLetter
    died: When
    script: str | None
    run: str | None


@dataclass(frozen=True, slots=True)
class LettersPage:
    """Messages that were given up on."""

    lines: tuple[LetterLine, ...]
    may_retry: bool
    may_drop: bool
    may_read_runs: bool


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry in the log."""

    entry: AuditEntry
    at: When
    sentence: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Entries of the audit log."""

    lines: tuple[AuditLine, ...]
    is_filtered: bool
    pager: Pager


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The log with its filters."""

    audit: Audit
    filters: Mapping[str, str]
    actions: tuple[str, ...]
    subject_types: tuple[str, ...]
    actors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditEntryPage:
    """One entry with what it changed."""

    entry: AuditEntry
    at: When
    sentence: str
    diff: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """How the program is."""

    report: HealthReport
    at: When


@dataclass(frozen=True, slots=True)
class LayerLine:
    """A wall of the sandbox: whether it stands, and why not."""

    name: str
    is_active: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A count and what it counts."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SandboxPart:
    """The processes that scripts run in."""

    mode: str
    missing: tuple[str, ...]
    layers: tuple[LayerLine, ...]
    now: tuple[Figure, ...]
    so_far: tuple[Figure, ...]
    kills: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A queue of messages: how many wait, how late the first of them is, and how many were given up on."""

    topic: str
    waiting: str
    late: str
    is_late: bool
    dead: int


@dataclass(frozen=True, slots=True)
class Operations:
    """The machine at one moment."""

    at: When
    health: HealthReport
    sandbox: SandboxPart | None
    queues: tuple[QueueLine, ...]
    schedules: tuple[Figure, ...]
    database: tuple[Figure, ...]
