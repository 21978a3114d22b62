"""Events from those who change things to those who react: one interface, several levels of care.

A `Message` is published inside a unit of work and delivered after its commit, at least once, to every subscriber of its topic;
not at all if the unit of work fails. Level 0 (`MemoryTransport`) forgets what waits when the process ends; level 1
(`app.base.outbox.OutboxTransport`) keeps it in the database, in the very transaction of the change. Handlers meet a message again
after a failure, so they make repetition harmless with its `idempotency_key`.
"""

from app.base.transport.backoff import Retries
from app.base.transport.memory import MemoryTransport
from app.base.transport.messages import Backlog, DeadLetter, Delivery, DeliveryFailed, Document, Handler, Message, Transport
from app.base.transport.relay import Relay

__all__ = [
    "Backlog",
    "DeadLetter",
    "Delivery",
    "DeliveryFailed",
    "Document",
    "Handler",
    "MemoryTransport",
    "Message",
    "Relay",
    "Retries",
    "Transport",
]
