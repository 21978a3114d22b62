"""Objects of host applications as entities: dataclasses, Pydantic, SQLModel, and one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from app.embed import ChangeInvalid, ScriptableEntity, scriptable


class Colour(StrEnum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Car:
    """A frozen dataclass."""

    id: UUID
    colour: Colour
    built: datetime
    price: Decimal
    doors: int = 4
    note: str | None = None


class House(BaseModel):
    """A model of Pydantic."""

    id: int
    rooms: int
    street: str | None = None


class Stone(BaseModel):
    """A frozen one."""

    model_config = ConfigDict(frozen=True)
    id: int
    weight: float


class Harbour(SQLModel, registry=registry()):
    """Tables apart from Alloy's."""


class Boat(Harbour, table=True):
    """A row of SQLModel."""

    id: int | None = Field(default=None, primary_key=True)
    length: int
    name: str = "Nameless"


class Own:
    """Something of its own."""

    entity_type = "own"
    entity_id = "7"

    def to_fields(self) -> dict[str, Any]:
        """Its fields."""
        return {"a": 1}

    def with_changes(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Its fields with others."""
        return {**self.to_fields(), **changes}


CAR = Car(UUID("01890000-0000-7000-8000-000000000000"), Colour.RED, datetime(2026, 1, 1, tzinfo=UTC), Decimal("12.50"))


def test_a_dataclass_shows_plain_fields_and_takes_changes_as_a_copy() -> None:
    entity = scriptable(CAR)
    assert (entity.entity_type, entity.entity_id) == ("car", str(CAR.id))
    assert entity.to_fields() == {"colour": "red", "built": "2026-01-01T00:00:00Z", "price": "12.50", "doors": 4}
    changed = entity.with_changes({"colour": "blue", "doors": 2, "note": "sporty", "price": "10"})
    assert (changed.colour, changed.doors, changed.note, changed.price) == (Colour.BLUE, 2, "sporty", Decimal(10))
    assert CAR.colour is Colour.RED


def test_a_model_takes_changes_in_place() -> None:
    house = House(id=1, rooms=3, street="Main")
    assert scriptable(house).to_fields() == {"rooms": 3, "street": "Main"}
    assert scriptable(house).with_changes({"rooms": 4, "street": None}) is house
    assert (house.rooms, house.street) == (4, None)


def test_a_frozen_model_takes_changes_as_a_copy() -> None:
    stone = Stone(id=1, weight=2)
    assert (scriptable(stone).with_changes({"weight": 3}), stone.weight) == (Stone(id=1, weight=3), 2)


def test_a_row_takes_changes_in_place_and_checks_them() -> None:
    boat = Boat(length=7)
    entity = scriptable(boat, entity_type="vessel")
    assert (entity.entity_type, entity.to_fields()) == ("vessel", {"length": 7, "name": "Nameless"})
    assert entity.with_changes({"length": 8}) is boat
    with pytest.raises(ChangeInvalid, match="made length of a vessel invalid"):
        entity.with_changes({"length": "long"})
    assert boat.length == 8


@pytest.mark.parametrize("thing", [CAR, House(id=1, rooms=3), Boat(length=1)])
@pytest.mark.parametrize("changes", [{"wings": 2}, {"id": 9}])
def test_what_an_object_does_not_have_or_keeps_is_refused(thing: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(ChangeInvalid, match=r"doesn't have|stays"):
        scriptable(thing).with_changes(changes)


def test_a_change_that_a_dataclass_does_not_take_is_refused() -> None:
    with pytest.raises(ChangeInvalid, match="made a car invalid"):
        scriptable(CAR).with_changes({"colour": "green"})


def test_an_object_of_ones_own_is_used_as_it_is() -> None:
    own = Own()
    assert isinstance(own, ScriptableEntity)
    assert scriptable(own) is own


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="give it the members of ScriptableEntity"):
        scriptable({"a": 1})
