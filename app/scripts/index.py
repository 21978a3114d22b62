"""Which scripts run when: looked up in the process's own memory, which can't outlive a change made by any process.

Every change of a script gives its tenant's data another number, in the same transaction. A lookup reads that number (one indexed read on
the transaction at hand, some microseconds) and asks the tables only when it isn't the one that the remembered answer was found under.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.base.db import Scope, Work
from app.scripts import queries
from app.scripts.revision import revision_name
from app.scripts.service.rows import active_of
from app.scripts.types import ActiveScript, EntityEvent, Phase

REMEMBERED_BYTES: Final = 64 * 1024 * 1024
_OVERHEAD: Final = 1024
_Key = tuple[UUID, str, str, str]


@dataclass(frozen=True, slots=True)
class _Answer:
    revision: int
    scripts: tuple[ActiveScript, ...]
    size: int


class ScriptIndex:
    """Finds active scripts. One per process; reads of all threads may share it."""

    def __init__(self, remembered_bytes: int = REMEMBERED_BYTES) -> None:
        self._largest = remembered_bytes
        self._answers: dict[_Key, _Answer] = {}
        self._size = 0
        self._lock = threading.Lock()

    def for_event(self, work: Work, tenant_id: UUID, entity_type: str, event: EntityEvent, phase: Phase) -> tuple[ActiveScript, ...]:
        """The active scripts of an event in running order: by priority, then by name."""
        return self._find(
            work,
            (tenant_id, phase, entity_type, event),
            lambda scope: [row for row in queries.active_for_type(scope, entity_type, phase) if event in row[0].trigger["events"]],
        )

    def for_endpoint(self, work: Work, tenant_id: UUID, method: str, path: str) -> ActiveScript | None:
        """The active script that answers a call, if there is one."""
        endpoint = f"{method} {path}"
        return _only(self._find(work, (tenant_id, "endpoint", endpoint, ""), lambda scope: queries.active_by_endpoint(scope, endpoint)))

    def by_name(self, work: Work, tenant_id: UUID, name: str) -> ActiveScript | None:
        """The active script of a name, if there is one."""
        return _only(self._find(work, (tenant_id, "name", name, ""), lambda scope: queries.active_by_name(scope, name)))

    def by_id(self, work: Work, tenant_id: UUID, script_id: UUID) -> ActiveScript | None:
        """The active script of an id, if there is one."""
        return _only(self._find(work, (tenant_id, "id", script_id.hex, ""), lambda scope: queries.active_by_id(scope, script_id)))

    def _find(self, work: Work, key: _Key, look: Callable[[Scope], Sequence[Any]]) -> tuple[ActiveScript, ...]:
        # Read before the scripts: what is then found may be newer than its number, never older.
        revision = work.revision(revision_name(key[0]))
        known = self._answers.get(key)
        if known is not None and known.revision == revision:
            return known.scripts
        scripts = tuple(active_of(*row) for row in look(work.scope(key[0])))
        self._remember(key, _Answer(revision, scripts, _OVERHEAD + sum(len(script.source) + _OVERHEAD for script in scripts)))
        return scripts

    def _remember(self, key: _Key, answer: _Answer) -> None:
        with self._lock:
            former = self._answers.pop(key, None)
            self._size += answer.size - (former.size if former else 0)
            if self._size > self._largest:
                self._answers.clear()
                self._size = answer.size
            self._answers[key] = answer


def _only(scripts: tuple[ActiveScript, ...]) -> ActiveScript | None:
    return scripts[0] if scripts else None


def for_event(work: Work, tenant_id: UUID, entity_type: str, event: EntityEvent, phase: Phase) -> tuple[ActiveScript, ...]:
    """`ScriptIndex.for_event`, from this process's index."""
    return _INDEX.for_event(work, tenant_id, entity_type, event, phase)


def for_endpoint(work: Work, tenant_id: UUID, method: str, path: str) -> ActiveScript | None:
    """`ScriptIndex.for_endpoint`, from this process's index."""
    return _INDEX.for_endpoint(work, tenant_id, method, path)


def by_name(work: Work, tenant_id: UUID, name: str) -> ActiveScript | None:
    """`ScriptIndex.by_name`, from this process's index."""
    return _INDEX.by_name(work, tenant_id, name)


def by_id(work: Work, tenant_id: UUID, script_id: UUID) -> ActiveScript | None:
    """`ScriptIndex.by_id`, from this process's index."""
    return _INDEX.by_id(work, tenant_id, script_id)


_INDEX: Final = ScriptIndex()
"""One for the process, whatever databases it opens: tenants' ids are unique, and numbers of revisions are random."""
