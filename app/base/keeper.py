"""Keeps read models: what searches read follows behind what it is made of, a batch at a time, whichever tenant's it is.

A change leaves an event or a text in a table of its own, in its own transaction, and that is the durable mark of what is still to be done:
a process that dies loses none of it. A table of its own instead of the outbox, because there is one for every save, any number of them
about a row may be as good as one, and a batch of fifty costs little more than a single message would.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from app.base.db import Database, Work
from app.base.telemetry.logs import logger

POLL_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 0.2
"""At least so long between two batches: what is saved meanwhile goes into one, at a fraction of what each alone would cost."""
SHARE: Final = 0.1
"""How much of the time may go into read models while there is work: saves come first, searches follow."""
PATIENCE_SECONDS: Final = 0.25
"""A search waits for no batch that begins later: behind a flood it answers with what is known by then."""
BUSY_ROWS: Final = 100
"""After a batch of so many rows the journal is long, and is carried over before the next one rather than by its commit."""


class ReadModel(Protocol):
    """What searches of a domain read."""

    def is_behind(self, work: Work) -> bool:
        """Whether there is something that it doesn't know yet."""

    def catch_up(self, work: Work) -> int:
        """Enter one batch of what it doesn't know yet; how many rows that were."""


class Keeper:
    """Brings read models up to date, batch by batch."""

    def __init__(self, database: Database, models: Sequence[ReadModel]) -> None:
        self._database = database
        self._models = models

    async def step(self) -> int:
        """Enter one batch of each; how many rows that were."""
        return sum([await self._enter(model) for model in self._models])

    async def before_search(self) -> None:
        """Enter what waits, so that a search finds what was saved before it was asked."""
        loop = asyncio.get_running_loop()
        latest = loop.time() + PATIENCE_SECONDS
        while await self.step() and loop.time() < latest:
            pass

    async def run(self) -> None:
        """Keep them for ever, each at its own pace. A database that is away for a moment doesn't end that; cancelling it loses nothing."""
        async with asyncio.TaskGroup() as group:
            for model in self._models:
                group.create_task(self._keep(model))

    async def _enter(self, model: ReadModel) -> int:
        """Enter one batch. While the writing thread has its turn no save ends, so each model has a write of its own."""
        # Looking costs a read; only when there is something to do does an idle keeper become a writer.
        return await self._database.write(model.catch_up) if await self._database.read(model.is_behind) else 0

    async def _keep(self, model: ReadModel) -> None:
        loop = asyncio.get_running_loop()
        rest = len(self._models) / SHARE - 1
        taken = 0
        while True:
            began = loop.time()
            try:
                if taken >= BUSY_ROWS:
                    await self._database.carry_journal_over()
                    began = loop.time()
                taken = await self._enter(model)
            except Exception as error:  # the next round may find the database again
                taken = 0
                logger().error("Keeping the read models failed.", error=f"{type(error).__name__}: {error}"[:500])
            took = loop.time() - began
            await asyncio.sleep(max(PAUSE_SECONDS, took * rest) if taken else POLL_SECONDS)
