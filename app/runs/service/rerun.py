"""Running a past run's input once more, in earnest: what the script does outside and to records is done again.

A re-run is a run of its own. It stands below the run whose input it has (`parent_run_id`), at depth 0, where runs that a script's
save led to are deeper.
"""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict
from app.runs import policy
from app.runs.execute import actor_of
from app.runs.rerun_types import RerunVersion
from app.runs.service.history import found_run
from app.runs.types import Chain, RunActor, RunDetail, RunOutcome, RunRequest, RunStatus, RunTrigger, Subject
from app.scripts import ActiveScript, by_id
from app.scripts.types import Phase

NEVER_RAN: Final = (RunOutcome.BUSY, RunOutcome.CANCELLED)
_SENT_ONCE: Final = (Phase.AFTER, Phase.ON_COMMIT)
"""Phases whose runs send their key with what they do outside: a re-run sends the same one, so that a receiver knows it did this before."""


def ready_rerun(work: Work, actor: Actor, run_id: UUID, version: RerunVersion) -> RunRequest:
    """The request that runs a past run's input again, for `Runner.execute`; written to the audit log.

    Raises:
        NotFound: not in this tenant, or no longer kept.
        Conflict: it never ran, its script isn't active or works in another phase now, or its source is gone.
    """
    require(actor, "runs.run.create")
    detail = found_run(work.scope(actor.tenant_id), run_id)
    request = rerun_of(work, actor.tenant_id, actor_of(actor), detail, version, work.ids.new())
    after = {"version": version.value, "rerun_id": str(request.run_id)}
    record(work, actor, "runs.run.rerun", "run", run_id, after=after)
    return request


def rerun_of(work: Work, tenant_id: UUID, actor: RunActor, detail: RunDetail, version: RerunVersion, new_id: UUID) -> RunRequest:
    """The request that runs a recorded input again, under a known id.

    Raises:
        Conflict: it never ran, its script isn't active or works in another phase now, or its source is gone.
    """
    summary = detail.summary
    if summary.status is not RunStatus.FINISHED or summary.outcome in NEVER_RAN:
        raise Conflict(f"The run {summary.id} never ran, so it can't be run again.", "Run the script instead.")
    script = by_id(work, tenant_id, summary.script_id) if summary.script_id is not None else None
    if script is None:
        raise Conflict(f"The script {summary.script_name} isn't active.", "Activate a version of it first, or replay the run.")
    return RunRequest(
        tenant_id=tenant_id,
        subject=_subject(script, detail) if version is RerunVersion.ORIGINAL else _current(script, detail),
        phase=Phase(summary.phase),
        trigger=RunTrigger.MANUAL,
        actor=actor,
        inputs=detail.input,
        chain=Chain((), summary.id),
        idempotency_key=detail.idempotency_key if Phase(summary.phase) in _SENT_ONCE else new_id.hex,
        run_id=new_id,
    )


def _subject(script: ActiveScript, detail: RunDetail) -> Subject:
    """The source that ran, under the script's settings of today: what it may do is never what it once might."""
    if policy.digest_of(detail.source.encode()) != detail.digest:
        raise Conflict(f"The source of the run {detail.summary.id} is no longer kept.", "Run it again with the current version.")
    return replace(Subject.of(script), source=detail.source, digest=detail.digest, version=detail.summary.version)


def _current(script: ActiveScript, detail: RunDetail) -> Subject:
    if script.phase.value != detail.summary.phase:
        raise Conflict(
            f"The script {script.name} runs in the phase {script.phase.value} now; this input is for {detail.summary.phase}.",
            "Run it again with the original version.",
        )
    return Subject.of(script)
