"""A script's life: which version runs, whether it runs, and what ends that."""

from uuid import UUID

from app.access import Actor, require
from app.base.db import Work
from app.base.errors import Denied, not_found
from app.scripts import policy, queries
from app.scripts.models import ScriptRecord
from app.scripts.service.changes import changed, check_findings, check_free, check_runnable, claimed
from app.scripts.types import Findings, Phase, Script, Status

_DEFAULT_ROLE = "author"


def activate(work: Work, actor: Actor, script_id: UUID, *, revision: int, version: int, findings: Findings) -> Script:
    """Let a version run from now on; a script that was disabled starts anew.

    Raises:
        NotFound: no such script or version in this tenant.
        Stale: the script was changed meanwhile.
        Invalid: the version has errors.
        Conflict: the script is archived.
        Denied: it has secrets or runs as another role, so only those who may give that may say which source gets it.
    """
    require(actor, "scripts.script.update")
    row, before = claimed(work, actor, script_id, revision)
    chosen = queries.version_by_number(work.scope(actor.tenant_id), script_id, version)
    if chosen is None:
        raise not_found("version", version)
    _check_privileged(actor, before)
    if row.status != Status.ACTIVE:
        policy.check_transition(before.status, Status.ACTIVE)
    check_runnable(check_findings(findings, chosen.source, Phase(row.phase)), f"Version {version}")
    row.active_version = version
    _run(row)
    return changed(work, actor, "scripts.script.activate", row, before)


def pause(work: Work, actor: Actor, script_id: UUID, *, revision: int) -> Script:
    """Stop an active script until it is resumed.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: it isn't active.
    """
    return _move(work, actor, script_id, revision, Status.PAUSED, "scripts.script.pause")


def resume(work: Work, actor: Actor, script_id: UUID, *, revision: int) -> Script:
    """Let a paused or disabled script run on with the version that ran before; errors are counted anew.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: it is neither paused nor disabled.
    """
    require(actor, "scripts.script.update")
    row, before = claimed(work, actor, script_id, revision)
    policy.check_resumable(before.status)
    _run(row)
    return changed(work, actor, "scripts.script.resume", row, before)


def disable(work: Work, actor: Actor, script_id: UUID, *, revision: int, reason: str = "") -> Script:
    """Take a script out of service by hand, with a reason that others see.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: it is neither active nor paused.
        Invalid: the reason is too long.
    """
    require(actor, "scripts.script.update")
    policy.check_message(reason)
    row, before = claimed(work, actor, script_id, revision)
    policy.check_transition(before.status, Status.DISABLED)
    row.status = Status.DISABLED
    row.disabled_reason = reason or f"Disabled by {actor.name}."
    row.disabled_at = work.clock.now()
    return changed(work, actor, "scripts.script.disable", row, before)


def archive(work: Work, actor: Actor, script_id: UUID, *, revision: int) -> Script:
    """Put a script away: it can't run or be changed, its endpoint is free, its name isn't.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: it is archived already.
    """
    return _move(work, actor, script_id, revision, Status.ARCHIVED, "scripts.script.archive")


def unarchive(work: Work, actor: Actor, script_id: UUID, *, revision: int) -> Script:
    """Take a script out of the archive, as a draft.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: it isn't archived, or its endpoint was taken meanwhile.
    """
    return _move(work, actor, script_id, revision, Status.DRAFT, "scripts.script.unarchive")


def reset_errors(work: Work, actor: Actor, script_id: UUID, *, revision: int) -> Script:
    """Forget a script's errors; one that they disabled runs again.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: there is nothing to reset.
    """
    require(actor, "scripts.script.update")
    row, before = claimed(work, actor, script_id, revision)
    policy.check_resettable(before)
    if row.status == Status.DISABLED:
        _run(row)
    row.consecutive_errors = 0
    row.last_error = row.last_error_at = row.last_error_run_id = None
    return changed(work, actor, "scripts.script.reset", row, before)


def _move(work: Work, actor: Actor, script_id: UUID, revision: int, after: Status, action: str) -> Script:
    require(actor, "scripts.script.update")
    row, before = claimed(work, actor, script_id, revision)
    policy.check_transition(before.status, after)
    row.status = after
    row.endpoint = None if after is Status.ARCHIVED else policy.endpoint_of(before.trigger)
    if after is Status.DRAFT:
        row.active_version = None
        check_free(work, actor, row)
    return changed(work, actor, action, row, before)


def _run(row: ScriptRecord) -> None:
    row.status = Status.ACTIVE
    row.consecutive_errors = 0
    row.disabled_reason = row.disabled_at = None


def _check_privileged(actor: Actor, script: Script) -> None:
    """Whoever could change the source of such a script alone would have what was given to it."""
    if (script.allowed_secrets or script.run_as != _DEFAULT_ROLE) and not actor.may("scripts.script.manage"):
        raise Denied(
            f"{script.name!r} has secrets or runs as {script.run_as}: {actor.name} may save versions of it, not choose the one that runs.",
            "Ask an administrator to activate the version.",
        )
