"""On which processor children run: a lone call's on the loop's own, which would only wait meanwhile; all others wherever the kernel likes.

A child on another processor has to be woken there and wakes the loop's afterwards; on a virtual machine each of the two takes tens of
microseconds, and both sides find their caches cold. As soon as a second call begins, or a job is seen to take long, its child may run
anywhere again: it never holds up the loop where another processor is free. Source: ADR 0030.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Final, Protocol

ALONE_CALLS: Final = 16
"""After so many calls that ran alone the next one is expected to be alone as well."""


class Placed(Protocol):
    """A child, as far as its place goes."""

    jobs: int
    """How many it has done."""
    processor: int | None
    """The only processor that it may run on; None: any."""

    def stay_at(self, processor: int) -> None:
        """Let it run on this processor alone."""

    def roam(self) -> None:
        """Let it run anywhere again."""


def processor_now() -> Callable[[], int] | None:
    """What tells the processor that the calling thread runs on; None where there is but one, or the C library can't tell."""
    if len(os.sched_getaffinity(0)) < 2:
        return None
    # It makes no system call, so the interpreter's lock is kept.
    tell: Callable[[], int] | None = getattr(ctypes.PyDLL(None), "sched_getcpu", None)
    return tell


class Placement:
    """Where the children of one pool run."""

    def __init__(self, processor: Callable[[], int] | None) -> None:
        self._processor = processor
        self._alone = 0
        self._near: Placed | None = None
        """The child that was last kept near."""

    def begins(self, child: Placed, *, is_alone: bool) -> None:
        """A child is about to be given a job; `is_alone` tells whether no other job is under way."""
        if self._processor is None:
            return
        near = self._near
        if not is_alone or (near is child and near.processor is None):  # or its last job took long
            self._alone = 0
            self._near = None
            if near is not None and near.processor is not None:
                near.roam()
        self._alone += is_alone
        if self._alone > ALONE_CALLS and child.jobs:  # a first job, which touches all of its memory, is quicker beside the loop
            processor = self._processor()
            if child.processor != processor:
                child.stay_at(processor)
            self._near = child
        elif child.processor is not None:
            child.roam()
