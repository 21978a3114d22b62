"""Saving and deleting with scripts around it: what faces, the record bridge and host applications call."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar, assert_never
from uuid import UUID

from msgspec import Struct

from app.access import Actor
from app.base.db import Database, Work
from app.base.errors import Stale
from app.base.idempotency import Answer, Once, answer_once
from app.entities.hooks import SaveHooks
from app.entities.index import note_change
from app.entities.service.deleting import PendingDelete, begin_delete, write_delete
from app.entities.service.hosted import check_hosted
from app.entities.service.saving import PendingSave, accept, begin_save, write_save
from app.entities.types import Deleted, DeleteOutcome, DeleteRecord, Document, Record, Saved, SaveOutcome, SaveRecord
from app.hooks.types import Accepted, Change, Decision, Failed, Found, Rejected
from app.runs.types import Chain

T = TypeVar("T")
_TRIES = 3
_NO_CHAIN: Final = Chain()
KEPT_FOR: Final = timedelta(hours=24)
"""How long a host application may repeat that it made a change."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Under which key, for how long and as what document the answer to a save is kept."""

    call: Once
    kept_for: timedelta
    document: Callable[[Saved], Document]


class BegunSave(Struct, frozen=True):
    """A save before its scripts: what was looked at, as they will see it, and which they are."""

    pending: PendingSave
    change: Change
    found: Found


class Entities:
    """Saves and deletes records. One per process."""

    def __init__(self, database: Database, hooks: SaveHooks) -> None:
        self._database = database
        self._hooks = hooks

    async def save(self, actor: Actor, wanted: SaveRecord, chain: Chain | None = None) -> SaveOutcome:
        """Save a record, or say why scripts didn't let it be. A save that names no version is repeated if somebody else's came between.

        Raises:
            Denied, NotFound, Stale, RecordInvalid: see `begin_save` and `write_save`.
        """
        for attempt in range(1, _TRIES + 1):
            begun = await self._database.glance(lambda work: self.begin_save(work, actor, wanted, chain))
            try:
                return await self.finish_save(actor, begun)
            except Stale:
                if wanted.version is not None or attempt == _TRIES:
                    raise
        raise AssertionError("the last try returned or raised")

    def begin_save(self, work: Work, actor: Actor, wanted: SaveRecord, chain: Chain | None = None) -> BegunSave:
        """The first half of `save`, for callers with a unit of work at hand.

        Raises:
            Denied, NotFound, Stale, RecordInvalid: see `begin_save` of the service.
        """
        pending = begin_save(work, actor, wanted, chain or _NO_CHAIN)
        change = pending.change
        return BegunSave(pending, change, self._hooks.look(work, actor, change))

    async def finish_save(self, actor: Actor, begun: BegunSave) -> SaveOutcome:
        """The second half: run the scripts and write.

        Raises:
            NotFound, Stale, RecordInvalid: see `write_save`.
        """
        return await self._finish(actor, begun, lambda work, accepted, warnings: Saved(self._write_save(work, actor, accepted), warnings))

    async def finish_save_once(self, actor: Actor, begun: BegunSave, keep: Keep) -> Answer | Rejected | Failed:
        """`finish_save` for a call that may be sent twice: the answer is kept in the same transaction, and given again.

        Raises:
            Conflict: the key was used for another call.
            NotFound, Stale, RecordInvalid: see `write_save`.
        """

        def write(work: Work, accepted: PendingSave, warnings: tuple[str, ...]) -> Answer:
            def make() -> tuple[Document, Document]:
                document = keep.document(Saved(self._write_save(work, actor, accepted), warnings))
                return document, document

            return answer_once(work, keep.call, keep.kept_for, make)

        return await self._finish(actor, begun, write)

    async def _finish(
        self, actor: Actor, begun: BegunSave, write: Callable[[Work, PendingSave, tuple[str, ...]], T]
    ) -> T | Rejected | Failed:
        decision = await self._hooks.before(actor, begun.change, begun.found)
        match decision:
            case Rejected() | Failed():
                return decision
            case Accepted():
                pass
            case _:
                assert_never(decision)
        try:
            accepted = accept(begun.pending, decision.fields, is_changed=bool(decision.changes))
            carry_out = self._database.jot if accepted.is_small else self._database.write
            return await carry_out(lambda work: write(work, accepted, decision.warnings))
        finally:
            await _recorded([decision])

    async def delete(self, actor: Actor, wanted: DeleteRecord, chain: Chain | None = None) -> DeleteOutcome:
        """Delete a record and what belongs to it, or say why scripts didn't let it be.

        Raises:
            Denied, NotFound, Stale, Conflict: see `begin_delete` and `write_delete`.
        """
        pending = await self._database.glance(lambda work: begin_delete(work, actor, wanted, chain or Chain()))
        return await self.finish_delete(actor, pending)

    async def finish_delete(self, actor: Actor, pending: PendingDelete) -> DeleteOutcome:
        """Run the scripts and delete what `begin_delete` looked at.

        Raises:
            NotFound, Stale, Conflict: see `write_delete`.
        """
        accepted: list[Accepted] = []
        try:
            for change in pending.changes:
                decision = await self._hooks.before(actor, change)
                if not isinstance(decision, Accepted):
                    return decision
                accepted.append(decision)
            gone = await self._database.write(lambda work: self._write_delete(work, actor, pending))
        finally:
            await _recorded(accepted)
        return Deleted(gone, tuple(warning for each in accepted for warning in each.warnings))

    async def before_hosted(self, actor: Actor, change: Change) -> Decision:
        """What scripts decide about a change that a host application is about to make to an entity of its own.

        Raises:
            Denied: the actor may not run hooks.
            NotFound: no such type in this tenant.
        """
        await self._database.glance(lambda work: check_hosted(work, actor, change))
        return await self._hooks.before(actor, change)

    async def after_hosted(self, actor: Actor, change: Change, key: str | None = None) -> None:
        """Let scripts know of a change that a host application made; once for each key.

        Raises:
            Denied: the actor may not run hooks.
            NotFound: no such type in this tenant.
        """
        await self._database.write(lambda work: self._tell_hosted(work, actor, change, key))

    def _tell_hosted(self, work: Work, actor: Actor, change: Change, key: str | None) -> None:
        check_hosted(work, actor, change)
        if key is None:
            self._hooks.publish_after(work, actor, change)
            return

        def make() -> tuple[Document, Document]:
            self._hooks.publish_after(work, actor, change)
            return {}, {}

        answer_once(work, Once(actor.tenant_id, actor.user_id, key, repr(change).encode()), KEPT_FOR, make)

    def _write_save(self, work: Work, actor: Actor, pending: PendingSave) -> Record:
        saved = write_save(work, actor, pending)
        self._publish(work, actor, pending.change_to(saved.data), saved.id)
        return saved

    def _write_delete(self, work: Work, actor: Actor, pending: PendingDelete) -> int:
        changes = write_delete(work, actor, pending)
        for change in changes:
            self._publish(work, actor, change, UUID(change.id))
        return len(pending.doomed)

    def _publish(self, work: Work, actor: Actor, change: Change, record_id: UUID) -> None:
        self._hooks.publish_after(work, actor, change)
        note_change(work, actor.tenant_id, record_id)


async def _recorded(decisions: Sequence[Accepted]) -> None:
    """Return once the runs behind the decisions are durable."""
    waiting: list[Awaitable[None]] = [each.recorded for each in decisions if each.recorded is not None]
    for each in waiting:
        await each
