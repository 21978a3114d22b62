"""Leaves that make containers as they are written, and measure them now and then.

A literal of short containers isn't walked each time: a tree that is built from below would take as long to measure as to build, times its
depth. What the run makes is counted instead, and pays for measuring: for each byte that is made one of a container may be walked, so that
measuring costs no more than making does. What is made is what the run accounts for, and what it doesn't: small copies, where they are made
(``ops.copied_metered``), and as parts of a literal those made in line, short literals of atoms, and its texts.

A literal that is made while something is left is measured, or one soon after it, as if by lot: else one that is made regularly, and takes
all there is, would hide others that grow beside it. Where more is left than a quarter of the smallest limit, each is measured. So what
grows on is found, but a container may hold a few times the limit before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.engine import sizes
from app.engine.limits import Limits
from app.engine.runtime.leaves.values import ATOMS, free_characters
from app.engine.runtime.machine import Machine
from app.engine.values import Value


def literal_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    limits = machine.limits
    grow, made_so_far = machine.grow, machine.accounted
    array_free = limits.max_array_size or 1 << 62
    map_free = limits.max_map_size or 1 << 62
    text_free = free_characters(limits)
    # Another machine's copies are counted there.
    is_deferred = machine.is_alone and limits.has_data_sizes and not limits.has_small_sizes
    most_left = _most_left(limits)

    def new_array(items: list[Value]) -> list[Value]:
        grow(len(items) * sizes.ELEMENT_BYTES)
        if len(items) > array_free:
            sizes.check(machine, items)
        else:
            look_at(items, items)
        return items

    def new_map(entries: dict[str, Value]) -> dict[str, Value]:
        grow(len(entries) * sizes.ENTRY_BYTES)
        if len(entries) > map_free:
            sizes.check(machine, entries)
        else:
            look_at(entries, entries.values())
        return entries

    def measured(made: list[Value] | dict[str, Value]) -> None:
        """For a new container that is small and accounted for already."""
        look_at(made, made if isinstance(made, list) else made.values())

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
                if length > sizes.SHORT_PART:
                    sizes.check(machine, made)
                    return
                held += length * (sizes.ENTRY_BYTES if kind is dict else sizes.ELEMENT_BYTES)
                is_deep = True
            elif kind not in ATOMS:
                sizes.check(machine, made)
                return
        if texts > text_free or (is_deep and not is_deferred):
            sizes.check(machine, made)
        elif is_deep:
            machine.measure_at -= held + texts
            so_far = made_so_far()
            left = so_far - machine.measure_at
            if left >= most_left or (left >= 0 and not (so_far * _SCATTER) & _LOT):
                machine.measure_at += sizes.check_unpaid(machine, made)

    return {"new_array": new_array, "new_map": new_map, "measured": measured}


_SCATTER: Final = 0x9E3779B97F
"""Odd, so that what is made at even steps comes to each remainder by powers of two in turn."""
_LOT: Final = 1 << 37
"""Every other one has this bit."""


def _most_left(limits: Limits) -> int:
    """A quarter of the smallest limit, as bytes to be made."""
    bounds = (
        (limits.max_array_size, sizes.ELEMENT_BYTES),
        (limits.max_map_size, sizes.ENTRY_BYTES),
        (limits.max_string_size, 1),
    )
    return min([bound * each >> 2 for bound, each in bounds if bound], default=0)
