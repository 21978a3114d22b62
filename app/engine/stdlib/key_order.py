"""Sorting by keys where a comparer would do nothing but compare them: the same order without a call for each comparison."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import log2
from operator import gt, ne
from typing import Any, Final, NamedTuple, TypeAlias

from app.engine.running import Runtime
from app.engine.values import INT_MAX, Char, Value

Path: TypeAlias = tuple[str | int, ...]
"""The way from an element to a property: keys of maps, positions in arrays."""


class Key(NamedTuple):
    """One key; ``is_subtracted`` says that the comparer subtracts it, which means something else for what isn't an integer."""

    path: Path
    is_descending: bool
    is_subtracted: bool


_FEW: Final = 16
"""Of fewer elements each comparison is a call, counted for what it costs."""
_SAMPLES: Final = 8
_ORDERED: Final = frozenset({int, float, str, Char})
_LARGEST: Final = 1e300
_SAFE: Final = INT_MAX // 2
"""The difference of two such integers is an integer of Rhai's."""


def sorted_by_keys(rt: Runtime, array: list[Any], keys: tuple[Key, ...], compare: Callable[[Value, Value], object]) -> list[Value] | None:
    """The elements in the order of these keys; None if the comparer might order them in another way, or fail.

    A few pairs are compared by the comparer itself, and about as many operations charged as sorting by it would take, going by these.

    Raises:
        Stop: too many operations, or the comparer can't be called at this depth.
    """
    length = len(array)
    if length < _FEW:
        return None
    columns = [_column(array, key) for key in keys]
    order = list(range(length))
    for key, column in zip(reversed(keys), reversed(columns), strict=True):
        if column is None:
            return None
        order.sort(key=column.__getitem__, reverse=key.is_descending)
    before = rt.counted()
    for number in range(_SAMPLES):
        at = number * (length - 1) // _SAMPLES
        compare(array[at], array[at + 1])
    rt.charge((rt.counted() - before) * (_comparisons(order) - _SAMPLES) // _SAMPLES)
    return [array[at] for at in order]


def _comparisons(order: list[int]) -> int:
    """About how many comparisons sorting takes, given the places of the elements in order: one each to find runs, and merging these."""
    length = len(order)
    ranks = [0] * length
    for rank, at in enumerate(order):
        ranks[at] = rank
    falls = list(map(gt, ranks, ranks[1:]))
    turns = sum(map(ne, falls, falls[1:]))
    return length - 1 + int(length * log2(1 + (turns + 1) // 2))


def _column(array: list[Any], key: Key) -> list[Any] | None:
    """A key of each element, if Python orders them as Rhai does."""
    column = array
    for step in key.path:
        if set(map(type, column)) != ({dict} if type(step) is str else {list}):
            return None
        try:
            column = [part[step] for part in column]
        except LookupError:
            return None
    kinds = set(map(type, column))
    if len(kinds) != 1 or not kinds <= _ORDERED:
        return None
    if int in kinds:
        return None if key.is_subtracted and not -_SAFE <= min(column) <= max(column) <= _SAFE else column
    if key.is_subtracted or (float in kinds and not _are_apart(column)):
        return None
    return column


def _are_apart(numbers: list[float]) -> bool:
    """Whether floats are ordinary and either equal or clearly apart: Rhai takes those that are close to each other for equal."""
    if not all(-_LARGEST < number < _LARGEST for number in numbers):
        return False
    apart = sorted(set(numbers))
    return all(after - before > (abs(before) + abs(after) + 1.0) * 1e-6 for before, after in pairwise(apart))
