"""Running many past runs again: a named list of runs that wait in the history, carried out through the transport.

Each run waits as a row of its own and can be stopped like any other. It is begun at least once: a process that dies while one is under
way leaves it to be run again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Scope, Work
from app.base.errors import Conflict, Invalid, not_found
from app.base.paging import LARGEST_LIMIT, Page, PageRequest, page_of
from app.base.transport import Message, Transport
from app.runs import queries
from app.runs.documents import pack
from app.runs.execute import actor_of
from app.runs.listing import runs_page
from app.runs.models import RerunRecord, RunDocument, RunRecord
from app.runs.recorder import queued_row
from app.runs.rerun_types import BulkRerun, RerunPreview, RerunVersion
from app.runs.service.rerun import NEVER_RAN
from app.runs.types import Chain, RunFilter, RunRequest, RunStatus, RunTrigger, Subject
from app.scripts.types import Phase

TOPIC: Final = "runs.rerun"
MOST_RERUNS: Final = 1_000
"""Runs that one bulk re-run makes."""
_MOST_PAGES: Final = 50
"""Pages of the history that are looked through for them; each is bounded work."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    rows: Sequence[RunRecord]
    left_out: int
    is_cut: bool


def preview_reruns(work: Work, actor: Actor, wanted: RunFilter) -> RerunPreview:
    """How many runs `start_reruns` would make for a filter."""
    require(actor, "runs.run.create")
    chosen = _choose(work.scope(actor.tenant_id), wanted)
    return RerunPreview(len(chosen.rows), chosen.left_out, chosen.is_cut)


def start_reruns(work: Work, actor: Actor, transport: Transport, name: str, version: RerunVersion, wanted: RunFilter) -> BulkRerun:
    """Have every run that matches run again, the newest `MOST_RERUNS` of them if there are more.

    Raises:
        Invalid: the name is empty or too long.
        Conflict: no run matches that could be run again.
    """
    require(actor, "runs.run.create")
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise Invalid("A bulk re-run needs a name of 1 to 100 characters.", "Say what it is for.", field="name")
    scope, now = work.scope(actor.tenant_id), work.clock.now()
    chosen = _choose(scope, wanted)
    if not chosen.rows:
        raise Conflict("No run matches that could be run again.", "Widen the filter.")
    bulk = RerunRecord(
        id=work.ids.new(),
        tenant_id=actor.tenant_id,
        name=name,
        version=version.value,
        total=len(chosen.rows),
        actor_id=actor.user_id,
        actor_name=actor.name,
        created_at=now,
    )
    scope.add(bulk)
    # Oldest first, as they ran.
    requests = [_waiting(work, actor, row, _correlation(bulk.id)) for row in reversed(chosen.rows)]
    scope.insert_many(
        RunRecord, [queued_row(each, row.input_digest, now) for each, row in zip(requests, reversed(chosen.rows), strict=True)]
    )
    # What was given to the past run is read when this one begins: a thousand inputs may be large.
    nothing_yet = pack({"input": {}, "chain": ()})
    scope.insert_many(RunDocument, [{"run_id": each.run_id, "tenant_id": actor.tenant_id, "body": nothing_yet} for each in requests])
    transport.publish_all(work, [_message(each, version) for each in requests])
    after = {"name": name, "version": version.value, "total": len(requests)}
    record(work, actor, "runs.rerun.create", "rerun", bulk.id, after=after)
    return _progress(scope, bulk)


def get_rerun(work: Work, actor: Actor, rerun_id: UUID) -> BulkRerun:
    """A bulk re-run and how far it is.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "runs.run.list")
    scope = work.scope(actor.tenant_id)
    return _progress(scope, _found(scope, rerun_id))


def list_reruns(work: Work, actor: Actor, request: PageRequest) -> Page[BulkRerun]:
    """Bulk re-runs, newest first."""
    require(actor, "runs.run.list")
    scope = work.scope(actor.tenant_id)
    rows = queries.reruns(scope, request)
    counts = queries.count_correlated(scope, [_correlation(row.id) for row in rows])
    return page_of(rows, request, lambda row: _told(row, counts), lambda row: row.id)


def stop_reruns(work: Work, actor: Actor, rerun_id: UUID) -> BulkRerun:
    """Have those of its runs that wait never begin; one that is under way ends by itself.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "runs.run.cancel")
    scope = work.scope(actor.tenant_id)
    bulk = _found(scope, rerun_id)
    stopped = queries.cancel_waiting(scope, _correlation(bulk.id))
    record(work, actor, "runs.rerun.cancel", "rerun", bulk.id, after={"name": bulk.name, "stopped": stopped})
    return _progress(scope, bulk)


def _choose(scope: Scope, wanted: RunFilter) -> _Chosen:
    rows: list[RunRecord] = []
    left_out, after = 0, None
    for _ in range(_MOST_PAGES):
        found = runs_page(scope, wanted, PageRequest(after, LARGEST_LIMIT))
        page = found.rows[:LARGEST_LIMIT]
        fit = [row for row in page if _can_run(row)]
        left_out += len(page) - len(fit)
        rows += fit
        after = page[-1].id if len(found.rows) > LARGEST_LIMIT else found.resume
        if after is None or len(rows) >= MOST_RERUNS:
            return _Chosen(rows[:MOST_RERUNS], left_out, after is not None or len(rows) > MOST_RERUNS)
    return _Chosen(rows, left_out, is_cut=True)


def _can_run(row: RunRecord) -> bool:
    return row.status == RunStatus.FINISHED and row.outcome not in NEVER_RAN and row.script_id is not None


def _waiting(work: Work, actor: Actor, row: RunRecord, correlation: str) -> RunRequest:
    """The past run's successor, as it waits; what it will really run with is decided when it begins."""
    subject = Subject(row.script_name, "", row.digest, row.script_id, row.version, run_as=row.run_as)
    about = {"entity": {"type": row.entity_type, "id": row.entity_id}} if row.entity_type else {}
    new_id = work.ids.new()
    return RunRequest(
        actor.tenant_id,
        subject,
        Phase(row.phase),
        RunTrigger.MANUAL,
        actor_of(actor),
        about,
        correlation,
        Chain((), row.id),
        new_id.hex,
        new_id,
    )


def _message(request: RunRequest, version: RerunVersion) -> Message:
    payload = {"run_id": str(request.run_id), "past_run_id": str(request.chain.parent_run_id), "version": version.value}
    return Message(request.tenant_id, TOPIC, payload, request.idempotency_key)


def _correlation(rerun_id: UUID) -> str:
    return f"rerun-{rerun_id.hex}"


def _found(scope: Scope, rerun_id: UUID) -> RerunRecord:
    row = queries.rerun_by_id(scope, rerun_id)
    if row is None:
        raise not_found("bulk re-run", rerun_id)
    return row


def _progress(scope: Scope, row: RerunRecord) -> BulkRerun:
    return _told(row, queries.count_correlated(scope, [_correlation(row.id)]))


def _told(row: RerunRecord, counts: Mapping[str, Mapping[tuple[str, str | None], int]]) -> BulkRerun:
    """A bulk re-run with how far it is, of the runs counted by correlation id, status and outcome."""
    counted = counts.get(_correlation(row.id), {})
    outcomes = {outcome: number for (status, outcome), number in counted.items() if status == RunStatus.FINISHED and outcome}
    return BulkRerun(
        id=row.id,
        name=row.name,
        version=RerunVersion(row.version),
        total=row.total,
        waiting=counted.get((RunStatus.QUEUED.value, None), 0),
        running=counted.get((RunStatus.RUNNING.value, None), 0),
        outcomes=outcomes,
        actor_name=row.actor_name,
        created_at=row.created_at,
        correlation_id=_correlation(row.id),
    )
