"""Answers leave in one piece, and nothing that was written stays behind."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Final

import pytest
from starlette.types import Receive, Scope, Send

from app.base.http.one_write import WHOLE, OneWrite
from tests.wire import Wire, ask, protocol_over, request_of

pytestmark = pytest.mark.asyncio

LONG: Final = 20_000


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    """`/apart` sends its body in two parts with other work between them, everything else in one."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    if scope["path"] == "/apart":
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        for _ in range(5):
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"two"})
    else:
        await send({"type": "http.response.body", "body": b"onetwo"})


async def _answer_whole(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers in one go where it can; a header's value is the path."""
    headers = [(b"x-path", scope["path"].encode())]
    if not scope["extensions"][WHOLE]["answer"](201, headers, b"x-ready: yes\r\n", b"all"):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body", "body": b"parts"})


async def test_a_head_and_its_body_are_one_write() -> None:
    wire = Wire()
    await ask(protocol_over(wire, _answer), b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    assert len(wire.writes) == 1
    assert wire.writes[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert wire.writes[0].endswith(b"\r\n\r\nonetwo")


async def test_what_comes_in_parts_leaves_in_parts() -> None:
    wire = Wire()
    await ask(protocol_over(wire, _answer), b"GET /apart HTTP/1.1\r\nHost: here\r\n\r\n")
    assert [each[-3:] for each in wire.writes] == [b"one", b"two"]


async def test_all_is_sent_before_a_connection_is_closed() -> None:
    wire = Wire()
    await ask(protocol_over(wire, _answer), b"GET / HTTP/1.0\r\nHost: here\r\n\r\n")
    assert wire.is_closed
    assert b"".join(wire.writes).endswith(b"onetwo")


async def test_long_answers_are_not_held_back() -> None:
    wire = Wire()
    transport = OneWrite(wire, asyncio.get_running_loop())
    transport.write(b"head")
    transport.write(b"x" * LONG)
    assert wire.writes == [b"head" + b"x" * LONG]


async def test_nothing_is_sent_to_one_who_went_away() -> None:
    wire = Wire()
    transport = OneWrite(wire, asyncio.get_running_loop())
    transport.write(b"too late")
    transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert transport.is_closing()
    assert wire.writes == []


async def test_a_whole_answer_is_one_write_and_the_connection_goes_on() -> None:
    wire = Wire()
    protocol = protocol_over(wire, _answer_whole)
    for path in ("/one", "/two"):
        await ask(protocol, request_of("GET", path, {"host": "here"}))
    assert [each.partition(b"\r\n")[2] for each in wire.writes] == [
        b"x-path: %b\r\nx-ready: yes\r\ncontent-length: 3\r\n\r\nall" % path for path in (b"/one", b"/two")
    ]
    assert not wire.is_closed


@pytest.mark.parametrize(("line", "path"), [("HTTP/1.0", "/"), ("HTTP/1.1", "/a%0d%0ab"), ("HTTP/1.1", "/a%00b")])
async def test_a_whole_answer_that_ends_a_connection_or_breaks_its_head_goes_the_usual_way(line: str, path: str) -> None:
    wire = Wire()
    await ask(protocol_over(wire, _answer_whole), f"GET {path} {line}\r\nhost: here\r\n\r\n".encode())
    assert b"".join(wire.writes).endswith(b"\r\n\r\nparts")


async def test_nobody_is_answered_twice() -> None:
    answers: list[bool] = []

    async def twice(scope: Scope, receive: Receive, send: Send) -> None:
        answer = scope["extensions"][WHOLE]["answer"]
        answers.extend(answer(200, [], b"", b"once") for _ in range(2))

    wire = Wire()
    await ask(protocol_over(wire, twice), request_of("GET", "/", {"host": "here"}))
    assert answers == [True, False]
    assert len(wire.writes) == 1


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nothing looks for garbage in cycles meanwhile."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
async def test_nothing_of_an_answered_request_waits_for_the_garbage_collector() -> None:
    asked: list[weakref.ref[object]] = []

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(weakref.ref(receive.__self__))  # type: ignore[attr-defined]  # the server's account of the request
        await _answer_whole(scope, receive, send)

    protocol = protocol_over(Wire(), watched)
    for path in ("/one", "/two"):
        await ask(protocol, request_of("GET", path, {"host": "here"}))
    assert asked[0]() is None
