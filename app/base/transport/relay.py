"""The loop that keeps a transport delivering."""

from typing import Final

from app.base.telemetry.logs import logger
from app.base.transport.messages import Transport

POLL_SECONDS: Final = 1.0


class Relay:
    """Delivers until told to stop. Cancelling `run` is safe: what was being delivered is delivered again."""

    def __init__(self, transport: Transport, poll_seconds: float = POLL_SECONDS) -> None:
        self._transport = transport
        self._poll_seconds = poll_seconds

    async def run(self) -> None:
        """Deliver whatever is due, for ever. A database that is away for a moment doesn't end the loop."""
        while True:
            try:
                tried = await self._transport.deliver_due()
            except Exception as error:  # the next round may find the database again
                logger().error("Delivering messages failed.", error=f"{type(error).__name__}: {error}"[:500])
                tried = 0
            if tried == 0:
                await self._transport.waited(self._poll_seconds)
