"""Identifiers as a dependency: UUIDv7, so that ids of one process sort by the time they were made.

Source: RFC 9562, section 5.7 and method 1 of section 6.2 (a 12-bit counter behind the millisecond).
"""

import os
import struct
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID, SafeUUID

from app.base.clock import Clock

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_COUNTER_BITS = 12
_COUNTER_MASK = (1 << _COUNTER_BITS) - 1
_FETCHED = 4096
_NUMBERS: Final = struct.Struct(f"={_FETCHED // 8}Q")
_UNKNOWN: Final = SafeUUID.unknown
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_RANDOM_MASK = (1 << 62) - 1
_NUMBER_MASK = (1 << 128) - 1
_set: Final = object.__setattr__


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
        ticks = (self._clock.now() - _EPOCH) // _MILLISECOND << _COUNTER_BITS
        random = _luck.number() & _RANDOM_MASK
        with self._lock:
            if ticks <= self._last:
                ticks = self._last + 1
            self._last = ticks
        return _assemble(ticks >> _COUNTER_BITS, ticks & _COUNTER_MASK, random)


class _Luck:
    """Random bytes of the system's, fetched for many at once: each call gives up the interpreter's lock, and may wait to have it again."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start with nothing: a forked process must not give what its parent gives, nor wait for a lock that it can't see free."""
        self._lock = threading.Lock()
        self._left = b""
        self._at = 0
        self._numbers: Iterator[int] = iter(())

    def number(self) -> int:
        """A number of 64 bits that nobody else gets. An iterator gives each of its items once, whichever threads ask, without a lock."""
        number = next(self._numbers, None)
        while number is None:
            self._numbers = iter(_NUMBERS.unpack(os.urandom(_FETCHED)))
            number = next(self._numbers, None)
        return number

    def take(self, count: int) -> bytes:
        """Bytes that nobody else gets."""
        with self._lock:
            start, end = self._at, self._at + count
            if end > len(self._left):
                self._left, start, end = os.urandom(max(_FETCHED, count)), 0, count
            self._at = end
            return self._left[start:end]


_luck: Final = _Luck()
os.register_at_fork(after_in_child=_luck.begin)


def random_bytes(count: int) -> bytes:
    """So many bytes of the system's randomness, for ids and nonces; secrets are not made of them."""
    return _luck.take(count)


def ordered_token() -> str:
    """32 hexadecimal digits that nobody else gets, sorted by their millisecond: what is found by them is added at one end of an index."""
    return f"{time.time_ns() // 1_000_000:012x}{random_bytes(10).hex()}"


def first_id_at(moment: datetime) -> UUID:
    """The least identifier of a moment: those made before it sort below, those made from then on don't. Exact to the millisecond."""
    return _assemble(max(0, _millisecond_of(moment)), 0, 0)


def _millisecond_of(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _assemble(millisecond: int, counter: int, random: int) -> UUID:
    # Past the constructor, whose checks of the forms that it accepts cost more than all the rest.
    made = UUID.__new__(UUID)
    number = ((millisecond << 80) & _NUMBER_MASK) | _VERSION_7 | counter << 64 | _VARIANT | random
    _set(made, "int", number)
    _set(made, "is_safe", _UNKNOWN)
    return made
