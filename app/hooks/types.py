"""What hooks take and hand out: a change of a record, and what its scripts decided about it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from app.runs.types import Chain, Document, TenantLimits
from app.scripts.types import ActiveScript, EntityEvent


class Change(Struct, frozen=True):
    """A record about to be created, changed or deleted, or one that just was.

    `after` holds its fields as they are to be; of a record to be deleted, those it has. `before` is None for a new one. `chain` is that of
    the run whose script makes the change, empty for everybody else.
    """

    entity_type: str
    event: EntityEvent
    id: str
    before: Document | None
    after: Document
    chain: Chain = Chain()


class Found(Struct, frozen=True):
    """What runs before a change: the scripts in order, under the tenant's ceilings."""

    scripts: tuple[ActiveScript, ...]
    ceilings: TenantLimits


class Accepted(Struct, frozen=True):
    """The change may be made. `fields` are the record's as the scripts left them, `changes` what they changed, None for a field removed.

    Await `recorded` before telling anybody that the change was made: it returns once every run is durable in the history, and costs no
    time of its own if awaited beside the record's own write.
    """

    fields: Document
    changes: Document
    warnings: tuple[str, ...] = ()
    runs: tuple[UUID, ...] = ()
    recorded: Awaitable[None] | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A script decided against the change."""

    reason: str
    script: str
    run_id: UUID


@dataclass(frozen=True, slots=True)
class Failed:
    """A script failed, and the change isn't made without it. `error` begins with "script X failed".

    `is_busy`: it never ran because too many runs wait; the same change may be sent again. `run_id` is None if no run was begun.
    """

    script: str
    error: str
    run_id: UUID | None
    is_busy: bool = False


Decision: TypeAlias = Accepted | Rejected | Failed
