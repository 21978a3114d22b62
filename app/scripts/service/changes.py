"""What every change of a script has in common: the revision it is based on, what may be asked for, and what follows from it."""

from uuid import UUID

from app.access import Actor, record
from app.base.db import Work
from app.base.errors import Conflict, Denied, InternalError, Invalid, Stale
from app.scripts import comparing, policy, queries
from app.scripts.checks import Checks
from app.scripts.models import ScriptRecord, VersionRecord
from app.scripts.revision import revision_name
from app.scripts.service.rows import found, script_of
from app.scripts.types import CronTrigger, EventTrigger, FailurePolicy, Findings, Phase, Script, ScriptSettings


def claimed(work: Work, actor: Actor, script_id: UUID, revision: int, source: str | None = None) -> tuple[ScriptRecord, Script]:
    """The script to change and what it was, if nobody changed it since the caller read it; `source` is what they want to save.

    Raises:
        NotFound: not in this tenant.
        Stale: it was changed meanwhile; the error holds the script as it is now, and a three-way comparison of the sources.
    """
    row = found(work, actor, script_id)
    before = script_of(row)
    if row.revision != revision or not queries.claim_revision(work.scope(actor.tenant_id), script_id, revision):
        raise _stale(work, actor, before, revision, source)
    row.revision = revision + 1
    row.updated_at = work.clock.now()
    return row, before


def changed(work: Work, actor: Actor, action: str, row: ScriptRecord, before: Script | None) -> Script:
    """Write a changed script, tell every process that it changed, and note it in the audit log."""
    if before is not None and before.status != row.status:
        row.status_since = work.clock.now()
    work.scope(actor.tenant_id).flush()
    work.renew(revision_name(actor.tenant_id))
    after = script_of(row)
    record(work, actor, action, "script", row.id, before=before, after=after)
    return after


def check_settings(work: Work, actor: Actor, checks: Checks, before: ScriptSettings | None, after: ScriptSettings) -> None:
    """Refuse settings that can't be, or that the actor may not ask for.

    Raises:
        Invalid: they can't be; `field` says which.
        Conflict: the role to run as doesn't exist.
        Denied: they ask for more than the actor may give.
    """
    policy.check_settings(after)
    match after.trigger:
        case EventTrigger(entity_type=entity_type) if before is None or before.trigger != after.trigger:
            entity_fields(work, actor, checks, entity_type)
        case CronTrigger(expression=expression, zone=zone):
            checks.validate_cron(expression, zone)
        case _:
            pass
    _check_privileges(work, actor, checks, before or ScriptSettings(after.name), after)


def entity_fields(work: Work, actor: Actor, checks: Checks, entity_type: str) -> dict[str, object]:
    """The fields of an entity type.

    Raises:
        Invalid: there is no such type in the tenant.
    """
    fields = checks.entity_fields(work, actor.tenant_id, entity_type)
    if fields is None:
        raise Invalid(
            f"There is no entity type {entity_type!r} in this tenant.", "Define it first, or name another.", field="trigger.entity_type"
        )
    return dict(fields)


def check_free(work: Work, actor: Actor, row: ScriptRecord) -> None:
    """Refuse a name or endpoint that another script has, before the unique key does so less kindly.

    Raises:
        Conflict: one of them is taken.
    """
    scope = work.scope(actor.tenant_id)
    other = queries.script_by_name(scope, row.name)
    if other is not None and other.id != row.id:
        raise Conflict(f"There is a script {row.name!r} already.", "Choose another name.", field="name")
    if row.endpoint is not None:
        other = queries.script_by_endpoint(scope, row.endpoint)
        if other is not None and other.id != row.id:
            raise Conflict(
                f"The script {other.name!r} answers {row.endpoint} already.", "Choose another path or method.", field="trigger.path"
            )


def check_findings(findings: Findings | None, source: str, phase: Phase) -> Findings:
    """The findings, if they are about this source in this phase; whoever calls a verb has had it looked at, and a claimed revision means
    that nothing changed since."""
    if findings is None or (findings.digest, findings.phase) != (policy.digest_of(source), phase):
        raise InternalError("a source came without findings, or with those of another one or another phase")
    return findings


def check_runnable(findings: Findings, what: str) -> None:
    """Refuse to let a source run that can't.

    Raises:
        Invalid: it has errors; `details["diagnostics"]` holds them.
    """
    if findings.errors:
        first = findings.errors[0]
        raise Invalid(
            f"{what} can't run: line {first.line}, column {first.column}: {first.message}.",
            first.hint or "Correct it, save, and try again.",
            field="source",
            details={"diagnostics": list(findings.diagnostics)},
        )


def new_version(work: Work, actor: Actor, row: ScriptRecord, source: str, message: str, findings: Findings) -> VersionRecord:
    """The row of a script's latest version."""
    return VersionRecord(
        id=work.ids.new(),
        tenant_id=actor.tenant_id,
        script_id=row.id,
        number=row.latest_version,
        revision=row.revision,
        source=source,
        digest=findings.digest,
        size_bytes=len(source.encode()),
        errors=len(findings.errors),
        warnings=sum(each.severity == "warning" for each in findings.diagnostics),
        author_id=actor.user_id,
        author_name=actor.name,
        author_kind=actor.kind,
        message=message,
        created_at=work.clock.now(),
    )


def _stale(work: Work, actor: Actor, current: Script, revision: int, source: str | None) -> Stale:
    scope = work.scope(actor.tenant_id)
    base = queries.version_at_revision(scope, current.id, revision)
    latest = queries.version_by_number(scope, current.id, current.latest_version)
    details: dict[str, object] = {
        "current_version": current.latest_version,
        "current_revision": current.revision,
        "current": current,
    }
    who = f"{latest.author_name} saved version {latest.number}" if latest and base and latest.number > base.number else "it was changed"
    if source is not None and base is not None and latest is not None:
        details["base_version"] = base.number
        details["comparison"] = comparing.three_way(base.source, source, latest.source)
    return Stale(
        f"Revision {revision} of {current.name!r} is stale: {who} meanwhile, and it is at revision {current.revision} now.",
        "Compare, apply your change again and save with the current revision.",
        field="revision",
        details=details,
    )


def _check_privileges(work: Work, actor: Actor, checks: Checks, before: ScriptSettings, after: ScriptSettings) -> None:
    asked = None
    if after.failure_policy is FailurePolicy.OPEN and before.failure_policy is not FailurePolicy.OPEN:
        asked = "let a failing script pass"
    if set(after.allowed_secrets) - set(before.allowed_secrets):
        asked = "give a script secrets"
    if after.run_as != before.run_as:
        checks.check_role(work, actor, after.run_as)
        asked = "change whom a script runs as"
    if asked is not None and not actor.may("scripts.script.manage"):
        raise Denied(f"{actor.name} may not {asked}: the permission scripts.script.manage is missing.", "Ask an administrator to do it.")
