"""What tests of entities share: customers with orders, and saving without a running application."""

import asyncio
from typing import Any
from uuid import UUID

from app import entities
from app.entities import Entities, EntityType, FieldKind, FieldSpec, NoHooks, OnDelete, Record, Saved, SaveHooks, SaveRecord, TypeSettings
from app.testing import Person, World

CUSTOMER = TypeSettings(
    "Customer",
    (
        FieldSpec("name", FieldKind.TEXT, required=True, max_length=80),
        FieldSpec("email", FieldKind.EMAIL, unique=True),
        FieldSpec("status", FieldKind.CHOICE, choices=("lead", "active"), default="lead"),
        FieldSpec("score", FieldKind.INTEGER),
        FieldSpec("balance", FieldKind.DECIMAL, scale=2),
        FieldSpec("is_vip", FieldKind.BOOLEAN),
        FieldSpec("born", FieldKind.DATE),
        FieldSpec("seen_at", FieldKind.DATETIME),
        FieldSpec("tags", FieldKind.LIST, item=FieldSpec("tag", FieldKind.TEXT)),
        FieldSpec("address", FieldKind.OBJECT, fields=(FieldSpec("city", FieldKind.TEXT), FieldSpec("zip", FieldKind.INTEGER))),
        FieldSpec("referrer", FieldKind.REFERENCE, references="customer", on_delete=OnDelete.CLEAR),
    ),
)


def attached(on_parent_delete: OnDelete, on_delete: OnDelete = OnDelete.RESTRICT) -> TypeSettings:
    """Orders that belong to customers, and name the customer who pays."""
    return TypeSettings(
        "Order",
        (
            FieldSpec("title", FieldKind.TEXT, required=True),
            FieldSpec("payer", FieldKind.REFERENCE, references="customer", on_delete=on_delete),
        ),
        attached_to="customer",
        on_parent_delete=on_parent_delete,
    )


class Shop:
    """Types and records of one tenant, as one person sees them."""

    def __init__(self, world: World, person: Person | None = None, hooks: SaveHooks | None = None) -> None:
        self.world = world
        self.person = person or world.owner
        self.actor = world.actor(self.person)
        self.entities = Entities(world.ground.database, hooks or NoHooks())

    def define(self, name: str = "customer", settings: TypeSettings = CUSTOMER) -> EntityType:
        """Make a type."""
        return self.world.write(self.person, lambda work, actor: entities.create_type(work, actor, name, settings))

    def redefine(self, name: str, settings: TypeSettings, version: int = 1, *, adapt: bool = False) -> EntityType:
        """Change a type."""
        return self.world.write(
            self.person, lambda work, actor: entities.update_type(work, actor, name, settings, version=version, adapt=adapt)
        )

    def outcome(self, wanted: SaveRecord) -> entities.SaveOutcome:
        """What saving comes to."""
        return asyncio.run(self.entities.save(self.actor, wanted))

    def save(self, entity_type: str = "customer", **data: Any) -> Record:
        """Make a record of these fields."""
        return self.put(SaveRecord(entity_type, data))

    def put(self, wanted: SaveRecord) -> Record:
        """Save a record."""
        outcome = self.outcome(wanted)
        assert isinstance(outcome, Saved), outcome
        return outcome.record

    def delete(self, entity_type: str, record_id: UUID, version: int | None = None) -> entities.DeleteOutcome:
        """Delete a record."""
        return asyncio.run(self.entities.delete(self.actor, entities.DeleteRecord(entity_type, record_id, version)))

    def get(self, entity_type: str, record_id: UUID) -> Record:
        """Read a record."""
        return self.world.read(self.person, lambda work, actor: entities.get_record(work, actor, entity_type, record_id))

    def find(self, entity_type: str = "customer", **query: Any) -> list[Record]:
        """One page of records."""
        wanted = entities.Query(**query)
        return list(self.world.read(self.person, lambda work, actor: entities.find_records(work, actor, entity_type, wanted)).items)

    def count(self, entity_type: str = "customer", **query: Any) -> int:
        """How many records match."""
        wanted = entities.Query(**query)
        return self.world.read(self.person, lambda work, actor: entities.count_records(work, actor, entity_type, wanted))

    def walk(self, entity_type: str = "customer", limit: int = 2, **query: Any) -> list[Record]:
        """All records, page by page."""
        found: list[Record] = []
        cursor: str | None = None
        while True:
            wanted = entities.Query(**query, limit=limit, cursor=cursor)
            page = self.world.read(
                self.person,
                lambda work, actor, wanted=wanted: entities.find_records(work, actor, entity_type, wanted),  # type: ignore[misc]  # a default has no place for a type
            )
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found
