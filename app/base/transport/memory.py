"""Level 0: messages wait in this process. Fast, and gone with it."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.base.clock import Clock
from app.base.db import Work
from app.base.errors import LimitExceeded
from app.base.transport.backoff import Retries
from app.base.transport.bell import Bell
from app.base.transport.messages import Backlog, DeadLetter, Delivery, Handler, Message
from app.base.transport.subscribers import Subscribers

LARGEST_BATCH: Final = 50
MOST_WAITING: Final = 100_000
DEAD_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery: Delivery
    due_at: datetime
    done: tuple[str, ...] = ()


class MemoryTransport:
    """A `Transport` without a database. Belongs to the event loop that delivers; publishing is safe from any thread."""

    def __init__(self, clock: Clock, retries: Retries | None = None, luck: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._retries = retries or Retries()
        self._luck = luck
        self._subscribers = Subscribers()
        self._waiting: dict[UUID, _Waiting] = {}
        self._dead: dict[UUID, DeadLetter] = {}
        self._bell = Bell()

    def publish(self, work: Work, message: Message) -> UUID:
        """Send a message when this unit of work commits.

        Raises:
            LimitExceeded: too many messages wait already.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise LimitExceeded(f"{MOST_WAITING} messages wait for delivery.", "Try again in a moment.", details={"retry_after_seconds": 1})
        identity = work.ids.new()
        key = message.idempotency_key or str(identity)
        delivery = Delivery(identity, message.tenant_id, message.topic, message.payload, key, work.correlation_id, 1)
        work.after_commit.append(lambda: self._accept(delivery))
        return identity

    def publish_all(self, work: Work, messages: Sequence[Message]) -> tuple[UUID, ...]:
        """Send messages when this unit of work commits.

        Raises:
            LimitExceeded: too many messages wait already.
        """
        return tuple(self.publish(work, each) for each in messages)

    def subscribe(self, topic: str, name: str, handler: Handler) -> None:
        """Deliver a topic to a handler."""
        self._subscribers.add(topic, name, handler)

    async def deliver_due(self) -> int:
        """Deliver one batch of what is due now."""
        now = self._clock.now()
        topics = self._subscribers.topics
        due = [each for each in list(self._waiting.values()) if each.due_at <= now and each.delivery.topic in topics][:LARGEST_BATCH]
        for each in due:
            self._waiting.pop(each.delivery.id, None)
        await asyncio.gather(*(self._deliver(each) for each in due))
        return len(due)

    async def waited(self, seconds: float) -> None:
        """Return when something was published here, or after so many seconds."""
        await self._bell.waited(seconds)

    async def backlog(self) -> tuple[Backlog, ...]:
        """What is held of all tenants, by topic."""
        waiting, dead = list(self._waiting.values()), list(self._dead.values())
        found = []
        for topic in sorted({each.delivery.topic for each in waiting} | {each.topic for each in dead}):
            due = [each.due_at for each in waiting if each.delivery.topic == topic]
            found.append(Backlog(topic, len(due), min(due, default=None), sum(each.topic == topic for each in dead)))
        return tuple(found)

    async def dead_letters(self, tenant_id: UUID) -> tuple[DeadLetter, ...]:
        """The tenant's dead letters, newest first."""
        own = [letter for letter in reversed(self._dead.values()) if letter.tenant_id == tenant_id]
        return tuple(own[:DEAD_SHOWN])

    def revive(self, work: Work, tenant_id: UUID, message_id: UUID) -> bool:
        """Try a dead letter again once this unit of work commits."""
        if not self._is_dead(tenant_id, message_id):
            return False
        work.after_commit.append(lambda: self._revive(message_id))
        return True

    def discard(self, work: Work, tenant_id: UUID, message_id: UUID) -> bool:
        """Forget a dead letter once this unit of work commits."""
        if not self._is_dead(tenant_id, message_id):
            return False
        work.after_commit.append(lambda: self._forget(message_id))
        return True

    def _is_dead(self, tenant_id: UUID, message_id: UUID) -> bool:
        letter = self._dead.get(message_id)
        return letter is not None and letter.tenant_id == tenant_id

    def _forget(self, message_id: UUID) -> None:
        self._dead.pop(message_id, None)

    def _revive(self, message_id: UUID) -> None:
        letter = self._dead.pop(message_id, None)
        if letter is not None:  # nobody else has settled it since
            self._accept(Delivery(letter.id, letter.tenant_id, letter.topic, letter.payload, letter.idempotency_key, "", 1))

    def _accept(self, delivery: Delivery) -> None:
        self._waiting[delivery.id] = _Waiting(delivery, self._clock.now())
        self._bell.ring()

    async def _deliver(self, waiting: _Waiting) -> None:
        delivery = waiting.delivery
        handed = await self._subscribers.hand(delivery, waiting.done)
        if handed.error is None:
            return
        pause = self._retries.wait_after(delivery.attempt, self._luck())
        now = self._clock.now()
        if pause is None:
            self._dead[delivery.id] = DeadLetter(
                delivery.id,
                delivery.tenant_id,
                delivery.topic,
                delivery.payload,
                delivery.idempotency_key,
                delivery.attempt,
                handed.error,
                now,
            )
            return
        self._waiting[delivery.id] = _Waiting(replace(delivery, attempt=delivery.attempt + 1), now + pause, handed.done)
