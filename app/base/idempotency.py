"""Creating calls that are sent twice happen once: the answer is kept under the client's `Idempotency-Key`, in the same transaction.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select
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


def kept_answer(work: Work, call: Once, kept_for: timedelta) -> Answer | None:
    """The answer that the call was given before, if it was; for calls whose costly part comes before their transaction.

    Raises:
        Conflict: the key was used for another request.
    """
    known = work.scope(call.tenant_id).first(_kept(work, call))
    if known is None or known.created_at <= work.clock.now() - kept_for:
        return None
    if known.request_digest != _digest(call):
        raise Conflict(
            f"The idempotency key {call.key!r} was used for another request.",
            "Use a new key for each new request.",
            field="Idempotency-Key",
        )
    return Answer(known.answer, is_replay=True)


def answer_once(work: Work, call: Once, kept_for: timedelta, make: Callable[[], tuple[Document, Document]]) -> Answer:
    """Carry out `make` unless the key was used before. It returns the answer, and the answer to keep (without secrets shown once).

    Raises:
        Conflict: the key was used for another request.
    """
    kept = kept_answer(work, call, kept_for)
    if kept is not None:
        return kept
    scope, now = work.scope(call.tenant_id), work.clock.now()
    scope.run(scope.delete(IdempotentAnswer).where(col(IdempotentAnswer.created_at) <= now - kept_for))
    answer, to_keep = make()
    scope.add(
        IdempotentAnswer(
            tenant_id=call.tenant_id,
            actor_id=call.actor_id,
            key=call.key,
            request_digest=_digest(call),
            answer=to_keep,
            created_at=now,
        )
    )
    return Answer(answer, is_replay=False)


def _kept(work: Work, call: Once) -> "Select[IdempotentAnswer]":
    statement = work.scope(call.tenant_id).select(IdempotentAnswer)
    return statement.where(col(IdempotentAnswer.actor_id) == call.actor_id, col(IdempotentAnswer.key) == call.key)


def _digest(call: Once) -> str:
    return hashlib.sha256(call.request).hexdigest()
