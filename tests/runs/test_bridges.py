"""What scripts reach outside themselves: HTTP through the one egress, secrets that leave no trace, records through a protocol."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from app.base.egress import Egress
from app.runs import RunOutcome, RunResult, allow_host, get_run, replay, replayable, set_secret
from app.runs.documents import unpack
from app.runs.records import RecordContext
from app.runs.service.dry_run import Trial, dry_run, ready_trial
from app.runs.types import Document, DryRun, RecordChange, WouldCall
from app.sandbox.jobs import HostError
from app.sandbox.pool import Pool
from app.scripts.types import Phase
from app.services import Services
from app.testing import World
from tests.base.egress.services import Service, always, answer
from tests.base.egress.services import serving as serving_http
from tests.requirements import requirement
from tests.scripting import request, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")
VALUE = "s3cr3t-value-of-acme"


class Shelf:
    """Records in memory: what a run may find and save."""

    def __init__(self) -> None:
        self.rows: dict[str, Document] = {"1": {"id": "1", "amount": 5}, "2": {"id": "2", "amount": 9}}
        self.saved: list[Document] = []

    async def find(self, context: RecordContext, entity_type: str, where: Document, options: Document) -> list[Document]:
        return [row for row in self.rows.values() if all(row.get(name) == value for name, value in where.items())]

    async def get(self, context: RecordContext, entity_type: str, record_id: str) -> Document | None:
        return self.rows.get(record_id)

    async def count(self, context: RecordContext, entity_type: str, where: Document) -> int:
        if entity_type != "order":
            raise HostError("entities.unknown-type", f"There is no entity type {entity_type!r}.")
        return len(await self.find(context, entity_type, where, {}))

    async def save(self, context: RecordContext, entity_type: str, record: Document) -> Document:
        self.saved.append(record)
        return {**record, "id": record.get("id", "3")}


@asynccontextmanager
async def reaching(world: World, pool: Pool) -> AsyncIterator[tuple[Services, Service]]:
    """The domains with a way out to a service on this machine, which is on acme's list."""
    async with serving(world, pool) as services, serving_http(always(answer(200, body=b'{"rate": 2}'))) as service:
        services.runner.egress = Egress(permitted=[ip_network("127.0.0.0/8")])
        world.write(world.owner, lambda work, actor: allow_host(work, actor, f"127.0.0.1:{service.port}"))
        world.write(world.owner, lambda work, actor: set_secret(work, actor, services.runner.sealer, "TOKEN", VALUE))
        yield services, service


async def run(services: Services, world: World, source: str, **changes: Any) -> RunResult:
    return await services.runner.execute(request(world.actor(world.ann), source, Phase.MANUAL, **changes))


@requirement("A15.every-call-is-recorded")
async def test_a_call_goes_out_with_the_runs_key_and_replays_without_going_out(world: World, script_pool: Pool) -> None:
    async with reaching(world, script_pool) as (services, service):
        source = f'http_post("{service.url("/a")}", #{{ n: 1 }}); let r = http_get("{service.url("/b")}"); parse_json(r.body).rate'
        result = await run(services, world, source, idempotency_key="key-1")
        seen = list(service.seen)
        kept = world.read(world.ann, lambda work, actor: replayable(work, actor, result.run_id))
        replayed = await replay(services.runner, world.actor(world.ann), kept)
        assert (result.outcome, result.value) == (RunOutcome.OK, 2), result.error
        assert [line for head in seen for line in head.lower().split("\r\n") if line.startswith("idempotency-key")] == [
            "idempotency-key: key-1",
            "idempotency-key: key-1-2",
        ]
        assert replayed.differences == ()
        assert service.seen == seen


@requirement("A15.hosts-are-allowed-per-tenant")
async def test_a_host_that_is_not_on_the_tenants_list_is_refused(world: World, script_pool: Pool) -> None:
    async with reaching(world, script_pool) as (services, service):
        actor = world.actor(world.mallory)
        refused = await services.runner.execute(request(actor, f'http_get("{service.url()}")'))
        assert refused.error is not None
        assert "isn't on this tenant's list" in refused.error.message
        assert service.seen == []


@requirement("A15.secrets-leave-no-trace")
async def test_a_secret_reaches_the_service_and_nothing_that_is_kept(world: World, script_pool: Pool) -> None:
    source = (
        'let s = secret("TOKEN"); log(`using ${s}`); entity.leak = s; '
        'let r = http_get("URL", #{ authorization: `Bearer ${s}` }); log(r.body); #{ s: s, list: [s + "!"] }'
    )
    async with serving(world, script_pool) as services:

        async def echo(path: str, writer: Any) -> None:
            writer.write(answer(200, body=f"you sent {VALUE}".encode()))
            await writer.drain()

        async with serving_http(echo) as service:
            services.runner.egress = Egress(permitted=[ip_network("127.0.0.0/8")])
            world.write(world.owner, lambda work, actor: allow_host(work, actor, f"127.0.0.1:{service.port}"))
            world.write(world.owner, lambda work, actor: set_secret(work, actor, services.runner.sealer, "TOKEN", VALUE))
            entity = {"type": "order", "id": "1", "fields": {}}
            result = await run(services, world, source.replace("URL", service.url()), inputs={"entity": entity}, secrets=("TOKEN",))
            thrown = await run(services, world, 'throw secret("TOKEN")', secrets=("TOKEN",))
            assert f"Bearer {VALUE}" in service.seen[0]
    assert result.outcome is RunOutcome.OK, result.error
    kept = [world.read(world.ann, lambda work, actor, each=each: get_run(work, actor, each.run_id)) for each in (result, thrown)]  # type: ignore[misc]  # a default has no place for a type
    assert VALUE not in repr((result, thrown, kept))
    assert result.value == {"s": "<secret:TOKEN>", "list": ["<secret:TOKEN>!"]}
    assert VALUE not in dump(world)
    replayed = await replay(services.runner, world.actor(world.ann), kept[0])
    assert replayed.differences == ()


async def test_a_script_gets_only_the_secrets_it_is_allowed(memory_world: World, script_pool: Pool) -> None:
    async with reaching(memory_world, script_pool) as (services, _):
        result = await run(services, memory_world, 'secret("TOKEN")')
    assert result.error is not None
    assert "may not use the secret" in result.error.message


async def test_the_secret_of_another_tenant_is_not_there(memory_world: World, script_pool: Pool) -> None:
    async with reaching(memory_world, script_pool) as (services, _):
        actor = memory_world.actor(memory_world.mallory)
        result = await services.runner.execute(request(actor, 'secret("TOKEN")', secrets=("TOKEN",)))
    assert result.error is not None
    assert "There is no secret TOKEN" in result.error.message


async def trial(services: Services, world: World, source: str, **parts: Any) -> DryRun:
    actor = world.actor(world.ann)
    wanted = Trial(source, Phase.MANUAL, **parts)
    ready = world.read(world.ann, lambda work, actor: ready_trial(work, actor, services.runner, wanted))
    return await dry_run(services.runner, actor, ready)


@requirement("A21.dry-run-changes-nothing")
async def test_a_dry_run_reads_what_it_wrote_and_writes_and_calls_nothing(memory_world: World, script_pool: Pool) -> None:
    shelf = Shelf()
    async with reaching(memory_world, script_pool) as (services, service):
        services.runner.records = shelf
        source = (
            'save("order", #{ id: "1", amount: 50 }); let made = save("order", #{ amount: 7 }); '
            f'http_post("{service.url()}", #{{ a: 1 }}); '
            '[get("order", "1").amount, count("order"), find("order", #{ amount: 7 }).len(), made.id != "3"]'
        )
        tried = await trial(services, memory_world, source)
        assert service.seen == []
    assert tried.result.outcome is RunOutcome.OK, tried.result.error
    assert tried.result.value == [50, 3, 1, True]
    assert tried.would_call == (WouldCall("http_post", (service.url(), {"a": 1})),)
    assert tried.records[0] == RecordChange("order", "1", {"id": "1", "amount": 5}, {"id": "1", "amount": 50})
    assert (tried.records[1].before, shelf.saved) == (None, [])


async def test_a_dry_run_on_a_recorded_input_answers_calls_as_they_were(memory_world: World, script_pool: Pool) -> None:
    async with reaching(memory_world, script_pool) as (services, service):
        source = f'parse_json(http_get("{service.url()}").body).rate * params.n'
        recorded = await run(services, memory_world, source, inputs={"params": {"n": 21}})
        tried = await trial(services, memory_world, source + " + 1", recorded_run_id=recorded.run_id)
        assert len(service.seen) == 1
    assert (recorded.value, tried.result.value) == (42, 43)


async def test_an_error_of_the_records_can_be_caught(memory_world: World, script_pool: Pool) -> None:
    async with reaching(memory_world, script_pool) as (services, _):
        services.runner.records = Shelf()
        result = await run(services, memory_world, 'let x = 0; try { count("nothing") } catch { x = "caught"; } x')
    assert result.value == "caught"


def dump(world: World) -> str:
    """Every row of every table as text, documents unpacked."""

    def look(connection: Connection) -> str:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.tenant', '*', true)"))
        names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        lines = [repr(tuple(row)) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608  # names of the database
        bodies = connection.execute(text("SELECT body FROM runs_document")).all()
        return "\n".join([*lines, *(repr(unpack(bytes(row[0]))) for row in bodies)])

    return world.ground.database.read_now(lambda work: work.inspect(look))
