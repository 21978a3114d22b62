"""What the entities domain takes and hands out: frozen values, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

from msgspec import Struct

from app.base.errors import Invalid
from app.hooks.types import Failed, Rejected

Json: TypeAlias = Any
"""Plain data as JSON has it."""
Document: TypeAlias = dict[str, Any]


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    LIST = "list"
    OBJECT = "object"
    REFERENCE = "reference"
    EMAIL = "email"
    URL = "url"


class OnDelete(StrEnum):
    """What the deletion of a record does to those that belong or refer to it."""

    RESTRICT = "restrict"
    """It is refused while there are any."""
    CASCADE = "cascade"
    """They are deleted too; of records that belong to it alone."""
    CLEAR = "clear"
    """They stay, and no longer belong or refer to it."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a type. Which of the rules may be set follows from the kind; None means no rule.

    `minimum` and `maximum` bound numbers and dates, the lengths count characters or items, `scale` counts digits behind the point.
    A field without a value is left out of a record; null means the same.
    """

    name: str
    kind: FieldKind
    label: str = ""
    description: str = ""
    required: bool = False
    unique: bool = False
    default: Json = None
    minimum: Json = None
    maximum: Json = None
    min_length: int | None = None
    max_length: int | None = None
    scale: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    item: "FieldSpec | None" = None
    fields: tuple["FieldSpec", ...] = ()
    references: str | None = None
    on_delete: OnDelete = OnDelete.RESTRICT


@dataclass(frozen=True, slots=True)
class TypeSettings:
    """Everything about a type that may be changed. With `attached_to`, every record belongs to one record of that type."""

    label: str
    fields: tuple[FieldSpec, ...]
    description: str = ""
    attached_to: str | None = None
    on_parent_delete: OnDelete = OnDelete.RESTRICT


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of records that a tenant defined."""

    id: UUID
    name: str
    label: str
    description: str
    fields: tuple[FieldSpec, ...]
    attached_to: str | None
    on_parent_delete: OnDelete
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def settings(self) -> TypeSettings:
        """The part of it that a person sets."""
        return TypeSettings(self.label, self.fields, self.description, self.attached_to, self.on_parent_delete)


@dataclass(frozen=True, slots=True)
class Record:
    """A record. `parent_id` is the record that it belongs to, if its type is attached to another."""

    id: UUID
    entity_type: str
    data: Document
    version: int
    parent_id: UUID | None
    created_at: datetime
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A record that a changed type doesn't allow: which field, and why."""

    record_id: UUID
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What a change of a type means for the records that are there: how many it breaks, and the first of them."""

    records: int
    broken: int
    examples: tuple[Misfit, ...]


class SaveMode(StrEnum):
    """How the fields that are given meet those that are there."""

    REPLACE = "replace"
    """The record holds the given fields and no others."""
    PATCH = "patch"
    """The given fields change, null takes one away, the others stay."""


class SaveRecord(Struct, frozen=True):
    """A wish to save a record: a new one without an `id`. A `version` says what the change is based on; None: whatever is there now."""

    entity_type: str
    data: Document
    id: UUID | None = None
    version: int | None = None
    mode: SaveMode = SaveMode.REPLACE
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    """A wish to delete a record."""

    entity_type: str
    id: UUID
    version: int | None = None


class Saved(Struct, frozen=True):
    """The record as it was saved. `warnings` tell of scripts that failed and were let pass."""

    record: Record
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deleted:
    """The record is gone, and with it those that belonged to it; `count` counts all of them."""

    count: int
    warnings: tuple[str, ...] = ()


SaveOutcome: TypeAlias = Saved | Rejected | Failed
DeleteOutcome: TypeAlias = Deleted | Rejected | Failed


class Operator(StrEnum):
    """How a filter compares."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    CONTAINS = "contains"
    IS_NULL = "is_null"


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are wanted. `where` maps a field to its value, or to a map of comparisons, as data or as JSON; all of them must hold.

    `order_by` is a field, with a minus in front for descending; without it, records come in the order they were made. `after` continues
    behind a record, `cursor` behind the last page. `text` searches the read model, which follows saves within moments.
    """

    where: Mapping[str, Json] | str | None = None
    order_by: str | None = None
    parent_id: UUID | None = None
    text: str | None = None
    limit: int = 50
    cursor: str | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one part of a record, and what to do about it. The path is `lines.0.price`."""

    path: str
    message: str


SHOWN_FAULTS: Final = 50


class RecordInvalid(Invalid):
    """A record breaks rules of its type. `faults` say which, field by field."""

    def __init__(self, entity_type: str, faults: tuple[FieldFault, ...], hint: str = "Correct the listed fields and save again.") -> None:
        first = faults[0]
        parts = "1 field" if len(faults) == 1 else f"{len(faults)} fields"
        shown = [{"field": fault.path, "message": fault.message} for fault in faults[:SHOWN_FAULTS]]
        message = f"{parts} of this {entity_type} can't be saved. {first.path}: {first.message}"
        super().__init__(message, hint, details={"errors": shown})
        self.faults = faults
