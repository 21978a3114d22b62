"""What tests of schedules stand on: active scripts, a starter that writes down what it was asked to start, and schedules."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app import schedules, scripts
from app.base.db import Work
from app.schedules import Launch, NewSchedule, Policies, Schedule, Starter
from app.schedules.ticking.claim import BATCH, Claimed, claim
from app.scripts import Checks, CronTrigger, Findings, ManualTrigger, NewScript, Phase, Script, ScriptSettings
from app.scripts.service.registry import create_script
from app.testing import Person, World

SOURCE = 'log("tick");'
CHECKS = Checks(lambda work, tenant_id, name: None, schedules.check_trigger, lambda work, actor, role: None)


@dataclass
class WrittenDown:
    """A starter that remembers; runs end when `ended` says so."""

    launches: list[Launch] = field(default_factory=list)
    open: set[UUID] = field(default_factory=set)

    def start(self, work: Work, launches: Sequence[Launch]) -> None:
        """Note runs once they are committed, as ones that go on."""

        def note() -> None:
            self.launches += launches
            self.open |= {each.run_id for each in launches}

        work.after_commit.append(note)

    def unfinished(self, work: Work, tenant_id: UUID, run_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those not ended yet."""
        return frozenset(run_ids) & frozenset(self.open)

    @property
    def times(self) -> list[str]:
        """For which times runs were started, in order."""
        return [f"{each.occurs_at:%d %H:%M:%S}" for each in self.launches]


def a_script(
    world: World, person: Person, name: str = "nightly", *, cron: str = "", activate: bool = True, checks: Checks = CHECKS
) -> Script:
    """An active script of somebody's tenant."""
    trigger = CronTrigger(cron) if cron else ManualTrigger()
    findings = Findings(hashlib.sha256(SOURCE.encode()).hexdigest(), Phase.SCHEDULED if cron else Phase.MANUAL, ())
    new = NewScript(ScriptSettings(name, trigger=trigger), SOURCE, activate=activate)
    return world.write(person, lambda work, actor: create_script(work, actor, checks, new, findings))


def a_schedule(
    world: World, script: Script, expression: str, policies: Policies | None = None, zone: str = "", person: Person | None = None
) -> Schedule:
    """A schedule of a script."""
    new = NewSchedule(script.id, "every so often", expression, zone, policies or Policies())
    return world.write(person or world.ann, lambda work, actor: schedules.create_schedule(work, actor, new))


def tick(world: World, starter: Starter, limit: int = BATCH) -> Claimed:
    """One transaction of the ticker."""
    return world.ground.database.write_now(lambda work: claim(work, starter, limit))


def move_to(world: World, moment: datetime) -> None:
    """Set the world's clock."""
    world.clock.advance(moment - world.clock.now())


def again(world: World, schedule: Schedule) -> Schedule:
    """The schedule as it is now."""
    return world.read(world.ann, lambda work, actor: schedules.get_schedule(work, actor, schedule.id))


__all__ = ["CHECKS", "SOURCE", "WrittenDown", "a_schedule", "a_script", "again", "move_to", "scripts", "tick"]
