"""What travels, who receives it, and the interface that every transport has."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from app.base.db import Work

Document: TypeAlias = dict[str, Any]
"""A JSON object."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened in a tenant. The key is the same in every delivery of it; without one, it is the message's id."""

    tenant_id: UUID
    topic: str
    payload: Document
    idempotency_key: str = ""


class DeliveryFailed(Exception):
    """A subscriber couldn't do its work now; the message is tried again. Its text is shown to people as the reason."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to a subscriber; `attempt` counts from 1."""

    id: UUID
    tenant_id: UUID
    topic: str
    payload: Document
    idempotency_key: str
    correlation_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up on, with the last subscriber's error."""

    id: UUID
    tenant_id: UUID
    topic: str
    payload: Document
    idempotency_key: str
    attempts: int
    error: str
    died_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a transport holds of one topic, of all tenants: how many messages wait, when the first is due, how many were given up on."""

    topic: str
    waiting: int
    first_due_at: datetime | None
    dead: int


Handler: TypeAlias = Callable[[Delivery], Awaitable[None]]


class Transport(Protocol):
    """Carries messages from units of work to subscribers."""

    def publish(self, work: Work, message: Message) -> UUID:
        """Send a message if and when this unit of work commits; the message's id."""

    def publish_all(self, work: Work, messages: Sequence[Message]) -> tuple[UUID, ...]:
        """`publish` for many at once, which is several times cheaper than one by one."""

    def subscribe(self, topic: str, name: str, handler: Handler) -> None:
        """Deliver a topic to a handler. After a failure only the subscribers that failed get the message again."""

    async def deliver_due(self) -> int:
        """Deliver one bounded batch of what is due now; how many messages were tried."""

    async def waited(self, seconds: float) -> None:
        """Return when something was published here, or after so many seconds."""

    async def backlog(self) -> tuple[Backlog, ...]:
        """What is held of all tenants, by topic: counts alone, for those who look after the machine."""

    async def dead_letters(self, tenant_id: UUID) -> tuple[DeadLetter, ...]:
        """The tenant's messages that were given up on, newest first, at most a page."""

    def revive(self, work: Work, tenant_id: UUID, message_id: UUID) -> bool:
        """Try a dead letter again from its first attempt, if and when this unit of work commits; whether there was one."""

    def discard(self, work: Work, tenant_id: UUID, message_id: UUID) -> bool:
        """Forget a dead letter without another attempt, if and when this unit of work commits; whether there was one."""
