"""Scripts behind HTTP endpoints, called over HTTP: who may, what the script gets, what comes back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.access import ActorKind, create_token
from app.base.paging import PageRequest
from app.hooks.endpoints import SIGNATURE_HEADER, SIGNATURE_SECONDS, signature
from app.hooks.rates import Rates
from app.main import create_app
from app.runs import RunFilter, Sealer, get_run, list_runs, set_secret
from app.runs.sealing import KEY_BYTES
from app.sandbox.pool import Pool
from app.scripts.types import ApiTrigger, Authentication
from app.testing import Person, World
from tests.requirements import requirement
from tests.scripting import script, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")
SECRET = "the secret of the endpoint"


@pytest_asyncio.fixture(loop_scope="session")
async def client(memory_world: World, script_pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with HTTP and nothing else."""
    application: FastAPI = create_app(ground=memory_world.ground)
    services = application.state.services
    services.runner.pool = script_pool
    services.runner.sealer = Sealer(bytes(KEY_BYTES))
    memory_world.write(memory_world.owner, lambda work, actor: set_secret(work, actor, services.runner.sealer, "HOOK", SECRET))
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://alloy.test") as opened:
        opened.headers["x-services"] = "one"
        opened.services = services  # type: ignore[attr-defined]  # for tests that turn a knob
        yield opened
    await services.runner.settled()
    await services.runner.egress.aclose()


def endpoint(world: World, source: str, authentication: Authentication = Authentication.NONE, method: str = "POST") -> None:
    secret = "HOOK" if authentication is Authentication.HMAC else ""
    script(world, settings_for("endpoint", ApiTrigger("orders/new", method, authentication, secret)), source)


def token(world: World, person: Person, *permissions: str) -> dict[str, str]:
    made = world.write(
        person,
        lambda work, actor: create_token(
            work, actor, world.ground.settings, name="caller", kind=ActorKind.SERVICE, permissions=list(permissions), expires_at=None
        ),
    )
    return {"authorization": f"Bearer {made.secret}"}


PATH = "/acme/hooks/orders/new"


async def test_the_script_gets_the_request_and_its_map_is_the_answer(memory_world: World, client: httpx.AsyncClient) -> None:
    source = (
        '#{ status: 201, headers: #{ "x-made": "7" }, body: #{ got: request.body, q: request.query, m: request.method, p: request.path } }'
    )
    endpoint(memory_world, source)
    answer = await client.post(f"{PATH}?a=1&b=2&b=3", json={"n": [1, 2.5, None]})
    assert (answer.status_code, answer.headers["x-made"], answer.headers["content-type"]) == (201, "7", "application/json")
    assert answer.json() == {"got": {"n": [1, 2.5, None]}, "q": {"a": "1", "b": ["2", "3"]}, "m": "POST", "p": "orders/new"}
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("source", "status", "body"),
    [("()", 204, ""), ('"text"', 200, "text"), ("42", 200, "42"), ("[1]", 200, "[1]"), ("#{ a: 1 }", 200, '{"a":1}')],
)
async def test_any_other_value_is_the_body(memory_world: World, client: httpx.AsyncClient, source: str, status: int, body: str) -> None:
    endpoint(memory_world, source)
    answer = await client.post(PATH)
    assert (answer.status_code, answer.text) == (status, body)


async def test_text_arrives_as_text_and_credentials_do_not_arrive(memory_world: World, client: httpx.AsyncClient) -> None:
    endpoint(memory_world, '#{ body: [request.body, request.headers.keys().filter(|h| h == "authorization" || h == "cookie")] }')
    answer = await client.post(
        PATH, content="plain", headers={"authorization": "Bearer nothing", "cookie": "a=b", "origin": "http://alloy.test"}
    )
    assert answer.json() == ["plain", []]


@pytest.mark.parametrize(
    "source",
    [
        "nothing()", "#{ status: 99 }", "#{ status: \"200\" }", '#{ headers: #{ "set-cookie": "a=b" } }', '#{ headers: #{ "a\\nb": "c" } }',
        '#{ headers: #{ a: "b\\nc" } }', "#{ headers: [1], body: 1 }",
    ],
)  # fmt: skip
async def test_a_broken_script_answers_502_and_tells_the_caller_nothing(
    memory_world: World, client: httpx.AsyncClient, source: str
) -> None:
    endpoint(memory_world, source)
    answer = await client.post(PATH)
    assert answer.status_code == 502
    assert answer.json()["detail"] == "The script behind this endpoint failed."


async def test_an_abort_is_a_refusal_with_its_reason(memory_world: World, client: httpx.AsyncClient) -> None:
    endpoint(memory_world, 'abort("no orders on Sundays")')
    answer = await client.post(PATH)
    assert (answer.status_code, answer.json()["detail"]) == (422, "no orders on Sundays")


@pytest.mark.parametrize("path", ["/acme/hooks/orders/old", "/rival/hooks/orders/new", "/nobody/hooks/orders/new", "/acme/hooks/"])
async def test_what_is_not_there_is_not_found(memory_world: World, client: httpx.AsyncClient, path: str) -> None:
    endpoint(memory_world, "1")
    assert (await client.post(path)).status_code == 404
    assert (await client.get(PATH)).status_code == 404


@requirement("A2.endpoints-are-guarded")
async def test_an_endpoint_with_a_token_asks_for_one_of_its_tenant_with_the_permission(
    memory_world: World, client: httpx.AsyncClient
) -> None:
    endpoint(memory_world, "1", Authentication.TOKEN)
    session = {"cookie": f"alloy_session={memory_world.ann.session.secret}", "origin": "http://alloy.test"}
    cases = [
        ({}, 401),
        ({"authorization": "Bearer nonsense"}, 401),
        (session, 401),
        (token(memory_world, memory_world.mallory, "hooks.endpoint.call"), 403),
        (token(memory_world, memory_world.ann, "runs.run.list"), 403),
        (token(memory_world, memory_world.ann, "hooks.endpoint.call"), 200),
    ]
    assert [(await client.post(PATH, headers=headers)).status_code for headers, _ in cases] == [status for _, status in cases]


@requirement("A2.endpoints-are-guarded")
async def test_a_signature_must_fit_the_call_and_the_time(memory_world: World, client: httpx.AsyncClient) -> None:
    endpoint(memory_world, "request.body.n", Authentication.HMAC)
    now = int(memory_world.clock.now().timestamp())
    body = b'{"n": 1}'

    def signed(
        at: int = now, secret: str = SECRET, method: str = "POST", path: str = "orders/new", content: bytes = body
    ) -> dict[str, str]:
        return {SIGNATURE_HEADER: f"t={at},v1={signature(secret, at, method, path, content)}", "content-type": "application/json"}

    cases: list[tuple[dict[str, str], int]] = [
        (signed(), 200),
        (signed(secret="another secret"), 401),
        (signed(method="PUT"), 401),
        (signed(path="orders"), 401),
        (signed(content=b'{"n": 2}'), 401),
        (signed(at=now - SIGNATURE_SECONDS - 1), 401),
        (signed(at=now + SIGNATURE_SECONDS + 1), 401),
        ({SIGNATURE_HEADER: "t=1,v1=0"}, 401),
        ({}, 401),
    ]
    assert [(await client.post(PATH, content=body, headers=headers)).status_code for headers, _ in cases] == [status for _, status in cases]


async def test_too_many_calls_are_told_when_to_come_back(memory_world: World, client: httpx.AsyncClient) -> None:
    endpoint(memory_world, "1")
    client.services.endpoints._rates = Rates(1, 2)  # type: ignore[attr-defined]  # set by the fixture
    answers = [await client.post(PATH) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"] == "1"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_can_not_be_read_is_refused(memory_world: World, client: httpx.AsyncClient, body: bytes) -> None:
    endpoint(memory_world, "request.body")
    answer = await client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


async def test_every_call_leaves_its_run(memory_world: World, client: httpx.AsyncClient) -> None:
    endpoint(memory_world, "request.body")
    answers: list[Any] = await asyncio.gather(*(client.post(PATH, content=str(n)) for n in range(5)))
    runs = memory_world.read(memory_world.ann, lambda work, actor: list_runs(work, actor, RunFilter(phase="api"), PageRequest()))
    assert {str(run.id) for run in runs.items} == {each.headers["x-alloy-run-id"] for each in answers}


async def test_a_callers_key_stands_on_the_run_as_one_of_this_endpoint(memory_world: World, client: httpx.AsyncClient) -> None:
    endpoint(memory_world, "1")
    answer = await client.post(PATH, headers={"idempotency-key": "order-17"})
    run = memory_world.read(memory_world.owner, lambda work, actor: get_run(work, actor, UUID(answer.headers["x-alloy-run-id"])))
    script_id = run.summary.script_id
    assert script_id is not None
    assert run.idempotency_key == f"endpoint-{script_id.hex}-order-17"
