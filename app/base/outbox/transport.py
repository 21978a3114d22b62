"""Level 1: messages wait in the database, written with the change and claimed by compare-and-set.

Any number of processes may relay. A killed relay's claims end when their time is over; what it had delivered without saying so is
delivered again, under the same idempotency key.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from app.base.clock import Clock
from app.base.db import Database, Work
from app.base.outbox import queries
from app.base.outbox.models import OutboxRecord
from app.base.transport.backoff import Retries
from app.base.transport.bell import Bell
from app.base.transport.messages import Backlog, DeadLetter, Delivery, Document, Handler, Message
from app.base.transport.subscribers import HANDLER_SECONDS, Handed, Subscribers

LEASE: Final = timedelta(seconds=HANDLER_SECONDS * 5)
"""How long a claim holds: longer than any delivery, or two relays would deliver the same message at once."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    delivery: Delivery
    claim: UUID
    done: tuple[str, ...]


class OutboxTransport:
    """A `Transport` over the table `base_outbox`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        retries: Retries | None = None,
        luck: Callable[[], float] = random.random,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._retries = retries or Retries()
        self._luck = luck
        self._lease = lease
        self._subscribers = Subscribers()
        self._bell = Bell()

    def publish(self, work: Work, message: Message) -> UUID:
        """Write the message with whatever else this unit of work writes."""
        return self.publish_all(work, [message])[0]

    def publish_all(self, work: Work, messages: Sequence[Message]) -> tuple[UUID, ...]:
        """Write messages with whatever else this unit of work writes."""
        by_tenant: dict[UUID, list[dict[str, object]]] = {}
        identities: list[UUID] = []
        for message in messages:
            row = _row(work, message)
            by_tenant.setdefault(message.tenant_id, []).append(row)
            identities.append(row["id"])
        for tenant_id, rows in by_tenant.items():
            work.scope(tenant_id).insert_many(OutboxRecord, rows)
        work.after_commit.append(self._bell.ring)
        return tuple(identities)

    def subscribe(self, topic: str, name: str, handler: Handler) -> None:
        """Deliver a topic to a handler."""
        self._subscribers.add(topic, name, handler)

    async def deliver_due(self) -> int:
        """Claim one batch, deliver it, and write down what became of it."""
        topics = self._subscribers.topics
        if not topics:
            return 0
        # Looking costs a read; only when there is something to claim does an idle relay become a writer.
        if not await self._database.read(lambda work: queries.due(work.platform, topics, work.clock.now())):
            return 0
        claimed = await self._database.write(lambda work: _claim(work, topics, self._lease))
        handed = await asyncio.gather(*(self._subscribers.hand(each.delivery, each.done) for each in claimed))
        if claimed:
            await self._database.write(lambda work: self._settle(work, list(zip(claimed, handed, strict=True))))
        return len(claimed)

    async def waited(self, seconds: float) -> None:
        """Return when something was published in this process, or after so many seconds."""
        await self._bell.waited(seconds)

    async def backlog(self) -> tuple[Backlog, ...]:
        """What is held of all tenants, by topic."""
        return await self._database.read(lambda work: _backlog(queries.counted(work.platform)))

    async def dead_letters(self, tenant_id: UUID) -> tuple[DeadLetter, ...]:
        """The tenant's dead letters, newest first."""
        return await self._database.read(lambda work: tuple(_letter(row) for row in queries.dead(work.scope(tenant_id))))

    def revive(self, work: Work, tenant_id: UUID, message_id: UUID) -> bool:
        """Try a dead letter again."""
        work.after_commit.append(self._bell.ring)
        return queries.revive(work.scope(tenant_id), message_id, work.clock.now())

    def discard(self, work: Work, tenant_id: UUID, message_id: UUID) -> bool:
        """Forget a dead letter."""
        return queries.discard(work.scope(tenant_id), message_id)

    def _settle(self, work: Work, results: list[tuple[_Claimed, Handed]]) -> None:
        platform, now = work.platform, work.clock.now()
        for claimed, handed in results:
            if handed.error is None:
                queries.remove(platform, claimed.delivery.id, claimed.claim)
                continue
            pause = self._retries.wait_after(claimed.delivery.attempt, self._luck())
            state = queries.DEAD if pause is None else queries.WAITING
            values = {"state": state, "available_at": now + (pause or timedelta()), "done": list(handed.done), "last_error": handed.error}
            queries.put_back(platform, claimed.delivery.id, claimed.claim, values)


def _row(work: Work, message: Message) -> Document:
    identity, now = work.ids.new(), work.clock.now()
    return {
        "id": identity,
        "tenant_id": message.tenant_id,
        "topic": message.topic,
        "payload": message.payload,
        "idempotency_key": message.idempotency_key or str(identity),
        "correlation_id": work.correlation_id,
        "state": queries.WAITING,
        "attempts": 0,
        "available_at": now,
        "claim": None,
        "done": [],
        "last_error": None,
        "created_at": now,
    }


def _claim(work: Work, topics: tuple[str, ...], lease: timedelta) -> list[_Claimed]:
    platform, now, claim = work.platform, work.clock.now(), work.ids.new()
    rows = queries.due(platform, topics, now)
    return [_Claimed(_delivery(row), claim, tuple(row.done)) for row in rows if queries.claim(platform, row, claim, now + lease)]


def _delivery(row: OutboxRecord) -> Delivery:
    # The row as it was read: the claim counted this attempt in the database alone.
    return Delivery(row.id, row.tenant_id, row.topic, row.payload, row.idempotency_key, row.correlation_id, row.attempts + 1)


def _backlog(rows: Sequence[Any]) -> tuple[Backlog, ...]:
    found: dict[str, Backlog] = {}
    for topic, state, count, first in rows:
        known = found.get(topic, Backlog(topic, 0, None, 0))
        found[topic] = replace(known, dead=count) if state == queries.DEAD else replace(known, waiting=count, first_due_at=first)
    return tuple(found.values())


def _letter(row: OutboxRecord) -> DeadLetter:
    return DeadLetter(
        row.id, row.tenant_id, row.topic, row.payload, row.idempotency_key, row.attempts, row.last_error or "", row.available_at
    )
