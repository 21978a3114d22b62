"""How a schedule starts a script: what the domain asks of whoever queues runs, and the one that asks the runs domain."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from app.base.db import Work
from app.runs import RunActor, RunRequest, RunTrigger, Subject
from app.scripts import ActiveScript, Phase

SCHEDULER: Final = "scheduler"


@dataclass(frozen=True, slots=True)
class Launch:
    """One run to start. `occurs_at` is the time it is for; `actor` whoever asked for it, None is the clock."""

    run_id: UUID
    schedule_id: UUID
    schedule_name: str
    script: ActiveScript
    occurs_at: datetime
    kind: str
    actor: RunActor | None = None


class Starter(Protocol):
    """Queues runs in the caller's unit of work, and knows which have not ended."""

    def start(self, work: Work, launches: Sequence[Launch]) -> None:
        """Have the scripts run, once this unit of work commits."""

    def unfinished(self, work: Work, tenant_id: UUID, run_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the runs that wait or are going on."""


class QueueStarter:
    """A `Starter` over the queue of runs."""

    def __init__(
        self,
        enqueue_all: Callable[[Work, Sequence[RunRequest]], object],
        unfinished: Callable[[Work, UUID, Sequence[UUID]], frozenset[UUID]],
    ) -> None:
        self._enqueue_all = enqueue_all
        self._unfinished = unfinished

    def start(self, work: Work, launches: Sequence[Launch]) -> None:
        """Put the runs into the queue, each under a key that names its occurrence."""
        if launches:
            self._enqueue_all(work, [_request(each) for each in launches])

    def unfinished(self, work: Work, tenant_id: UUID, run_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the runs that wait or are going on."""
        return self._unfinished(work, tenant_id, run_ids)


def _request(launch: Launch) -> RunRequest:
    return RunRequest(
        tenant_id=launch.script.tenant_id,
        subject=Subject.of(launch.script),
        phase=Phase.SCHEDULED,
        trigger=RunTrigger.CRON,
        actor=launch.actor or RunActor(launch.schedule_id, launch.schedule_name, SCHEDULER),
        idempotency_key=f"schedule:{launch.schedule_id.hex}:{launch.kind}:{launch.occurs_at.isoformat()}",
        run_id=launch.run_id,
    )
