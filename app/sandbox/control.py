"""Messages between the parent and the zygote, one per packet of a SOCK_SEQPACKET pair, with at most one descriptor attached.

Both ends are ours and trusted: no tenant's data passes here.
"""

from __future__ import annotations

import socket
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from app.sandbox.lockdown.layers import LayerReport

_PACKET_BYTES: Final = 64 * 1024


class Setup(Struct, frozen=True, kw_only=True):
    """What a zygote is started with, as JSON on its command line."""

    path: list[str]
    control: int
    parent: int
    handlers: str
    layers: list[str]
    is_strict: bool
    cpu_seconds: int
    niceness: int


class Spawn(Struct, frozen=True, array_like=True, tag="spawn"):
    """Fork a child that serves the attached socket, or makes one attack after locking itself."""

    child: int
    memory_bytes: int
    canary: str = ""


class Born(Struct, frozen=True, array_like=True, tag="born"):
    """The child was forked; its pidfd is attached."""

    child: int
    pid: int


class Exited(Struct, frozen=True, array_like=True, tag="exited"):
    """The child ended. `status` is waitpid's."""

    child: int
    status: int
    peak_bytes: int
    cpu_seconds: float


class Warm(Struct, frozen=True, array_like=True, tag="warm"):
    """The zygote is locked, warm, and takes orders."""

    layers: list[LayerReport]


class Unfit(Struct, frozen=True, array_like=True, tag="unfit"):
    """The zygote can't do its work here and ends."""

    reason: str
    layers: list[LayerReport]


FromZygote: TypeAlias = Born | Exited | Warm | Unfit

_encoder = msgspec.msgpack.Encoder()
_from_zygote = msgspec.msgpack.Decoder(FromZygote)
_to_zygote = msgspec.msgpack.Decoder(Spawn)


def send(control: socket.socket, message: Spawn | FromZygote, descriptor: int | None = None) -> None:
    """Send one message. Blocks or raises BlockingIOError as the socket does."""
    if descriptor is None:
        control.send(_encoder.encode(message))
    else:
        socket.send_fds(control, [_encoder.encode(message)], [descriptor])


def receive_order(control: socket.socket) -> tuple[Spawn, int] | None:
    """The next order with the child's socket, or None when the parent is gone."""
    data, descriptors, _, _ = socket.recv_fds(control, _PACKET_BYTES, 1)
    if not data:
        return None
    return _to_zygote.decode(data), descriptors[0] if descriptors else -1


def receive_report(control: socket.socket) -> tuple[FromZygote, int] | None:
    """The next report with a pidfd (or -1), or None when the zygote is gone."""
    data, descriptors, _, _ = socket.recv_fds(control, _PACKET_BYTES, 1)
    if not data:
        return None
    return _from_zygote.decode(data), descriptors[0] if descriptors else -1
