"""Answers that leave in one piece: the server writes a head and a body one after the other, and each write is a call of the system's.

Sent apart they also wake the other side twice, the first time for a head with nothing behind it. Whoever has the whole answer at hand may
give it in one go, through an extension of ASGI (`WHOLE`): taking it apart for two messages, and looking through its head line by line,
costs more than sending it.
"""

import asyncio
import re
from functools import partial
from typing import Any, Final
from weakref import ref

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

WHOLE: Final = "alloy.whole"
"""The extension: under "answer" it has `OneWriteProtocol.answer_whole` for the request; there is none under another server."""

_MOST_HELD: Final = 16_384
"""From so many bytes on nothing is held back: long answers are to feel the pressure of a slow reader."""
_NO_LINE: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class OneWrite(asyncio.Transport):
    """A transport that holds back what is written until somebody says that it is all, or the loop's turn is over."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.bare = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> None:
        """Send this together with what is held."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(bytes(data))
        self._size += len(data)
        if self._size >= _MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Send what is held; nothing if there is nothing, or nobody to send it to any more."""
        if self._held:
            held, self._held, self._size = self._held, [], 0
            if not self.bare.is_closing():
                self.bare.write(b"".join(held))

    def close(self) -> None:
        """Send what is held, then close."""
        self.flush()
        self.bare.close()

    def abort(self) -> None:
        """Close at once."""
        self.bare.abort()

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self.bare.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What the transport below tells of itself."""
        return self.bare.get_extra_info(name, default)


class OneWriteProtocol(HttpToolsProtocol):
    """Uvicorn's protocol over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above has it
        """Begin to speak with a client."""
        super().connection_made(transport)
        self.transport = OneWrite(transport, self.loop)

    def on_headers_complete(self) -> None:
        """A request begins, and may be answered as a whole."""
        super().on_headers_complete()
        if self.cycle is not None and self.cycle.scope is self.scope:
            # Weakly: the scope belongs to the cycle, which the application's task holds, and two that hold each other stay until the
            # garbage collector looks. One such pair for each request, and it stopped everybody for 60 to 90 ms, twice in five seconds.
            self.scope["extensions"] = {WHOLE: {"answer": partial(self.answer_whole, ref(self.cycle))}}

    def answer_whole(
        self, asked: "ref[RequestResponseCycle]", status: int, headers: list[tuple[bytes, bytes]], ready: bytes, body: bytes
    ) -> bool:
        """Answer with these headers but for the length, and `ready`, lines of others that the caller vouches for.

        False, and nothing sent, where that takes more than writing: the client is slow, gone, or wants the connection to end.
        """
        cycle = asked()
        if cycle is None or cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
            return False
        lines = [STATUS_LINE[status]]
        for name, value in (*self.server_state.default_headers, *headers):
            if _NO_LINE.search(value):
                return False
            lines += (name, b": ", value, b"\r\n")
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.write(b"".join((*lines, ready, b"content-length: %d\r\n\r\n" % len(body), body)))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def on_response_complete(self) -> None:
        """An answer has been written."""
        if isinstance(self.transport, OneWrite):
            self.transport.flush()
        super().on_response_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the protocol of WebSockets, which writes whole messages itself."""
        if isinstance(self.transport, OneWrite):
            self.transport = self.transport.bare
        super().handle_websocket_upgrade()
