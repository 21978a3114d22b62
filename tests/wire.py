"""The server's protocol without a network: requests go in as bytes, and each write that comes out is kept apart."""

import asyncio
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

from app.base.http.one_write import OneWriteProtocol


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


def protocol_over(wire: Wire, application: ASGIApp) -> OneWriteProtocol:
    """What a server makes for each connection, connected."""
    config = uvicorn.Config(application, http=OneWriteProtocol, log_level="error", lifespan="off")
    config.load()
    protocol = OneWriteProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(wire)
    return protocol


async def ask(protocol: OneWriteProtocol, request: bytes) -> None:
    """Send a request, and return when it is answered."""
    protocol.data_received(request)
    await asyncio.gather(*protocol.tasks)


def request_of(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "content-length": str(len(body))}.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
