"""How a pool is sized and how strictly it locks. Plain data; the application's settings are mapped to it in the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from app.sandbox.lockdown.layers import ALL_LAYERS, Layer

MEBIBYTE: Final = 1024 * 1024

Mode = Literal["strict", "degraded"]


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Every figure of a pool. The defaults suit a machine of two to four processors."""

    mode: Mode = "strict"
    """`strict` refuses to start without its layers; `degraded` starts with what there is, and says so."""
    slots: int = 4
    """Jobs running at the same time, all tenants together."""
    tenant_slots: int = 3
    """Runs of one tenant at the same time; its analyses count on their own. Fewer than `slots`: whoever comes next finds one free.

    Two of four cost a tenant alone on the machine a tenth of its saves a second.
    """
    spares: int = 2
    """Locked children of no tenant yet, waiting for a first call."""
    max_children: int = 16
    """Children alive at the same time: running, kept warm for a tenant, and spare."""
    queue_per_tenant: int = 64
    """Jobs of one tenant that may wait; one more is answered `busy`."""
    queue_total: int = 1024
    """Jobs of all tenants that may wait; one more is answered `busy`."""
    queue_timeout_ms: int = 10_000
    """A job that waited this long for its turn, or for a child, is answered `busy`."""
    runs_per_child: int = 500
    """A child is retired after so many jobs when none of its tenant's waits, and after ten times as many in any case.

    A new one costs 4 to 10 ms of a processor: while 64 callers waited, retiring after 500 jobs cost each job a third more.
    """
    child_age_s: float = 300.0
    """A child is retired at this age."""
    compile_ms: int = 5_000
    """How long compiling may take. It doesn't count as the run's time: the same script would else pass or fail with the child it meets."""
    idle_s: float = 60.0
    """A tenant's child that had nothing to do for so long is ended."""
    memory_bytes: int = 48 * MEBIBYTE
    """What a job without a limit of its own may use, and the first spares are made for."""
    least_memory_bytes: int = 16 * MEBIBYTE
    """A process gets at least this, because compiling needs it; below, only the engine's account keeps a job's limit."""
    most_memory_bytes: int = 512 * MEBIBYTE
    """A process gets at most this, whatever its job's limit says."""
    cpu_seconds: int = 120
    """Processor time of a child's whole life: a backstop behind the wall clock that the parent keeps."""
    zygote_children: int = 5_000
    """The zygote is replaced after so many forks: its children share an address layout and a hash seed."""
    zygote_age_s: float = 3_600.0
    """The zygote is replaced at this age."""
    max_frame_bytes: int = MEBIBYTE
    """Largest message from a child; a longer one ends the child."""
    max_job_bytes: int = 4 * MEBIBYTE
    """Largest job or host-call answer to a child; a longer one is refused."""
    start_timeout_s: float = 30.0
    """How long a zygote may take to be ready. It takes half a second; 10 s were too few on a machine with eight others at work."""
    niceness: int = 5
    """How far children stand back behind the web process when processors are short."""
    patience_ms: int = 20
    """A job that is seen to compute for longer is moved to the lowest priority, behind everyone's short ones."""
    harden_parent: bool = True
    """Make the parent process itself uninspectable by other processes of its user."""
    layers: frozenset[Layer] = ALL_LAYERS
    """Layers to apply where the machine has them. Fewer than all only to measure one alone."""
    handlers: str = "app.sandbox.handlers"
    """The module that children do their jobs with."""
