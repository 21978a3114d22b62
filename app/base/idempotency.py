"""Creating calls that are sent twice happen once: the answer is kept under the client's `Idempotency-Key`, in the same transaction.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from app.base.db import Work
from app.base.errors import Conflict
from app.base.models import IdempotentAnswer

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Once:
    """A call that may be repeated: who makes it, its key, and what it says."""

    tenant_id: UUID
    actor_id: UUID
    key: str
    request: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, and whether it is the repeated answer of an earlier call."""

    document: Document
    is_replay: bool


def answer_once(work: Work, call: Once, kept_for: timedelta, make: Callable[[], tuple[Document, Document]]) -> Answer:
    """Carry out `make` unless the key was used before. It returns the answer, and the answer to keep (without secrets shown once).

    Raises:
        Conflict: the key was used for another request.
    """
    scope, now = work.scope(call.tenant_id), work.clock.now()
    digest = hashlib.sha256(call.request).hexdigest()
    known = scope.first(
        scope.select(IdempotentAnswer).where(col(IdempotentAnswer.actor_id) == call.actor_id, col(IdempotentAnswer.key) == call.key)
    )
    if known is not None and known.created_at > now - kept_for:
        if known.request_digest != digest:
            raise Conflict(
                f"The idempotency key {call.key!r} was used for another request.",
                "Use a new key for each new request.",
                field="Idempotency-Key",
            )
        return Answer(known.answer, is_replay=True)
    scope.run(scope.delete(IdempotentAnswer).where(col(IdempotentAnswer.created_at) <= now - kept_for))
    answer, kept = make()
    scope.add(
        IdempotentAnswer(tenant_id=call.tenant_id, actor_id=call.actor_id, key=call.key, request_digest=digest, answer=kept, created_at=now)
    )
    return Answer(answer, is_replay=False)
