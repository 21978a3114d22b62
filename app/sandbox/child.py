"""A locked child: one process that does jobs of one tenant until the parent ends it.

It runs after `fork` in the zygote, locks itself, and serves its socket. Everything that it will ever import is imported already.
"""

from __future__ import annotations

import os
import struct
import sys
import warnings
from collections.abc import Callable
from typing import Final, NoReturn, TypeAlias

from app.sandbox import canary, wire
from app.sandbox.channel import Channel
from app.sandbox.jobs import Fault, Job
from app.sandbox.lockdown import resources
from app.sandbox.lockdown.apply import ChildLock, lock_child, take_socket

Handle: TypeAlias = Callable[[Job, Channel], wire.Done]

_BROKEN: Final = 70
OUT_OF_MEMORY: Final = Fault(kind="memory", message="The script used more memory than it may.")
_LARGEST_NUMBER: Final = 2**64 - 1
_NUMBER: Final = struct.Struct(">Q")
_MEMORY_FRAME: Final = bytearray(wire.encode(wire.Done(_LARGEST_NUMBER, "memory", fault=OUT_OF_MEMORY)))
_NUMBER_AT: Final = _MEMORY_FRAME.index(_NUMBER.pack(_LARGEST_NUMBER))


def be_a_child(descriptor: int, lock: ChildLock, memory_bytes: int, handle: Handle, canary_name: str) -> NoReturn:
    """Lock this process and serve. Never returns, whatever happens."""
    try:
        _fall_silent()
        data = take_socket(descriptor)
        channel = Channel(data)
        resident_bytes = resources.resident_bytes()
        try:
            lock_child(lock, memory_bytes)
        except OSError as error:
            channel.send(wire.Broken(str(error)))
            os._exit(_BROKEN)
        if canary_name:
            canary.attack_and_exit(canary_name)
        channel.send(wire.Ready(resident_bytes))
        while _serve_one(channel, handle):
            pass
    finally:
        # Reached by every exception and by EOF: nothing may unwind into the zygote's code, nor print to a closed descriptor.
        os._exit(0)


def _fall_silent() -> None:
    """Warnings and unraisable errors would import modules and write to closed descriptors, and so end the process.

    The compiler warns of `5[70]`, for example, which is a script's business and not ours.
    """
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _error: None
    sys.stdout = sys.stderr = None  # what Python itself does in a process without them


def _serve_one(channel: Channel, handle: Handle) -> bool:
    """Do the next job. False when this process is not fit for another one."""
    order = channel.receive()
    if not isinstance(order, wire.Do):
        raise wire.ProtocolError("an answer came without a question")
    channel.begin(order.number, order.job.limits)
    try:
        done = handle(order.job, channel)
        if len(done.value) + len(done.details) > order.job.limits.output_bytes:
            done = _too_large(order.number, order.job.limits.output_bytes)
        channel.send(done)
    except (MemoryError, SystemError):
        # Near the limit of the address space the interpreter raises either; its state is not to be trusted afterwards.
        channel.send_frame(_out_of_memory(order.number))
        return False
    except Exception as error:
        channel.send(wire.Done(order.number, "crashed", fault=Fault(kind="internal", message=f"{type(error).__name__}: {error}")))
        return False
    return done.kind != "memory"


def _out_of_memory(number: int) -> bytearray:
    """The frame of a job's last message: made beforehand but for its number, because there is no memory left to make one."""
    _NUMBER.pack_into(_MEMORY_FRAME, _NUMBER_AT, number)
    return _MEMORY_FRAME


def _too_large(number: int, limit: int) -> wire.Done:
    return wire.Done(number, "error", fault=Fault(kind="output-too-large", message=f"The result is larger than {limit} bytes."))
