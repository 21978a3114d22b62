"""Comparing sources line by line: two of them, or two that were made from a third. Pure, and bounded whatever the sources are.

Lines that occur once on both sides are matched first (patience diff, by a longest increasing run); what lies between them is compared
with Myers' algorithm as long as the budget of steps lasts, and counts as replaced after that. Thirty thousand hostile lines thus cost
what the budget says, where `difflib` takes minutes.

Source: Bram Cohen, "Patience Diff Advantages"; Eugene W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

STEPS: Final = 100_000
CONTEXT_LINES: Final = 3
_NO_NEWLINE: Final = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison with its number, from 1, on the sides that have it."""

    kind: Literal["same", "removed", "added"]
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that changed, with some that didn't around them."""

    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a three-way comparison as it is in the base, on your side and on theirs."""

    kind: Literal["same", "yours", "theirs", "both", "conflict"]
    base: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """Two sources made from one base, in pieces. `merged` has both sides' changes; None if some of them collide."""

    chunks: tuple[Chunk, ...]
    merged: str | None


def lines_of(text: str) -> list[str]:
    """The text's lines with their line feeds; other characters that some call line ends are none in scripts."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def hunks_of(before: str, after: str) -> tuple[Hunk, ...]:
    """What changed from one text to another, with three unchanged lines around each change."""
    return tuple(_hunks(_script(lines_of(before), lines_of(after))))


def unified(hunks: Sequence[Hunk], before_label: str, after_label: str) -> str:
    """Hunks in the unified format; empty if there are none."""
    if not hunks:
        return ""
    written = [f"--- {before_label}\n", f"+++ {after_label}\n"]
    for hunk in hunks:
        written.append(f"@@ -{_range([line.before for line in hunk.lines])} +{_range([line.after for line in hunk.lines])} @@\n")
        for line in hunk.lines:
            sign = {"same": " ", "removed": "-", "added": "+"}[line.kind]
            written.append(f"{sign}{line.text}" if line.text.endswith("\n") else f"{sign}{line.text}\n{_NO_NEWLINE}\n")
    return "".join(written)


def three_way(base: str, yours: str, theirs: str) -> ThreeWay:
    """What both sides did to the base, piece by piece, and both together where they don't collide."""
    origin, left, right = lines_of(base), lines_of(yours), lines_of(theirs)
    to_left, to_right = dict(matched(origin, left)), dict(matched(origin, right))
    stable = [(at, to_left[at], to_right[at]) for at in range(len(origin)) if at in to_left and at in to_right]
    chunks: list[Chunk] = []
    done = (0, 0, 0)
    same: list[str] = []
    for point in (*stable, (len(origin), len(left), len(right))):
        if point != done:
            _append(chunks, same, same, same)
            _append(chunks, origin[done[0] : point[0]], left[done[1] : point[1]], right[done[2] : point[2]])
            same = []
        same += origin[point[0] : point[0] + 1]
        done = (point[0] + 1, point[1] + 1, point[2] + 1)
    _append(chunks, same, same, same)
    collide = any(chunk.kind == "conflict" for chunk in chunks)
    return ThreeWay(tuple(chunks), None if collide else "".join(_merged(chunk) for chunk in chunks))


def matched(before: Sequence[str], after: Sequence[str], steps: int = STEPS) -> list[tuple[int, int]]:
    """Pairs of positions of lines that stayed, rising on both sides."""
    return sorted(_Matcher(before, after, steps).pairs())


class _Matcher:
    """Matches two lists of lines; `_steps` is what may still be spent on Myers' algorithm."""

    def __init__(self, before: Sequence[str], after: Sequence[str], steps: int) -> None:
        self._before = before
        self._after = after
        self._steps = steps

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every pair, in no order."""
        waiting = [(0, len(self._before), 0, len(self._after))]
        while waiting:
            start, end, after_start, after_end = waiting.pop()
            while start < end and after_start < after_end and self._before[start] == self._after[after_start]:
                yield start, after_start
                start, after_start = start + 1, after_start + 1
            while start < end and after_start < after_end and self._before[end - 1] == self._after[after_end - 1]:
                end, after_end = end - 1, after_end - 1
                yield end, after_end
            if start == end or after_start == after_end:
                continue
            anchors = self._anchors(start, end, after_start, after_end)
            if not anchors:
                yield from self._shortest(start, end, after_start, after_end)
                continue
            for at, after_at in anchors:
                yield at, after_at
                waiting.append((start, at, after_start, after_at))
                start, after_start = at + 1, after_at + 1
            waiting.append((start, end, after_start, after_end))

    def _anchors(self, start: int, end: int, after_start: int, after_end: int) -> list[tuple[int, int]]:
        """Lines that occur once on each side and in the same order on both: the longest such run."""
        here, there = Counter(self._before[start:end]), Counter(self._after[after_start:after_end])
        place = {line: at for at, line in enumerate(self._after[after_start:after_end], after_start) if there[line] == 1}
        unique = [(at, place[line]) for at, line in enumerate(self._before[start:end], start) if here[line] == 1 and line in place]
        ends: list[int] = []
        last: list[int] = []
        former: list[int] = []
        for index, (_, after_at) in enumerate(unique):
            slot = bisect_left(ends, after_at)
            ends[slot : slot + 1] = [after_at]
            last[slot : slot + 1] = [index]
            former.append(last[slot - 1] if slot else -1)
        run = []
        index = last[-1] if last else -1
        while index >= 0:
            run.append(unique[index])
            index = former[index]
        return run[::-1]

    def _shortest(self, start: int, end: int, after_start: int, after_end: int) -> list[tuple[int, int]]:
        """Myers' greedy algorithm; nothing when the budget ends before it does."""
        before, after = self._before[start:end], self._after[after_start:after_end]
        reached = {1: 0}
        rounds: list[dict[int, int]] = []
        for distance in range(len(before) + len(after) + 1):
            furthest: dict[int, int] = {}
            for diagonal in range(-distance, distance + 1, 2):
                down = diagonal == -distance or (diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1])
                x = first = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
                while x < len(before) and x - diagonal < len(after) and before[x] == after[x - diagonal]:
                    x += 1
                self._steps -= 1 + x - first
                furthest[diagonal] = x
                if x >= len(before) and x - diagonal >= len(after):
                    rounds.append(furthest)
                    return [(start + at, after_start + after_at) for at, after_at in _traced(rounds, len(before), len(after))]
            if self._steps < 0:
                return []
            rounds.append(furthest)
            reached = furthest | {-distance - 2: -1, distance + 2: -1}
        return []


def _traced(rounds: list[dict[int, int]], x: int, y: int) -> Iterator[tuple[int, int]]:
    """The matches on the way that Myers' rounds found, from its end to its beginning."""
    for distance in range(len(rounds) - 1, 0, -1):
        diagonal, reached = x - y, rounds[distance - 1]
        down = diagonal == -distance or (diagonal != distance and reached.get(diagonal - 1, -1) < reached.get(diagonal + 1, -1))
        from_x = reached[diagonal + 1] if down else reached[diagonal - 1]
        from_y = from_x - (diagonal + 1 if down else diagonal - 1)
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            yield x, y
        x, y = from_x, from_y
    while x > 0 and y > 0:
        x, y = x - 1, y - 1
        yield x, y


def _script(before: list[str], after: list[str]) -> list[DiffLine]:
    """Every line of both sides in the order in which a comparison shows them."""
    found: list[DiffLine] = []
    at = after_at = 0
    for next_at, next_after in (*matched(before, after), (len(before), len(after))):
        found += [DiffLine("removed", line + 1, None, before[line]) for line in range(at, next_at)]
        found += [DiffLine("added", None, line + 1, after[line]) for line in range(after_at, next_after)]
        if next_at < len(before):
            found.append(DiffLine("same", next_at + 1, next_after + 1, before[next_at]))
        at, after_at = next_at + 1, next_after + 1
    return found


def _hunks(lines: list[DiffLine]) -> Iterator[Hunk]:
    changed = [index for index, line in enumerate(lines) if line.kind != "same"]
    if not changed:
        return
    first = last = changed[0]
    for index in (*changed[1:], len(lines) + 3 * CONTEXT_LINES):
        if index - last > 2 * CONTEXT_LINES:
            yield Hunk(tuple(lines[max(0, first - CONTEXT_LINES) : last + CONTEXT_LINES + 1]))
            first = index
        last = index


def _range(numbers: list[int | None]) -> str:
    there = [number for number in numbers if number is not None]
    return f"{there[0]},{len(there)}" if there else "0,0"


def _append(chunks: list[Chunk], base: list[str], yours: list[str], theirs: list[str]) -> None:
    if not (base or yours or theirs):
        return
    if yours == theirs:
        kind: Literal["same", "yours", "theirs", "both", "conflict"] = "same" if yours == base else "both"
    elif yours == base:
        kind = "theirs"
    else:
        kind = "yours" if theirs == base else "conflict"
    chunks.append(Chunk(kind, "".join(base), "".join(yours), "".join(theirs)))


def _merged(chunk: Chunk) -> str:
    return chunk.theirs if chunk.kind == "theirs" else chunk.yours
