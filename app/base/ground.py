"""What the composition root builds first and hands down: the ground's parts in one object."""

from dataclasses import dataclass

from app.base.clock import Clock, SystemClock
from app.base.db import Database
from app.base.health import HealthChecks, ground_checks
from app.base.ids import Ids, TimeOrderedIds
from app.base.settings import Settings
from app.base.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Ground:
    """Settings, time, ids, data and telemetry of one running application."""

    settings: Settings
    clock: Clock
    ids: Ids
    database: Database
    metrics: Metrics
    health: HealthChecks

    def close(self) -> None:
        """Finish accepted writes and close the database."""
        self.database.close()


def build_ground(settings: Settings, clock: Clock | None = None, ids: Ids | None = None) -> Ground:
    """The ground over the configured database, with the system's clock unless another is given."""
    clock = clock or SystemClock()
    ids = ids or TimeOrderedIds(clock)
    database = Database(settings, clock, ids)
    return Ground(settings, clock, ids, database, Metrics(), HealthChecks(ground_checks(settings, database)))
