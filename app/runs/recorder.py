"""Writing runs into the history: whatever waits goes into one transaction, while the callers go on with other work.

The history has units of work of its own: a rejected save leaves its run, and a run that ended badly is there to be read. Rows are
written as plain values in one statement for each table, which costs a fifth of what objects would.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from app.base.db import Database, Scope, Work
from app.base.telemetry.logs import logger
from app.runs import policy, queries
from app.runs.documents import packed
from app.runs.engine_version import engine_version
from app.runs.models import PendingText, RunDocument, RunRecord
from app.runs.types import Document, FinishedRun, RunRequest, RunStatus
from app.scripts import note_outcome

LARGEST_BATCH: Final = 32
_LIGHT_BYTES: Final = 16_384
_LIGHT_ENTRIES: Final = 50
_SOURCES_REMEMBERED: Final = 10_000
_LONGEST_TEXT: Final = 16_384
_encode: Final = msgspec.json.Encoder().encode
_Waiting = tuple[FinishedRun, "asyncio.Future[None]"]


class Recorder:
    """Keeps finished runs. Belongs to one event loop at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._sources: set[tuple[UUID, str]] = set()

    def record(self, run: FinishedRun) -> "asyncio.Future[None]":
        """Write a run as soon as the writes before it are done; the future is done when it is durable, and fails if it can't be."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((run, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return done

    async def settled(self) -> None:
        """Return when all that was given is written."""
        if self._writing is not None:
            await self._writing

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            try:
                await self._write([run for run, _ in batch])
            except Exception:  # one run that can't be written must not take the others along: each gets a transaction of its own
                await self._write_one_by_one(batch)
                continue
            for _, done in batch:
                _settle(done)

    async def _write_one_by_one(self, batch: list[_Waiting]) -> None:
        for run, done in batch:
            try:
                await self._write([run])
            except Exception as error:
                logger().error(
                    "A run could not be recorded.", run_id=str(run.result.run_id), error=f"{type(error).__name__}: {error}"[:500]
                )
                if not done.done():
                    done.set_exception(error)
            else:
                _settle(done)

    async def _write(self, runs: list[FinishedRun]) -> None:
        write = self._database.jot if all(map(_is_light, runs)) else self._database.write
        await write(lambda work: write_runs(work, runs, self._sources))
        if len(self._sources) > _SOURCES_REMEMBERED:
            self._sources.clear()
        self._sources.update((run.request.tenant_id, run.request.subject.digest) for run in runs)


def _is_light(run: FinishedRun) -> bool:
    """Whether packing and writing a run takes no time worth a change of threads."""
    result = run.result
    if run.input_bytes > _LIGHT_BYTES or len(result.logs) > _LIGHT_ENTRIES or len(result.journal) > _LIGHT_ENTRIES:
        return False
    if any(call["name"] != "now" for call in result.journal):  # what other calls exchange may be of any size
        return False
    return len(_encode((result.value, result.changes.fields, [line.text for line in result.logs]))) <= _LIGHT_BYTES


def _settle(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)


def write_runs(work: Work, runs: Sequence[FinishedRun], known_sources: set[tuple[UUID, str]]) -> None:
    """Write finished runs, each tenant's in its scope, and tell the registry of scripts how its scripts did."""
    for tenant_id in dict.fromkeys(run.request.tenant_id for run in runs):
        scope, own = work.scope(tenant_id), [run for run in runs if run.request.tenant_id == tenant_id]
        queries.forget_queued(scope, [run.result.run_id for run in own if run.was_queued])
        scope.insert_many(RunRecord, [_row(run) for run in own])
        scope.insert_many(RunDocument, [_document(run) for run in own])
        scope.insert_many(PendingText, [_text(run) for run in own])
        _keep_sources(scope, own, known_sources)
    for run in runs:
        _note(work, run)


def _keep_sources(scope: Scope, runs: Sequence[FinishedRun], known: set[tuple[UUID, str]]) -> None:
    wanted = {run.request.subject.digest: run for run in runs if (run.request.tenant_id, run.request.subject.digest) not in known}
    for digest, run in wanted.items():
        queries.keep_source(scope, digest, run.request.subject.source)


def _note(work: Work, run: FinishedRun) -> None:
    """A7: errors in a row disable a script. Good runs matter only to a script whose last one failed."""
    subject, outcome = run.request.subject, run.result.outcome
    if subject.script_id is None or not (outcome.is_the_scripts_fault or (subject.is_failing and not outcome.is_failure)):
        return
    error = run.result.error.message if run.result.error else run.result.outcome.value
    failed, version = outcome.is_the_scripts_fault, subject.version
    note_outcome(work, run.request.tenant_id, subject.script_id, failed, error, version=version, run_id=run.result.run_id)


def _row(run: FinishedRun) -> Document:
    result, error = run.result, run.result.error
    return {
        **_asked(run.request, run.input_digest),
        "id": result.run_id,
        "status": RunStatus.FINISHED.value,
        "outcome": result.outcome.value,
        "started_at": result.started_at,
        "duration_us": result.duration_us,
        "operations": result.operations,
        "calls": result.calls,
        "log_lines": len(result.logs),
        "error_kind": error.kind if error else None,
        "error_message": _storable(error.message) if error else None,
        "error_line": error.line if error else 0,
        "error_column": error.column if error else 0,
        "reason": _storable(result.reason) if result.reason is not None else None,
        "fingerprint": policy.fingerprint_of(run.request.subject.name, error),
    }


def queued_row(request: RunRequest, input_digest: str, now: datetime) -> Document:
    """The row of a run that waits."""
    nothing_yet = {"duration_us": 0, "operations": 0, "calls": 0, "log_lines": 0, "error_line": 0, "error_column": 0}
    missing = dict.fromkeys(("outcome", "error_kind", "error_message", "reason", "fingerprint"))
    asked = _asked(request, input_digest)
    return {**asked, **nothing_yet, **missing, "id": request.run_id, "status": RunStatus.QUEUED.value, "started_at": now}


def _asked(request: RunRequest, input_digest: str) -> Document:
    """What of a run's row is known before it runs."""
    subject, entity = request.subject, request.inputs.get("entity")
    about = entity if isinstance(entity, dict) else {}
    return {
        "tenant_id": request.tenant_id,
        "script_id": subject.script_id,
        "script_name": subject.name,
        "version": subject.version,
        "digest": subject.digest,
        "engine_version": engine_version(),
        "phase": request.phase.value,
        "trigger": request.trigger.value,
        "entity_type": about.get("type"),
        "entity_id": about.get("id"),
        "actor_id": request.actor.id,
        "actor_name": request.actor.name,
        "actor_kind": request.actor.kind,
        "run_as": subject.run_as,
        "correlation_id": request.correlation_id,
        "parent_run_id": request.chain.parent_run_id,
        "depth": request.chain.depth,
        "idempotency_key": request.idempotency_key,
        "input_digest": input_digest,
    }


def _storable(text: str) -> str:
    """The text as every database can hold it: no NUL, and not without end."""
    return text.replace("\x00", "\u2400")[:_LONGEST_TEXT]


def _document(run: FinishedRun) -> Document:
    return {"run_id": run.result.run_id, "tenant_id": run.request.tenant_id, "body": packed(run)}


def _text(run: FinishedRun) -> Document:
    text = policy.search_text(run.request.subject.name, run.result)
    return {"run_id": run.result.run_id, "tenant_id": run.request.tenant_id, "body": _storable(text)}
