"""A random workload over every trigger, phase and outcome, and every run that is left replayed from its record.

Usage: python -m tests.runs.workload [--runs 5000] [--seed 5] [--demo]
Prints how many runs of each phase and outcome there were and how many replayed to the same end: outcome, value, changes, log, operations,
calls. Ends with status 1 if one didn't. Runs that found no free process never ran, and are counted apart.
`--demo` replays the runs of the demo tenant's story instead.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from app.access import Access, Actor, BuiltinRole
from app.access.setup import ensure_tenant, find_user
from app.access.types import ActorKind
from app.base.clock import FrozenClock
from app.base.egress import Egress
from app.base.ground import Ground, build_ground
from app.base.migrate import migrate
from app.base.paging import PageRequest, page_request
from app.main import DECLARED
from app.runs import NEVER_RAN, RunFilter, RunRequest, RunTrigger, TenantLimits, allow_host, list_runs, replay, replayable, set_secret
from app.sandbox.pool import Pool
from app.scripts.types import LimitsProfile, Phase
from app.seed import seed_demo
from app.seed.story import tell_story
from app.services import Services, build_services
from app.testing import World, in_memory_settings, open_world
from tests.base.egress.services import Service, always, answer
from tests.base.egress.services import serving as serving_http
from tests.runs.test_bridges import Shelf
from tests.scripting import SMALL_POOL, request, serving

AT_ONCE: Final = 4
STATEMENTS: Final = (
    "log(params.n + {n});",
    "print(now());",
    "let t = timestamp(); log(t.elapsed);",
    "let sum = 0; for i in 0..{n} {{ sum += i; }} log(sum);",
    'if data.amount > {n} {{ abort("more than {n}"); }}',
    "if data.amount == {n} {{ throw #{{ code: {n}, of: [1, 2.5] }}; }}",
    "fn f(x) {{ if x == 0 {{ 0 }} else {{ 1 + f(x - 1) }} }} log(f({n}));",
    "let missing = data.nothing.deeper;",
    'let s = ""; for i in 0..{n} {{ s += `${{i}},`; }} log(s);',
    "let a = []; for i in 0..{n} {{ a.push(i * 1.5); }} log(a.filter(|v| v > 3.0));",
    "let m = #{{ b: {n}, a: [1, (), true] }}; m.c = m.keys(); print(m); log(m.to_json());",
    "try {{ let x = 1 / ({n} - {n}); }} catch (e) {{ log_error(e); }}",
    'let parts = "a,b,{n}".split(","); parts.reverse(); log_warn(parts);',
    "while true {{ data.spin = {n}; }}",
    'let big = "x"; while true {{ big += big; }}',
    "let grown = [0]; while true {{ grown.append(grown); }}",
    "fn deeper(x) {{ deeper(x + 1) }} deeper({n});",
    "let bad = {n} + ;",
)
OF_RECORDS: Final = (
    "entity.total = entity.amount * {n};",
    'entity.remove("note");',
    'entity.nested = #{{ a: [{n}, {n}.5, "x", ()], b: true }};',
    "log_warn(entity.to_map());",
)
OUTWARD: Final = (
    'let found = find("order", #{{}}); log(found.len());',
    'log(get("order", "{n}"));',
    'try {{ count("unknown") }} catch (e) {{ log_error(e); }}',
    'save("order", #{{ amount: {n} }});',
    'let r = http_get("URL"); log(r.status); log(parse_json(r.body).rate);',
    'http_post("URL", #{{ n: {n} }}, #{{ "x-key": secret("TOKEN") }});',
    'try {{ http_get("http://10.0.0.{n}/"); }} catch (e) {{ log(e); }}',
    'log(secret("TOKEN") + {n});',
    'secret("OTHER");',
)
TRIGGERS: Final = {
    Phase.BEFORE: RunTrigger.EVENT,
    Phase.AFTER: RunTrigger.EVENT,
    Phase.ON_COMMIT: RunTrigger.EVENT,
    Phase.SCHEDULED: RunTrigger.CRON,
    Phase.API: RunTrigger.API,
    Phase.MANUAL: RunTrigger.MANUAL,
}
_ABOUT_RECORDS: Final = (Phase.BEFORE, Phase.AFTER, Phase.ON_COMMIT)


@dataclass(slots=True)
class Report:
    """How runs ended, and those whose replays ended otherwise."""

    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    never_ran: int = 0
    unlike: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many were replayed."""
        return self.ends.total()

    @property
    def outcomes(self) -> set[str]:
        """How they ended."""
        return {outcome for _, outcome in self.ends}


def source(chance: random.Random, phase: Phase, service: Service) -> str:
    """A script of a few statements, its functions first."""
    choice = STATEMENTS + (OF_RECORDS if phase in _ABOUT_RECORDS else ()) + (() if phase is Phase.BEFORE else OUTWARD)
    lines = [chance.choice(choice).format(n=chance.randrange(1, 20)).replace("URL", service.url()) for _ in range(chance.randrange(1, 5))]
    functions = [line for line in lines if line.startswith("fn ")][:1]
    data = "entity" if phase in _ABOUT_RECORDS else "params"
    given = "" if phase is Phase.MANUAL else f"let params = #{{ n: {chance.randrange(9)}, amount: {chance.randrange(30)} }};"
    body = "\n".join([*functions, given, *(line for line in lines if not line.startswith("fn "))])
    return body.replace("data.", f"{data}.")


def wanted(chance: random.Random, actor: Actor, service: Service) -> RunRequest:
    """One run to make."""
    phase = chance.choice(tuple(TRIGGERS))
    record = {"type": "order", "id": "7", "fields": {"amount": chance.randrange(30), "note": "x", "rate": 1.0}}
    inputs: dict[str, Any] = {}
    if phase in _ABOUT_RECORDS:
        inputs["entity"] = record
    if phase in (Phase.AFTER, Phase.ON_COMMIT):
        inputs |= {"entity_before": chance.choice((None, record)), "idempotency_key": f"key-{chance.random()}"}
    if phase is Phase.MANUAL:
        inputs["params"] = {"n": chance.randrange(9), "amount": chance.randrange(30), "odd": [1.0, -0.0, 2**63 - 1, "ü\u2028", None]}
    if phase is Phase.API:
        inputs["request"] = {"method": "POST", "path": "a", "query": {}, "headers": {}, "body": {"n": 1}}
    made = request(actor, source(chance, phase, service), phase, inputs=inputs, secrets=("TOKEN",))
    subject = replace(made.subject, limits_profile=chance.choice(tuple(LimitsProfile)))
    # Some get too little time: how far they come is chance, and their replays have to bear that.
    ceilings = TenantLimits(wall_ms=2) if chance.random() < 0.03 else None
    return replace(made, subject=subject, trigger=TRIGGERS[phase], ceilings=ceilings)


async def perform(world: World, services: Services, service: Service, *, runs: int, seed: int) -> None:
    """Make the runs, a few at a time; some are stopped by hand."""
    chance, actor = random.Random(seed), world.actor(world.ann)

    async def stop(request: RunRequest) -> None:
        while request.run_id is not None and not services.runner.stop(request.run_id):  # noqa: ASYNC110  # nobody tells when a run begins
            await asyncio.sleep(0)

    async def some(count: int) -> None:
        for _ in range(count):
            made = replace(wanted(chance, actor, service), run_id=world.ground.ids.new())
            if chance.random() >= 0.02:
                await services.runner.execute(made)
                continue
            stopping = asyncio.create_task(stop(made))
            await services.runner.execute(made)
            stopping.cancel()

    shares = [runs // AT_ONCE + (number < runs % AT_ONCE) for number in range(AT_ONCE)]
    await asyncio.gather(*(some(share) for share in shares))


async def replay_all(services: Services, ground: Ground, actor: Actor) -> Report:
    """Replay every run of a tenant's history."""
    report, cursor, pages = Report(), None, 0
    while pages == 0 or cursor is not None:
        asked = page_request(cursor, 200) if cursor else PageRequest(limit=200)
        page = ground.database.read_now(lambda work, asked=asked: list_runs(work, actor, RunFilter(), asked))  # type: ignore[misc]  # a default has no place for a type
        for run in page.items:
            if run.outcome in NEVER_RAN:
                report.never_ran += 1
                continue
            record = ground.database.read_now(lambda work, run=run: replayable(work, actor, run.id))  # type: ignore[misc]  # as above
            replayed = await replay(services.runner, actor, record)
            report.ends[run.phase, run.outcome.value if run.outcome else "none"] += 1
            if replayed.differences:
                report.unlike.append((f"{run.outcome}: {record.source}", replayed.differences))
        cursor, pages = page.next_cursor, pages + 1
    return report


@asynccontextmanager
async def scene(world: World, pool: Pool) -> AsyncIterator[tuple[Services, Service]]:
    """The domains with records, a secret, and a service to call."""
    async with serving(world, pool) as services, serving_http(always(answer(200, body=b'{"rate": 2.5}'))) as service:
        services.runner.egress = Egress(permitted=[ip_network("127.0.0.0/8")])
        services.runner.records = Shelf()
        world.write(world.owner, lambda work, actor: allow_host(work, actor, f"127.0.0.1:{service.port}"))
        world.write(world.owner, lambda work, actor: set_secret(work, actor, services.runner.sealer, "TOKEN", "a value to hide"))
        yield services, service


async def random_workload(world: World, pool: Pool, *, runs: int, seed: int) -> Report:
    """Make the runs, then replay them with no way out."""
    async with scene(world, pool) as (services, service):
        await perform(world, services, service, runs=runs, seed=seed)
        services.runner.egress = Egress()
        return await replay_all(services, world.ground, world.actor(world.ann))


async def demo_workload(ground: Ground, actor: Actor, access: Access) -> Report:
    """Replay what the demo tenant's story left."""
    services = build_services(ground, access.registry)
    async with Pool(SMALL_POOL) as pool:
        services.runner.pool = pool
        report = await replay_all(services, ground, actor)
    await services.runner.egress.aclose()
    return report


def demo_actor(ground: Ground, access: Access) -> Actor:
    """The owner of the demo tenant."""
    tenant = ground.database.write_now(lambda work: ensure_tenant(work, name="Demo", slug="demo"))
    user = ground.database.read_now(lambda work: find_user(work, "olga@demo.example"))
    if user is None:
        raise LookupError("the demo tenant has no owner")
    return Actor(user.id, tenant.id, "Olga", ActorKind.HUMAN, "owner", access.registry.of_role(BuiltinRole.OWNER))


def _of_demo() -> Report:
    with tempfile.TemporaryDirectory() as folder:
        ground = build_ground(in_memory_settings(database_url=f"sqlite:///{Path(folder)}/alloy.db"), FrozenClock())
        migrate(ground.database.engines.writer)
        access = Access(ground, DECLARED)
        seed_demo(access)
        tell_story(access, SMALL_POOL)
        try:
            return asyncio.run(demo_workload(ground, demo_actor(ground, access), access))
        finally:
            ground.close()


async def _of_chance(runs: int, seed: int) -> Report:
    with open_world(declared=DECLARED) as world:
        async with Pool(SMALL_POOL) as pool:
            return await random_workload(world, pool, runs=runs, seed=seed)


def main() -> None:
    """Make or tell a workload, replay it, and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()
    report = _of_demo() if options.demo else asyncio.run(_of_chance(options.runs, options.seed))
    lines = [f"{phase:10} {outcome:12} {count:6}" for (phase, outcome), count in sorted(report.ends.items())]
    lines += [f"differs: {differences}\n{code}" for code, differences in report.unlike]
    same = report.runs - len(report.unlike)
    if report.never_ran:
        lines.append(f"{report.never_ran} found no free process and never ran.")
    sys.stdout.write("\n".join([*lines, f"{same} of {report.runs} runs replay to the same end.", ""]))
    raise SystemExit(bool(report.unlike))


if __name__ == "__main__":
    main()
