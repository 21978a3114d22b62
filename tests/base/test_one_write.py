"""Answers leave in one piece, and nothing that was written stays behind."""

import asyncio
from typing import Any, Final

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from app.base.http.one_write import OneWrite, OneWriteProtocol

pytestmark = pytest.mark.asyncio

LONG: Final = 20_000


class Wire(asyncio.Transport):
    """A transport that keeps each write apart."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def pause_reading(self) -> None:
        """Nothing is read."""

    def resume_reading(self) -> None:
        """Nothing is read."""


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


def _protocol(wire: Wire) -> OneWriteProtocol:
    config = uvicorn.Config(_answer, http=OneWriteProtocol, log_level="error", lifespan="off")
    config.load()
    protocol = OneWriteProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(wire)
    return protocol


async def _ask(protocol: OneWriteProtocol, request: bytes) -> None:
    protocol.data_received(request)
    await asyncio.gather(*protocol.tasks)
    protocol.connection_lost(None)


async def test_a_head_and_its_body_are_one_write() -> None:
    wire = Wire()
    await _ask(_protocol(wire), b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
    assert len(wire.writes) == 1
    assert wire.writes[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert wire.writes[0].endswith(b"\r\n\r\nonetwo")


async def test_what_comes_in_parts_leaves_in_parts() -> None:
    wire = Wire()
    await _ask(_protocol(wire), b"GET /apart HTTP/1.1\r\nHost: here\r\n\r\n")
    assert [each[-3:] for each in wire.writes] == [b"one", b"two"]


async def test_all_is_sent_before_a_connection_is_closed() -> None:
    wire = Wire()
    await _ask(_protocol(wire), b"GET / HTTP/1.0\r\nHost: here\r\n\r\n")
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
