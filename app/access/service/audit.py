"""The audit log: every change with who, what, before and after, in the transaction that makes it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from app.access import queries
from app.access.models import AuditRecord
from app.access.types import Actor, ActorKind, AuditEntry, AuditFilter, require
from app.base.db import Work
from app.base.errors import not_found
from app.base.paging import Page, PageRequest, page_of


def record(
    work: Work,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: object,
    *,
    before: object | None = None,
    after: object | None = None,
) -> None:
    """Note a change by the actor in their tenant; `before` and `after` are frozen values or mappings, and hold no secrets."""
    entry = {
        "id": work.ids.new(),
        "tenant_id": actor.tenant_id,
        "at": work.clock.now(),
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "actor_email": actor.email,
        "actor_kind": actor.kind,
        "action": action,
        "subject_type": subject_type,
        "subject_id": str(subject_id),
        "before": _document(before),
        "after": _document(after),
        "correlation_id": work.correlation_id,
    }
    work.scope(actor.tenant_id).insert_many(AuditRecord, [entry])


def list_audit(work: Work, actor: Actor, wanted: AuditFilter, request: PageRequest) -> Page[AuditEntry]:
    """Entries of the tenant's audit log, newest first."""
    require(actor, "access.audit.list")
    rows = queries.audit_page(work.scope(actor.tenant_id), wanted, request)
    return page_of(rows, request, _entry, lambda row: row.id)


def get_audit_entry(work: Work, actor: Actor, entry_id: UUID) -> AuditEntry:
    """One entry.

    Raises:
        NotFound: not in this tenant.
    """
    require(actor, "access.audit.read")
    row = queries.audit_entry(work.scope(actor.tenant_id), entry_id)
    if row is None:
        raise not_found("audit entry", entry_id)
    return _entry(row)


def _entry(row: AuditRecord) -> AuditEntry:
    return AuditEntry(
        row.id,
        row.at,
        row.actor_id,
        row.actor_name,
        row.actor_email,
        ActorKind(row.actor_kind),
        row.action,
        row.subject_type,
        row.subject_id,
        row.before,
        row.after,
        row.correlation_id,
    )


def _document(value: object | None) -> dict[str, Any] | None:
    if value is None or type(value) is dict:
        return value  # as JSON has it, or as its encoder understands it
    plain = _plain(value)
    return plain if isinstance(plain, dict) else {"value": plain}


def _plain(value: object) -> Any:
    """The value as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
