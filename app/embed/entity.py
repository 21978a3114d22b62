"""Any Python object as an entity of scripts: its fields as plain data, and the way back.

Dataclasses, Pydantic and SQLModel models work as they are, by `scriptable(object, entity_type=...)`; whatever else has the four members
of `ScriptableEntity` works too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

import msgspec
from pydantic import BaseModel, ValidationError

from app.embed.decisions import ChangeInvalid, Document

E = TypeVar("E")
M = TypeVar("M", bound=BaseModel)


@runtime_checkable
class ScriptableEntity(Protocol):
    """What an object needs for scripts to work on it."""

    @property
    def entity_type(self) -> str:
        """The name under which scripts know objects of its kind."""

    @property
    def entity_id(self) -> str:
        """What tells it apart from others of its kind."""

    def to_fields(self) -> Document:
        """Its fields as plain data: None, bool, int, float, str, lists and string-keyed dicts of them."""

    def with_changes(self, changes: Mapping[str, Any]) -> Any:
        """The object with fields that scripts set, None for those they took away.

        Raises:
            ChangeInvalid: it doesn't take one of them.
        """


@dataclass(frozen=True, slots=True)
class Adapted(Generic[E]):
    """An object of yours as a `ScriptableEntity`."""

    object: E
    entity_type: str
    id_field: str = "id"

    @property
    def entity_id(self) -> str:
        """The text of its id field."""
        return str(getattr(self.object, self.id_field))

    def to_fields(self) -> Document:
        """Its fields but the id, as JSON has them: moments, ids and enumerations as text, and nothing for None."""
        if isinstance(self.object, BaseModel):
            plain: Document = self.object.model_dump(mode="json")
        else:
            plain = msgspec.to_builtins(self.object)
        return {name: value for name, value in plain.items() if name != self.id_field and value is not None}

    def with_changes(self, changes: Mapping[str, Any]) -> E:
        """The object with the changes made: rows of SQLModel and mutable models in place, everything else as a copy.

        Raises:
            ChangeInvalid: its class doesn't take one of them.
        """
        if not changes:
            return self.object
        if self.id_field in changes:
            raise ChangeInvalid(f"A script set {self.id_field!r}, which is the {self.entity_type}'s id and stays.")
        if isinstance(self.object, BaseModel):
            return cast(E, _changed_model(self.object, self.entity_type, changes))
        return _changed_dataclass(self.object, self.entity_type, changes)


def scriptable(thing: Any, *, entity_type: str | None = None, id_field: str = "id") -> ScriptableEntity:
    """Your object as an entity of scripts; one that is so already is given back.

    Raises:
        TypeError: it is neither, nor a dataclass, nor a model of Pydantic or SQLModel.
    """
    if isinstance(thing, ScriptableEntity):
        return thing
    if not isinstance(thing, BaseModel) and not (is_dataclass(thing) and not isinstance(thing, type)):
        raise TypeError(f"a {type(thing).__name__} is no dataclass and no model: give it the members of ScriptableEntity")
    return Adapted(thing, entity_type or _snake(type(thing).__name__), id_field)


def _changed_model(model: M, entity_type: str, changes: Mapping[str, Any]) -> M:
    unknown = sorted(changes.keys() - type(model).model_fields.keys())
    if unknown:
        raise ChangeInvalid(f"A script set {unknown[0]!r}, which a {entity_type} doesn't have.")
    try:
        checked = type(model).model_validate({**model.model_dump(), **changes})
    except ValidationError as error:
        first = error.errors()[0]
        raise ChangeInvalid(f"A script made {'.'.join(map(str, first['loc']))} of a {entity_type} invalid: {first['msg']}.") from error
    values = {name: getattr(checked, name) for name in changes}
    if type(model).model_config.get("frozen"):
        return model.model_copy(update=values)
    for name, value in values.items():
        setattr(model, name, value)
    return model


def _changed_dataclass(thing: E, entity_type: str, changes: Mapping[str, Any]) -> E:
    plain = msgspec.to_builtins(thing)
    unknown = sorted(changes.keys() - plain.keys())
    if unknown:
        raise ChangeInvalid(f"A script set {unknown[0]!r}, which a {entity_type} doesn't have.")
    try:
        return msgspec.convert({**plain, **changes}, type(thing), strict=False)
    except msgspec.ValidationError as error:
        raise ChangeInvalid(f"A script made a {entity_type} invalid: {error}.") from error


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() and index else char.lower() for index, char in enumerate(name))
