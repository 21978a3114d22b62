"""Connecting to vetted addresses only.

The name is resolved once, here, and the connection goes to an address of that very answer, so that a second answer
(DNS rebinding) has no effect. One forbidden address among several refuses them all: an attacker's zone may mix them.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

import httpcore

from app.base.egress.addresses import Address, is_public, literal
from app.base.egress.refusals import EgressRefused, Reason

Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Awaitable[list[str]]]
"""Gives a name's addresses as text; raises OSError when there are none."""


async def system_resolver(host: str, port: int) -> list[str]:
    """The operating system's answer."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def require_reachable(address: Address, what: str, permitted: tuple[Network, ...]) -> None:
    """Lets an address pass if it is public, or in a network that the operator opened.

    Raises:
        EgressRefused: it is neither; `what` says whose address it is.
    """
    if not is_public(address) and not any(address in network for network in permitted):
        raise EgressRefused(Reason.ADDRESS, f"{what} isn't a public address.", "Scripts can't reach private networks.")


class VettedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that resolves, vets and only then connects.

    `permitted` are the networks that the operator opened on purpose although they aren't public.
    """

    def __init__(self, resolver: Resolver = system_resolver, permitted: tuple[Network, ...] = ()) -> None:
        self._resolve = resolver
        self._permitted = permitted
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Opens a connection to one of the host's addresses, in the resolver's order."""
        failure: Exception | None = None
        for address in await self._vetted(host, port):
            try:
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise EgressRefused(Reason.CONNECTION, f"{host} doesn't accept a connection on port {port}.", "Check that it is up.") from failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket of this machine isn't outside."""
        raise EgressRefused(Reason.SCHEME, "Sockets of this machine can't be reached.", "Use https:// or http://.")

    async def sleep(self, seconds: float) -> None:
        """httpcore's pause between retries, of which there are none."""
        await asyncio.sleep(seconds)

    async def _vetted(self, host: str, port: int) -> list[Address]:
        spelled = literal(host)
        addresses = [spelled] if spelled is not None else await self._resolved(host, port)
        for address in addresses:
            require_reachable(address, host if spelled is not None else f"{host} resolves to {address}, which", self._permitted)
        return addresses

    async def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            answers = await self._resolve(host, port)
            addresses: list[Address] = [ip_address(answer) for answer in answers]
        except (OSError, ValueError, UnicodeError) as error:
            raise EgressRefused(Reason.RESOLUTION, f"The name {host} can't be resolved.", "Check its spelling.") from error
        if not addresses:
            raise EgressRefused(Reason.RESOLUTION, f"The name {host} has no address.", "Check its spelling.")
        return addresses
