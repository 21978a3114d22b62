"""Pages of the history, newest first, each found in bounded work however many runs there are and whatever is asked of them.

One index answers a list in its order. Several conditions that fit many runs each and few together would read the history to its end, so
a page stops where it has looked at enough runs: it then holds what it found, and its cursor goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, literal_column
from sqlmodel import col

from app.base.db import Scope
from app.base.db.full_text import words_of
from app.base.ids import first_id_at
from app.base.paging import PageRequest
from app.runs.models import PendingText, RunRecord, RunSearch
from app.runs.search import age, has_words, is_as_young, is_older, unindexed
from app.runs.types import RunFilter, RunStatus

MOST_RUNS: Final = 1_000
"""Runs that one page looks at; they take some 10 ms, 30 when nothing of them is in memory."""
MOST_MATCHES: Final = 1_000
"""Matches of a text that one page looks at: each costs more than a run found by an index."""
_LATEST_WRITING: Final = timedelta(hours=1)
"""How long after its beginning a run is written at the latest, but for those that were tried again and again."""
_PARTIAL: Final = {"correlation_id": "<> ''", "status": "<> 'finished'"}
"""What an index leaves out; a statement has to say that it asks for none of that, or SQLite doesn't take the index."""


_UNINDEXED: Final = frozenset({"version"})
"""Narrows one script's runs, and those are found by the script's index."""


@dataclass(frozen=True, slots=True)
class Found:
    """Runs that match, one more than the page holds if there are; `resume` is where a page that looked at enough stopped."""

    rows: Sequence[RunRecord]
    resume: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Condition:
    """A column and the value that it should have."""

    name: str
    value: Any

    @property
    def by_index(self) -> Any:
        """The condition as an index answers it."""
        column = col(getattr(RunRecord, self.name))
        left_out = _PARTIAL.get(self.name)
        return column == self.value if left_out is None else (column == self.value) & literal_column(f"runs_run.{self.name} {left_out}")

    @property
    def by_looking(self) -> Any:
        """The condition as it is checked on each row."""
        return unindexed(col(getattr(RunRecord, self.name))) == self.value


def runs_page(scope: Scope, wanted: RunFilter, request: PageRequest) -> Found:
    """Runs that match, newest first."""
    if wanted.text is not None:
        return _by_text(scope, wanted, words_of(wanted.text), request)
    bounds = _bounds(wanted)
    if request.after:
        bounds.append(col(RunRecord.id) < request.after)
    conditions = _conditions(wanted)
    driver, edge = _driver(scope, conditions, bounds)
    statement = scope.select(RunRecord).where(*bounds, *([driver.by_index] if driver else []))
    statement = statement.where(*(each.by_looking for each in conditions if each is not driver))
    if edge is not None:
        statement = statement.where(col(RunRecord.id) >= edge)
    return _found(scope, statement.order_by(col(RunRecord.id).desc()), request, edge)


def _found(scope: Scope, statement: "Select[RunRecord]", request: PageRequest, edge: UUID | None) -> Found:
    rows = scope.all(statement.limit(request.limit + 1))
    return Found(rows, edge if len(rows) <= request.limit else None)


def _driver(scope: Scope, conditions: list[_Condition], bounds: list[Any]) -> tuple[_Condition | None, UUID | None]:
    """The condition whose index is read, and the run at which reading it stops, None if it reaches its end."""
    indexed = [each for each in conditions if each.name not in _UNINDEXED and each.value != RunStatus.FINISHED]
    if not indexed:
        rare = any(each.name in _UNINDEXED for each in conditions)
        return None, _nth(scope, bounds) if rare else None
    if len(conditions) == 1:
        return indexed[0], None
    reach: list[tuple[UUID, _Condition]] = []
    for each in indexed:
        edge = _nth(scope, [*bounds, each.by_index])
        if edge is None:
            return each, None
        reach.append((edge, each))
    # All fit many runs: the one that reaches furthest back fits the fewest.
    edge, driver = min(reach, key=lambda found: found[0])
    return driver, edge


def _nth(scope: Scope, conditions: list[Any]) -> UUID | None:
    """The last of the most runs that a page looks at; read from an index alone."""
    statement = scope.columns(RunRecord, col(RunRecord.id)).where(*conditions)
    return scope.first(statement.order_by(col(RunRecord.id).desc()).offset(MOST_RUNS - 1).limit(1))


def _by_text(scope: Scope, wanted: RunFilter, words: list[str], request: PageRequest) -> Found:
    if not words:
        return Found([])
    matching: list[Any] = [has_words(scope.only_tenant_id, words)]
    newer = _first_after(scope, wanted)
    matching += [is_older(each) for each in (request.after, newer) if each is not None]
    bounds, conditions = _bounds(wanted), _conditions(wanted)
    edge = None
    if bounds or conditions:
        nth = scope.columns(RunSearch, col(RunSearch.run_id)).where(*matching)
        edge = scope.first(nth.order_by(age().desc()).offset(MOST_MATCHES).limit(1))
    statement = scope.select(RunRecord).join(RunSearch, col(RunSearch.run_id) == col(RunRecord.id)).where(*matching)
    statement = statement.where(*bounds, *(each.by_looking for each in conditions))
    if edge is not None:
        statement = statement.where(is_as_young(edge))
    return _found(scope, statement.order_by(age().desc()), request, edge)


def _first_after(scope: Scope, wanted: RunFilter) -> UUID | None:
    """A run that the search knows and that was written after all that a period may hold: it begins below it, not at the newest run."""
    if wanted.started_until is None:
        return None
    after = first_id_at(wanted.started_until + _LATEST_WRITING)
    is_known = col(RunRecord.id).not_in(scope.columns(PendingText, col(PendingText.run_id)))
    later = scope.columns(RunRecord, col(RunRecord.id)).where(col(RunRecord.id) >= after, is_known)
    return scope.first(later.order_by(col(RunRecord.id)))


def _bounds(wanted: RunFilter) -> list[Any]:
    """A period: ids sort by time, so every index finds it in them."""
    bounds: list[Any] = []
    if wanted.started_from is not None:
        bounds.append(col(RunRecord.id) >= first_id_at(wanted.started_from))
    if wanted.started_until is not None:
        bounds.append(col(RunRecord.id) < first_id_at(wanted.started_until))
    return bounds


def _conditions(wanted: RunFilter) -> list[_Condition]:
    """What is asked of the columns, the ones that narrow most first."""
    found = {
        "correlation_id": wanted.correlation_id,
        "parent_run_id": wanted.parent_run_id,
        "entity_id": wanted.entity_id,
        "fingerprint": wanted.fingerprint,
        "status": wanted.status,
        "outcome": wanted.outcome,
        "script_id": wanted.script_id,
        "version": wanted.version,
        "actor_id": wanted.actor_id,
        "trigger": wanted.trigger,
        "phase": wanted.phase,
        "entity_type": wanted.entity_type,
    }
    return [_Condition(name, value) for name, value in found.items() if value is not None]
