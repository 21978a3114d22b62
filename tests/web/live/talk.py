"""A page's end of a WebSocket, in process: speaks to the application as the server would."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from app.testing import Person
from tests.browser import ORIGIN

Frame = MutableMapping[str, Any]


class Talk:
    """What goes to the application and what comes of it. `closed` is the code it closed with."""

    def __init__(self) -> None:
        self.to_application: asyncio.Queue[Frame] = asyncio.Queue()
        self.from_application: asyncio.Queue[Frame] = asyncio.Queue()

    def send(self, text: str) -> None:
        """A frame of text."""
        self.to_application.put_nowait({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        """A frame of bytes."""
        self.to_application.put_nowait({"type": "websocket.receive", "bytes": data})

    async def answer(self) -> dict[str, Any]:
        """The next message."""
        frame = await self.from_application.get()
        assert frame["type"] == "websocket.send", frame
        message: dict[str, Any] = json.loads(frame["text"])
        return message

    async def told(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a message."""
        self.send(json.dumps(message))
        return await self.answer()

    async def closed(self) -> int:
        """The code that the application closes with, next."""
        frame = await self.from_application.get()
        assert frame["type"] == "websocket.close", frame
        return int(frame["code"])


@asynccontextmanager
async def talking(application: FastAPI, person: Person | None, path: str = "/live/editor", origin: str = ORIGIN) -> AsyncIterator[Talk]:
    """Somebody's page, connected; or turned away, which is then the first that comes of the application."""
    talk = Talk()
    cookie = [(b"cookie", f"alloy_session={person.session.secret}".encode())] if person else []
    headers = [(b"host", ORIGIN.removeprefix("http://").encode()), (b"origin", origin.encode()), *cookie]
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("alloy.test", 80),
        "subprotocols": [],
        "state": {},
    }
    talk.to_application.put_nowait({"type": "websocket.connect"})
    async with asyncio.TaskGroup() as group:
        group.create_task(_serve(application, scope, talk))
        first = await talk.from_application.get()
        if first["type"] != "websocket.accept":
            talk.from_application.put_nowait(first)
        yield talk
        talk.to_application.put_nowait({"type": "websocket.disconnect", "code": 1001})


async def _serve(application: FastAPI, scope: Frame, talk: Talk) -> None:
    async def send(frame: Frame) -> None:
        talk.from_application.put_nowait(frame)

    await application(scope, talk.to_application.get, send)
