"""What the operator's page is given: counts of the whole program, nothing of any tenant."""

from dataclasses import dataclass

from app.base.health import HealthReport
from app.web.times import When


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
