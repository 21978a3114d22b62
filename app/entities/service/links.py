"""What a record's row brings along: the values that nobody else may have, and the records it refers to."""

from typing import Any
from uuid import UUID

from app.base.db import Work
from app.entities import queries
from app.entities.memory import KnownType, known_type
from app.entities.models import ReferenceRow, UniqueValue
from app.entities.rules.compiled import referenced
from app.entities.types import Document, FieldFault, FieldSpec

_LONGEST_KEY = 500


def unique_key(value: Any) -> str:
    """A value as it is compared: text without regard to case, cut where no index could hold more."""
    text = value.casefold() if isinstance(value, str) else str(value)
    return text[:_LONGEST_KEY]


def claim_unique(
    work: Work, tenant_id: UUID, known: KnownType, record_id: UUID, before: Document | None, after: Document
) -> list[FieldFault]:
    """Take the values of a record's unique fields and free those it had; the faults where others have them. A new one was None before."""
    old = {name: (before or {}).get(name) for name in known.rules.unique}
    new = {name: after.get(name) for name in known.rules.unique}
    changed = {name: new[name] for name in new if old[name] != new[name]}
    if not changed:
        return []
    scope = work.scope(tenant_id)
    faults: list[FieldFault] = []
    for name, value in changed.items():
        holders = queries.unique_holders(scope, known.id, name, unique_key(value)) if value is not None else ()
        if any(holder != record_id for holder in holders):
            faults.append(FieldFault(name, f"The record {holders[0]} has this value already: use another one."))
    if faults:
        return faults
    if before is not None:
        queries.forget_unique_values(scope, record_id)
    enter_unique(work, tenant_id, known.id, record_id, new if before is not None else changed)
    return []


def enter_unique(work: Work, tenant_id: UUID, type_id: UUID, record_id: UUID, values: Document) -> None:
    """Write down the values that a record has in unique fields.

    Raises:
        Conflict: somebody else took one of them in this very moment.
    """
    rows = [
        UniqueValue(tenant_id=tenant_id, type_id=type_id, field=name, value=unique_key(value), record_id=record_id)
        for name, value in values.items()
        if value is not None
    ]
    if rows:
        work.scope(tenant_id).add_all(rows)


def claim_references(
    work: Work, tenant_id: UUID, known: KnownType, record_id: UUID, before: Document | None, after: Document
) -> list[FieldFault]:
    """Note what a record refers to; the references that lead nowhere."""
    faults: list[FieldFault] = []
    wanted: dict[str, set[UUID]] = {}
    for way, spec in known.rules.references:
        name = ".".join(way)
        targets = {UUID(each) for each in referenced(after, way)}
        if before is not None and targets == {UUID(each) for each in referenced(before, way)}:
            wanted[name] = targets
            continue
        missing = targets - _existing(work, tenant_id, known, record_id, spec, targets)
        if missing:
            faults.append(FieldFault(name, f"There is no {spec.references} {min(missing, key=str)}: refer to one that exists, or to none."))
        wanted[name] = targets
    if faults or (before is not None and _targets(known, before) == wanted):
        return faults
    scope = work.scope(tenant_id)
    if before is not None:
        queries.forget_references(scope, record_id)
    rows = [
        ReferenceRow(tenant_id=tenant_id, record_id=record_id, field=name, target_id=target)
        for name, targets in wanted.items()
        for target in sorted(targets, key=str)
    ]
    if rows:
        scope.add_all(rows)
    return []


def _existing(work: Work, tenant_id: UUID, known: KnownType, record_id: UUID, spec: FieldSpec, targets: set[UUID]) -> set[UUID]:
    if not targets or spec.references is None:
        return set()
    type_id = known.id if spec.references == known.name else known_type(work, tenant_id, spec.references).id
    # A record may refer to itself, also before it is there.
    itself = {record_id} if type_id == known.id else set()
    return queries.existing(work.scope(tenant_id), type_id, targets) | (itself & targets)


def _targets(known: KnownType, data: Document) -> dict[str, set[UUID]]:
    return {".".join(way): {UUID(each) for each in referenced(data, way)} for way, _spec in known.rules.references}
