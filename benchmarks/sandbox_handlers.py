"""Handlers of the sandbox benchmark: no engine, so that the figures are the sandbox's own.

The source of a run says what to do: `echo`, `spin 1.0` (milliseconds of work), or `loop` (for ever).
"""

from __future__ import annotations

import time
from typing import Final

from app.sandbox import wire
from app.sandbox.channel import Channel
from app.sandbox.jobs import Job

REPLY: Final = b'{"status":"checked","total":1234.5,"notes":["first","second","third"]}'


def warm() -> None:
    """Nothing is lazy here."""


def handle(job: Job, channel: Channel) -> wire.Done:
    """Do what the source says."""
    verb, _, argument = job.source.partition(" ")
    if verb == "spin":
        end = time.perf_counter() + float(argument) / 1000
        while time.perf_counter() < end:
            pass
    while verb == "loop":
        pass
    return wire.Done(channel.number, "ok", value=REPLY)
