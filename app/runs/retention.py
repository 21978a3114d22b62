"""Forgetting old runs, each tenant's by its own rules: so many days, and so many runs."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.base.db import Database, Work
from app.base.ids import first_id_at
from app.runs import queries

BATCH: Final = 500
"""Runs deleted in one transaction: short enough that nobody waits behind it."""


async def purge(database: Database) -> int:
    """Delete every tenant's runs that are past their time or their number; how many there were."""
    purged = 0
    tenant_id: UUID | None = None
    while True:
        tenant_id = await _tenant_after(database, tenant_id)
        if tenant_id is None:
            return purged
        purged += await purge_tenant(database, tenant_id)


async def _tenant_after(database: Database, tenant_id: UUID | None) -> UUID | None:
    return await database.read(lambda work: queries.tenant_after(work.platform, tenant_id))


async def purge_tenant(database: Database, tenant_id: UUID) -> int:
    """Delete one tenant's runs that are past their time or their number."""
    purged = 0
    while True:
        gone = await database.write(lambda work: _purge_batch(work, tenant_id))
        purged += gone
        if gone < BATCH:
            return purged


def _purge_batch(work: Work, tenant_id: UUID) -> int:
    scope = work.scope(tenant_id)
    limits = queries.tenant_limits(scope)
    by_time = first_id_at(work.clock.now() - timedelta(days=limits.keep_days))
    by_number = queries.nth_newest(scope, limits.keep_runs - 1) if limits.keep_runs else None
    before = by_time if by_number is None else max(by_time, by_number)
    doomed = queries.oldest_finished(scope, before, BATCH)
    if doomed:
        queries.delete_runs(scope, doomed)
    return len(doomed)
