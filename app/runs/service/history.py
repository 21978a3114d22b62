"""Reading the history: lists, one run, and stopping what waits."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Scope, Work
from app.base.errors import Conflict, not_found
from app.base.paging import Page, PageRequest, encode_cursor, page_of
from app.runs import queries
from app.runs.documents import RowParts, detail, stack_of, unpack
from app.runs.listing import runs_page
from app.runs.models import RunRecord
from app.runs.types import RunActor, RunDetail, RunError, RunFilter, RunOutcome, RunResult, RunStatus, RunSummary


def list_runs(work: Work, actor: Actor, wanted: RunFilter, request: PageRequest) -> Page[RunSummary]:
    """Runs that match, newest first. A page may hold fewer than wanted and still have a cursor: then there is more to look through."""
    require(actor, "runs.run.list")
    found = runs_page(work.scope(actor.tenant_id), wanted, request)
    page = page_of(found.rows, request, summary_of, lambda row: row.id)
    return page if found.resume is None else replace(page, next_cursor=encode_cursor(found.resume))


def get_run(work: Work, actor: Actor, run_id: UUID) -> RunDetail:
    """Everything about a run.

    Raises:
        NotFound: not in this tenant, or no longer kept.
    """
    require(actor, "runs.run.read")
    return found_run(work.scope(actor.tenant_id), run_id)


def cancel_run(work: Work, actor: Actor, run_id: UUID) -> RunSummary:
    """Have a queued run never begin. One that is under way is left as it is, for `Runner.stop` to end.

    Raises:
        NotFound: not in this tenant.
        Conflict: it has ended already.
    """
    require(actor, "runs.run.cancel")
    scope = work.scope(actor.tenant_id)
    row = queries.run_by_id(scope, run_id)
    if row is None:
        raise not_found("run", run_id)
    before = summary_of(row)
    if before.status is RunStatus.FINISHED:
        raise Conflict(f"The run {run_id} has ended already.", "Only a run that waits or is under way can be stopped.")
    record(work, actor, "runs.run.cancel", "run", run_id, before={"status": before.status})
    if not queries.mark_cancelled(scope, run_id):
        return before
    return replace(before, status=RunStatus.FINISHED, outcome=RunOutcome.CANCELLED)


def unfinished_runs(work: Work, tenant_id: UUID, run_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of a tenant's runs that wait or are under way; for domains above, which answer for who asks."""
    return queries.unfinished(work.scope(tenant_id), run_ids)


def found_run(scope: Scope, run_id: UUID) -> RunDetail:
    """A run with its document.

    Raises:
        NotFound: there is none.
    """
    row = queries.run_by_id(scope, run_id)
    body = queries.document_of(scope, run_id)
    if row is None or body is None:
        raise not_found("run", run_id)
    document = unpack(body)
    source = queries.source_by_digest(scope, row.digest) or ""
    parts = RowParts(row.digest, row.engine_version, source, row.input_digest, row.run_as, row.idempotency_key)
    summary = summary_of(row)
    if summary.error is not None:
        error = summary.error
        whole = RunError(error.kind, error.message, error.line, error.column, stack_of(document))
        summary = summary_of(row, whole)
    return detail(summary, parts, document)


def done_before(work: Work, actor: Actor, key: str) -> RunResult | None:
    """What a run under this idempotency key came to, if one did its work."""
    require(actor, "runs.run.create")
    scope = work.scope(actor.tenant_id)
    row = queries.finished_with_key(scope, key)
    return result_of(found_run(scope, row.id)) if row is not None else None


def result_of(detail: RunDetail) -> RunResult:
    """A run's record as the result that it had."""
    summary = detail.summary
    return RunResult(
        run_id=summary.id,
        outcome=summary.outcome or RunOutcome.CANCELLED,
        value=detail.value,
        changes=detail.changes,
        error=summary.error,
        reason=summary.reason,
        logs=detail.logs,
        logs_dropped=detail.logs_dropped,
        journal=detail.journal,
        clock=detail.clock,
        operations=summary.operations,
        calls=summary.calls,
        limits=detail.limits,
        started_at=summary.started_at,
        duration_us=summary.duration_us,
    )


def summary_of(row: RunRecord, error: RunError | None = None) -> RunSummary:
    """A row as a value."""
    if error is None and row.error_kind is not None:
        error = RunError(row.error_kind, row.error_message or "", row.error_line, row.error_column)
    return RunSummary(
        id=row.id,
        script_id=row.script_id,
        script_name=row.script_name,
        version=row.version,
        phase=row.phase,
        trigger=row.trigger,
        status=RunStatus(row.status),
        outcome=RunOutcome(row.outcome) if row.outcome else None,
        entity_type=row.entity_type,
        entity_id=row.entity_id,
        started_at=row.started_at,
        duration_us=row.duration_us,
        operations=row.operations,
        calls=row.calls,
        log_lines=row.log_lines,
        error=error,
        reason=row.reason,
        actor=RunActor(row.actor_id, row.actor_name, row.actor_kind),
        correlation_id=row.correlation_id,
        parent_run_id=row.parent_run_id,
        depth=row.depth,
        fingerprint=row.fingerprint,
    )
