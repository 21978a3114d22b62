"""The loop that keeps a transport delivering."""

from datetime import datetime, timedelta
from typing import Final

from app.base.clock import Clock
from app.base.health import Check, Finding, Status
from app.base.telemetry.logs import logger
from app.base.transport.messages import Transport

POLL_SECONDS: Final = 1.0
DOWN_AFTER: Final = timedelta(seconds=60)
"""A relay whose every round failed for so long is down; before that it is degraded."""


class Relay:
    """Delivers until told to stop. Cancelling `run` is safe: what was being delivered is delivered again."""

    def __init__(self, transport: Transport, clock: Clock, poll_seconds: float = POLL_SECONDS) -> None:
        self._transport = transport
        self._clock = clock
        self._poll_seconds = poll_seconds
        self._is_running = False
        self._failing_since: datetime | None = None
        self._last_error = ""

    async def run(self) -> None:
        """Deliver whatever is due, for ever. A database that is away for a moment doesn't end the loop."""
        self._is_running = True
        try:
            while True:
                if await self._round() == 0:
                    await self._transport.waited(self._poll_seconds)
        finally:
            self._is_running = False

    def check(self) -> Check:
        """The health check of this relay."""
        return Check("base", "relay", self._probe, is_essential=False)

    async def _round(self) -> int:
        try:
            tried = await self._transport.deliver_due()
        except Exception as error:  # the next round may find the database again
            logger().error("Delivering messages failed.", error=f"{type(error).__name__}: {error}"[:500])
            self._failing_since = self._failing_since or self._clock.now()
            self._last_error = type(error).__name__
            return 0
        self._failing_since = None
        return tried

    async def _probe(self) -> Finding:
        if not self._is_running:
            return Finding(Status.DOWN, "the loop that delivers messages isn't running")
        if self._failing_since is None:
            return Finding(Status.OK)
        failing = self._clock.now() - self._failing_since
        status = Status.DOWN if failing >= DOWN_AFTER else Status.DEGRADED
        return Finding(status, f"no message was delivered for {failing.total_seconds():.0f} s: {self._last_error}")
