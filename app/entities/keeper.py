"""The read model of records, for whoever keeps it up to date: the changes that saves and deletions left behind, a batch at a time."""

from collections import defaultdict
from typing import Final
from uuid import UUID

from app.base.db import Work
from app.entities import queries
from app.entities.index import refresh

BATCH: Final = 100


class RecordIndex:
    """What searches of records read, as `app.base.keeper` keeps it."""

    def is_behind(self, work: Work) -> bool:
        """Whether records were changed since."""
        return queries.has_pending(work.platform)

    def catch_up(self, work: Work) -> int:
        """Enter the records of one batch of changes; how many changes that were."""
        events = queries.pending(work.platform, BATCH)
        by_tenant: dict[UUID, set[UUID]] = defaultdict(set)
        for event in events:
            by_tenant[event.tenant_id].add(event.record_id)
        for tenant_id, record_ids in by_tenant.items():
            refresh(work, tenant_id, record_ids)
        if events:
            queries.forget_pending(work.platform, [event.id for event in events])
        return len(events)
