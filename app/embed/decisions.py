"""What Alloy decides about a change of a host application's entity. Plain values, free of the rest of Alloy."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]


class Event(StrEnum):
    """What happens to an entity."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """An entity about to be created, changed or deleted, or one that just was; fields are plain data as JSON has it.

    `after` are its fields as they are to be; of an entity to be deleted, those it has. `before` is None for a new one.
    """

    entity_type: str
    event: Event
    id: str
    before: Document | None
    after: Document


@dataclass(frozen=True, slots=True)
class Accepted:
    """Go on. `changes` are the fields that scripts set, None for those they took away."""

    changes: Document = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """Don't: a script decided so."""

    reason: str
    script: str
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Don't: a script failed, and the change isn't to be made without it. While busy, the same change may be tried again."""

    script: str
    error: str
    run_id: str | None = None
    is_busy: bool = False


Decision: TypeAlias = Accepted | Rejected | Failed


class HooksUnavailable(Exception):
    """Alloy can't be reached or refuses to answer: the change is undecided. Fail closed unless you know better."""


class ChangeInvalid(Exception):
    """Scripts set a field to something that the entity's class doesn't take: correct the script, or widen the class."""
