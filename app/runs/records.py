"""The tenant's records as a script reaches them: `find`, `get`, `count`, `save`. Entities rank higher and supply the real ones.

For a dry run there is a view over them that keeps what is saved to itself and shows it in later reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from app.runs.types import Chain, Document, RecordChange, RunActor
from app.sandbox.jobs import HostError

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class RecordContext:
    """On whose behalf a script reaches for records: the run, its actor, whom it runs as, and the chain its saves continue."""

    tenant_id: UUID
    run_id: UUID
    actor: RunActor
    run_as: str
    correlation_id: str
    chain: Chain


class Records(Protocol):
    """A tenant's records. Each method raises `HostError` for what the script should see as an error."""

    async def find(self, context: RecordContext, entity_type: str, where: Document, options: Document) -> list[Document]:
        """One page of records that match; `options` may hold `order_by`, `limit`, `after`."""

    async def get(self, context: RecordContext, entity_type: str, record_id: str) -> Document | None:
        """A record, with its `id`."""

    async def count(self, context: RecordContext, entity_type: str, where: Document) -> int:
        """How many records match."""

    async def save(self, context: RecordContext, entity_type: str, record: Document) -> Document:
        """Change the record with this `id`, or create one; the record as saved."""


class NoRecords:
    """A tenant without any record types."""

    async def find(self, context: RecordContext, entity_type: str, where: Document, options: Document) -> list[Document]:
        """Refused."""
        raise _unknown(entity_type)

    async def get(self, context: RecordContext, entity_type: str, record_id: str) -> Document | None:
        """Refused."""
        raise _unknown(entity_type)

    async def count(self, context: RecordContext, entity_type: str, where: Document) -> int:
        """Refused."""
        raise _unknown(entity_type)

    async def save(self, context: RecordContext, entity_type: str, record: Document) -> Document:
        """Refused."""
        raise _unknown(entity_type)


def _unknown(entity_type: str) -> HostError:
    return HostError("entities.unknown-type", f"There is no entity type {entity_type!r} in this tenant.")


class CopyOnWrite:
    """Records as they would be after a dry run's saves. Nothing reaches the records below but reads."""

    def __init__(self, below: Records, new_id: Callable[[], UUID]) -> None:
        self._below = below
        self._new_id = new_id
        self._before: dict[tuple[str, str], Document | None] = {}
        self._after: dict[tuple[str, str], Document] = {}

    @property
    def changes(self) -> tuple[RecordChange, ...]:
        """What would have been saved, in order of each record's first save."""
        return tuple(RecordChange(kind, key, self._before[kind, key], after) for (kind, key), after in self._after.items())

    async def find(self, context: RecordContext, entity_type: str, where: Document, options: Document) -> list[Document]:
        """One page; saved records take the place of those below."""
        own = self._own(entity_type)
        if not own:
            return await self._below.find(context, entity_type, where, options)
        below = await self._below.find(context, entity_type, where, options)
        found = [record for record in below if record["id"] not in own]
        after = options.get("after")
        found += [record for key, record in own.items() if matches(record, where) and (after is None or key > str(after))]
        return _ordered(found, str(options.get("order_by", "id")))[: _limit(options)]

    async def get(self, context: RecordContext, entity_type: str, record_id: str) -> Document | None:
        """The saved record, or the one below."""
        return self._after.get((entity_type, record_id)) or await self._below.get(context, entity_type, record_id)

    async def count(self, context: RecordContext, entity_type: str, where: Document) -> int:
        """How many there would be."""
        total = await self._below.count(context, entity_type, where)
        for key, record in self._own(entity_type).items():
            before = self._before[entity_type, key]
            total += matches(record, where) - (before is not None and matches(before, where))
        return total

    async def save(self, context: RecordContext, entity_type: str, record: Document) -> Document:
        """Keep the record here."""
        record_id = str(record.get("id") or self._new_id())
        key = (entity_type, record_id)
        current = await self.get(context, entity_type, record_id)
        if current is None and record.get("id"):
            raise HostError("entities.not-found", f"There is no {entity_type} {record_id}.")
        if key not in self._before:
            # Asks for a type that doesn't exist as well, which is an error here as it would be in earnest.
            await self._below.count(context, entity_type, {})
            self._before[key] = current
        self._after[key] = {**(current or {}), **record, "id": record_id}
        return self._after[key]

    def _own(self, entity_type: str) -> dict[str, Document]:
        return {key: record for (kind, key), record in self._after.items() if kind == entity_type}


def _limit(options: Mapping[str, Any]) -> int:
    limit = options.get("limit", PAGE)
    return max(1, min(limit, PAGE)) if isinstance(limit, int) else PAGE


def _ordered(records: list[Document], order_by: str) -> list[Document]:
    name = order_by.removeprefix("-")

    def key(record: Document) -> tuple[bool, str, Any, str]:
        value = record.get(name)
        kind = "number" if isinstance(value, (int, float)) else type(value).__name__
        return (value is None, kind, 0 if value is None else value if isinstance(value, (int, float, str)) else str(value), record["id"])

    return sorted(records, key=key, reverse=order_by.startswith("-"))


def matches(record: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    """Whether a record fulfils every condition: a field's value, or a map of one comparison."""
    return all(_holds(record.get(name), wanted) for name, wanted in where.items())


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    return all(_compare(value, operator, operand) for operator, operand in wanted.items())


_ORDERED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
}


def _compare(value: Any, operator: str, operand: Any) -> bool:
    match operator:
        case "eq":
            return bool(value == operand)
        case "ne":
            return bool(value != operand)
        case "in":
            return isinstance(operand, Sequence) and value in operand
        case "contains":
            return isinstance(value, (str, list)) and operand in value
    if operator not in _ORDERED:
        raise HostError("entities.unknown-comparison", f"There is no comparison {operator!r}; use eq, ne, lt, le, gt, ge, in or contains.")
    both_numbers = isinstance(value, (int, float)) and isinstance(operand, (int, float))
    return (both_numbers or (isinstance(value, str) and isinstance(operand, str))) and _ORDERED[operator](value, operand)
