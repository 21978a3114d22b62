"""Every statement of the scripts domain, named by what it finds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Uuid, bindparam
from sqlmodel import col

from app.base.db import Scope, prepared
from app.base.paging import PageRequest
from app.scripts.models import ScriptRecord, VersionRecord
from app.scripts.types import ScriptFilter, Status

_VERSION_INFO: Final = (
    VersionRecord.id,
    VersionRecord.script_id,
    VersionRecord.number,
    VersionRecord.digest,
    VersionRecord.size_bytes,
    VersionRecord.errors,
    VersionRecord.warnings,
    VersionRecord.author_id,
    VersionRecord.author_name,
    VersionRecord.author_kind,
    VersionRecord.message,
    VersionRecord.created_at,
)
_ACTIVE: Final = (
    prepared(ScriptRecord, ScriptRecord, VersionRecord.source, VersionRecord.digest)
    .join(
        VersionRecord,
        (col(VersionRecord.tenant_id) == col(ScriptRecord.tenant_id))
        & (col(VersionRecord.script_id) == col(ScriptRecord.id))
        & (col(VersionRecord.number) == col(ScriptRecord.active_version)),
    )
    .where(col(ScriptRecord.status) == Status.ACTIVE, col(ScriptRecord.deleted_at).is_(None))
)
_ACTIVE_FOR_TYPE: Final = _ACTIVE.where(
    col(ScriptRecord.trigger_kind) == "event",
    col(ScriptRecord.entity_type) == bindparam("entity_type", type_=String()),
    col(ScriptRecord.phase) == bindparam("phase", type_=String()),
).order_by(col(ScriptRecord.priority), col(ScriptRecord.name))
_ACTIVE_BY_ENDPOINT: Final = _ACTIVE.where(col(ScriptRecord.endpoint) == bindparam("endpoint", type_=String()))
_ACTIVE_BY_NAME: Final = _ACTIVE.where(col(ScriptRecord.live_name) == bindparam("name", type_=String()))
_ACTIVE_BY_ID: Final = _ACTIVE.where(col(ScriptRecord.id) == bindparam("script_id", type_=Uuid()))


def script_by_id(scope: Scope, script_id: UUID) -> ScriptRecord | None:
    """A script, deleted or not."""
    return scope.first(scope.select(ScriptRecord).where(col(ScriptRecord.id) == script_id))


def script_by_name(scope: Scope, name: str) -> ScriptRecord | None:
    """A script that isn't deleted, by name."""
    return scope.first(scope.select(ScriptRecord).where(col(ScriptRecord.live_name) == name))


def script_by_endpoint(scope: Scope, endpoint: str) -> ScriptRecord | None:
    """The script that owns an endpoint (`METHOD path`)."""
    return scope.first(scope.select(ScriptRecord).where(col(ScriptRecord.endpoint) == endpoint))


def scripts_page(scope: Scope, wanted: ScriptFilter, request: PageRequest) -> Sequence[ScriptRecord]:
    """Scripts that match, newest first, one more than the page holds."""
    statement = _filtered(scope.select(ScriptRecord), wanted).order_by(col(ScriptRecord.id).desc()).limit(request.limit + 1)
    return scope.all(statement.where(col(ScriptRecord.id) < request.after) if request.after else statement)


def secrets_of_scripts(scope: Scope) -> Sequence[Any]:
    """Id, name and the names of allowed secrets of all scripts that aren't deleted, by name."""
    columns = scope.columns(ScriptRecord, ScriptRecord.id, ScriptRecord.name, ScriptRecord.allowed_secrets)
    return scope.rows(columns.where(col(ScriptRecord.deleted_at).is_(None)).order_by(col(ScriptRecord.name)))


def deleted_before(platform: Scope, moment: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Tenant and id of scripts of any tenant that were deleted before a moment."""
    statement = platform.columns(ScriptRecord, ScriptRecord.tenant_id, ScriptRecord.id).where(col(ScriptRecord.deleted_at) < moment)
    return [(row[0], row[1]) for row in platform.rows(statement.order_by(col(ScriptRecord.id)).limit(limit))]


def active_for_type(scope: Scope, entity_type: str, phase: str) -> Sequence[Any]:
    """Active event scripts of a type and phase in running order, each with the source and digest of the version that runs."""
    return scope.prepared(_ACTIVE_FOR_TYPE, entity_type=entity_type, phase=phase)


def active_by_endpoint(scope: Scope, endpoint: str) -> Sequence[Any]:
    """The active script of an endpoint, likewise."""
    return scope.prepared(_ACTIVE_BY_ENDPOINT, endpoint=endpoint)


def active_by_name(scope: Scope, name: str) -> Sequence[Any]:
    """The active script of a name, likewise."""
    return scope.prepared(_ACTIVE_BY_NAME, name=name)


def active_by_id(scope: Scope, script_id: UUID) -> Sequence[Any]:
    """The active script of an id, likewise."""
    return scope.prepared(_ACTIVE_BY_ID, script_id=script_id)


def version_by_number(scope: Scope, script_id: UUID, number: int) -> VersionRecord | None:
    """One version of a script."""
    wanted = (col(VersionRecord.script_id) == script_id) & (col(VersionRecord.number) == number)
    return scope.first(scope.select(VersionRecord).where(wanted))


def version_at_revision(scope: Scope, script_id: UUID, revision: int) -> VersionRecord | None:
    """The version that was the latest while the script had this revision."""
    wanted = (col(VersionRecord.script_id) == script_id) & (col(VersionRecord.revision) <= revision)
    return scope.first(scope.select(VersionRecord).where(wanted).order_by(col(VersionRecord.number).desc()))


def versions_page(scope: Scope, script_id: UUID, request: PageRequest) -> Sequence[Any]:
    """A script's versions without their sources, newest first, one more than the page holds."""
    statement = (
        scope.columns(VersionRecord, *_VERSION_INFO)
        .where(col(VersionRecord.script_id) == script_id)
        .order_by(col(VersionRecord.id).desc())
        .limit(request.limit + 1)
    )
    return scope.rows(statement.where(col(VersionRecord.id) < request.after) if request.after else statement)


def latest_sources(scope: Scope, wanted: ScriptFilter, limit: int) -> Sequence[Any]:
    """Scripts that match, by name, each with the source and message of its latest version."""
    statement = scope.columns(ScriptRecord, ScriptRecord, VersionRecord.source, VersionRecord.message).join(
        VersionRecord,
        (col(VersionRecord.tenant_id) == col(ScriptRecord.tenant_id))
        & (col(VersionRecord.script_id) == col(ScriptRecord.id))
        & (col(VersionRecord.number) == col(ScriptRecord.latest_version)),
    )
    return scope.rows(_filtered(statement, wanted).order_by(col(ScriptRecord.name), col(ScriptRecord.id)).limit(limit))


def claim_revision(scope: Scope, script_id: UUID, revision: int) -> bool:
    """Count the revision up if it still is the expected one; whether it was."""
    wanted = (col(ScriptRecord.id) == script_id) & (col(ScriptRecord.revision) == revision)
    return scope.run(scope.update(ScriptRecord).where(wanted).values(revision=revision + 1)) == 1


def count_error(scope: Scope, script_id: UUID, version: int | None) -> bool:
    """Count one error more of an active script, if that version is what runs; whether it was."""
    statement = scope.update(ScriptRecord).where(*_running(script_id, version))
    return scope.run(statement.values(consecutive_errors=col(ScriptRecord.consecutive_errors) + 1)) == 1


def clear_errors(scope: Scope, script_id: UUID, version: int | None) -> bool:
    """Start the count of errors anew, if it isn't at its start; whether it wasn't."""
    statement = scope.update(ScriptRecord).where(*_running(script_id, version), col(ScriptRecord.consecutive_errors) > 0)
    return scope.run(statement.values(consecutive_errors=0)) == 1


def script_as_counted(scope: Scope, script_id: UUID) -> ScriptRecord:
    """A script that is there, read anew after a statement changed it."""
    wanted = scope.select(ScriptRecord).where(col(ScriptRecord.id) == script_id)
    return scope.all(wanted.execution_options(populate_existing=True))[0]


def purge(scope: Scope, script_id: UUID) -> None:
    """Remove a script and its versions for good."""
    scope.run(scope.delete(VersionRecord).where(col(VersionRecord.script_id) == script_id))
    scope.run(scope.delete(ScriptRecord).where(col(ScriptRecord.id) == script_id))


def _filtered(statement: "Select[Any]", wanted: ScriptFilter) -> "Select[Any]":
    is_deleted = col(ScriptRecord.deleted_at).is_not(None)
    statement = statement.where(is_deleted if wanted.deleted else ~is_deleted)
    if wanted.status is not None:
        statement = statement.where(col(ScriptRecord.status) == wanted.status)
    if wanted.trigger is not None:
        statement = statement.where(col(ScriptRecord.trigger_kind) == wanted.trigger)
    if wanted.entity_type is not None:
        statement = statement.where(col(ScriptRecord.entity_type) == wanted.entity_type)
    if wanted.text:
        statement = statement.where(col(ScriptRecord.search).contains(wanted.text.casefold(), autoescape=True))
    return statement


def _running(script_id: UUID, version: int | None) -> "tuple[ColumnElement[bool], ...]":
    is_running = (col(ScriptRecord.id) == script_id, col(ScriptRecord.status) == Status.ACTIVE, col(ScriptRecord.deleted_at).is_(None))
    return is_running if version is None else (*is_running, col(ScriptRecord.active_version) == version)
