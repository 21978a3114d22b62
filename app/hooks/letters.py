"""Messages that were given up on: see them, have one tried again, or drop it for good.

The transport keeps them. What is done with one stands in the audit log by the same transaction.
"""

from collections.abc import Callable
from uuid import UUID

from app.access import Actor, record, require
from app.base.db import Database, Work
from app.base.errors import not_found
from app.base.transport import DeadLetter, Transport


class Letters:
    """The dead letters of all tenants."""

    def __init__(self, database: Database, transport: Transport) -> None:
        self._database = database
        self._transport = transport

    async def list(self, actor: Actor) -> tuple[DeadLetter, ...]:
        """The tenant's letters, newest first, at most a page."""
        require(actor, "hooks.letter.list")
        return await self._transport.dead_letters(actor.tenant_id)

    async def retry(self, actor: Actor, letter_id: UUID) -> None:
        """Have one tried again, from its first attempt.

        Raises:
            NotFound: not in this tenant, or no longer given up on.
        """
        await self._settle(actor, "hooks.letter.retry", letter_id, self._transport.revive)

    async def drop(self, actor: Actor, letter_id: UUID) -> None:
        """Forget one for good: it is never delivered.

        Raises:
            NotFound: not in this tenant, or no longer given up on.
        """
        await self._settle(actor, "hooks.letter.drop", letter_id, self._transport.discard)

    async def _settle(self, actor: Actor, action: str, letter_id: UUID, settle: Callable[[Work, UUID, UUID], bool]) -> None:
        require(actor, action)

        def carry_out(work: Work) -> None:
            if not settle(work, actor.tenant_id, letter_id):
                raise not_found("dead letter", letter_id)
            record(work, actor, action, "letter", letter_id)

        await self._database.write(carry_out)
