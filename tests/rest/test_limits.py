"""Large, deep and strange input over real HTTP with the strict sandbox: what is too much is refused with what to do, and nothing hangs."""

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
import uvicorn

from app.base.http.one_write import OneWriteProtocol
from app.main import create_app
from app.sandbox.pool import Pool
from app.scripts.types import ApiTrigger, Authentication
from app.testing import Person, World
from tests.requirements import requirement
from tests.scripting import script, settings_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

JSON: Final = {"content-type": "application/json"}
DRY_RUN: Final = "/api/v1/scripts/dry-run"
TICKETS: Final = "/api/v1/entities/ticket"
ECHO: Final = "/acme/hooks/echo"
TICKET: Final[dict[str, Any]] = {
    "name": "ticket",
    "label": "Ticket",
    "fields": [
        {"kind": "text", "name": "title"},
        {"kind": "integer", "name": "count"},
        {"kind": "decimal", "name": "price"},
        {"kind": "list", "name": "tags", "item": {"kind": "text", "name": "tag"}},
    ],
}
WITHOUT_MEANING: Final = {
    "1,000 levels of list": b"[" * 1_000 + b"]" * 1_000,
    "10,000 levels of list": b"[" * 10_000 + b"]" * 10_000,
    "10,000 levels of map": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "a decimal too large": b"1e999",
    "an integer of 65 bits": b"9223372036854775808",
    "an integer of 400 digits": b"1" + b"0" * 400,
    "an integer of 5,000 digits": b"1" + b"0" * 5_000,
    "half a surrogate pair": b'"\\ud800"',
    "half a surrogate pair as a key": b'{"\\ud800": 1}',
    "bytes that are no UTF-8": b'"\xff"',
    "a bare NUL": b'"\x00"',
}
UNUSUAL: Final = {
    "an escaped NUL": b'"\\u0000"',
    "an empty key": b'{"": 1}',
    "a long key": b'{"' + b"k" * 200_000 + b'": 1}',
    "two equal keys": b'{"a": 1, "a": 2}',
    "a name that means something elsewhere": b'{"__proto__": 1, "__class__": 2}',
    "the largest decimal": b"1e308",
    "the smallest integer": b"-9223372036854775808",
    "a decimal of 400 digits": b"0." + b"1" * 400,
}
PLACES: Final = {
    "a script's input": ("ann", DRY_RUN, b'{"source": "params", "params": {"value": %b}}'),
    "a record to try a script on": ("ann", DRY_RUN, b'{"source": "entity.value", "phase": "before", "entity": {"fields": {"value": %b}}}'),
    "a request to try a script on": ("ann", DRY_RUN, b'{"source": "request", "phase": "api", "request": {"value": %b}}'),
    "a run by name": ("ann", "/api/v1/scripts/name/by-hand/run", b'{"params": {"value": %b}}'),
    "a hook's body": ("ann", ECHO, b'{"value": %b}'),
}
FIELDS: Final = ("title", "price", "tags")
Clients = dict[str, httpx.AsyncClient]


@asynccontextmanager
async def _listening(application: Any) -> AsyncIterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application, http=OneWriteProtocol, log_level="error", lifespan="off"))
        listener.listen()
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


def _client(address: str, person: Person) -> httpx.AsyncClient:
    cookies = {"alloy_session": person.session.secret}
    return httpx.AsyncClient(base_url=address, headers={"origin": address}, cookies=cookies, timeout=120)


@pytest_asyncio.fixture(loop_scope="session")
async def served(memory_world: World, script_pool: Pool) -> AsyncIterator[Clients]:
    """Ann and the owner before a listening server, with a type, a script that gives back its input, and an endpoint that does."""
    world = memory_world
    application = create_app(ground=world.ground)
    services = application.state.services
    services.runner.pool = script_pool
    script(world, settings_for("by-hand"), "log(`${params}`); params")
    script(world, settings_for("endpoint", ApiTrigger("echo", "POST", Authentication.NONE, "")), "#{ body: #{ got: request.body } }")
    async with _listening(application) as address, _client(address, world.ann) as ann, _client(address, world.owner) as owner:
        assert (await owner.post("/api/v1/entity-types", json=TICKET)).status_code == 201
        yield {"ann": ann, "owner": owner}
    await services.runner.settled()
    await services.runner.egress.aclose()


async def _send(client: httpx.AsyncClient, path: str, content: bytes, **headers: str) -> httpx.Response:
    return await client.post(path, content=content, headers={**JSON, **headers})


async def _tried(client: httpx.AsyncClient, source: str, **inputs: Any) -> dict[str, Any]:
    answer = await client.post(DRY_RUN, json={"source": source, "limits_profile": "relaxed", **inputs})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def _says_what_to_do(answer: httpx.Response, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["hint"] != ""


def _each_place() -> Iterator[tuple[str, str, bytes]]:
    yield from PLACES.values()
    for name in FIELDS:
        yield "owner", TICKETS, f'{{"data": {{"{name}": '.encode() + b"%b}}"
        yield "owner", f"{TICKETS}/search", f'{{"where": {{"{name}": '.encode() + b"%b}}"


@requirement("A5.sizes-are-bounded")
@pytest.mark.parametrize("content", WITHOUT_MEANING.values(), ids=WITHOUT_MEANING)
async def test_what_no_script_and_no_record_could_hold_is_refused_everywhere(served: Clients, content: bytes) -> None:
    for who, path, template in _each_place():
        _says_what_to_do(await _send(served[who], path, template.replace(b"%b", content)), 400, 422)


@pytest.mark.parametrize("content", UNUSUAL.values(), ids=UNUSUAL)
async def test_what_is_unusual_is_taken_or_refused_and_never_a_fault(served: Clients, content: bytes) -> None:
    for who, path, template in _each_place():
        answer = await _send(served[who], path, template.replace(b"%b", content))
        if answer.status_code >= 300:
            _says_what_to_do(answer, 400, 422)


@requirement("A5.sizes-are-bounded")
async def test_a_source_of_64_kib_is_kept_and_one_byte_more_is_refused(served: Clients) -> None:
    largest = "1;" + " " * 65_534
    kept = await served["ann"].post("/api/v1/scripts", json={"name": "largest", "source": largest, "activate": True})
    assert (kept.status_code, kept.json()["source"]) == (201, largest)
    ran = await served["ann"].post("/api/v1/scripts/name/largest/run", json={})
    assert (ran.status_code, ran.json()["outcome"]) == (200, "ok")
    for source in (largest + " ", "/*" + "é" * 40_000 + "*/"):
        for path, body in (("/api/v1/scripts", {"name": "larger"}), (DRY_RUN, {})):
            _says_what_to_do(await served["ann"].post(path, json={**body, "source": source}), 422)


@pytest.mark.parametrize("depth", [50, 1_000, 20_000])
async def test_deep_sources_are_answered_with_diagnostics(served: Clients, depth: int) -> None:
    for source in ("(" * depth + "1" + ")" * depth, "[" * depth + "]" * depth, "{" * depth + "}" * depth, "-" * depth + "1"):
        answer = await served["ann"].post("/api/v1/scripts/validate", json={"source": source})
        assert answer.status_code == 200, answer.text[:300]
        assert depth == 50 or answer.json()["diagnostics"] != []


async def test_an_input_of_1_mb_is_taken_everywhere(served: Clients) -> None:
    texts = {"texts": ["x" * 62_000] * 16}
    content = json.dumps(texts).encode()
    assert 1_000_000 > len(content) > 990_000
    assert (await _tried(served["ann"], "params.texts.len()", params=texts))["value"] == 16
    for who, path, template in PLACES.values():
        answer = await _send(served[who], path, template.replace(b"%b", content))
        # To give all of it back is too much for a script, which its caller is told as a script's failure.
        assert answer.status_code == 200 or (path, answer.json()["code"]) == (ECHO, "script-failed"), answer.text[:300]


@pytest.mark.parametrize("size", [1_048_577, 3_000_000])
async def test_a_larger_body_is_refused_with_an_answer_that_arrives(served: Clients, size: int) -> None:
    async def piece_by_piece() -> AsyncIterator[bytes]:
        for _ in range(size // 65_536 + 1):
            yield b"x" * 65_536

    for path in (DRY_RUN, ECHO, TICKETS):
        _says_what_to_do(await _send(served["owner"], path, b"x" * size), 413)
        _says_what_to_do(await served["owner"].post(path, content=piece_by_piece(), headers=JSON), 413)


async def test_10_000_items_fit_and_one_more_than_allowed_ends_the_run(served: Clients) -> None:
    assert (await _tried(served["ann"], "params.items.len()", params={"items": [0] * 10_000}))["value"] == 10_000
    grown = await served["ann"].post(DRY_RUN, json={"source": "params.items.push(1); 0", "params": {"items": [0] * 10_000}})
    told = grown.json()["result"]
    assert (told["outcome"], told["error"]["kind"], told["error"]["line"]) == ("memory", "ErrorDataTooLarge", 1)


async def test_10_000_lines_of_log_are_kept_up_to_a_limit_that_is_told(served: Clients) -> None:
    result = await _tried(served["ann"], 'let n = 0; while n < 10000 { log("line"); n += 1; }')
    assert result["outcome"] == "ok"
    assert (len(result["logs"]), result["logs_dropped"]) == (1_000, 9_000)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16", ""]
)
async def test_a_content_type_that_is_not_json_is_refused_or_read_as_text(served: Clients, kind: str) -> None:
    for path in (DRY_RUN, TICKETS, "/api/v1/scripts/name/by-hand/run"):
        answer = await _send(served["owner"], path, b"<what>", **{"content-type": kind})
        _says_what_to_do(answer, 400, 415, 422)
    answer = await _send(served["ann"], ECHO, b"<what>", **{"content-type": kind})
    assert answer.status_code in (200, 422), answer.text


async def test_a_compressed_body_is_not_unpacked(served: Clients) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    for path in (DRY_RUN, TICKETS, ECHO):
        _says_what_to_do(await _send(served["owner"], path, bomb, **{"content-encoding": "gzip"}), 400, 422)


@pytest.mark.parametrize(
    "query", ["&".join(f"a{n}={n}" for n in range(5_000)), "a=%ff%fe", "a=%00", "a=" + "x" * 40_000, "&" * 5_000, "%zz=%"]
)
async def test_many_and_strange_parameters_are_taken_or_refused(served: Clients, query: str) -> None:
    for path in (ECHO, DRY_RUN, TICKETS):
        answer = await served["owner"].post(f"{path}?{query}", content=b"{}", headers=JSON)
        assert answer.status_code < 500, answer.text[:300]
    assert (await served["owner"].get(f"/api/v1/executions?{query}")).status_code < 500


async def test_thousands_of_headers_are_taken_or_refused(served: Clients) -> None:
    for count, size in ((200, 100), (2_000, 20), (10, 5_000)):
        headers = {f"x-{n}": "v" * size for n in range(count)}
        answer = await served["ann"].post(ECHO, content=b"{}", headers={**JSON, **headers})
        assert answer.status_code < 500, answer.text[:300]


@pytest.mark.parametrize("name", ["", "\x00", "a\x00b", "é", "\ud800", "a" * 10_000, "../etc", "a\n"])
async def test_a_name_that_is_none_is_refused_wherever_it_stands(served: Clients, name: str) -> None:
    fields = [{"kind": "text", "name": "title"}]
    for who, path, body in (
        ("ann", "/api/v1/scripts", {"name": name, "source": "1"}),
        ("owner", "/api/v1/entity-types", {"name": name, "label": "Case", "fields": fields}),
        ("owner", "/api/v1/entity-types", {"name": "case", "label": "Case", "fields": [{"kind": "text", "name": name}]}),
    ):
        _says_what_to_do(await _send(served[who], path, json.dumps(body).encode()), 422)
