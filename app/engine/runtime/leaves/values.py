"""Leaves that make, copy, measure and compare values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from types import MethodType
from typing import Any, Final

from app.engine import errors, ops, sizes
from app.engine.lower import Extent, Parts
from app.engine.ops.properties import check_map_value
from app.engine.runtime import records
from app.engine.runtime.machine import Machine
from app.engine.runtime.turns import ATOMS, free_characters
from app.engine.values import Char, Value

CONTAINERS: Final = frozenset({list, dict})
_FEW_PARTS: Final = 4
"""So many texts are joined one by one in less time than it takes to gather them first."""


def value_leaves(machine: Machine) -> dict[str, Any]:  # noqa: C901  # a list of small functions, not a branching one
    limits = machine.limits

    def copy(value: Value) -> Value:
        return value if type(value) in ATOMS else ops.copied_metered(machine, value)

    def copy_record(value: dict[str, Value], parts: Parts) -> Value:
        """A copy of a record."""
        level, room[0] = parts
        made = copied_level(value, level)
        if room[0] < 0:
            return ops.copied_metered(machine, value)
        machine.unaccounted += sizes.SMALL_BYTES - room[0] * sizes.ELEMENT_BYTES
        return made

    room = [0]
    """How many elements of arrays may yet be copied at no cost."""

    def copied_level(value: Any, level: Any) -> Any:
        made = value.copy()
        lists, maps, rows, perhaps = level
        for key in lists:
            made[key] = part = value[key][:]
            room[0] -= len(part)
        for key, inner in maps:
            made[key] = value[key].copy() if inner is None else copied_level(value[key], inner)
        for key, size in rows:
            part = value[key]
            room[0] -= len(part) * size
            made[key] = list(map(dict.copy, part)) if room[0] >= 0 else part
        for key, inner in perhaps:
            part = value.get(key)
            if type(part) is list:
                room[0] -= len(part)
                made[key] = part[:]
            elif part is not None:
                made[key] = part.copy() if inner is None else copied_level(part, inner)
        return made

    def copy_records(values: list[dict[str, Value]], parts: Parts) -> list[Value]:
        """Copies of records."""
        return [copy_record(value, parts) for value in values] if parts[0] else list(map(dict.copy, values))

    def copy_rows(rows: list[dict[str, Value]], few: int, size: int) -> Value:
        """A copy of an array of maps of atoms, given how many cost nothing to copy, and what each takes, in elements."""
        if len(rows) > few:
            return ops.copied_metered(machine, rows)
        machine.unaccounted += len(rows) * size * sizes.ELEMENT_BYTES
        return list(map(dict.copy, rows))

    grow = machine.grow
    shown = machine.shown

    def text_of(parts: tuple[Value, ...]) -> str:
        if len(parts) > _FEW_PARTS:
            text = "".join(
                [part if type(part) is str or type(part) is Char else str(part) if type(part) is int else shown(part) for part in parts]
            )
        else:
            text = ""
            for part in parts:
                kind = type(part)
                text += part if kind is str or kind is Char else str(part) if kind is int else shown(part)  # type: ignore[operator]  # by kind
        return text_made(text)

    def text_made(text: str) -> str:
        """Checks, charges and accounts for a text that was made of several parts."""
        length = len(text)
        if length <= text_free:
            grow(length)
            return text
        if length > sizes.FREE_CHARACTERS:
            sizes.walk_text(machine, length)
        sizes.allow_text(machine, sizes.byte_length(text) if limits.max_string_size else length)
        return text

    def is_accounted(text: str, first: str) -> bool:
        """Accounts for a sum of texts that was made in one go, as adding them one by one does; False if it is so long that they must be."""
        length = len(text)
        if length > text_added:
            return False
        grow(length if len(first) <= sizes.SHORT_SUM else length - len(first))
        return True

    text_free = free_characters(limits)
    text_added = min(text_free, sizes.SMALL_BYTES)

    text_surely = min((limits.max_string_size or 1 << 62) // 4, sizes.FREE_CHARACTERS)

    def text_grown(text: str, added: str, due: int) -> int:
        """Accounts for a text that has grown beyond ``due``; gives how long it may get until the next time."""
        length = len(text)
        if length > text_surely:
            # Close to the limit, or so long that each joining is charged for.
            grow(len(added))
            sizes.check_text(machine, text)
            sizes.walk_text(machine, length)
            return text_surely
        wanted = min(length + (length >> 2) + sizes.SHORT_TEXT, text_surely)
        grow(wanted - due)
        return wanted

    def numbers_grown(array: list[Value]) -> None:
        """``sizes.grown`` for an array whose elements hold nothing: charged for like it, but there is nothing to measure."""
        length = len(array)
        if not length & 63:
            grow(64 * sizes.ELEMENT_BYTES)
        if limits.has_data_sizes:
            if length > array_free:
                raise errors.array_too_large(limits.max_array_size)
            if length > sizes.FREE_STEPS and not length & (length - 1):
                sizes.walk(machine, length)

    def numbers_joined(array: list[Value], before: int, is_copied: bool) -> None:
        """What ``array += numbers`` checks, charges and accounts for, done behind it: no more was added than there is already.

        ``is_copied`` says whether the library would have got a copy of what was added.
        """
        added = len(array) - before
        if is_copied:
            copy_spared(added)
        if before and added and limits.has_data_sizes:
            if limits.has_small_sizes or before.bit_length() != len(array).bit_length():
                sizes.walk(machine, before)
            if before > array_free:
                raise errors.array_too_large(limits.max_array_size)
        sizes.grow_joined(machine, before, added)

    few = 0 if limits.has_small_sizes else sizes.SHORT_PART
    add = partial(ops.add, machine)

    def numbers_added(first: list[Value], second: list[Value]) -> Value:
        """``first + second``, where nothing in them has a size."""
        added = len(second)
        if len(first) + added > few:
            return add(first, second)
        grow(added * sizes.ELEMENT_BYTES)
        return first + second

    def texts_added(first: list[str], second: list[str]) -> Value:
        """``first + second``, where all in them are texts."""
        added = len(second)
        if len(first) + added <= few:
            joined = first + second
            if sum(map(len, joined)) <= text_free:
                grow(added * sizes.ELEMENT_BYTES)
                return joined
        return add(first, second)

    def array_joined(array: list[Value], added: list[Value], is_copied: bool) -> Value:
        """``array += added``."""
        if is_copied:
            copy_spared(len(added))
        return ops.grow_array(machine, array, added)

    def copy_spared(length: int) -> None:
        """Charges and accounts for the copy of so many atoms, which is made by joining them."""
        if length * sizes.ELEMENT_BYTES > sizes.SMALL_BYTES:
            sizes.walk(machine, length)
            grow(length * sizes.ELEMENT_BYTES)

    count_held = machine.turns.count_held
    most_counted = sizes.FEW if machine.turns.is_deferred else 0
    freely = 0 if limits.has_small_sizes else sizes.SHORT_PART
    """Fewer elements are within the limit, and not accounted for yet."""

    def pushed(array: list[Value], value: Any, extent: Extent | None = None) -> None:
        """Measures an array that got another element, if it is time to; ``extent`` is what each of its elements holds, if that is known."""
        length, kind = len(array), type(value)
        if length <= most_counted and (kind is dict or kind is list) and len(value) <= sizes.SHORT_PART:
            if not length & (length - 1):
                count_held(array, len(value) * (sizes.ENTRY_BYTES if kind is dict else sizes.ELEMENT_BYTES))
            return
        if length < freely and extent is not None and not any(extent[2:]) and length * (1 + extent.entries) <= sizes.FREE_STEPS:
            # A few texts, or records of atoms. If they are short, there is nothing to find, to charge or to account for.
            characters = 0
            for path in extent.texts if not length & (length - 1) else ():
                characters += sum(map(len, records.found(array, path)))
            if characters <= text_free:
                return
        is_due = not length & 63 or length >= array_free
        if not is_due and limits.has_data_sizes and (limits.has_small_sizes or not length & (length - 1)) and type(value) in sizes.MEASURED:
            is_due = length > sizes.FEW or limits.has_small_sizes or not sizes.is_flat(value)
        if is_due and extent is not None:
            records.grown(machine, array, extent)
        elif is_due:
            sizes.grown(machine, array)

    key_order = machine.key_orders.__getitem__
    array_free = limits.max_array_size or 1 << 62
    map_free = limits.max_map_size or 1 << 62

    def iterate_copies(value: Value) -> Iterable[Value]:
        return ops.iterate(ops.copied_metered(machine, value))

    def same(value: Value, pattern: Value) -> bool:
        return type(value) is type(pattern) and bool(ops.equal(machine, value, pattern))

    def sorted_values(entries: dict[str, Value]) -> list[Value]:
        return [entries[key] for key in key_order(tuple(entries)) or sorted(entries)]

    return {
        "copy": copy,
        "copy_record": copy_record,
        "copy_records": copy_records,
        "copy_rows": copy_rows,
        "text_of": text_of,
        "text_made": text_made,
        "is_accounted": is_accounted,
        "TEXT_FREE": text_free,
        "TEXT_SHORT": min(sizes.SHORT_TEXT, text_free // 4),
        "text_grown": text_grown,
        "grow": grow,
        "append": list.append,
        "extend": list.extend,
        "numbers_grown": numbers_grown,
        "numbers_joined": numbers_joined,
        "numbers_added": numbers_added,
        "texts_added": texts_added,
        "array_joined": array_joined,
        "array_grown": MethodType(sizes.grown, machine),
        "FLAT": sizes.FLAT,
        "ARRAY_FREE": array_free,
        "ARRAY_ROOM": min(64, array_free),
        "ARRAY_SMALL": 0 if limits.has_small_sizes else array_free,
        "pushed": pushed,
        "map_grown": MethodType(sizes.grown, machine),
        "MAP_FREE": map_free,
        "entry_added": MethodType(check_map_value, machine),
        "KEYS_FEW": 0 if limits.has_small_sizes else sizes.FEW_TEXTS,
        "key_order": key_order,
        "sorted_values": sorted_values,
        "MAP_SMALL": 0 if limits.has_small_sizes else map_free,
        "iterate": ops.iterate,
        "character": ops.character,
        "iterate_copies": iterate_copies,
        "same": same,
    }
