"""A tenant's types with their compiled rules, in the process's own memory, which can't outlive a change made by any process.

Every change of a type gives its tenant another number in the same transaction. A lookup reads that number (one indexed read on the
transaction at hand, some microseconds) and asks the table only when it isn't the one that the remembered type was found under.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.base.db import Work
from app.base.errors import NotFound, nearest
from app.entities import queries
from app.entities.models import TypeRecord
from app.entities.rules import Rules, compile_rules
from app.entities.schema import fields_of
from app.entities.types import EntityType, OnDelete

REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True)
class KnownType:
    """A type, ready to check records with. `revision` is the number it was found under."""

    type: EntityType
    rules: Rules
    revision: int
    id: UUID
    name: str

    @classmethod
    def of(cls, found: EntityType, revision: int) -> "KnownType":
        """A type that was found under a revision."""
        return cls(found, compile_rules(found.fields), revision, found.id, found.name)


class TypeMemory:
    """Finds types. One per process; all threads may share it."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._most = remembered
        self._known: OrderedDict[tuple[UUID, str], KnownType] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, work: Work, tenant_id: UUID, name: str) -> KnownType | None:
        """A type by its name."""
        # Read before the type: what is then found may be newer than its number, never older.
        revision = work.revision(revision_name(tenant_id))
        known = self._known.get((tenant_id, name))
        if known is not None and known.revision == revision:
            return known
        row = queries.type_by_name(work.scope(tenant_id), name)
        if row is None:
            return None
        found = type_of(row)
        return self._remember(tenant_id, KnownType.of(found, revision))

    def _remember(self, tenant_id: UUID, known: KnownType) -> KnownType:
        with self._lock:
            self._known[tenant_id, known.name] = known
            self._known.move_to_end((tenant_id, known.name))
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return known


_MEMORY: Final = TypeMemory()


def known_type(work: Work, tenant_id: UUID, name: str) -> KnownType:
    """A type by its name, from this process's memory.

    Raises:
        NotFound: not in this tenant; the hint offers the nearest that is.
    """
    found = _MEMORY.find(work, tenant_id, name)
    if found is None:
        names = [row.name for row in queries.all_types(work.scope(tenant_id))]
        hint = nearest(name[:100], names)
        raise NotFound(
            f"There is no entity type {name[:100]!r} in this tenant.",
            hint if hint.startswith("Did") else "List the entity types to see which exist.",
        )
    return found


def known_type_by_id(work: Work, tenant_id: UUID, type_id: UUID) -> KnownType:
    """A type by its id.

    Raises:
        NotFound: not in this tenant.
    """
    row = queries.type_by_id(work.scope(tenant_id), type_id)
    if row is None:
        raise NotFound("There is no such entity type in this tenant.", "List the entity types to see which exist.")
    return known_type(work, tenant_id, row.name)


def revision_name(tenant_id: UUID) -> str:
    """The name of the number that every change of a tenant's types replaces."""
    return f"entities:{tenant_id.hex}"


def type_of(row: TypeRecord) -> EntityType:
    """A type's row as a value."""
    return EntityType(
        id=row.id,
        name=row.name,
        label=row.label,
        description=row.description,
        fields=fields_of(row.fields),
        attached_to=row.attached_to,
        on_parent_delete=OnDelete(row.on_parent_delete),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
