"""What the templates of entity types and records are given."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.entities import EntityType, Record
from app.web.contexts import Pager
from app.web.entities.filters import Filter
from app.web.entities.inputs import Input, References
from app.web.entities.type_drafts import Draft
from app.web.forms import Sent
from app.web.runs.contexts import RunLine
from app.web.times import When


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A type in the list."""

    type: EntityType
    changed: When


@dataclass(frozen=True, slots=True)
class TypesPage:
    """The tenant's entity types."""

    lines: tuple[TypeLine, ...]
    may_create: bool
    may_read_records: bool
    pager: Pager


@dataclass(frozen=True, slots=True)
class TypeFields:
    """The fields of a type while they are edited."""

    fields: tuple[Draft, ...]
    errors: Mapping[str, str]
    types: tuple[str, ...]
    is_locked: bool

    def error(self, name: str) -> str | None:
        """What is wrong with an input."""
        return self.errors.get(name)


@dataclass(frozen=True, slots=True)
class TypePage:
    """The form of a type; `type` is None for a new one. `rows` are records that the change would break."""

    type: EntityType | None
    action: str
    form: Sent
    fields: TypeFields
    version: int
    attached_to: str
    on_parent_delete: str
    broken: tuple[Mapping[str, str], ...]
    may_save: bool
    may_delete: bool
    may_list_records: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list of records; `sort` is the address that sorts by it, the other way round if it is sorted already."""

    label: str
    sort: str | None
    direction: str


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record in the list: what it is called, and the values of the other columns with their headings."""

    id: str
    title: str
    cells: tuple[tuple[str, str], ...]
    changed: When


@dataclass(frozen=True, slots=True)
class RecordList:
    """Records of a type, one page of them."""

    type: EntityType
    columns: tuple[Column, ...]
    lines: tuple[RecordLine, ...]
    is_filtered: bool
    may_create: bool
    pager: Pager


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """The list with its filters."""

    records: RecordList
    text: str
    sort: str
    filters: tuple[Filter, ...]
    more: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a script did to a save: its sentence, and the run that shows why. `field` is the path that the reason names."""

    script: str
    sentence: str
    run: str | None
    field: str | None
    is_rejection: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved while this was typed: which version, who, and whether both changed the same field."""

    version: int
    by: str
    at: When
    has_overlap: bool


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A record and its form; `record` is None for a new one."""

    type: EntityType
    record: Record | None
    title: str
    action: str
    inputs: tuple[Input, ...]
    base: str
    problem: str | None
    refusal: Refusal | None
    conflict: Conflict | None
    parent: References | None
    parent_id: str
    parent_error: str | None
    runs: tuple[RunLine, ...] | None
    warnings: tuple[RunLine, ...]
    created: When | None
    changed: When | None
    may_save: bool
    may_delete: bool
    may_read_runs: bool
