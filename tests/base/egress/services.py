"""A real HTTP service on a loopback port that answers with exactly the bytes a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

from app.base.egress import Egress, EgressLimits, HostRule, OutboundRequest, parse_rule

LOOPBACK = (ip_network("127.0.0.0/8"),)
Script = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Service:
    """Where the service listens and the request heads it has seen."""

    port: int
    seen: list[str] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path under a host name of the test's choice."""
        return f"http://{host}:{self.port}{path}"

    def rules(self, *hosts: str) -> tuple[HostRule, ...]:
        """An allow-list of these hosts on the service's port."""
        return tuple(parse_rule(f"{host}:{self.port}") for host in hosts or ("127.0.0.1",))


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Service]:
    """Runs a service whose script gets each request's path and writes the answer."""
    service = Service(0)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")), 0)
            body = await reader.readexactly(length)
            service.seen.append(head + body.decode("latin-1"))
            await script(head.split(" ")[1], writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()


def answer(status: int = 200, headers: str = "", body: bytes = b"") -> bytes:
    """One complete HTTP/1.1 answer."""
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n".encode() + body


def always(reply: bytes) -> Script:
    """A script that answers everything alike."""

    async def script(_path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()

    return script


def named(**addresses: list[str]) -> Callable[[str, int], Awaitable[list[str]]]:
    """A resolver that knows these names (with underscores for dots)."""

    async def resolve(host: str, _port: int) -> list[str]:
        try:
            return addresses[host.replace(".", "_")]
        except KeyError:
            raise OSError("unknown name") from None

    return resolve


def egress(limits: EgressLimits | None = None, **addresses: list[str]) -> Egress:
    """The way out with loopback opened by the operator and these names known."""
    return Egress(limits, resolver=named(**addresses), permitted=LOOPBACK)


def get(url: str, *headers: tuple[str, str]) -> OutboundRequest:
    """A GET request."""
    return OutboundRequest("GET", url, headers)
