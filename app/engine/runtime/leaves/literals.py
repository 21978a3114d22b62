"""Leaves that make containers as they are written, and measure them at their turn (``turns``)."""

from __future__ import annotations

from typing import Any

from app.engine import sizes
from app.engine.runtime.machine import Machine
from app.engine.sizes import ELEMENT_BYTES, ENTRY_BYTES, SHORT_PART
from app.engine.values import Value


def literal_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    limits = machine.limits
    grow, accounted_so_far = machine.grow, machine.accounted
    array_free = limits.max_array_size or 1 << 62
    map_free = limits.max_map_size or 1 << 62
    look_at, count_held, measure_in_turn = machine.turns.look_at, machine.turns.count_held, machine.turns.measure
    most_held = SHORT_PART if machine.turns.is_deferred else -1

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
        length = len(first) if kind is dict or kind is list else 0 if kind in sizes.FLAT else SHORT_PART + 1
        held = length * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES)
        kind = type(second)
        other = len(second) if kind is dict or kind is list else 0 if kind in sizes.FLAT else SHORT_PART + 1
        if length <= most_held and other <= most_held:
            count_held(made, held + other * (ENTRY_BYTES if kind is dict else ELEMENT_BYTES))
        else:
            measured(made)

    return {
        "new_array": new_array,
        "new_map": new_map,
        "measured": measured,
        "measured_with": measured_with,
        "measured_with_two": measured_with_two,
    }
