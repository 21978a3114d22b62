"""Every statement about the outbox, named by what it finds or does. The relay serves all tenants, so it uses the platform scope."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from app.base.db import Scope
from app.base.outbox.models import OutboxRecord

WAITING: Final = "waiting"
DEAD: Final = "dead"
LARGEST_BATCH: Final = 50
DEAD_SHOWN: Final = 200


def due(platform: Scope, topics: Sequence[str], now: datetime) -> Sequence[OutboxRecord]:
    """One batch of messages to deliver, longest due first."""
    wanted = (
        col(OutboxRecord.state) == WAITING,
        col(OutboxRecord.available_at) <= now,
        col(OutboxRecord.topic).in_(topics),
    )
    statement = platform.select(OutboxRecord).where(*wanted).order_by(col(OutboxRecord.available_at), col(OutboxRecord.id))
    return platform.all(statement.limit(LARGEST_BATCH))


def claim(platform: Scope, row: OutboxRecord, claim_id: UUID, until: datetime) -> bool:
    """Take a message as it was read; False: somebody else did first."""
    unchanged = (
        col(OutboxRecord.id) == row.id,
        col(OutboxRecord.state) == WAITING,
        col(OutboxRecord.available_at) == row.available_at,
        col(OutboxRecord.attempts) == row.attempts,
    )
    taken = platform.update(OutboxRecord).where(*unchanged)
    return platform.run(taken.values(claim=claim_id, available_at=until, attempts=row.attempts + 1)) == 1


def remove(platform: Scope, message_id: UUID, claim_id: UUID) -> None:
    """Forget a message that all have, if it still is ours."""
    platform.run(platform.delete(OutboxRecord).where(col(OutboxRecord.id) == message_id, col(OutboxRecord.claim) == claim_id))


def put_back(platform: Scope, message_id: UUID, claim_id: UUID, values: dict[str, object]) -> None:
    """Write down a failed attempt, if the message still is ours."""
    ours = (col(OutboxRecord.id) == message_id, col(OutboxRecord.claim) == claim_id)
    platform.run(platform.update(OutboxRecord).where(*ours).values(claim=None, **values))


def counted(platform: Scope) -> Sequence[Any]:
    """Topic, state, how many messages and when the first of them is due, of all tenants."""
    columns = (OutboxRecord.topic, OutboxRecord.state, func.count(), func.min(OutboxRecord.available_at))
    statement = platform.columns(OutboxRecord, *columns)
    return platform.rows(statement.group_by(OutboxRecord.topic, OutboxRecord.state).order_by(OutboxRecord.topic))


def dead(scope: Scope) -> Sequence[OutboxRecord]:
    """The tenant's dead letters, newest first, at most a page."""
    statement = scope.select(OutboxRecord).where(col(OutboxRecord.state) == DEAD)
    return scope.all(statement.order_by(col(OutboxRecord.id).desc()).limit(DEAD_SHOWN))


def revive(scope: Scope, message_id: UUID, now: datetime) -> bool:
    """Make a dead letter wait again; whether there was one."""
    wanted = (col(OutboxRecord.id) == message_id, col(OutboxRecord.state) == DEAD)
    return scope.run(scope.update(OutboxRecord).where(*wanted).values(state=WAITING, attempts=0, available_at=now)) == 1


def discard(scope: Scope, message_id: UUID) -> bool:
    """Forget a dead letter; whether there was one."""
    wanted = (col(OutboxRecord.id) == message_id, col(OutboxRecord.state) == DEAD)
    return scope.run(scope.delete(OutboxRecord).where(*wanted)) == 1
