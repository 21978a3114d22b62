"""What a handler may use while it does a job in a child: host calls and log lines over the data socket.

It knows frames and limits, and nothing of scripts.
"""

from __future__ import annotations

import socket
import time
from typing import Final

import msgspec

from app.sandbox import wire
from app.sandbox.jobs import HostError, Json, Limits, LogLevel, LogLine

_BUFFER_BYTES: Final = 32 * 1024
_json = msgspec.json.Encoder()
_FLUSH_LINES: Final = 50
_FLUSH_SECONDS: Final = 0.02


class Channel:
    """The child's end of the data socket, for one job at a time."""

    def __init__(self, data: socket.socket) -> None:
        self._data = data
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._frames = wire.FrameBuffer(limit=2**31)
        self._bodies: list[memoryview] = []
        self.begin(0, Limits())

    def begin(self, number: int, limits: Limits) -> None:
        """Start the accounts of a new job."""
        self.number = number
        self.limits = limits
        self.logs_dropped = 0
        self._lines: list[LogLine] = []
        self._flushed_at = 0.0
        self._began_at = time.monotonic()
        self._log_bytes_left = limits.log_bytes
        self._log_lines_left = limits.log_lines
        self._calls_left = limits.host_calls

    def compiling(self) -> None:
        """Tell that the script has to be compiled first, which has a time of its own."""
        self.send(wire.Compiling(self.number))

    def begun(self) -> None:
        """Tell that it is compiled: the run's time begins."""
        self.send(wire.Begun(self.number))
        self._began_at = time.monotonic()

    def receive(self) -> wire.ToChild:
        """The parent's next message. Ends the process when the parent is gone."""
        while not self._bodies:
            count = self._data.recv_into(self._buffer)
            if not count:
                raise SystemExit
            if wire.is_one_frame(self._buffer, count) and not self._frames.pending:
                return wire.decode_to_child(self._buffer[wire.HEADER_BYTES : count])
            self._bodies = self._frames.feed(self._buffer[:count])
        return wire.decode_to_child(self._bodies.pop(0))

    def send(self, message: wire.FromChild) -> None:
        """Send log lines that wait, then the message."""
        if self._lines:
            self.flush()
        self._data.sendall(wire.encode(message))

    def send_frame(self, frame: bytes | bytearray) -> None:
        """Send a frame made beforehand: for when there is no memory left to make one."""
        self._data.sendall(frame)

    def log(self, level: LogLevel, text: str, line: int = 0) -> None:
        """Report a line to whoever watches the run. What goes over the limits is counted and dropped."""
        size = len(text)
        if self._log_lines_left <= 0 or size > self._log_bytes_left:
            self.logs_dropped += 1
            return
        self._log_lines_left -= 1
        self._log_bytes_left -= size
        now = time.monotonic()
        self._lines.append(LogLine(level, text, line, int((now - self._began_at) * 1_000_000)))
        if len(self._lines) >= _FLUSH_LINES or now - self._flushed_at >= _FLUSH_SECONDS:
            self._flushed_at = now
            self.flush()

    def flush(self) -> None:
        """Send the lines that wait."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._data.sendall(wire.encode(wire.Logs(self.number, lines)))

    def call(self, name: str, arguments: Json) -> Json:
        """Make a host call and wait for its answer.

        Raises: HostError when the host refuses, or the job has made too many calls.
        """
        if self._calls_left <= 0:
            raise HostError("too-many-host-calls", f"The limit is {self.limits.host_calls} host calls in a run.")
        self._calls_left -= 1
        self.send(wire.Ask(self.number, name, _json.encode(arguments)))
        answer = self.receive()
        if isinstance(answer, wire.Answer):
            return answer.value
        if isinstance(answer, wire.Refusal):
            raise HostError(answer.code, answer.message)
        raise wire.ProtocolError("a job came instead of an answer")

    def json(self, value: Json) -> bytes:
        """JSON text of plain data, for the fields of `Done`."""
        return _json.encode(value)
