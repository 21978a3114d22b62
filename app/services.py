"""The domains of one running application, put together: who is given to whom.

`build_services` makes them; `running` starts what lives only while the application serves: the sandbox, the relay of messages, upkeep.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from uuid import UUID

from app.access import Actor, PermissionRegistry, check_may_give
from app.base.db import Work
from app.base.egress import Egress
from app.base.errors import LimitExceeded, NotFound
from app.base.ground import Ground
from app.base.keeper import Keeper
from app.base.outbox import OutboxTransport
from app.base.settings import Settings
from app.base.telemetry.logs import logger
from app.base.transport import MemoryTransport, Relay, Transport
from app.entities import Entities, FieldKind, FieldSpec, RecordIndex, known_type
from app.entities.bridge import EntityRecords
from app.hooks import Endpoints, Hooks, Letters
from app.runs import Queue, RerunQueue, RunIndex, Runner, Sealer, master_key, unfinished_runs
from app.runs.retention import purge
from app.runs.sealing import KEY_BYTES
from app.sandbox.settings import PoolSettings
from app.schedules import QueueStarter, Starter, Ticker, check_trigger, follow_script, forget_script
from app.scripting import scripting
from app.scripts import Checks, Diagnostic, Json, LanguageQuestion, PoolAnalyser, Question, Scripts, purge_deleted

UPKEEP_SECONDS: Final = 600.0
_KINDS: Final = {
    FieldKind.INTEGER: "i64",
    FieldKind.BOOLEAN: "bool",
    FieldKind.LIST: "array",
    FieldKind.OBJECT: "map",
    FieldKind.DECIMAL: "?",
}


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that faces call beside the verbs of domains."""

    ground: Ground
    transport: Transport
    runner: Runner
    queue: Queue
    hooks: Hooks
    endpoints: Endpoints
    entities: Entities
    scripts: Scripts
    starter: Starter
    letters: Letters
    keeper: Keeper


def build_services(ground: Ground, registry: PermissionRegistry) -> Services:
    """The domains over a ground, at rest: verbs work, and scripts run once `running` has started the sandbox."""
    settings = ground.settings
    transport: Transport = (
        MemoryTransport(ground.clock)
        if settings.transport == "memory"
        else OutboxTransport(ground.database, ground.clock, lease=timedelta(seconds=settings.outbox_lease_seconds))
    )
    permitted = [ip_network(each.strip()) for each in settings.egress_permitted.split(",") if each.strip()]
    runner = Runner(ground, Sealer(_key(ground, settings)), Egress(permitted=permitted))
    queue = Queue(runner, transport)
    RerunQueue(runner, transport)
    hooks = Hooks(runner, queue)
    entities = Entities(ground.database, hooks)
    runner.records = EntityRecords(ground.database, entities, registry)

    def check_role(work: Work, actor: Actor, role: str) -> None:
        check_may_give(work, actor, registry, role)

    def analyser() -> PoolAnalyser:
        if runner.pool is None:
            raise LimitExceeded("No sandbox is running in this process.", "Try again shortly.", details={"retry_after_seconds": 2})
        return PoolAnalyser(runner.pool)

    async def analyse(question: Question) -> tuple[Diagnostic, ...]:
        return await analyser()(question)

    async def answer(question: Question, asked: LanguageQuestion) -> Json:
        return await analyser().answer(question, asked)

    scripts = Scripts(analyse, Checks(entity_fields, check_trigger, check_role, follow_script), answer)
    starter = QueueStarter(queue.enqueue_all, unfinished_runs)
    letters = Letters(ground.database, transport)
    keeper = Keeper(ground.database, (RecordIndex(), RunIndex()))
    return Services(ground, transport, runner, queue, hooks, Endpoints(runner), entities, scripts, starter, letters, keeper)


def entity_fields(work: Work, tenant_id: UUID, name: str) -> dict[str, object] | None:
    """A type's fields as the editor's context takes them; None if there is no such type."""
    try:
        known = known_type(work, tenant_id, name)
    except NotFound:
        return None
    return {field.name: _described(field) for field in known.type.settings.fields}


def _described(field: FieldSpec) -> dict[str, object]:
    described: dict[str, object] = {"type": _KINDS.get(field.kind, "string"), "doc": field.description}
    if field.item is not None:
        described["items"] = _described(field.item)
    if field.fields:
        described["fields"] = {each.name: _described(each) for each in field.fields}
    return described


@asynccontextmanager
async def running(services: Services, pool_settings: PoolSettings | None = None) -> AsyncIterator[None]:
    """Run scripts and deliver messages until the end of the block. What was accepted by then is finished."""
    async with scripting(services.ground, pool_settings) as pool:
        services.runner.pool = pool
        ground = services.ground
        ticker = Ticker(ground.database, ground.clock, services.starter, ground.metrics.registry)
        relay = Relay(services.transport, ground.clock)
        checks = (relay.check(), ticker.check())
        for check in checks:
            ground.health.add(check)
        work = (relay.run(), services.keeper.run(), ticker.run(), _upkeep(services))
        tasks = [asyncio.create_task(each) for each in work]
        try:
            yield
        finally:
            await _ended(tasks)
            for check in checks:
                ground.health.remove(check)
            ticker.metrics.close()
            await services.runner.settled()
            services.runner.pool = None
            await services.runner.egress.aclose()


async def _upkeep(services: Services) -> None:
    """Forget runs and deleted scripts that are past their time, every now and then, for ever."""
    while True:
        await asyncio.sleep(UPKEEP_SECONDS)
        try:
            purged = await purge(services.ground.database)
            await purge_deleted(services.ground.database, timedelta(days=services.ground.settings.deleted_scripts_days), forget_script)
        except Exception as error:  # the next round may find the database again
            logger().error("Forgetting old runs failed.", error=f"{type(error).__name__}: {error}"[:500])
        else:
            logger().info("Old runs were forgotten.", count=purged)


async def _ended(tasks: "list[asyncio.Task[None]]") -> None:
    """Cancel tasks of ours and wait for them."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _key(ground: Ground, settings: Settings) -> bytes | None:
    engines, configured = ground.database.engines, settings.secrets_key.get_secret_value()
    if engines.is_memory and not configured:
        return os.urandom(KEY_BYTES)  # what is sealed with it goes when the process does
    path = engines.url.database
    return master_key(configured, Path(path).parent if engines.is_sqlite and path else None)
