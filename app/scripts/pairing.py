"""Changed lines beside each other, and which words of them changed. Pure, and bounded whatever the sources are.

Within a run of removed and added lines those that are most alike become a pair; what is left over is laid side by side in order. A pair
of lines that have little in common is a line that went and another that came: no words of it are marked.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.scripts.comparing import DiffLine, Hunk, lines_of, matched

Spans = tuple[tuple[int, int], ...]
"""Where something stands in a line: pairs of start and end."""

_WORD: Final = re.compile(r"\w+|\s+|[^\w\s]")
_LEAST_ALIKE: Final = 0.4
_MOST_COMPARED: Final = 400
"""Removed times added lines of one run, beyond which lines are paired in order."""
_LONGEST_COMPARED: Final = 400
"""How many characters of a line say whether it is like another."""
_MOST_WORDS: Final = 300
_STEPS_OF_A_LINE: Final = 2_000
_MOST_MARKED: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A line before and a line after; None where there is none. The spans are of what changed within them, if they are alike."""

    before: DiffLine | None
    after: DiffLine | None
    before_spans: Spans = ()
    after_spans: Spans = ()


@dataclass(slots=True)
class Pairing:
    """Lays hunks side by side. `_left` is how many pairs may still have their words compared."""

    _left: int = field(default=_MOST_MARKED)

    def rows(self, hunk: Hunk) -> tuple[Row, ...]:
        """A hunk side by side."""
        return tuple(self._rows(hunk.lines))

    def changes(self, before: str, after: str) -> tuple[Row, ...]:
        """Two pieces of text that took each other's place, side by side; lines count from 1 in each."""
        removed = [DiffLine("removed", number, None, text) for number, text in enumerate(lines_of(before), 1)]
        added = [DiffLine("added", None, number, text) for number, text in enumerate(lines_of(after), 1)]
        return tuple(self._block(removed, added))

    def _rows(self, lines: Sequence[DiffLine]) -> Iterator[Row]:
        removed: list[DiffLine] = []
        added: list[DiffLine] = []
        for line in lines:
            if line.kind == "removed":
                removed.append(line)
            elif line.kind == "added":
                added.append(line)
            else:
                yield from self._block(removed, added)
                removed, added = [], []
                yield Row(line, line)
        yield from self._block(removed, added)

    def _block(self, removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> Iterator[Row]:
        at = after_at = 0
        for pair, after_pair in (*_alike(removed, added), (len(removed), len(added))):
            yield from self._in_order(removed[at:pair], added[after_at:after_pair])
            if pair < len(removed):
                yield self._row(removed[pair], added[after_pair])
            at, after_at = pair + 1, after_pair + 1

    def _in_order(self, removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> Iterator[Row]:
        for index in range(max(len(removed), len(added))):
            old = removed[index] if index < len(removed) else None
            new = added[index] if index < len(added) else None
            yield self._row(old, new) if old and new else Row(old, new)

    def _row(self, old: DiffLine, new: DiffLine) -> Row:
        was, is_now = _WORD.findall(old.text.rstrip("\n")), _WORD.findall(new.text.rstrip("\n"))
        if self._left == 0 or max(len(was), len(is_now)) > _MOST_WORDS or _likeness(Counter(was), Counter(is_now)) < _LEAST_ALIKE:
            return Row(old, new)
        self._left -= 1
        kept = matched(was, is_now, _STEPS_OF_A_LINE)
        return Row(old, new, _changed(was, {at for at, _ in kept}), _changed(is_now, {at for _, at in kept}))


def _alike(removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> list[tuple[int, int]]:
    """The pairs, rising on both sides, that have most in common together."""
    if not removed or not added or len(removed) * len(added) > _MOST_COMPARED:
        return []
    was, is_now = ([Counter(_WORD.findall(line.text[:_LONGEST_COMPARED])) for line in side] for side in (removed, added))
    likeness = [[_likeness(one, other) for other in is_now] for one in was]
    # best[i][j]: what can be had from the lines from i and j on.
    best = [[0.0] * (len(is_now) + 1) for _ in range(len(was) + 1)]
    for i in range(len(was) - 1, -1, -1):
        for j in range(len(is_now) - 1, -1, -1):
            together = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= _LEAST_ALIKE else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    pairs = []
    i = j = 0
    while i < len(was) and j < len(is_now):
        if likeness[i][j] >= _LEAST_ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """How much of two lines' text is the same words, from 0 to 1; white space counts for nothing."""
    sizes = [sum(len(word) * count for word, count in side.items() if not word.isspace()) for side in (one, other)]
    shared = sum(len(word) * count for word, count in (one & other).items() if not word.isspace())
    return 2 * shared / sum(sizes) if sum(sizes) else 1.0


def _changed(words: Sequence[str], kept: set[int]) -> Spans:
    """Where the words stand that were not kept; neighbours are one span."""
    spans: list[tuple[int, int]] = []
    start = 0
    for index, word in enumerate(words):
        end = start + len(word)
        if index not in kept:
            if spans and spans[-1][1] == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        start = end
    return tuple(spans)
