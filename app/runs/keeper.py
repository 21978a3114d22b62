"""The search over runs, for whoever keeps it up to date: the texts that finished runs left behind, a batch at a time."""

from collections import defaultdict
from typing import Final
from uuid import UUID

from app.base.db import Work
from app.runs import queries
from app.runs.models import RunSearch
from app.runs.types import Document

BATCH: Final = 500


class RunIndex:
    """What searches of runs read, as `app.base.keeper` keeps it."""

    def is_behind(self, work: Work) -> bool:
        """Whether runs have ended since."""
        return queries.has_pending(work.platform)

    def catch_up(self, work: Work, most: int = BATCH) -> int:
        """Enter the texts of one batch of runs; how many that were."""
        texts = queries.pending(work.platform, most)
        by_tenant: dict[UUID, list[Document]] = defaultdict(list)
        for text in texts:
            by_tenant[text.tenant_id].append({"run_id": text.run_id, "tenant_id": text.tenant_id, "body": text.body})
        for tenant_id, rows in by_tenant.items():
            work.scope(tenant_id).insert_many(RunSearch, rows)
        if texts:
            queries.forget_pending(work.platform, [text.run_id for text in texts])
        return len(texts)
