"""Running scripts in tests: the domains over a world with a real sandbox, and scripts written straight into the registry."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from app.access import Actor
from app.runs import EntityChanges, RunIndex, RunOutcome, RunRequest, RunResult, RunTrigger, Sealer, Subject, actor_of
from app.runs.recorder import write_runs
from app.runs.sealing import KEY_BYTES
from app.runs.types import FinishedRun
from app.sandbox.pool import Pool, PoolSettings
from app.scripts import create_script
from app.scripts.checks import Checks
from app.scripts.policy import phase_of
from app.scripts.service.lifecycle import activate
from app.scripts.types import Findings, LimitsProfile, ManualTrigger, NewScript, Phase, Script, ScriptSettings, Trigger
from app.services import Services, build_services
from app.testing import Person, World

SMALL_POOL: Final = PoolSettings(slots=2, spares=1, max_children=6, harden_parent=False)
ANYTHING_GOES = Checks(lambda _work, _tenant, _type: {}, lambda _expression, _zone: None, lambda _work, _actor, _role: None)


@asynccontextmanager
async def serving(world: World, pool: Pool) -> AsyncIterator[Services]:
    """The domains over a world, with a sandbox that runs; messages are delivered by whoever says `services.transport.deliver_due`."""
    services = build_services(world.ground, world.access.registry)
    services.runner.pool = pool
    services.runner.sealer = Sealer(bytes(KEY_BYTES))
    try:
        yield services
    finally:
        await services.runner.settled()
        await services.runner.egress.aclose()


def script(world: World, settings: ScriptSettings, source: str, person: Person | None = None) -> Script:
    """An active script of acme, or of somebody's tenant."""

    def make(work: Any, actor: Actor) -> Script:
        findings = Findings(digest(source), phase_of(settings.trigger), ())
        made = create_script(work, actor, ANYTHING_GOES, NewScript(settings, source), findings)
        return activate(work, actor, made.id, revision=made.revision, version=1, findings=findings)

    return world.write(person or world.owner, make)


def digest(source: str) -> str:
    """The digest of a source."""
    return hashlib.sha256(source.encode()).hexdigest()


def request(actor: Actor, source: str, phase: Phase = Phase.MANUAL, **changes: Any) -> RunRequest:
    """A run of a source that nobody saved."""
    secrets = changes.pop("secrets", ())
    subject = Subject("draft", source, digest(source), allowed_secrets=tuple(secrets))
    return RunRequest(actor.tenant_id, subject, phase, RunTrigger.MANUAL, actor_of(actor), **changes)


def settings_for(name: str, trigger: Trigger | None = None, **changes: Any) -> ScriptSettings:
    """Settings of a script, manual unless a trigger is given; with time enough on a machine that has other things to do."""
    return ScriptSettings(name, trigger=trigger or ManualTrigger(), **{"limits_profile": LimitsProfile.RELAXED, **changes})


def finished_run(world: World, person: Person, **changes: Any) -> FinishedRun:
    """A run as if it had just ended, without running anything."""
    actor = world.actor(person)
    wanted = request(actor, "1", inputs={"entity": {"type": "order", "id": "7", "fields": {"note": "secret of acme"}}})
    nothing: dict[str, Any] = {"value": 1, "changes": EntityChanges(), "error": None, "reason": None, "logs": (), "logs_dropped": 0}
    figures: dict[str, Any] = {"journal": (), "clock": (), "operations": 1, "calls": 0, "limits": {}, "duration_us": 1}
    result = RunResult(
        **{**nothing, **figures, "outcome": RunOutcome.OK, "started_at": world.clock.now(), "run_id": world.ground.ids.new(), **changes}
    )
    return FinishedRun(wanted, result, "0" * 64)


def kept_run(world: World, person: Person, **changes: Any) -> FinishedRun:
    """Such a run in the history, long enough ago that searches know it."""
    run = finished_run(world, person, **changes)
    world.ground.database.write_now(lambda work: write_runs(work, [run], set()))
    world.ground.database.write_now(RunIndex().catch_up)
    return run
