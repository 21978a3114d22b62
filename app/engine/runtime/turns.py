"""When containers of short ones are measured that a run makes, or that get one more part: at their turn.

A container isn't walked each time: a tree that is built from below would take as long to measure as to build, times its depth. What the run
makes is counted instead, and pays for measuring: for each byte that is made one of a container may be walked, so that measuring costs no
more than making does. What is made is what the run accounts for, and what it doesn't: small copies, where they are made
(``ops.copied_metered``), and as parts of a container those made in line, short literals of atoms, and its texts.

A container that is made while something is left is measured, or one soon after it, as if by lot: else one that is made regularly, and takes
all there is, would hide others that grow beside it. Where more is left than a quarter of the smallest limit, each is measured. So what
grows on is found, but a container may hold a few times the limit before. Until the run has made a quarter of what the largest array or map
may hold, none can have too many parts, and only texts that are shared could be too long together: then one byte is walked for eight.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from app.engine import sizes
from app.engine.limits import Limits
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SHORT_PART
from app.engine.values import Char, FnPtr, Value

if TYPE_CHECKING:
    from app.engine.runtime.machine import Machine

Container: TypeAlias = list[Value] | dict[str, Value]

ATOMS: Final = frozenset({int, float, bool, str, Char, type(None), FnPtr})


class Turns:
    """What measures containers in one run."""

    __slots__ = ("_accounted", "_machine", "_most_left", "_plenty", "_text_free", "is_deferred")

    def __init__(self, machine: Machine) -> None:
        limits = machine.limits
        self._machine, self._accounted = machine, machine.accounted
        self._text_free = free_characters(limits)
        self._most_left, self._plenty = _most_left(limits), _plenty(limits)
        self.is_deferred = machine.is_alone and limits.has_data_sizes and not limits.has_small_sizes
        """Whether they wait for their turn at all: it takes limits that aren't small, and one machine, on which all copies are counted."""

    def measure(self, made: Container) -> None:
        """Measures a new container, if it is its turn."""
        machine = self._machine
        accounted = self._accounted()
        so_far = accounted + machine.unaccounted
        if so_far - machine.measured >= self._most_left or not (accounted * _SCATTER) & _LOT:
            size_bytes = sizes.check_unpaid(machine, made)
            price = size_bytes * _RARELY
            machine.measured += price if so_far + price < self._plenty else size_bytes

    def count_held(self, made: Container, held: int) -> None:
        """Counts the bytes that the parts of a new container hold as made, and measures it if something is left for that."""
        machine = self._machine
        machine.unaccounted += held
        if self._accounted() + machine.unaccounted >= machine.measured:
            self.measure(made)

    def look_at(self, made: Container, parts: Iterable[Value]) -> None:
        """Measures a container of these parts, which is new or got another one, if that has to be.

        It is charged for where it doesn't wait for its turn: if a part is long, which might be put in one container after the other.
        """
        texts = held = 0
        is_deep = False
        part: Any
        for part in parts:
            kind = type(part)
            if kind is str:
                texts += len(part)
            elif kind is dict or kind is list:
                length = len(part)
                if length > SHORT_PART:
                    sizes.check(self._machine, made)
                    return
                held += length * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES)
                is_deep = True
            elif kind not in ATOMS:
                sizes.check(self._machine, made)
                return
        if texts > self._text_free or (is_deep and not self.is_deferred):
            sizes.check(self._machine, made)
        elif is_deep:
            self.count_held(made, held + texts)


def free_characters(limits: Limits) -> int:
    """Texts of so many characters can't be over the limit, and needn't be measured."""
    return min(1_000, (limits.max_string_size or 1 << 62) // 4)


_SCATTER: Final = 0x9E3779B97F
"""Odd, so that what is made at even steps comes to each remainder by powers of two in turn."""
_LOT: Final = 1 << 37
"""Every other one has this bit."""


_RARELY: Final = 8
"""Of so many bytes that are made, one is walked, until some container might have too many parts."""


def _most_left(limits: Limits) -> int:
    """A quarter of the smallest limit, as bytes to be made."""
    texts = limits.max_string_size >> 2 if limits.max_string_size else _ANY
    return min(texts, _plenty(limits))


def _plenty(limits: Limits) -> int:
    """So many bytes as a quarter of the parts that a container may have; fewer can't make one that has too many."""
    arrays = limits.max_array_size * ELEMENT_BYTES >> 2 if limits.max_array_size else _ANY
    maps = limits.max_map_size * ENTRY_BYTES >> 2 if limits.max_map_size else _ANY
    return min(arrays, maps)


_ANY: Final = 1 << 62
