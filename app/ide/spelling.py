"""The one speller behind every "did you mean".

An editor asks it for each unknown name of a text at every keystroke, so most candidates are dismissed by their length and letters
alone, and the rest are compared a column at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

_LONGEST = 40
"""Longer names are not misspelt, they are something else; and a hostile source must not buy long comparisons."""
_LOOKS = 400_000
"""What one text may cost in all, in looks at a candidate: some 0.1 s. Real scripts need a hundredth of it; a text of a thousand
functions and a thousand misspelt calls of them would hold an editor up for ten seconds."""
_COMPARISON = 50
"""The price of a letter by letter comparison, in looks."""


def nearest(name: str, candidates: Collection[str]) -> str | None:
    """The candidate that ``name`` most likely stands for, or None if none is near enough.

    Near enough is one slip in three letters: a letter wrong, missing, too many, or two swapped; capitals count for nothing.
    Of equally near ones it is the first in the alphabet.
    """
    return Speller().nearest(name, candidates)


class Speller:
    """Finds the ``nearest`` for the names of one text, until it has cost enough; then it knows no more."""

    def __init__(self) -> None:
        self._left = _LOOKS

    def nearest(self, name: str, candidates: Collection[str]) -> str | None:
        """See ``nearest``."""
        self._left -= len(candidates)
        if len(name) > _LONGEST or self._left < 0:
            return None
        lowered = name.lower()
        letters = _letters(lowered)
        places: dict[str, int] = {}
        for place, letter in enumerate(lowered):
            places[letter] = places.get(letter, 0) | 1 << place
        most = len(name) // 3
        best: str | None = None
        for candidate in candidates:
            if -most <= len(candidate) - len(name) <= most and candidate != name:
                other = candidate.lower()
                # Each slip changes at most two of the letters that occur at all.
                if (letters ^ _letters(other)).bit_count() > 2 * most:
                    continue
                self._left -= _COMPARISON
                distance = _distance(len(lowered), places, other)
                if distance < most or (distance == most and (best is None or candidate < best)):
                    best, most = candidate, distance
        return best


@lru_cache(maxsize=4096)
def _letters(word: str) -> int:
    """The letters of a word as a set of bits; different letters may share one, which dismisses a little less."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _distance(length: int, places: Mapping[str, int], right: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.

    The left word comes as its ``length`` and the ``places`` of its letters, as bits. A whole column of the usual table is kept in
    two integers (where the distance rises and where it falls), which is some twenty times faster than cell by cell.
    Source: H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003).
    """
    if not length:
        return len(right)
    all_bits = (1 << length) - 1
    last = 1 << (length - 1)
    rises, falls, same, matches_before = all_bits, 0, 0, 0
    distance = length
    for letter in right:
        matches = places.get(letter, 0)
        swapped = ((~same & matches) << 1) & matches_before
        same = (((matches & rises) + rises) ^ rises) | matches | falls | swapped
        ahead = falls | ~(same | rises)
        behind = same & rises
        if ahead & last:
            distance += 1
        elif behind & last:
            distance -= 1
        ahead = ahead << 1 | 1
        rises = ((behind << 1) | ~(same | ahead)) & all_bits
        falls = ahead & same & all_bits
        matches_before = matches
    return distance
