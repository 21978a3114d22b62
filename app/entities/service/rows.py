"""From rows to values."""

from datetime import datetime
from typing import Any, Final

import msgspec

from app.entities.types import Document, Record

_encode = msgspec.json.Encoder().encode
LARGEST_RECORD: Final = 1_048_576


def record_of(row: Any, entity_type: str) -> Record:
    """A record's row as a value."""
    return Record(row.id, entity_type, row.data, row.version, row.parent_id, row.created_at, row.updated_at, row.updated_by)


def flat(record: Record) -> Document:
    """A record as scripts see one that isn't their entity: its fields, and what every record has, on one level."""
    return {
        **record.data,
        "id": str(record.id),
        "version": record.version,
        "created_at": moment_text(record.created_at),
        "updated_at": moment_text(record.updated_at),
        **({"parent_id": str(record.parent_id)} if record.parent_id is not None else {}),
    }


def moment_text(moment: datetime) -> str:
    """A moment as records hold them: UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def size_of(data: Document) -> int:
    """How many bytes a record's fields have as JSON."""
    return len(_encode(data))
