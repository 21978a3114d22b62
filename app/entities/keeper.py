"""Keeps the read model: takes the events that saves and deletions leave behind, a batch at a time, whichever tenant's they are.

Events of the read model have a table of their own instead of the outbox: there is one for every save, any number of them about a record is
as good as one, and a batch of fifty costs little more than a single message would.
"""

import asyncio
from collections import defaultdict
from typing import Final
from uuid import UUID

from app.base.db import Database, Work
from app.base.telemetry.logs import logger
from app.entities import queries
from app.entities.index import refresh

BATCH: Final = 100
POLL_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 0.2
"""At least so long between two batches: what is saved meanwhile goes into one, at a fraction of what each alone would cost."""
SHARE: Final = 0.1
"""How much of the time may go into the read model while there is work: saves come first, searches follow."""


class IndexKeeper:
    """Brings the read model up to date, batch by batch."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> int:
        """Enter one batch of changes; how many events that were."""
        # Looking costs a read; only when there is something to do does an idle keeper become a writer.
        if not await self._database.read(lambda work: queries.has_pending(work.platform)):
            return 0
        return await self._database.write(_take_batch)

    async def run(self) -> None:
        """Keep the read model for ever. A database that is away for a moment doesn't end the loop; cancelling it loses nothing."""
        loop = asyncio.get_running_loop()
        while True:
            began, taken = loop.time(), 0
            try:
                taken = await self.step()
            except Exception as error:  # the next round may find the database again
                logger().error("Keeping the read model failed.", error=f"{type(error).__name__}: {error}"[:500])
            took = loop.time() - began
            await asyncio.sleep(max(PAUSE_SECONDS, took * (1 / SHARE - 1)) if taken else POLL_SECONDS)


def _take_batch(work: Work) -> int:
    events = queries.pending(work.platform, BATCH)
    by_tenant: dict[UUID, set[UUID]] = defaultdict(set)
    for event in events:
        by_tenant[event.tenant_id].add(event.record_id)
    for tenant_id, record_ids in by_tenant.items():
        refresh(work, tenant_id, record_ids)
    if events:
        queries.forget_pending(work.platform, [event.id for event in events])
    return len(events)
