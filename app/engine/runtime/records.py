"""Measuring arrays of texts, or of records whose types tell what is in each: only texts and inner arrays have to be looked at.

It finds the same sizes as walking all parts does, and charges for the same steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

from app.engine import sizes
from app.engine.running import Runtime
from app.engine.values import UNBOUND

Path: TypeAlias = tuple[str, ...]
Extent: TypeAlias = tuple[int, tuple[Path, ...], tuple[Path, ...], tuple[Path, ...]]
"""What each record, or text, holds: its entries, those of maps in it included; and where its texts, arrays of numbers, and arrays of
texts are."""


def grown(rt: Runtime, array: list[Any], extent: Extent) -> None:
    """``sizes.grown`` for an array of such records.

    Raises:
        Stop: it is too large.
    """
    sizes.grown(rt, array, UNBOUND, partial(_check, extent))


def _check(extent: Extent, rt: Runtime, array: list[Any]) -> None:
    each, texts, numbers, lists = extent
    elements, entries = len(array), len(array) * each
    size_bytes = sum([sizes.bytes_of(_all(array, path)) for path in texts])
    for path in numbers:
        elements += sum(map(len, _all(array, path)))
    for path in lists:
        inner = list(chain.from_iterable(_all(array, path)))
        elements += len(inner)
        size_bytes += sizes.bytes_of(inner)
    sizes.walk(rt, elements + entries)
    sizes.check_sizes(rt.limits, elements, entries, size_bytes)


def _all(records: Iterable[Any], path: Path) -> list[Any]:
    """What all records have there."""
    for key in path:
        records = [record[key] for record in records]
    return list(records)
