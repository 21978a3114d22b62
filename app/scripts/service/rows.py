"""From rows to values and back; finding the script that a verb is about."""

from typing import Any
from uuid import UUID

from app.access import Actor
from app.base.db import Work
from app.base.errors import not_found
from app.scripts import policy, queries
from app.scripts.models import ScriptRecord, VersionRecord
from app.scripts.types import (
    ActiveScript,
    ApiTrigger,
    Authentication,
    CronTrigger,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    Fault,
    LimitsProfile,
    ManualTrigger,
    Phase,
    Script,
    ScriptSettings,
    ScriptVersion,
    Status,
    Trigger,
    VersionInfo,
)

Document = dict[str, Any]


def found(work: Work, actor: Actor, script_id: UUID, *, deleted: bool = False) -> ScriptRecord:
    """The script with that id.

    Raises:
        NotFound: not in this tenant, or deleted while a living one is wanted (and the reverse).
    """
    row = queries.script_by_id(work.scope(actor.tenant_id), script_id)
    if row is None or (row.deleted_at is not None) is not deleted:
        raise not_found("deleted script" if deleted else "script", script_id)
    return row


def settings_columns(settings: ScriptSettings) -> Document:
    """Settings as the columns that hold them."""
    trigger = settings.trigger
    return {
        "name": settings.name,
        "live_name": settings.name,
        "description": settings.description,
        "search": f"{settings.name}\n{settings.description}".casefold(),
        "trigger_kind": trigger.kind,
        "trigger": trigger_document(trigger),
        "phase": policy.phase_of(trigger),
        "entity_type": settings.entity_type,
        "endpoint": policy.endpoint_of(trigger),
        "priority": settings.priority,
        "failure_policy": settings.failure_policy,
        "limits_profile": settings.limits_profile,
        "allowed_secrets": sorted(set(settings.allowed_secrets)),
        "run_as": settings.run_as,
    }


def put_settings(row: ScriptRecord, settings: ScriptSettings) -> None:
    """Write settings into a row."""
    for name, value in settings_columns(settings).items():
        setattr(row, name, value)


def trigger_document(trigger: Trigger) -> Document:
    """A trigger's details as plain data; its kind is kept beside them."""
    match trigger:
        case EventTrigger(entity_type=entity_type, events=events, phase=phase):
            return {"entity_type": entity_type, "events": [event.value for event in events], "phase": phase.value}
        case CronTrigger(expression=expression, zone=zone):
            return {"expression": expression, "zone": zone}
        case ApiTrigger(path=path, method=method, authentication=authentication, secret=secret):
            return {"path": path, "method": method, "authentication": authentication.value, "secret": secret}
        case ManualTrigger():
            return {}


def trigger_of(kind: str, document: Document) -> Trigger:
    """The trigger that `trigger_document` took apart."""
    match kind:
        case "event":
            events = tuple(EntityEvent(event) for event in document["events"])
            return EventTrigger(document["entity_type"], events, Phase(document["phase"]))
        case "cron":
            return CronTrigger(document["expression"], document["zone"])
        case "api":
            return ApiTrigger(document["path"], document["method"], Authentication(document["authentication"]), document["secret"])
        case _:
            return ManualTrigger()


def script_of(row: ScriptRecord) -> Script:
    """A row as a value."""
    fault = None
    if row.last_error is not None and row.last_error_at is not None:
        fault = Fault(row.last_error, row.last_error_at, row.last_error_run_id)
    return Script(
        id=row.id,
        name=row.name,
        description=row.description,
        status=Status(row.status),
        status_since=row.status_since,
        trigger=trigger_of(row.trigger_kind, row.trigger),
        phase=Phase(row.phase),
        priority=row.priority,
        failure_policy=FailurePolicy(row.failure_policy),
        limits_profile=LimitsProfile(row.limits_profile),
        allowed_secrets=tuple(row.allowed_secrets),
        run_as=row.run_as,
        latest_version=row.latest_version,
        active_version=row.active_version,
        revision=row.revision,
        consecutive_errors=row.consecutive_errors,
        last_error=fault,
        disabled_reason=row.disabled_reason,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        deleted_at=row.deleted_at,
    )


def active_of(row: ScriptRecord, source: str, digest: str) -> ActiveScript:
    """An active script's row with the source of the version that runs."""
    if row.active_version is None:
        raise ValueError(f"the script {row.id} is active without a version")
    return ActiveScript(
        id=row.id,
        tenant_id=row.tenant_id,
        name=row.name,
        version=row.active_version,
        digest=digest,
        source=source,
        trigger=trigger_of(row.trigger_kind, row.trigger),
        phase=Phase(row.phase),
        priority=row.priority,
        run_as=row.run_as,
        failure_policy=FailurePolicy(row.failure_policy),
        limits_profile=LimitsProfile(row.limits_profile),
        allowed_secrets=tuple(row.allowed_secrets),
        is_failing=row.consecutive_errors > 0,
    )


def info_of(row: Any) -> VersionInfo:
    """A version's row, or the columns of one that lists fetch, as it is listed."""
    return VersionInfo(
        script_id=row.script_id,
        number=row.number,
        digest=row.digest,
        size_bytes=row.size_bytes,
        errors=row.errors,
        warnings=row.warnings,
        author_id=row.author_id,
        author_name=row.author_name,
        author_kind=row.author_kind,
        message=row.message,
        created_at=row.created_at,
    )


def version_of(row: VersionRecord) -> ScriptVersion:
    """A version's row as a value."""
    return ScriptVersion(info_of(row), row.source)
