"""Carries out the runs of bulk re-runs, which wait in the history: at least once each, under the id that they wait with."""

from uuid import UUID

from msgspec.structs import replace

from app.base.db import Work
from app.base.errors import Conflict, NotFound
from app.base.transport import Delivery, Transport
from app.runs import queries
from app.runs.execute import Runner
from app.runs.queue import RunFailed
from app.runs.rerun_types import RerunVersion
from app.runs.service.history import found_run
from app.runs.service.rerun import rerun_of
from app.runs.service.rerun_bulk import TOPIC
from app.runs.types import RunActor, RunOutcome, RunRequest, RunStatus


class RerunQueue:
    """Receives what bulk re-runs publish; subscribes itself."""

    def __init__(self, runner: Runner, transport: Transport) -> None:
        self._runner = runner
        transport.subscribe(TOPIC, "rerunner", self.deliver)

    async def deliver(self, delivery: Delivery) -> None:
        """Run a past run again, unless that was done or stopped.

        Raises:
            RunFailed: there was no room for it.
        """
        run_id, past_id = UUID(delivery.payload["run_id"]), UUID(delivery.payload["past_run_id"])
        version = RerunVersion(delivery.payload["version"])
        request = await self._runner.ground.database.write(lambda work: _begin(work, delivery.tenant_id, run_id, past_id, version))
        if request is None:
            return
        performed = await self._runner.perform(request, was_queued=True)
        await performed.recorded
        if performed.result.outcome is RunOutcome.BUSY:
            raise RunFailed(f"There was no room for the re-run {run_id}.")


def _begin(work: Work, tenant_id: UUID, run_id: UUID, past_id: UUID, version: RerunVersion) -> RunRequest | None:
    """What to run; None when nothing is left to do, or it can't be run any more and says why."""
    scope = work.scope(tenant_id)
    row = queries.run_by_id(scope, run_id)
    if row is None or (row.status == RunStatus.FINISHED and row.outcome != RunOutcome.BUSY):
        return None
    actor, correlation_id = RunActor(row.actor_id, row.actor_name, row.actor_kind), row.correlation_id
    try:
        request = rerun_of(work, tenant_id, actor, found_run(scope, past_id), version, run_id)
    except (Conflict, NotFound) as error:
        queries.give_up(scope, run_id, error.sentence)
        return None
    queries.mark_running(scope, run_id, work.clock.now())
    return replace(request, correlation_id=correlation_id)
