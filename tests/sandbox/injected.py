"""Handlers for attack tests: a job is real Python code, executed in a locked child as if the engine's own wall had fallen.

A pool uses them only when a test names this module in its settings; nothing on the wire can choose it.
"""

from __future__ import annotations

import _thread
import ctypes
import errno
import fcntl
import mmap
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from typing import Final

from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.jobs import Analyse, Fault, Job
from app.sandbox.lockdown import kernel
from tests.sandbox.numbers import NUMBERS

_MODULES: Final = (_thread, ctypes, errno, fcntl, mmap, os, resource, select, signal, socket, struct, sys, time)
_TOOLS: Final[dict[str, object]] = {module.__name__: module for module in _MODULES}


def call(name: str, *arguments: int | bytes) -> int:
    """Make a system call by name. Bytes are passed by the address of a copy."""
    buffers = [ctypes.create_string_buffer(argument) if isinstance(argument, bytes) else argument for argument in arguments]
    return kernel.syscall(NUMBERS[name], *(ctypes.addressof(b) if isinstance(b, ctypes.Array) else b for b in buffers))


def warm() -> None:
    """Walk once through what every job walks through."""
    exec(compile("result = [1, 2.5, f'{3}']", "<warm>", "exec"), {})  # noqa: S102 - the purpose of this module


def handle(job: Job, channel: Channel) -> wire.Done:
    """Execute the source with tools at hand; the variable `result` is the value."""
    if isinstance(job, Analyse):
        return wire.Done(channel.number, "ok", value=channel.json({"question": job.question}))
    scope = {**_TOOLS, "channel": channel, "wire": wire, "call": call, "syscall": kernel.syscall, "inputs": job.inputs, "result": None}
    try:
        exec(compile(job.source, "<attack>", "exec"), scope)  # noqa: S102 - the purpose of this module
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "?")
        return wire.Done(channel.number, "error", fault=Fault(kind=name, message=str(error)))
    return wire.Done(channel.number, "ok", value=channel.json(scope["result"]), logs_dropped=channel.logs_dropped)
