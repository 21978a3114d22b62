"""Create, find, change, list and delete scripts."""

from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict, InternalError, not_found
from app.base.paging import Page, PageRequest, page_of
from app.scripts import policy, queries
from app.scripts.checks import Checks, Forget, nobody_forgets
from app.scripts.models import ScriptRecord
from app.scripts.service.changes import (
    changed,
    check_findings,
    check_free,
    check_runnable,
    check_settings,
    claimed,
    new_version,
)
from app.scripts.service.rows import found, put_settings, script_of, settings_columns
from app.scripts.service.versions import version_source
from app.scripts.types import Change, Findings, NewScript, Phase, Script, ScriptFilter, Status


def list_scripts(work: Work, actor: Actor, wanted: ScriptFilter, request: PageRequest) -> Page[Script]:
    """Scripts that match, newest first; without a status, all of them."""
    require(actor, "scripts.script.list")
    rows = queries.scripts_page(work.scope(actor.tenant_id), wanted, request)
    return page_of(rows, request, script_of, lambda row: row.id)


def list_secret_readers(work: Work, actor: Actor) -> dict[str, tuple[tuple[UUID, str], ...]]:
    """By the name of a secret, id and name of every script that may read it."""
    require(actor, "scripts.script.list")
    found: dict[str, list[tuple[UUID, str]]] = {}
    for script_id, script_name, secrets in queries.secrets_of_scripts(work.scope(actor.tenant_id)):
        for secret in secrets:
            found.setdefault(secret, []).append((script_id, script_name))
    return {secret: tuple(readers) for secret, readers in found.items()}


def get_script(work: Work, actor: Actor, script_id: UUID) -> Script:
    """A script.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "scripts.script.read")
    return script_of(found(work, actor, script_id))


def get_script_by_name(work: Work, actor: Actor, name: str) -> Script:
    """A script by its name.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "scripts.script.read")
    row = queries.script_by_name(work.scope(actor.tenant_id), name)
    if row is None:
        raise not_found("script", repr(name))
    return script_of(row)


def create_script(work: Work, actor: Actor, checks: Checks, new: NewScript, findings: Findings) -> Script:
    """Create a script with its first version: as a draft, or active at once.

    Raises:
        Invalid: the settings or the source can't be kept, or it should be active and has errors.
        Conflict: the name or the endpoint is taken.
        Denied: the settings ask for more than the actor may give.
    """
    require(actor, "scripts.script.create")
    policy.check_source(new.source)
    policy.check_message(new.message)
    check_settings(work, actor, checks, None, new.settings)
    check_findings(findings, new.source, policy.phase_of(new.settings.trigger))
    if new.activate:
        require(actor, "scripts.script.update")
        check_runnable(findings, "This source")
    now = work.clock.now()
    row = ScriptRecord(
        id=work.ids.new(),
        tenant_id=actor.tenant_id,
        status=Status.ACTIVE if new.activate else Status.DRAFT,
        status_since=now,
        latest_version=1,
        active_version=1 if new.activate else None,
        revision=1,
        consecutive_errors=0,
        last_error=None,
        last_error_at=None,
        last_error_run_id=None,
        disabled_reason=None,
        disabled_at=None,
        created_at=now,
        updated_at=now,
        deleted_at=None,
        **settings_columns(new.settings),
    )
    check_free(work, actor, row)
    scope = work.scope(actor.tenant_id)
    scope.add(row)
    scope.add(new_version(work, actor, row, new.source, new.message, findings))
    made = changed(work, actor, "scripts.script.create", row, None)
    checks.follow(work, actor, made)
    return made


def update_script(work: Work, actor: Actor, checks: Checks, script_id: UUID, change: Change) -> Script:
    """Change a script's settings, its source, or both. Another source is the next version; what runs stays the active one.

    The latest version's source saves no version, and a change that changes nothing isn't one. Settings hold from the next run on.

    Raises:
        NotFound: not in this tenant.
        Stale: the script was changed meanwhile; the error compares three ways.
        Invalid: settings or source can't be kept, or the version that runs couldn't under the new ones.
        Conflict: the name or the endpoint is taken, or the script is archived.
        Denied: the settings ask for more than the actor may give.
    """
    require(actor, "scripts.script.update")
    policy.check_message(change.message)
    if change.source is not None:
        policy.check_source(change.source)
    is_new = _is_new_source(work, actor, script_id, change.source)
    unchanged = found(work, actor, script_id)
    if not is_new and unchanged.revision == change.revision and change.settings in (None, script_of(unchanged).settings):
        return script_of(unchanged)
    row, before = claimed(work, actor, script_id, change.revision, change.source)
    if row.status == Status.ARCHIVED:
        raise Conflict("An archived script can't be changed.", "Take it out of the archive first.", field="status")
    if change.settings is not None:
        check_settings(work, actor, checks, before.settings, change.settings)
        put_settings(row, change.settings)
        check_free(work, actor, row)
        _check_active_still_runs(work, before, row, change.active_findings)
    if change.source is not None and is_new:
        findings = check_findings(change.findings, change.source, Phase(row.phase))
        row.latest_version += 1
        work.scope(actor.tenant_id).add(new_version(work, actor, row, change.source, change.message, findings))
    after = changed(work, actor, "scripts.script.update", row, before)
    checks.follow(work, actor, after)
    return after


def restore_version(work: Work, actor: Actor, checks: Checks, script_id: UUID, number: int, *, revision: int, findings: Findings) -> Script:
    """Roll back: save an older version's source as the next version. What runs stays until that one is activated.

    Raises:
        NotFound: no such script or version in this tenant.
        Stale: the script was changed meanwhile.
        Conflict: the script is archived.
    """
    require(actor, "scripts.script.update")
    found(work, actor, script_id)
    old = version_source(work, actor.tenant_id, script_id, number)
    change = Change(revision, source=old.source, message=f"Restores version {number}.", findings=findings)
    return update_script(work, actor, checks, script_id, change)


def delete_script(work: Work, actor: Actor, script_id: UUID, *, revision: int | None = None) -> Script:
    """Delete a script: it no longer runs, its name is free, and it can be brought back until it is purged. Without a revision, in any.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile.
    """
    require(actor, "scripts.script.delete")
    expected = found(work, actor, script_id).revision if revision is None else revision
    row, before = claimed(work, actor, script_id, expected)
    row.deleted_at = work.clock.now()
    row.live_name = row.endpoint = None
    return changed(work, actor, "scripts.script.delete", row, before)


def undelete_script(work: Work, actor: Actor, script_id: UUID) -> Script:
    """Bring a deleted script back as it was, but paused if it was active.

    Raises:
        NotFound: no such deleted script in this tenant.
        Conflict: its name or endpoint was taken meanwhile.
    """
    require(actor, "scripts.script.delete")
    row = found(work, actor, script_id, deleted=True)
    before = script_of(row)
    row.deleted_at = None
    row.revision += 1
    row.updated_at = work.clock.now()
    if row.status == Status.ACTIVE:
        row.status = Status.PAUSED
    put_settings(row, before.settings)
    if row.status == Status.ARCHIVED:
        row.endpoint = None
    check_free(work, actor, row)
    return changed(work, actor, "scripts.script.undelete", row, before)


def purge_script(work: Work, actor: Actor, script_id: UUID, forget: Forget = nobody_forgets) -> None:
    """Remove a deleted script and all its versions for good, and by `forget` what belongs to it elsewhere; its runs stay in the history.

    Raises:
        NotFound: no such deleted script in this tenant.
    """
    require(actor, "scripts.script.manage")
    row = found(work, actor, script_id, deleted=True)
    before = script_of(row)
    queries.purge(work.scope(actor.tenant_id), script_id)
    forget(work, actor.tenant_id, script_id)
    record(work, actor, "scripts.script.purge", "script", script_id, before=before)


def _check_active_still_runs(work: Work, before: Script, row: ScriptRecord, findings: Findings | None) -> None:
    """What runs must be able to under the new settings, too: other phases have other helpers, other types other fields."""
    is_same = (before.phase, before.settings.entity_type) == (row.phase, row.entity_type)
    if before.active_version is None or is_same:
        return
    active = queries.version_by_number(work.scope(row.tenant_id), row.id, before.active_version)
    if active is None:
        raise InternalError("the active version of a script is gone")
    check_runnable(check_findings(findings, active.source, Phase(row.phase)), f"Version {active.number}, which runs,")


def _is_new_source(work: Work, actor: Actor, script_id: UUID, source: str | None) -> bool:
    if source is None:
        return False
    latest = queries.version_by_number(work.scope(actor.tenant_id), script_id, found(work, actor, script_id).latest_version)
    return latest is None or latest.source != source
