"""Identifiers as a dependency: UUIDv7, so that ids of one process sort by the time they were made.

Source: RFC 9562, section 5.7 and method 1 of section 6.2 (a 12-bit counter behind the millisecond).
"""

import os
import threading
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.base.clock import Clock

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_COUNTER_BITS = 12
_FETCHED = 64
_RANDOM_MASK = (1 << 62) - 1


class Ids(Protocol):
    """Where new identifiers come from."""

    def new(self) -> UUID:
        """An identifier that was never given before and sorts after the earlier ones."""


class TimeOrderedIds:
    """UUIDv7 identifiers, strictly increasing within one process even if the clock steps back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0
        self._luck = b""

    def new(self) -> UUID:
        """An identifier that sorts after every earlier one of this process."""
        millisecond = _millisecond_of(self._clock.now())
        with self._lock:
            self._last = max(self._last + 1, millisecond << _COUNTER_BITS)
            ticks = self._last
            random = self._random()
        counter = ticks & ((1 << _COUNTER_BITS) - 1)
        return _assemble(ticks >> _COUNTER_BITS, counter, random)

    def _random(self) -> int:
        # Fetched for many ids at once: a call of the system gives up the interpreter's lock, and may wait long to have it again.
        if not self._luck:
            self._luck = os.urandom(8 * _FETCHED)
        own, self._luck = self._luck[:8], self._luck[8:]
        return int.from_bytes(own, "big") & _RANDOM_MASK


def first_id_at(moment: datetime) -> UUID:
    """The least identifier of a moment: those made before it sort below, those made from then on don't. Exact to the millisecond."""
    return _assemble(max(0, _millisecond_of(moment)), 0, 0)


def _millisecond_of(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _assemble(millisecond: int, counter: int, random: int) -> UUID:
    return UUID(int=((millisecond << 80) & ((1 << 128) - 1)) | _VERSION_7 | counter << 64 | _VARIANT | random)
