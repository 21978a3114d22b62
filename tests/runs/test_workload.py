"""A random workload, and every run that it leaves replayed from the record: same outcome, changes, log and operations."""

import asyncio
import random
from collections import Counter
from ipaddress import ip_network
from typing import Any

import pytest

from app.base.egress import Egress
from app.base.paging import PageRequest
from app.runs import RunFilter, RunOutcome, allow_host, list_runs, replay, replayable
from app.sandbox.pool import Pool
from app.scripts.types import Phase
from app.testing import World
from tests.base.egress.services import Service, always, answer
from tests.base.egress.services import serving as serving_http
from tests.requirements import requirement
from tests.runs.test_bridges import Shelf
from tests.scripting import request, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")
RUNS = 300
STATEMENTS = (
    "entity.total = entity.amount * {n};",
    'entity.remove("note");',
    'entity.nested = #{{ a: [{n}, {n}.5, "x", ()], b: true }};',
    "log(`n is ${{entity.amount + {n}}}`);",
    "log_warn(entity.to_map());",
    "print(now());",
    "let t = timestamp(); log(t.elapsed);",
    "for i in 0..{n} {{ entity.sum = (entity.sum ?? 0) + i; }}",
    'if entity.amount > {n} {{ abort("more than {n}"); }}',
    "if entity.amount == {n} {{ throw #{{ code: {n} }}; }}",
    "fn f(x) {{ if x == 0 {{ 0 }} else {{ 1 + f(x - 1) }} }} f({n});",
    "let missing = entity.nothing.deeper;",
    'let found = find("order", #{{}}); log(found.len());',
    'log(get("order", "{n}"));',
    'try {{ count("unknown") }} catch (e) {{ log_error(e); }}',
    'save("order", #{{ amount: {n} }});',
    'let r = http_get("URL"); log(r.status); entity.rate = parse_json(r.body).rate;',
    'try {{ http_get("http://10.0.0.{n}/"); }} catch (e) {{ log(e); }}',
    'let s = ""; for i in 0..{n} {{ s += `${{i}},`; }} entity.text = s;',
    "let a = []; for i in 0..{n} {{ a.push(i * 1.5); }} entity.list = a.filter(|v| v > 3.0);",
    "while true {{ entity.spin = (entity.spin ?? 0) + 1; }}",
)


def source(chance: random.Random, service: Service) -> str:
    """A script of a few statements, its functions first."""
    chosen = [
        chance.choice(STATEMENTS).format(n=chance.randrange(1, 20)).replace("URL", service.url()) for _ in range(chance.randrange(1, 5))
    ]
    functions = [line for line in chosen if line.startswith("fn ")][:1]
    return "\n".join([*functions, *(line for line in chosen if not line.startswith("fn "))])


@requirement("A17.replays-are-exact")
@pytest.mark.timeout(280)
async def test_every_run_of_a_random_workload_replays_to_the_same_end(memory_world: World, script_pool: Pool) -> None:
    world, chance = memory_world, random.Random(5)
    actor = world.actor(world.ann)
    async with serving(world, script_pool) as services, serving_http(always(answer(200, body=b'{"rate": 2.5}'))) as service:
        services.runner.egress = Egress(permitted=[ip_network("127.0.0.0/8")])
        services.runner.records = Shelf()
        world.write(world.owner, lambda work, actor: allow_host(work, actor, f"127.0.0.1:{service.port}"))

        async def some(count: int) -> None:
            for _ in range(count):
                entity = {"type": "order", "id": "7", "fields": {"amount": chance.randrange(30), "note": "x", "rate": 1.0}}
                wanted = request(actor, source(chance, service), chance.choice((Phase.MANUAL, Phase.ON_COMMIT)), inputs={"entity": entity})
                await services.runner.execute(wanted)

        await asyncio.gather(*(some(RUNS // 4) for _ in range(4)))
        services.runner.egress = Egress()
        outcomes: Counter[RunOutcome | None] = Counter()
        unlike: list[Any] = []
        cursor = None
        while True:
            asked = PageRequest(cursor, 100)
            page = world.read(world.ann, lambda work, actor, asked=asked: list_runs(work, actor, RunFilter(), asked))  # type: ignore[misc]  # a default has no place for a type
            for run in page.items:
                record = world.read(world.ann, lambda work, actor, run=run: replayable(work, actor, run.id))  # type: ignore[misc]  # as above
                replayed = await replay(services.runner, actor, record)
                outcomes[run.outcome] += 1
                unlike += [(record.source, replayed.differences)] if replayed.differences else []
            if page.next_cursor is None:
                break
            cursor = page.items[-1].id
    assert unlike == []
    assert sum(outcomes.values()) == RUNS
    assert {RunOutcome.OK, RunOutcome.REJECTED, RunOutcome.ERROR, RunOutcome.OPERATIONS} <= set(outcomes)
