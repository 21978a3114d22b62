"""The one speller behind every "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 40
"""Longer names are not misspelt, they are something else; and a hostile source must not buy long comparisons."""


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``name`` most likely stands for, or None if none is near enough.

    Near enough is one slip in three letters: a letter wrong, missing, too many, or two swapped; capitals count for nothing.
    """
    if len(name) > _LONGEST:
        return None
    lowered = name.lower()
    best: str | None = None
    best_distance = len(name) // 3 + 1
    for candidate in sorted(candidates):
        if (
            candidate == name
            or abs(len(candidate) - len(name)) >= best_distance
            or _letters_apart(lowered, candidate.lower()) >= best_distance
        ):
            continue
        distance = _distance(lowered, candidate.lower())
        if distance < best_distance:
            best, best_distance = candidate, distance
    return best


def _letters_apart(left: str, right: str) -> int:
    """A cheap lower bound of the distance: half of the letters that only one of them has, rounded up."""
    return (len(set(left) ^ set(right)) + 1) // 2


def _distance(left: str, right: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        before, previous, row = row, before, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
