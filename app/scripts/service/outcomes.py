"""What runs do to their script: errors in a row disable it (A7)."""

from typing import Final
from uuid import UUID

from app.access import Actor, ActorKind, record
from app.base.db import Work
from app.scripts import policy, queries
from app.scripts.revision import revision_name
from app.scripts.service.rows import script_of
from app.scripts.types import Script, Status

_ALLOY: Final = UUID(int=0)


def note_outcome(
    work: Work, tenant_id: UUID, script_id: UUID, failed: bool, error: str = "", *, version: int | None = None, run_id: UUID | None = None
) -> Script | None:
    """Count a run's error, or start the count anew after a good run; the script, if this disabled it.

    A rejection by `abort` is a good run. Runs of another version than the one that runs now count for nothing, nor do those of a script
    that isn't active any more. A good run has to be noted only if `ActiveScript.is_failing`.
    """
    scope = work.scope(tenant_id)
    if not failed:
        if queries.clear_errors(scope, script_id, version):
            work.renew(revision_name(tenant_id))
        return None
    if not queries.count_error(scope, script_id, version):
        return None
    row = queries.script_as_counted(scope, script_id)
    row.last_error = policy.kept_error(error)
    row.last_error_at = work.clock.now()
    row.last_error_run_id = run_id
    disabled = None
    if policy.is_disabled_by_errors(row.consecutive_errors):
        before = script_of(row)
        row.status = Status.DISABLED
        row.revision += 1
        row.updated_at = row.disabled_at = row.status_since = work.clock.now()
        row.disabled_reason = f"Disabled after {row.consecutive_errors} errors in a row."
        disabled = script_of(row)
        actor = Actor(_ALLOY, tenant_id, "Alloy", ActorKind.SERVICE, "", frozenset())
        record(work, actor, "scripts.script.disable", "script", script_id, before=before, after=disabled)
    scope.flush()
    if disabled is not None or row.consecutive_errors == 1:
        work.renew(revision_name(tenant_id))
    return disabled
