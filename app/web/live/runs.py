"""The list of runs, kept up to date: the page says what it shows, and is sent it anew when anything has happened.

That is two or three times a second at most, and nothing queues up: the history is looked at anew once the page has taken what was sent
before. So it is right with several processes as well, and a page that comes back after a loss is told all by the first answer.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias, cast
from urllib.parse import parse_qsl

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import Field, TypeAdapter

from app import runs
from app.access import needs
from app.base.db import Work
from app.base.errors import AlloyError
from app.base.telemetry.logs import logger
from app.runs import RunsHead
from app.web.live.frames import Message, Ping, frame, parsed, pong
from app.web.live.gate import Gate, closing
from app.web.render import Renderer
from app.web.runs.contexts import RunList
from app.web.runs.filters import Filters, filters_of
from app.web.runs.listing import run_list

router = APIRouter()

PERMISSION: Final = "runs.run.list"
PERIOD_SECONDS: Final = 0.4
"""How often the history is looked at, so no page is sent more than two or three lists a second."""
LARGEST_MESSAGE: Final = 8_192


class Watch(Message):
    """What the page shows: the query of its address."""

    type: Literal["watch"]
    query: Annotated[str, Field(max_length=4_096)]


Incoming: TypeAlias = Watch | Ping
_incoming: Final[TypeAdapter[Incoming]] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


def parse(text: str) -> Incoming | None:
    """A message of a page; None for anything else."""
    try:
        return parsed(_incoming, text, LARGEST_MESSAGE)
    except ValueError:
        return None


@router.websocket("/live/runs")
@needs(PERMISSION)
async def live_runs(websocket: WebSocket) -> None:
    """One page's list."""
    await _Connection(websocket).serve()


@dataclass(frozen=True, slots=True)
class _Watched:
    """What the page shows, and what the history looked like when it was sent."""

    query: str
    filters: Filters
    head: RunsHead


class _Connection:
    """A socket with what its page shows."""

    def __init__(self, websocket: WebSocket) -> None:
        self._socket = websocket
        self._gate = Gate(websocket)
        self._database = self._gate.access.ground.database
        self._render = cast(Renderer, websocket.app.state.renderer)
        self._watched: _Watched | None = None
        self._has_left = False
        self._sending = asyncio.Lock()

    async def serve(self) -> None:
        """Until the page goes, or may no longer stay."""
        if not await self._gate.admit():
            return
        try:
            async with asyncio.TaskGroup() as group:
                following = group.create_task(self._follow())
                try:
                    await self._listen()
                finally:
                    following.cancel()
        except* WebSocketDisconnect as gone:
            logger().debug("A page of runs has gone.", count=len(gone.exceptions))

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect" or self._has_left:
                return
            try:
                await self._answer(parse(message.get("text") or ""))
            except AlloyError as error:
                await self._leave(error)
                return

    async def _answer(self, message: Incoming | None) -> None:
        if isinstance(message, Watch):
            async with self._sending:
                await self._send(message.query, filters_of(dict(parse_qsl(message.query))))
            return
        await self._database.glance(lambda work: self._gate.actor(work, PERMISSION))
        await self._socket.send_text(pong() if message else frame("refused", reason="This is no message of a page."))

    async def _follow(self) -> None:
        """Send the list again whenever something has happened."""
        while True:
            await asyncio.sleep(PERIOD_SECONDS)
            if self._watched is None:
                continue
            try:
                async with self._sending:
                    await self._send_if_new(self._watched)
            except AlloyError as error:
                await self._leave(error)
                return

    async def _send_if_new(self, watched: _Watched) -> None:
        if await self._database.glance(self._head) != watched.head:
            await self._send(watched.query, watched.filters)

    async def _send(self, query: str, filters: Filters) -> None:
        now = self._gate.access.ground.clock.now()

        def find(work: Work) -> tuple[RunsHead, RunList]:
            return self._head(work), run_list(work, self._gate.actor(work, PERMISSION), filters, None, now)

        head, view = await self._database.read(find)
        content = await asyncio.to_thread(self._render.oob, "runs/_runs.html", view)
        await self._socket.send_text(frame("runs", query=query, content=content))
        self._watched = _Watched(query, filters, head)

    def _head(self, work: Work) -> RunsHead:
        return runs.runs_head(work, self._gate.actor(work, PERMISSION))

    async def _leave(self, error: AlloyError) -> None:
        self._watched, self._has_left = None, True
        with suppress(WebSocketDisconnect, RuntimeError):  # the page may have gone by itself
            await self._socket.close(closing(error))
