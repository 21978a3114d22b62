"""How far behind schedules are, of all tenants: counts and a moment alone, for those who look after the machine."""

from app.access import Actor, require
from app.base.db import Work
from app.schedules.ticking import queries
from app.schedules.types import Backlog


def get_backlog(work: Work, actor: Actor) -> Backlog:
    """How many schedules have something to do, how many should have by now, and since when the first of those waits."""
    require(actor, "base.metrics.read")
    wakeful, _ = queries.counted(work.platform, None)
    due, first = queries.counted(work.platform, work.clock.now())
    return Backlog(wakeful, due, first)
