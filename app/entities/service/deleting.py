"""Deleting a record with what belongs to it: look who goes and who lets go, ask the scripts, look again and write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Work
from app.base.errors import Conflict, stale
from app.entities import queries
from app.entities.memory import KnownType, known_type, known_type_by_id
from app.entities.rules import Rules
from app.entities.service.records import no_record
from app.entities.service.rows import record_of
from app.entities.types import DeleteRecord, Document, FieldSpec, Json, OnDelete, Record
from app.hooks.types import Change
from app.runs.types import Chain
from app.scripts.types import EntityEvent

MOST_AT_ONCE: Final = 1_000
"""More records than this don't go, or let go, in one transaction: everybody else's saves would wait for it."""


@dataclass(frozen=True, slots=True)
class Release:
    """A record that stays, and what it will be without those that go."""

    record: Record
    data: Document
    is_detached: bool


@dataclass(frozen=True, slots=True)
class PendingDelete:
    """A deletion that was looked at and not yet made: parents come before those that belong to them."""

    doomed: tuple[Record, ...]
    released: tuple[Release, ...]
    chain: Chain

    @property
    def changes(self) -> tuple[Change, ...]:
        """The deletions as scripts see them."""
        return tuple(Change(each.entity_type, EntityEvent.DELETE, str(each.id), each.data, each.data, self.chain) for each in self.doomed)


def begin_delete(work: Work, actor: Actor, wanted: DeleteRecord, chain: Chain) -> PendingDelete:
    """Look at what would go with the record.

    Raises:
        NotFound: no such type or record in this tenant.
        Stale: the record was changed meanwhile.
        Conflict: others belong or refer to it and forbid it, or there are too many of them.
    """
    require(actor, "entities.record.delete")
    known = known_type(work, actor.tenant_id, wanted.entity_type)
    row = queries.record_by_id(work.scope(actor.tenant_id), known.id, wanted.id)
    if row is None:
        raise no_record(known.name, wanted.id)
    root = record_of(row, known.name)
    if wanted.version is not None and wanted.version != root.version:
        raise stale(known.name, wanted.version, root.version, root)
    return _Look(work, actor, root).plan(chain)


def write_delete(work: Work, actor: Actor, pending: PendingDelete) -> tuple[Change, ...]:
    """Delete, if all is still as it was looked at; every change that this made.

    Raises:
        NotFound: the record is gone meanwhile.
        Conflict: others have come to belong or refer to it.
        Stale: something of it was changed.
    """
    root = pending.doomed[0]
    now = begin_delete(work, actor, DeleteRecord(root.entity_type, root.id, root.version), pending.chain)
    if {(each.id, each.version) for each in now.doomed} != {(each.id, each.version) for each in pending.doomed}:
        raise Conflict(f"What belongs to this {root.entity_type} was changed meanwhile.", "Send it again.")
    scope = work.scope(actor.tenant_id)
    for release in now.released:
        _release(work, actor, release)
    for each in reversed(now.doomed):
        queries.forget_unique_values(scope, each.id)
        queries.forget_references(scope, each.id)
        if not queries.delete_record(scope, each.id, each.version):
            raise stale(each.entity_type, each.version, each.version + 1, each)
        record(work, actor, "entities.record.delete", each.entity_type, each.id, before=each.data)
    return (*now.changes, *(_released(release, pending.chain) for release in now.released))


def _released(release: Release, chain: Chain) -> Change:
    before = release.record
    return Change(before.entity_type, EntityEvent.UPDATE, str(before.id), before.data, release.data, chain)


def _release(work: Work, actor: Actor, release: Release) -> None:
    before = release.record
    values: dict[str, Any] = {"data": release.data, "updated_at": work.clock.now(), "updated_by": actor.name}
    scope = work.scope(actor.tenant_id)
    queries.replace_record(scope, before.id, before.version, values)
    if release.is_detached:
        queries.detach_record(scope, before.id)
    record(work, actor, "entities.record.update", before.entity_type, before.id, before=before.data, after=release.data)


class _Look:
    """Finds who goes and who lets go."""

    def __init__(self, work: Work, actor: Actor, root: Record) -> None:
        self._work = work
        self._tenant_id = actor.tenant_id
        self._scope = work.scope(actor.tenant_id)
        self._types: dict[UUID, KnownType] = {}
        self._doomed: dict[UUID, Record] = {root.id: root}
        self._released: dict[UUID, Release] = {}

    def plan(self, chain: Chain) -> PendingDelete:
        """All of it.

        Raises:
            Conflict: somebody forbids it, or there are too many.
        """
        level: Sequence[UUID] = list(self._doomed)
        while level:
            level = self._descend(level)
        self._let_go_of_references()
        return PendingDelete(tuple(self._doomed.values()), tuple(self._released.values()), chain)

    def _descend(self, parent_ids: Sequence[UUID]) -> list[UUID]:
        rows = queries.children(self._scope, parent_ids, MOST_AT_ONCE + 1)
        self._check_count(len(rows))
        next_level: list[UUID] = []
        for row in rows:
            known = self._type(row.type_id)
            child = record_of(row, known.name)
            match known.type.settings.on_parent_delete:
                case OnDelete.RESTRICT:
                    raise Conflict(
                        f"{_belonging(rows)} to it, such as the {known.name} {child.id}.",
                        "Delete those first, or change what the type does when its parent is deleted.",
                        details={"examples": [str(each.id) for each in rows[:5]]},
                    )
                case OnDelete.CASCADE if child.id not in self._doomed:
                    self._doomed[child.id] = child
                    next_level.append(child.id)
                case OnDelete.CLEAR:
                    self._released[child.id] = Release(child, child.data, is_detached=True)
        return next_level

    def _let_go_of_references(self) -> None:
        links = [
            link for link in queries.referring(self._scope, list(self._doomed), MOST_AT_ONCE + 1) if link.record_id not in self._doomed
        ]
        self._check_count(len(links))
        for link in links:
            release = self._released.get(link.record_id) or self._untouched(link.record_id)
            known = self._type_named(release.record.entity_type)
            spec = _reference(known.rules, link.field)
            if spec.on_delete is OnDelete.RESTRICT:
                raise Conflict(
                    f"The {known.name} {link.record_id} refers to it in {link.field}.",
                    "Let it refer to another record first, or change what the field does when its target is deleted.",
                    details={"examples": [str(each.record_id) for each in links[:5]]},
                )
            data = _cleared(release.data, tuple(link.field.split(".")), str(link.target_id))
            self._released[link.record_id] = Release(release.record, data, release.is_detached)

    def _untouched(self, record_id: UUID) -> Release:
        row = queries.record_of_any_type(self._scope, record_id)
        if row is None:
            raise no_record("record", record_id)
        found = record_of(row, self._type(row.type_id).name)
        return Release(found, found.data, is_detached=False)

    def _check_count(self, more: int) -> None:
        if len(self._doomed) + len(self._released) + more > MOST_AT_ONCE:
            raise Conflict(
                f"More than {MOST_AT_ONCE} records belong or refer to it.", "Delete those first, a page at a time, then this one."
            )

    def _type(self, type_id: UUID) -> KnownType:
        if type_id not in self._types:
            self._types[type_id] = known_type_by_id(self._work, self._tenant_id, type_id)
        return self._types[type_id]

    def _type_named(self, name: str) -> KnownType:
        return known_type(self._work, self._tenant_id, name)


def _reference(rules: Rules, field: str) -> FieldSpec:
    return next(spec for way, spec in rules.references if ".".join(way) == field)


def _cleared(value: Json, way: tuple[str, ...], target: str) -> Any:
    """A document without the references to one record along a way."""
    if isinstance(value, list):
        kept = [_cleared(each, way, target) for each in value]
        return [each for each in kept if each is not None]
    if not way:
        return None if value == target else value
    if not isinstance(value, dict) or way[0] not in value:
        return value
    inner = _cleared(value[way[0]], way[1:], target)
    return {name: (inner if name == way[0] else each) for name, each in value.items() if name != way[0] or inner is not None}


def _belonging(rows: Sequence[Any]) -> str:
    return "1 record belongs" if len(rows) == 1 else f"{len(rows)} records belong"
