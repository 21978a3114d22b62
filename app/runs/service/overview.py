"""The history seen from further away: failures that are alike, how a script's versions did, and whether anything is new."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.access import Actor, require
from app.base.db import Work
from app.base.ids import first_id_at
from app.runs import overview_queries
from app.runs.service.history import summary_of
from app.runs.types import RunOutcome, RunSummary

MOST_GROUPS = 100
FIGURES_OF = 1_000
"""A script's latest runs that the figures of its versions are made from."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures alike: `count` in the time asked for; `first` is the earliest that is kept at all, so its version brought the failure in."""

    fingerprint: str
    count: int
    first: RunSummary
    last: RunSummary


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """How often a version ran among its script's latest runs, and how often it failed."""

    runs: int
    failures: int


@dataclass(frozen=True, slots=True)
class RunsHead:
    """What changes when anything happens to a tenant's runs: the newest, those that wait or are under way, the first that searches miss."""

    newest: UUID | None
    unfinished: tuple[tuple[UUID, str], ...]
    unsearched: UUID | None


def failure_groups(work: Work, actor: Actor, since: datetime | None, script_id: UUID | None = None) -> tuple[FailureGroup, ...]:
    """Failures by fingerprint, the ones seen last first."""
    require(actor, "runs.run.list")
    scope = work.scope(actor.tenant_id)
    counted = overview_queries.count_by_fingerprint(scope, first_id_at(since) if since else None, script_id, MOST_GROUPS)
    firsts = {fingerprint: overview_queries.first_with(scope, fingerprint) for fingerprint, _, _ in counted}
    wanted = [last for _, _, last in counted] + [each for each in firsts.values() if each is not None]
    known = {row.id: summary_of(row) for row in overview_queries.runs_by_ids(scope, wanted)}
    groups = []
    for fingerprint, count, last_id in counted:
        first, last = known.get(firsts[fingerprint] or last_id), known.get(last_id)
        if first is not None and last is not None:
            groups.append(FailureGroup(fingerprint, count, first, last))
    return tuple(groups)


def version_figures(work: Work, actor: Actor, script_id: UUID) -> dict[int, VersionFigures]:
    """How each version did among the script's latest `FIGURES_OF` runs."""
    require(actor, "runs.run.list")
    figures: dict[int, VersionFigures] = {}
    for version, outcome in overview_queries.latest_outcomes(work.scope(actor.tenant_id), script_id, FIGURES_OF):
        if version is None or outcome is None:
            continue
        before = figures.get(version, VersionFigures(0, 0))
        figures[version] = VersionFigures(before.runs + 1, before.failures + RunOutcome(outcome).is_failure)
    return figures


def runs_head(work: Work, actor: Actor) -> RunsHead:
    """Whether a list of runs is still what it was: three look-ups by index."""
    require(actor, "runs.run.list")
    scope = work.scope(actor.tenant_id)
    return RunsHead(overview_queries.newest(scope), overview_queries.unfinished(scope, 100), overview_queries.first_unsearched(scope))
