"""Identifiers as a dependency: UUIDv7, so that ids of one process sort by the time they were made.

Source: RFC 9562, section 5.7 and method 1 of section 6.2 (a 12-bit counter behind the millisecond).
"""

import os
import threading
from typing import Protocol
from uuid import UUID

from app.base.clock import Clock

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_COUNTER_BITS = 12
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

    def new(self) -> UUID:
        """An identifier that sorts after every earlier one of this process."""
        millisecond = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            self._last = max(self._last + 1, millisecond << _COUNTER_BITS)
            ticks = self._last
        high = (ticks >> _COUNTER_BITS) << 80
        counter = (ticks & ((1 << _COUNTER_BITS) - 1)) << 64
        random = int.from_bytes(os.urandom(8), "big") & _RANDOM_MASK
        return UUID(int=(high & ((1 << 128) - 1)) | _VERSION_7 | counter | _VARIANT | random)
