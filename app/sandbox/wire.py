"""Frames between the parent and one child: four bytes of length, then MessagePack of a closed union.

Whatever a child sends is hostile until decoded: a size cap, declared types, and values only as JSON text inside, so that nothing but
plain JSON can come out of a child. Nothing is ever pickled or marshalled.
"""

from __future__ import annotations

import struct
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from app.sandbox.jobs import Fault, Job, Json, LogLine

HEADER: Final = struct.Struct("<I")
HEADER_BYTES: Final = HEADER.size
_length_at_start: Final = HEADER.unpack_from


class ProtocolError(Exception):
    """The other side sent something that no honest program sends."""


# --- parent to child


class Do(Struct, frozen=True, array_like=True, tag="do"):
    """Do one job. `number` comes back with everything that belongs to it."""

    number: int
    job: Job


class Answer(Struct, frozen=True, array_like=True, tag="answer"):
    """The host's answer to the call in flight."""

    value: Json


class Refusal(Struct, frozen=True, array_like=True, tag="refusal"):
    """The host's refusal of the call in flight."""

    code: str
    message: str


ToChild: TypeAlias = Do | Answer | Refusal


# --- child to parent


class Ready(Struct, frozen=True, array_like=True, tag="ready"):
    """The child is locked and waits. `resident_bytes` is the memory that it has before its first job."""

    resident_bytes: int


class Broken(Struct, frozen=True, array_like=True, tag="broken"):
    """The child could not lock itself and ends."""

    reason: str


class Compiling(Struct, frozen=True, array_like=True, tag="compiling"):
    """The script is new to this child, which compiles it now: the first that a child says about a job, if it says so at all."""

    number: int


class Begun(Struct, frozen=True, array_like=True, tag="begun"):
    """It is compiled, and the script runs from here on."""

    number: int


class Logs(Struct, frozen=True, array_like=True, tag="logs"):
    """Lines that the script wrote since the last frame."""

    number: int
    lines: list[LogLine]


class Ask(Struct, frozen=True, array_like=True, tag="ask"):
    """A host call; the child waits for the answer."""

    number: int
    name: str
    arguments: bytes


ChildKind: TypeAlias = Literal["ok", "error", "aborted", "timeout", "operations", "memory", "crashed"]


class Done(Struct, frozen=True, array_like=True, tag="done"):
    """The end of a job as the child saw it. `value` and `details` are JSON text."""

    number: int
    kind: ChildKind
    value: bytes = b"null"
    details: bytes = b"{}"
    fault: Fault | None = None
    operations: int = 0
    logs_dropped: int = 0
    is_cached: bool = False


FromChild: TypeAlias = Ready | Broken | Compiling | Begun | Logs | Ask | Done

_encoder = msgspec.msgpack.Encoder()
_json_decoder = msgspec.json.Decoder()
_from_child = msgspec.msgpack.Decoder(FromChild)
_to_child = msgspec.msgpack.Decoder(ToChild)


def encode(message: ToChild | FromChild) -> bytes:
    """The frame of a message."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body


def decode_from_child(body: bytes | memoryview) -> FromChild:
    """A child's message.

    Raises: ProtocolError for anything else, however it is malformed.
    """
    try:
        message: FromChild = _from_child.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ProtocolError(f"malformed frame: {error}") from None
    return message


def decode_to_child(body: bytes | memoryview) -> ToChild:
    """The parent's message, which is trusted."""
    message: ToChild = _to_child.decode(body)
    return message


def decode_json(text: bytes) -> Json:
    """JSON text out of a child's message.

    Raises: ProtocolError if it is none.
    """
    try:
        return _json_decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ProtocolError(f"malformed value: {error}") from None


def is_one_frame(buffer: memoryview, count: int) -> bool:
    """Whether the first bytes of a buffer, so many, are exactly one frame: by far the most frequent case."""
    return count > HEADER_BYTES and _length_at_start(buffer)[0] == count - HEADER_BYTES


class FrameBuffer:
    """Cuts a byte stream into frame bodies, holding at most one incomplete frame of bounded size: `pending`."""

    __slots__ = ("_limit", "pending")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.pending = b""

    def feed(self, data: bytes | memoryview) -> list[memoryview]:
        """The bodies that `data` completes; they may lie in it, so use them before it changes.

        Raises: ProtocolError for a frame over the limit or an empty one, as soon as its length is known.
        """
        if self.pending:
            data = self.pending + data
        view = memoryview(data)
        bodies: list[memoryview] = []
        start = 0
        while len(data) - start >= HEADER_BYTES:
            (length,) = HEADER.unpack_from(data, start)
            if not 0 < length <= self._limit:
                raise ProtocolError(f"frame of {length} bytes; the limit is {self._limit}")
            end = start + HEADER_BYTES + length
            if end > len(data):
                break
            bodies.append(view[start + HEADER_BYTES : end])
            start = end
        self.pending = bytes(view[start:])
        return bodies
