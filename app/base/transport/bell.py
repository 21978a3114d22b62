"""Wakes the one who delivers as soon as there is something to deliver."""

import asyncio


class Bell:
    """Rung from any thread; heard by the event loop that waits for it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ring(self) -> None:
        """Wake whoever waits. Before anybody ever did, and after their loop has ended, there is nobody to wake."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def waited(self, seconds: float) -> None:
        """Return when it is rung, or after so many seconds."""
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()
