"""Measuring arrays of texts, or of records whose types tell what is in each: only texts and inner arrays have to be looked at.

It finds the same sizes as walking all parts does, and charges for the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any

from app.engine import sizes
from app.engine.lower import Extent, Path
from app.engine.running import Runtime
from app.engine.runtime.machine import Machine
from app.engine.values import UNBOUND


def grown(machine: Machine, array: list[Any], extent: Extent) -> None:
    """``sizes.grown`` for an array of such records.

    Raises:
        Stop: it is too large.
    """
    sizes.grown(machine, array, UNBOUND, partial(check, extent), partial(_look_at, extent, machine.turns.is_deferred))


def check(extent: Extent, rt: Runtime, array: list[Any]) -> None:
    """``sizes.check`` for an array of such records, where sizes have limits.

    Raises:
        Stop: it is too large.
    """
    elements, entries, size_bytes = _measured(extent, rt, array)
    sizes.walk(rt, elements + entries)
    sizes.check_sizes(rt.limits, elements, entries, size_bytes)


def _look_at(extent: Extent, is_deferred: bool, rt: Runtime, array: list[Any]) -> None:
    """``turns.look_at``: charged for where that is. Records are short, arrays that are elements may be long."""
    is_array = any([path == () for path in (*extent.numbers, *extent.lists, *extent.mixed, *[path for path, _ in extent.rows])])
    is_long = is_array and any([len(element) > sizes.SHORT_PART for element in array])
    if is_deferred and not is_long:
        sizes.check_sizes(rt.limits, *_measured(extent, rt, array))
    else:
        check(extent, rt, array)


def _measured(extent: Extent, rt: Runtime, array: list[Any]) -> tuple[int, int, int]:
    """The elements, entries, and bytes of texts."""
    elements, entries, characters = _counted(extent, array)
    maximum = rt.limits.max_string_size
    # A character has four bytes at most: nobody has to ask how many, as long as so many would do.
    size_bytes = _bytes(extent, array) if maximum and characters * sizes.MOST_BYTES_OF_CHARACTER > maximum else characters
    return elements, entries, size_bytes


def _counted(extent: Extent, array: list[Any]) -> tuple[int, int, int]:
    """The elements, entries, and characters of texts."""
    elements, entries = len(array), len(array) * extent.entries
    characters = sum([sum(map(len, found(array, path))) for path in extent.texts])
    for path in extent.numbers:
        elements += sum(map(len, found(array, path)))
    for path in extent.lists:
        inner = _joined(array, path)
        elements += len(inner)
        characters += sum(map(len, inner))
    for path in extent.mixed:
        inner = _joined(array, path)
        elements += len(inner)
        characters += sum(map(len, _texts(inner)))
    for path, row in extent.rows:
        more = _counted(row, _joined(array, path))
        elements, entries, characters = elements + more[0], entries + more[1], characters + more[2]
    return elements, entries, characters


def _bytes(extent: Extent, array: list[Any]) -> int:
    """What all texts take."""
    size_bytes = sum([sizes.bytes_of(list(found(array, path))) for path in extent.texts])
    size_bytes += sum([sizes.bytes_of(_joined(array, path)) for path in extent.lists])
    size_bytes += sum([sizes.bytes_of(_texts(_joined(array, path))) for path in extent.mixed])
    return size_bytes + sum([_bytes(row, _joined(array, path)) for path, row in extent.rows])


def _texts(parts: list[Any]) -> list[str]:
    return [part for part in parts if type(part) is str]


def _joined(array: list[Any], path: Path) -> list[Any]:
    """The elements of the arrays that all records have there."""
    return list(chain.from_iterable(found(array, path)))


def found(records: Iterable[Any], path: Path) -> Iterable[Any]:
    """What all records have there."""
    for key in path:
        records = map(itemgetter(key), records)
    return records
