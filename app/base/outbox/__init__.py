"""The transactional outbox, level 1 of the transports: a message is a row written in the transaction of the change it tells of."""

from app.base.outbox.transport import OutboxTransport

__all__ = ["OutboxTransport"]
