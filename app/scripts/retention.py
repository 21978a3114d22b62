"""Purging scripts that were deleted long ago."""

from datetime import timedelta
from typing import Final

from app.base.db import Database, Work
from app.scripts import queries
from app.scripts.checks import Forget, nobody_forgets

BATCH: Final = 100
"""Scripts purged in one transaction: short enough that nobody waits behind it."""


async def purge_deleted(database: Database, kept_for: timedelta, forget: Forget = nobody_forgets) -> int:
    """Remove every tenant's scripts that were deleted longer ago than that, with their versions; how many there were.

    `forget` removes what belongs to them elsewhere. Their runs stay in the history, which keeps the sources that ran.
    """
    purged = 0
    while True:
        gone = await database.write(lambda work: _purge_batch(work, kept_for, forget))
        purged += gone
        if gone < BATCH:
            return purged


def _purge_batch(work: Work, kept_for: timedelta, forget: Forget) -> int:
    doomed = queries.deleted_before(work.platform, work.clock.now() - kept_for, BATCH)
    for tenant_id, script_id in doomed:
        queries.purge(work.scope(tenant_id), script_id)
        forget(work, tenant_id, script_id)
    return len(doomed)
