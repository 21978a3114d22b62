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
BUSY_ROWS: Final = 100
"""After a round of so many rows the journal is long: a save alone leaves some twenty pages in it, of a thousand that make a checkpoint."""


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
        self._latest = 0

    async def step(self) -> int:
        """Enter one batch of each; how many rows that were.

        Each is a write of its own, and a long journal is carried over before them: while the writing thread has its turn, no save ends.
        """
        # Looking costs a read; only when there is something to do does an idle keeper become a writer.
        behind = await self._database.read(lambda work: [model for model in self._models if model.is_behind(work)])
        if behind and self._latest >= BUSY_ROWS:
            await self._database.carry_journal_over()
        self._latest = 0
        for model in behind:
            self._latest += await self._database.write(model.catch_up)
        return self._latest

    async def run(self) -> None:
        """Keep them for ever. A database that is away for a moment doesn't end the loop; cancelling it loses nothing."""
        loop = asyncio.get_running_loop()
        while True:
            began, taken = loop.time(), 0
            try:
                taken = await self.step()
            except Exception as error:  # the next round may find the database again
                logger().error("Keeping the read models failed.", error=f"{type(error).__name__}: {error}"[:500])
            took = loop.time() - began
            await asyncio.sleep(max(PAUSE_SECONDS, took * (1 / SHARE - 1)) if taken else POLL_SECONDS)
