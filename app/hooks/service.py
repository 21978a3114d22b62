"""Scripts around the save of a record: which run, in which order, and what their ends mean for the save.

Before a save they run one after the other, each seeing what the earlier ones changed; after it they are queued in the save's own
transaction. No write transaction is open while a script runs.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from app.access import Actor
from app.base.db import Work
from app.hooks.types import Accepted, Change, Decision, Failed, Found, Rejected
from app.runs import Queue, Runner, RunOutcome, RunRequest, RunResult, RunTrigger, Subject, actor_of, inputs_of
from app.runs.types import Document, TenantLimits
from app.scripts import for_event
from app.scripts.types import ActiveScript, FailurePolicy, Phase

DEEPEST_CHAIN: Final = 8
"""How many scripts may stand above a save: each was started by a save of the one before."""

_NOTHING: Final = object()
_LATER: Final = (Phase.AFTER, Phase.ON_COMMIT)


class Hooks:
    """The hooks of all tenants."""

    def __init__(self, runner: Runner, queue: Queue) -> None:
        self._runner = runner
        self._queue = queue

    def look(self, work: Work, actor: Actor, change: Change) -> Found:
        """What runs before a change, for `before`."""
        scripts = for_event(work, actor.tenant_id, change.entity_type, change.event, Phase.BEFORE)
        return Found(scripts, self._runner.ceilings(work, actor.tenant_id))

    async def before(self, actor: Actor, change: Change, found: Found | None = None) -> Decision:
        """Run the before-scripts of a change in order, and stop at the first that rejects it or fails.

        `found` is what `look` has found in a unit of work that the caller needed anyway.
        """
        too_deep = _too_deep(change)
        if too_deep is not None:
            return too_deep
        if found is None:
            found = await self._runner.ground.database.glance(lambda work: self.look(work, actor, change))
        scripts, ceilings = found.scripts, found.ceilings
        fields, warnings = dict(change.after), list[str]()
        runs: list[UUID] = []
        records: list[asyncio.Future[None]] = []
        for script in scripts:
            inputs = inputs_of(Phase.BEFORE, entity=_entity(change, fields))
            performed = await self._runner.perform(_request(actor, change, script, Phase.BEFORE, inputs, ceilings))
            result = performed.result
            runs.append(result.run_id)
            records.append(performed.recorded)
            stop = _stop(script, result)
            if stop is not None:
                await _all(records)
                return stop
            if result.outcome is RunOutcome.OK:
                fields = applied(fields, result)
            else:
                warnings.append(f"{_failed(script, result)} The save went through without it.")
        changes = difference(change.after, fields)
        return Accepted(fields, changes, tuple(warnings), tuple(runs), _all(records) if records else None)

    def publish_after(self, work: Work, actor: Actor, change: Change) -> tuple[UUID, ...]:
        """Queue the after- and on_commit-scripts of a change in the transaction that makes it; their runs' ids.

        Call it in the very unit of work that writes the record, with the fields as written.
        """
        queued: list[UUID] = []
        event_id: UUID | None = None
        for phase in _LATER:
            for script in for_event(work, actor.tenant_id, change.entity_type, change.event, phase):
                event_id = event_id or work.ids.new()
                key = f"{event_id.hex}-{script.id.hex}"
                before = None if change.before is None else _entity(change, change.before)
                inputs = inputs_of(phase, entity=_entity(change, change.after), before=before, key=key)
                request = _request(actor, change, script, phase, inputs, None)
                queued.append(self._queue.enqueue(work, replace(request, idempotency_key=key)))
        return tuple(queued)


def applied(fields: Document, result: RunResult) -> Document:
    """The fields with a script's changes made."""
    changes = result.changes
    if changes.removed:
        fields = {name: value for name, value in fields.items() if name not in changes.removed}
    return {**fields, **changes.fields}


def difference(before: Document, after: Document) -> Document:
    """The fields that differ, as they are afterwards; None for those that are gone."""
    changed = {name: value for name, value in after.items() if value is not (old := before.get(name, _NOTHING)) and _differs(old, value)}
    return {**changed, **dict.fromkeys(before.keys() - after.keys())}


def _differs(left: Any, right: Any) -> bool:
    return type(left) is not type(right) or bool(left != right)


def _all(records: Sequence["asyncio.Future[None]"]) -> "asyncio.Future[Any]":
    return records[0] if len(records) == 1 else asyncio.gather(*records)


def _too_deep(change: Change) -> Failed | None:
    """Chains are bounded, and whoever made a circle sees it."""
    links = change.chain.links
    if len(links) < DEEPEST_CHAIN:
        return None
    path = " > ".join((*links, f"save of {change.entity_type}"))
    circle = next((name for position, name in enumerate(links) if name in links[position + 1 :]), None)
    why = f"{circle} starts itself again" if circle else "each save started the next script"
    error = f"script {links[-1]} failed: its save is step {len(links)} of a chain, and {DEEPEST_CHAIN} are allowed; {why}: {path}."
    return Failed(links[-1], error, change.chain.parent_run_id)


def _request(
    actor: Actor, change: Change, script: ActiveScript, phase: Phase, inputs: Document, ceilings: TenantLimits | None
) -> RunRequest:
    subject = Subject.of(script)
    return RunRequest(actor.tenant_id, subject, phase, RunTrigger.EVENT, actor_of(actor), inputs, chain=change.chain, ceilings=ceilings)


def _entity(change: Change, fields: Document) -> Document:
    return {"type": change.entity_type, "id": change.id, "fields": fields}


def _stop(script: ActiveScript, result: RunResult) -> Rejected | Failed | None:
    """What ends the order here, if the run does."""
    if result.outcome is RunOutcome.REJECTED:
        return Rejected(result.reason or "", script.name, result.run_id)
    if result.outcome is RunOutcome.OK or script.failure_policy is FailurePolicy.OPEN:
        return None
    return Failed(script.name, _failed(script, result), result.run_id, result.outcome is RunOutcome.BUSY)


def _failed(script: ActiveScript, result: RunResult) -> str:
    error = result.error
    if error is None:
        return f"script {script.name} failed: it ended as {result.outcome.value}."
    where = f" (line {error.line}, column {error.column})" if error.line else ""
    return f"script {script.name} failed: {error.message}{where}"
