"""The operator's page: the sandbox and its processes, queues, schedules and the database of the whole program, every few seconds anew.

It stands above tenants and shows nothing of theirs but how much there is. Monitors read the same at `/health/modules` and `/metrics`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app import schedules
from app.access import Actor, needs, require
from app.base.db import Work
from app.base.transport import Backlog
from app.sandbox.lockdown.layers import missing_for_strict
from app.sandbox.pool import Pool
from app.web.administration.contexts import Figure, LayerLine, Operations, QueueLine, SandboxPart
from app.web.figures import size, span
from app.web.guards import PageVisit
from app.web.times import when

router = APIRouter(include_in_schema=False)

LATE_SECONDS: Final = 5.0
"""A message that is due for so long is one that an operator should look at."""


@router.get("/operator")
@needs("base.metrics.read")
async def show_operations(visit: PageVisit) -> Response:
    """The machine as it is now."""

    def find(work: Work, actor: Actor) -> tuple[schedules.Backlog, int]:
        # What follows is the program's, not a tenant's, so there is no other verb that would ask.
        require(actor, "base.metrics.read")
        return schedules.get_backlog(work, actor), work.size_bytes()

    # Two of its figures are counted over all schedules, which is not for the loop.
    viewer, (backlog, size_bytes) = await visit.look_at_length(find)
    ground, pool = visit.services.ground, visit.services.runner.pool
    engines = ground.database.engines
    view = Operations(
        when(visit.now, visit.now),
        await ground.health.recent(),
        sandbox_of(pool) if pool is not None else None,
        tuple(queue_line(each, visit.now) for each in await visit.services.transport.backlog()),
        _schedules(backlog, visit.now),
        (
            Figure("Kind", "SQLite" if engines.is_sqlite else "PostgreSQL"),
            Figure("Size", size(size_bytes)),
            Figure("Messages are kept", "in memory" if ground.settings.transport == "memory" else "in the database"),
        ),
    )
    if visit.is_scripted:
        return visit.render.fragments(visit.render.oob("operator/_operations.html", view))
    return visit.page(viewer, "operator/page.html", "Operator", view)


def sandbox_of(pool: Pool) -> SandboxPart:
    """The sandbox with its walls and what its processes do."""
    snapshot = pool.snapshot()
    counters = snapshot.counters
    jobs = sum(counters.outcomes.values())
    return SandboxPart(
        pool.settings.mode,
        tuple(missing_for_strict(pool.layers)),
        tuple(LayerLine(each.layer, each.is_active, each.detail) for each in pool.layers),
        (
            Figure("Running", f"{snapshot.running:,} of {pool.settings.slots:,}"),
            Figure("Waiting", f"{snapshot.waiting:,}"),
            Figure("Processes", f"{snapshot.children:,} of {pool.settings.max_children:,}"),
            Figure("Idle", f"{snapshot.idle:,}"),
            Figure("Spare", f"{snapshot.spares:,}"),
        ),
        (
            Figure("Jobs", f"{jobs:,}"),
            Figure("Processes started", f"{counters.children_started:,}"),
            Figure("Found a warm process", _share(counters.warm_hits, jobs)),
            Figure("Found their script compiled", _share(counters.cache_hits, counters.cache_hits + counters.cache_misses)),
        ),
        _counted(counters.kills),
        _counted(counters.outcomes),
    )


def queue_line(backlog: Backlog, now: datetime) -> QueueLine:
    """A queue, with how long the first of its messages has been due."""
    seconds = (now - backlog.first_due_at).total_seconds() if backlog.first_due_at else 0.0
    return QueueLine(backlog.topic, f"{backlog.waiting:,}", late_text(seconds), seconds > LATE_SECONDS, backlog.dead)


def late_text(seconds: float) -> str:
    """How late something is."""
    return span(seconds) if seconds > 0 else "on time"


def _schedules(backlog: schedules.Backlog, now: datetime) -> tuple[Figure, ...]:
    late = (now - backlog.first_due_at).total_seconds() if backlog.first_due_at else 0.0
    return (
        Figure("With a next start", f"{backlog.wakeful:,}"),
        Figure("Due now", f"{backlog.due:,}"),
        Figure("Behind the clock", late_text(late)),
    )


def _counted(counts: Mapping[str, int]) -> tuple[Figure, ...]:
    return tuple(
        Figure(name.replace("-", " "), f"{count:,}") for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "none yet"
