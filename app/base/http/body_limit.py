"""Refuses bodies that are too large: by their declared length, else as soon as one byte too many arrives.

What a client still sends is read and thrown away for a while: were the connection closed under it, it would see a broken connection
instead of the answer.
"""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.http.problems import Problem, problem_response


class BodyLimit:
    """Lets through requests whose body is at most `limit_bytes`."""

    def __init__(self, app: ASGIApp, limit_bytes: int) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 413."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > self._limit_bytes:
            await _thrown_away(receive)
            problem = Problem(413, "body-too-large", self._detail(), _HINT, headers={"Connection": "close"})
            await problem_response(problem)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit_bytes:
                await _thrown_away(receive)
                raise HTTPException(413, self._detail(), {"Connection": "close"})
            return message

        await self._app(scope, limited, send)

    def _detail(self) -> str:
        return f"The body is larger than {self._limit_bytes} bytes."


_HINT = "Send less, or in several requests."
_PATIENCE_BYTES: Final = 16_777_216
_PATIENCE_SECONDS: Final = 5.0


async def _thrown_away(receive: Receive) -> None:
    """Return at the end of the body, or when patience does: whoever sends more than this isn't waiting for an answer."""
    read = 0
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while read < _PATIENCE_BYTES:
                message = await receive()
                read += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
