"""Who gets which topic, and handing one message to all of them."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from app.base.errors import InternalError
from app.base.telemetry.logs import bind_correlation, logger
from app.base.transport.messages import Delivery, DeliveryFailed, Handler

HANDLER_SECONDS: Final = 60.0
"""A handler that takes longer has failed."""
_LONGEST_REASON: Final = 1000


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one delivery: the subscribers that are done with the message, and the first error of the others."""

    done: tuple[str, ...]
    error: str | None


@dataclass(slots=True)
class Subscribers:
    """The handlers of each topic, by name."""

    seconds: float = HANDLER_SECONDS
    _by_topic: dict[str, dict[str, Handler]] = field(default_factory=dict)

    def add(self, topic: str, name: str, handler: Handler) -> None:
        """Let a handler have a topic."""
        known = self._by_topic.setdefault(topic, {})
        if name in known:
            raise InternalError(f"{name} subscribes to {topic} twice")
        known[name] = handler

    @property
    def topics(self) -> tuple[str, ...]:
        """What anybody here wants to have."""
        return tuple(self._by_topic)

    async def hand(self, delivery: Delivery, done: tuple[str, ...]) -> Handed:
        """Give a message to every subscriber that isn't done with it, one after the other."""
        finished, first_error = list(done), None
        for name, handler in self._by_topic.get(delivery.topic, {}).items():
            if name in done:
                continue
            error = await self._try(name, handler, delivery)
            if error is None:
                finished.append(name)
            else:
                # Not a warning: it is tried again or shown as a dead letter, and an author's script that fails is nobody's alarm.
                logger().info("A message's subscriber failed.", topic=delivery.topic, subscriber=name, message_id=str(delivery.id))
                first_error = first_error or error
        return Handed(tuple(finished), first_error)

    async def _try(self, name: str, handler: Handler, delivery: Delivery) -> str | None:
        token = bind_correlation(delivery.correlation_id)
        try:
            async with asyncio.timeout(self.seconds):
                await handler(delivery)
        except DeliveryFailed as error:
            return str(error)[:_LONGEST_REASON]
        except Exception as error:  # whatever a subscriber raises is a failed delivery, to be tried again
            return f"{name}: {type(error).__name__}: {error}"[:_LONGEST_REASON]
        finally:
            token.var.reset(token)
        return None
