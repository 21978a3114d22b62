"""Refuses bodies that are too large: by their declared length before reading, else as soon as one byte too many arrives."""

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
            problem = Problem(413, "body-too-large", self._detail(), _HINT, headers={"Connection": "close"})
            await problem_response(problem)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit_bytes:
                raise HTTPException(413, self._detail(), {"Connection": "close"})
            return message

        await self._app(scope, limited, send)

    def _detail(self) -> str:
        return f"The body is larger than {self._limit_bytes} bytes."


_HINT = "Send less, or in several requests."
