"""What re-running past runs takes and hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RerunVersion(StrEnum):
    """Which source a past run's input is given to: the one that ran, or the one that is active now."""

    ORIGINAL = "original"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class RerunPreview:
    """How many runs a bulk re-run would make. `left_out` match the filter and can't be run again: they never ran, or have no script.

    `is_cut`: more may match than one bulk re-run takes or looks at; the newest are taken.
    """

    count: int
    left_out: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class BulkRerun:
    """A bulk re-run and how far it is. `outcomes` counts the runs that ended, by how; `correlation_id` finds them in the history."""

    id: UUID
    name: str
    version: RerunVersion
    total: int
    waiting: int
    running: int
    outcomes: Mapping[str, int]
    actor_name: str
    created_at: datetime
    correlation_id: str

    @property
    def ended(self) -> int:
        """How many of its runs have ended."""
        return sum(self.outcomes.values())

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""
        return not self.waiting and not self.running
