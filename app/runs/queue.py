"""Runs that nobody waits for: put into the transaction of whatever asks for them, carried out later, at least once.

A queued run is a row of the history that waits, and a message of the transport. What follows a save is owed to it: such a run that failed
is tried again under the same idempotency key with the version of the script that is active by then, each attempt as a run of its own, until
it is a dead letter. Any other run happens once, however it ends, unless there was no room for it: an occurrence of a schedule has one run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from app.base.db import Work
from app.base.errors import InternalError
from app.base.transport import Delivery, DeliveryFailed, Message, Transport
from app.runs import policy, queries
from app.runs.documents import pack
from app.runs.execute import Runner
from app.runs.models import RunDocument, RunRecord
from app.runs.recorder import queued_row
from app.runs.types import RunOutcome, RunRequest, RunStatus, Subject, TenantLimits
from app.scripts import by_id
from app.scripts.types import ActiveScript, Phase

TOPIC: Final = "runs.queued"
_OWED: Final = (Phase.AFTER, Phase.ON_COMMIT)


class RunFailed(DeliveryFailed):
    """A queued run didn't do its work; it is tried again."""


@dataclass(frozen=True, slots=True)
class _Found:
    is_done: bool
    is_waiting: bool
    script: ActiveScript | None
    ceilings: TenantLimits


class Queue:
    """The queue over a transport; subscribes itself."""

    def __init__(self, runner: Runner, transport: Transport) -> None:
        self._runner = runner
        self._transport = transport
        transport.subscribe(TOPIC, "runner", self.deliver)

    def enqueue(self, work: Work, request: RunRequest) -> UUID:
        """Have a script run if and when this unit of work commits; the id of its first attempt.

        Raises:
            Invalid: the inputs are too large, too deep, or no plain data.
        """
        return self.enqueue_all(work, [request])[0]

    def enqueue_all(self, work: Work, requests: Sequence[RunRequest]) -> tuple[UUID, ...]:
        """`enqueue` for many at once, in one statement for each table and tenant.

        Raises:
            Invalid: the inputs of one are too large, too deep, or no plain data.
        """
        kept = [_kept(work, each) for each in requests]
        by_tenant: dict[UUID, list[RunRequest]] = {}
        for each in kept:
            by_tenant.setdefault(each.tenant_id, []).append(each)
        now = work.clock.now()
        for tenant_id, theirs in by_tenant.items():
            scope = work.scope(tenant_id)
            scope.insert_many(RunRecord, [queued_row(each, policy.digest_of(policy.checked_inputs(each.inputs)), now) for each in theirs])
            scope.insert_many(RunDocument, [{"run_id": each.run_id, "tenant_id": tenant_id, "body": _body(each)} for each in theirs])
        self._transport.publish_all(work, [Message(each.tenant_id, TOPIC, _payload(each), each.idempotency_key) for each in kept])
        return tuple(each.run_id for each in kept if each.run_id is not None)

    async def deliver(self, delivery: Delivery) -> None:
        """Carry out a queued run, unless it was done before.

        Raises:
            RunFailed: it didn't do its work.
        """
        request = msgspec.convert(delivery.payload, RunRequest)
        found = await self._runner.ground.database.write(lambda work: self._begin(work, request))
        if found.is_done:
            return
        if found.script is None:
            raise RunFailed(f"The script {request.subject.name} isn't active.")
        run_id = request.run_id if found.is_waiting else None
        subject = Subject.of(found.script)
        wanted = replace(request, subject=subject, run_id=run_id, ceilings=found.ceilings)
        performed = await self._runner.perform(wanted, was_queued=found.is_waiting)
        await performed.recorded
        result = performed.result
        if result.outcome is RunOutcome.BUSY or (result.outcome.is_failure and request.phase in _OWED):
            what = result.error.message if result.error else result.outcome.value
            raise RunFailed(f"Run {result.run_id} of the script {subject.name} ended as {result.outcome.value}: {what}")

    def _begin(self, work: Work, request: RunRequest) -> _Found:
        scope = work.scope(request.tenant_id)
        if request.run_id is None or request.subject.script_id is None:
            raise InternalError("a queued run lacks its ids")
        row = queries.run_by_id(scope, request.run_id)
        is_waiting = row is not None and row.status != RunStatus.FINISHED
        is_cancelled = row is not None and row.outcome == RunOutcome.CANCELLED
        is_done = is_cancelled or queries.finished_with_key(scope, request.idempotency_key) is not None
        script = by_id(work, request.tenant_id, request.subject.script_id)
        if is_waiting and script is not None and not is_done:
            queries.mark_running(scope, request.run_id, work.clock.now())
        return _Found(is_done, is_waiting, script, self._runner.ceilings(work, request.tenant_id))


def _kept(work: Work, request: RunRequest) -> RunRequest:
    """The request with everything that names it."""
    if request.subject.script_id is None:
        raise InternalError("only a saved script can be queued")
    run_id = request.run_id or work.ids.new()
    return replace(
        request,
        run_id=run_id,
        ceilings=None,
        correlation_id=request.correlation_id or work.correlation_id,
        idempotency_key=request.idempotency_key or run_id.hex,
    )


def _body(request: RunRequest) -> bytes:
    return pack({"input": request.inputs, "chain": request.chain.links})


def _payload(request: RunRequest) -> dict[str, object]:
    """The request as plain data, without the source: what runs is what is active when it runs."""
    bare = replace(request, subject=replace(request.subject, source=""))
    document: dict[str, object] = msgspec.to_builtins(bare)
    return document
