"""Leaves that make containers as they are written, and measure them now and then.

A literal of short containers isn't walked each time: a tree that is built from below would take as long to measure as to build, times its
depth. What the run makes is counted instead, and pays for measuring: for each byte that is made one of a container may be walked, so that
measuring costs no more than making does. What is made is what the run accounts for, and what it doesn't: small copies, where they are made
(``ops.copied_metered``), and as parts of a literal those made in line, short literals of atoms, and its texts.

A literal that is made while something is left is measured, or one soon after it, as if by lot: else one that is made regularly, and takes
all there is, would hide others that grow beside it. Where more is left than a quarter of the smallest limit, each is measured. So what
grows on is found, but a container may hold a few times the limit before. Until the run has made a quarter of what the largest array or map
may hold, none can have too many parts, and only texts that are shared could be too long together: then one byte is walked for eight.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.engine import sizes
from app.engine.limits import Limits
from app.engine.runtime.leaves.values import ATOMS, FLAT, free_characters
from app.engine.runtime.machine import Machine
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SHORT_PART
from app.engine.values import Value


def literal_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    limits = machine.limits
    grow, accounted_so_far = machine.grow, machine.accounted
    array_free = limits.max_array_size or 1 << 62
    map_free = limits.max_map_size or 1 << 62
    text_free = free_characters(limits)
    # Another machine's copies are counted there.
    is_deferred = machine.is_alone and limits.has_data_sizes and not limits.has_small_sizes
    most_held = SHORT_PART if is_deferred else -1
    most_left, plenty = _most_left(limits), _plenty(limits)

    def new_array(items: list[Value]) -> list[Value]:
        grow(len(items) * ELEMENT_BYTES)
        if len(items) > array_free:
            sizes.check(machine, items)
        else:
            look_at(items, items)
        return items

    def new_map(entries: dict[str, Value]) -> dict[str, Value]:
        grow(len(entries) * ENTRY_BYTES)
        if len(entries) > map_free:
            sizes.check(machine, entries)
        else:
            look_at(entries, entries.values())
        return entries

    def measured(made: list[Value] | dict[str, Value]) -> None:
        """For a new container that is small and accounted for already."""
        look_at(made, made if isinstance(made, list) else made.values())

    def measured_with(made: list[Value] | dict[str, Value], part: Any) -> None:
        """The same where all other parts hold nothing, or texts that are short together."""
        kind = type(part)
        length = len(part) if kind is dict or kind is list else SHORT_PART + 1
        if length > most_held:
            measured(made)
            return
        # What ``count_held`` does, without a call for what is made most.
        machine.unaccounted = unaccounted = machine.unaccounted + length * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES)
        if accounted_so_far() + unaccounted >= machine.measured:
            measure_in_turn(made)

    def measured_with_two(made: list[Value] | dict[str, Value], first: Any, second: Any) -> None:
        """The same with two such parts."""
        kind = type(first)
        length = len(first) if kind is dict or kind is list else 0 if kind in FLAT else SHORT_PART + 1
        held = length * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES)
        kind = type(second)
        other = len(second) if kind is dict or kind is list else 0 if kind in FLAT else SHORT_PART + 1
        if length <= most_held and other <= most_held:
            count_held(made, held + other * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES))
        else:
            measured(made)

    def count_held(made: list[Value] | dict[str, Value], held: int) -> None:
        """Counts the bytes that the parts of a new container hold as made, and measures it if something is left for that."""
        machine.unaccounted += held
        if accounted_so_far() + machine.unaccounted >= machine.measured:
            measure_in_turn(made)

    def measure_in_turn(made: list[Value] | dict[str, Value]) -> None:
        """Measures a new container, if it is its turn."""
        accounted = accounted_so_far()
        so_far = accounted + machine.unaccounted
        if so_far - machine.measured >= most_left or not (accounted * _SCATTER) & _LOT:
            size_bytes = sizes.check_unpaid(machine, made)
            price = size_bytes * _RARELY
            machine.measured += price if so_far + price < plenty else size_bytes

    def look_at(made: list[Value] | dict[str, Value], parts: Iterable[Value]) -> None:
        """Measures a new container of these parts if that has to be."""
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
                    sizes.check(machine, made)
                    return
                held += length * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES)
                is_deep = True
            elif kind not in ATOMS:
                sizes.check(machine, made)
                return
        if texts > text_free or (is_deep and not is_deferred):
            sizes.check(machine, made)
        elif is_deep:
            count_held(made, held + texts)

    return {
        "new_array": new_array,
        "new_map": new_map,
        "measured": measured,
        "measured_with": measured_with,
        "measured_with_two": measured_with_two,
    }


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
