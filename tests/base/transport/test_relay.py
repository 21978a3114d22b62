"""The relay's health: it tells a loop that delivers from one that fails and from one that is gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from app.base.clock import FrozenClock
from app.base.health import Finding, Status
from app.base.transport import MemoryTransport, Relay


class Unreliable(MemoryTransport):
    """A transport whose database is away until told otherwise; `rounds` has something for every round that was tried."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__(clock)
        self.is_away = True
        self.rounds: asyncio.Queue[None] = asyncio.Queue()

    async def deliver_due(self) -> int:
        """Nothing, or a failure."""
        self.rounds.put_nowait(None)
        if self.is_away:
            raise ConnectionError("on purpose")
        return await super().deliver_due()

    async def waited(self, seconds: float) -> None:
        """Let others go on."""
        await asyncio.sleep(0)


@asynccontextmanager
async def _running(relay: Relay, transport: Unreliable) -> AsyncIterator[None]:
    loop = asyncio.create_task(relay.run())
    await _next_round(transport)
    yield
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


async def _next_round(transport: Unreliable) -> None:
    """Wait until a round that starts after now has ended."""
    while not transport.rounds.empty():
        transport.rounds.get_nowait()
    for _ in range(2):
        await transport.rounds.get()


async def test_a_relay_that_fails_is_degraded_then_down_and_well_again_afterwards() -> None:
    clock = FrozenClock()
    transport = Unreliable(clock)
    relay = Relay(transport, clock)
    probe = relay.check().probe
    async with _running(relay, transport):
        assert (await probe()).status is Status.DEGRADED
        clock.advance(timedelta(seconds=60))
        assert await probe() == Finding(Status.DOWN, "no message was delivered for 60 s: ConnectionError")
        transport.is_away = False
        await _next_round(transport)
        assert await probe() == Finding(Status.OK)


async def test_a_relay_that_does_not_run_is_down() -> None:
    clock = FrozenClock()
    transport = Unreliable(clock)
    relay = Relay(transport, clock)
    probe = relay.check().probe
    assert (await probe()).status is Status.DOWN
    async with _running(relay, transport):
        assert (await probe()).status is Status.DEGRADED
    assert (await probe()).status is Status.DOWN
