"""The short way of plain calls: what it answers is what the usual way answers, and what it doesn't take goes that way."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.access import ActorKind, create_token
from app.main import DECLARED, create_app
from app.testing import World, in_memory_settings, open_world
from tests.browser import ORIGIN, Browser
from tests.wire import Wire, ask, protocol_over, request_of

TYPES = "/api/v1/entity-types"
NOTES = "/api/v1/entities/note"
NOTE: dict[str, Any] = {"name": "note", "label": "Note", "fields": [{"kind": "text", "name": "text", "required": True, "max_length": 20}]}
PERMISSIONS = ["entities.record.create", "entities.type.create"]
USUAL = {"idempotency-key": "the-usual-way"}
"""A header that plain calls don't have."""


@pytest.fixture
def world() -> Iterator[World]:
    """A world that is served under one name alone."""
    with open_world(in_memory_settings(allowed_hosts="alloy.test", serve_pages=False, body_limit_bytes=5_000), DECLARED) as opened:
        yield opened


@pytest.fixture
def bearer(world: World) -> str:
    """A token of the owner's."""
    settings = world.ground.settings
    made = world.write(
        world.owner,
        lambda work, actor: create_token(work, actor, settings, name="p", kind=ActorKind.SERVICE, permissions=PERMISSIONS, expires_at=None),
    )
    return made.secret


@pytest.fixture
def program(world: World, bearer: str) -> Iterator[Browser]:
    """A program with that token, and a type in place."""
    opened = Browser(create_app(ground=world.ground), bearer=bearer)
    assert opened.post(TYPES, json=NOTE).status_code == 201
    yield opened
    opened.close()


def told(answer: httpx.Response) -> tuple[int, dict[str, Any], dict[str, str]]:
    """All of an answer that doesn't differ from call to call."""
    body = {name: value for name, value in answer.json().items() if name not in ("id", "created_at", "updated_at", "correlation_id")}
    headers = {name: value for name, value in answer.headers.items() if name not in ("x-correlation-id", "content-length")}
    return answer.status_code, body, headers


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"data": {"text": "short"}}', 201),
        (b'{"data": {"text": 5}}', 422),
        (b'{"data": {}}', 422),
        (b'{"data": {"text": "x"}, "parent_id": "no id"}', 422),
        (b'{"data"', 400),
        (b"", 400),
        (b'{"data": {"text": "' + b"x" * 5_000 + b'"}}', 413),
    ],
)
def test_both_ways_answer_alike(program: Browser, content: bytes, status: int) -> None:
    plain, usual = program.post(NOTES, content=content), program.post(NOTES, content=content, headers=USUAL)
    assert plain.status_code == status
    assert told(plain) == told(usual)


@pytest.mark.parametrize("headers", [{"host": "evil.test"}, {"authorization": "Bearer alloy_nobody"}, {"authorization": "Basic b2xnYTp4"}])
def test_both_ways_refuse_alike(program: Browser, headers: dict[str, str]) -> None:
    content = b'{"data": {"text": "short"}}'
    plain, usual = program.post(NOTES, content=content, headers=headers), program.post(NOTES, content=content, headers={**headers, **USUAL})
    assert plain.status_code in (401, 421)
    assert told(plain) == told(usual)


def test_a_correlation_id_is_kept_and_an_odd_one_is_not(program: Browser) -> None:
    def answered(sent: str) -> str:
        return str(program.post(NOTES, json={"data": {"text": "x"}}, headers={"x-correlation-id": sent}).headers["x-correlation-id"])

    assert answered("order-4711-abc") == "order-4711-abc"
    assert answered("an odd one") != "an odd one"


def test_a_header_sent_twice_takes_the_usual_way(program: Browser) -> None:
    twice = [("x-correlation-id", "first-correlation"), ("x-correlation-id", "second-correlation")]
    answer = program.post(NOTES, json={"data": {"text": "x"}}, headers=twice)
    assert (answer.status_code, answer.headers["x-correlation-id"]) == (201, "first-correlation")


def test_each_call_is_counted_once(world: World, program: Browser) -> None:
    counted = world.ground.metrics.requests.labels("POST", "201")
    before = counted._value.get()
    program.post(NOTES, json={"data": {"text": "x"}})
    program.post(NOTES, json={"data": {"text": "x"}}, headers=USUAL)
    assert counted._value.get() == before + 2


def test_a_fault_of_ours_is_a_500_that_tells_nothing(world: World, program: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr(world.ground.database, "_run", broken)
    answer = program.post(NOTES, json={"data": {"text": "x"}})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret reason" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert ORIGIN not in answer.text


@pytest.mark.parametrize("content", [b'{"data": {"text": "short"}}', b'{"data": {"text": 5}}'])
def test_the_server_sends_alike_what_it_is_given_whole_and_in_parts(world: World, program: Browser, bearer: str, content: bytes) -> None:
    head = {"host": "alloy.test", "authorization": f"Bearer {bearer}", "content-type": "application/json"}

    async def sent(headers: dict[str, str]) -> tuple[bytes, dict[bytes, bytes]]:
        wire = Wire()
        await ask(protocol_over(wire, create_app(ground=world.ground)), request_of("POST", NOTES, head | headers, content))
        [answer] = wire.writes
        status, *lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        named = dict(line.split(b": ", 1) for line in lines)
        assert int(named[b"content-length"]) == len(answer.partition(b"\r\n\r\n")[2])
        return status, {name: value for name, value in named.items() if name not in (b"x-correlation-id", b"content-length")}

    assert program.post(NOTES, content=content).status_code in (201, 422)
    assert asyncio.run(sent({})) == asyncio.run(sent(USUAL))
