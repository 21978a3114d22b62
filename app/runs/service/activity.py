"""How many runs there were lately, hour by hour: what a dashboard shows at a glance."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.access import Actor, require
from app.base.db import Work
from app.base.ids import first_id_at
from app.runs import queries
from app.runs.types import RunOutcome

HOURS: Final = 24
_FAILURES: Final = tuple(outcome for outcome in RunOutcome if outcome.is_failure)


@dataclass(frozen=True, slots=True)
class Hour:
    """The runs that were made in an hour, and how many of them failed."""

    since: datetime
    runs: int
    failures: int


def activity(work: Work, actor: Actor) -> tuple[Hour, ...]:
    """The last `HOURS` hours, the earliest first; each is counted from an index alone. A run counts for the hour it was asked for in."""
    require(actor, "runs.run.list")
    # Up to and with the present millisecond; hours meet without a gap and share no run.
    scope, end = work.scope(actor.tenant_id), work.clock.now() + timedelta(milliseconds=1)
    hours = []
    for back in range(HOURS, 0, -1):
        since, until = end - timedelta(hours=back), end - timedelta(hours=back - 1)
        bounds = first_id_at(since), first_id_at(until)
        runs = queries.count_between(scope, *bounds)
        hours.append(Hour(since, runs, queries.count_between(scope, *bounds, _FAILURES) if runs else 0))
    return tuple(hours)
