"""Saving a record, in two steps with the scripts between them: look and check, then write. No transaction is open while scripts run."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, structs

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict, NotFound, stale
from app.entities import queries
from app.entities.memory import KnownType, known_type
from app.entities.models import EntityRecord
from app.entities.rules import Checked
from app.entities.service.links import claim_references, claim_unique
from app.entities.service.records import no_record
from app.entities.service.rows import LARGEST_RECORD, record_of, size_of
from app.entities.types import Document, FieldFault, Record, RecordInvalid, SaveMode, SaveRecord
from app.hooks.types import Change
from app.runs.types import Chain
from app.scripts.types import EntityEvent

_SMALL: Final = 16_384
_SMALL_LINKED: Final = 2_048
_BY_SCRIPTS = "A script that runs before the save set this: correct the script, or send another value."


class PendingSave(Struct, frozen=True):
    """A save that was looked at and not yet made: `before` is the record as it is, None for a new one, `size` that of the new fields."""

    known: KnownType
    id: UUID
    before: Record | None
    parent_id: UUID | None
    checked: Checked
    chain: Chain
    size: int

    @property
    def is_small(self) -> bool:
        """Whether writing it takes no time worth a change of threads. What is unique or refers to others has rows of its own to write."""
        rules = self.known.rules
        limit = _SMALL_LINKED if rules.unique or rules.references else _SMALL
        return self.size + (0 if self.before is None else size_of(self.before.data)) <= limit

    @property
    def change(self) -> Change:
        """The save as scripts see it."""
        return self.change_to(self.checked.data)

    def change_to(self, after: Document) -> Change:
        """The save as scripts see it that leaves the record with these fields."""
        event = EntityEvent.CREATE if self.before is None else EntityEvent.UPDATE
        before = None if self.before is None else self.before.data
        return Change(self.known.name, event, str(self.id), before, after, self.chain)


def begin_save(work: Work, actor: Actor, wanted: SaveRecord, chain: Chain) -> PendingSave:
    """Look at what is there, and check all that can be checked before scripts had their say.

    Raises:
        NotFound: no such type, record or parent in this tenant.
        Stale: the record was changed meanwhile.
        RecordInvalid: fields break the type's rules; required ones may still be missing.
    """
    require(actor, "entities.record.create" if wanted.id is None else "entities.record.update")
    known = known_type(work, actor.tenant_id, wanted.entity_type)
    before = None if wanted.id is None else _current(work, actor, known, wanted.id, wanted.version)
    parent_id = _parent(work, actor, known, wanted, before)
    if type(wanted.data) is not dict:
        checked = known.rules.check(wanted.data)
    elif before is None:
        checked = known.rules.check(known.rules.with_defaults(wanted.data))
    else:
        checked = known.rules.check({**before.data, **wanted.data} if wanted.mode is SaveMode.PATCH else wanted.data)
    if checked.faults:
        raise RecordInvalid(known.name, (*checked.faults, *checked.missing))
    size = _checked_size(known, checked.data)
    return PendingSave(known, wanted.id or work.ids.new(), before, parent_id, checked, chain, size)


def accept(pending: PendingSave, fields: Document, *, is_changed: bool) -> PendingSave:
    """The save with the fields as scripts left them.

    Raises:
        RecordInvalid: they break the type's rules.
    """
    if not is_changed:
        _check_complete(pending.known, pending.checked, "Give the listed fields a value and save again.")
        return pending
    checked = pending.known.rules.check(fields, pending.checked.data)
    _check_complete(pending.known, checked, _BY_SCRIPTS)
    return structs.replace(pending, checked=checked, size=_checked_size(pending.known, checked.data))


def write_save(work: Work, actor: Actor, pending: PendingSave) -> Record:
    """Write the record with all that belongs to it.

    Raises:
        NotFound: the type or the record is gone meanwhile.
        Stale: the record was changed meanwhile.
        RecordInvalid: a value that must be unique is taken, a reference leads nowhere, or the type was changed meanwhile.
    """
    known, data = _known_now(work, actor, pending)
    before = None if pending.before is None else pending.before.data
    current = pending.before
    row = _insert(work, actor, known, pending, data) if current is None else _replace(work, actor, known, current, data)
    faults = claim_unique(work, actor.tenant_id, known, pending.id, before, data)
    faults += claim_references(work, actor.tenant_id, known, pending.id, before, data)
    if faults:
        raise RecordInvalid(known.name, tuple(faults))
    action = "entities.record.create" if before is None else "entities.record.update"
    record(work, actor, action, known.name, pending.id, before=before, after=data)
    return row


def _current(work: Work, actor: Actor, known: KnownType, record_id: UUID, version: int | None) -> Record:
    row = queries.record_by_id(work.scope(actor.tenant_id), known.id, record_id)
    if row is None:
        raise no_record(known.name, record_id)
    current = record_of(row, known.name)
    if version is not None and version != current.version:
        raise stale(known.name, version, current.version, current)
    return current


def _parent(work: Work, actor: Actor, known: KnownType, wanted: SaveRecord, before: Record | None) -> UUID | None:
    """The record that this one belongs to: given when it is made, kept afterwards."""
    attached_to = known.type.settings.attached_to
    if before is not None:
        if wanted.parent_id not in (None, before.parent_id):
            raise RecordInvalid(known.name, (FieldFault("parent_id", "A record stays where it belongs: make a new one elsewhere."),))
        return before.parent_id
    if attached_to is None:
        if wanted.parent_id is not None:
            raise RecordInvalid(known.name, (FieldFault("parent_id", f"A {known.name} belongs to no other record: leave it out."),))
        return None
    if wanted.parent_id is None:
        raise RecordInvalid(known.name, (FieldFault("parent_id", f"Every {known.name} belongs to a {attached_to}: send its id."),))
    parent_type = known_type(work, actor.tenant_id, attached_to)
    if queries.record_by_id(work.scope(actor.tenant_id), parent_type.id, wanted.parent_id) is None:
        message = f"There is no {attached_to} {wanted.parent_id}: send the id of one that exists."
        raise RecordInvalid(known.name, (FieldFault("parent_id", message),))
    return wanted.parent_id


def _check_complete(known: KnownType, checked: Checked, hint: str) -> None:
    if checked.faults or checked.missing:
        raise RecordInvalid(known.name, (*checked.faults, *checked.missing), hint)


def _checked_size(known: KnownType, data: Document) -> int:
    size = size_of(data)
    if size > LARGEST_RECORD:
        message = f"The record has {size} bytes: use at most {LARGEST_RECORD}."
        raise RecordInvalid(known.name, (FieldFault("data", message),))
    return size


def _known_now(work: Work, actor: Actor, pending: PendingSave) -> tuple[KnownType, Document]:
    """The type as it is in this transaction; if it was changed while scripts ran, its new rules hold."""
    known = known_type(work, actor.tenant_id, pending.known.name)
    if known.revision == pending.known.revision:
        return known, pending.checked.data
    if known.id != pending.known.id:
        raise NotFound(f"The entity type {known.name} was deleted and defined anew meanwhile.", "Reload and start again.")
    checked = known.rules.check(pending.checked.data)
    _check_complete(known, checked, "The type was changed meanwhile: look at its fields, then save again.")
    return known, checked.data


def _insert(work: Work, actor: Actor, known: KnownType, pending: PendingSave, data: Document) -> Record:
    now, scope = work.clock.now(), work.scope(actor.tenant_id)
    made = Record(pending.id, known.name, data, 1, pending.parent_id, now, now, actor.name)
    row = {
        "id": made.id,
        "tenant_id": actor.tenant_id,
        "type_id": known.id,
        "parent_id": made.parent_id,
        "data": data,
        "version": 1,
        "created_at": now,
        "updated_at": now,
        "updated_by": actor.name,
    }
    try:
        scope.insert_many(EntityRecord, [row])
    except Conflict:
        raise Conflict(
            f"The record that this {known.name} belongs to was deleted meanwhile.", "Reload and start again.", field="parent_id"
        ) from None
    return made


def _replace(work: Work, actor: Actor, known: KnownType, before: Record, data: Document) -> Record:
    scope, now = work.scope(actor.tenant_id), work.clock.now()
    values: dict[str, Any] = {"data": data, "updated_at": now, "updated_by": actor.name}
    if not queries.replace_record(scope, before.id, before.version, values):
        current = _current(work, actor, known, before.id, None)
        raise stale(known.name, before.version, current.version, current)
    return replace(before, data=data, version=before.version + 1, updated_at=now, updated_by=actor.name)
