"""What each line of a script did in a run, from the run's steps: how often it ran, what it set, and what it cost. Pure.

A step is taken before a statement. What changed until the next step of the same call is that statement's doing; a loop's own variables
are set when an iteration begins, so they are shown at the loop. Numbers of steps are moments: an editor that shows the moment *n* shows
for each line the latest of its visits up to there.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Document: TypeAlias = dict[str, Any]

MOST_VISITS: Final = 500
"""Of one line that are kept, besides the last."""
MOST_ITERATIONS: Final = 2_000
_LONGEST_SHOWN: Final = 120
_LOOP: Final = re.compile(r"(for|while|loop|do)\b")
_FOR: Final = re.compile(r"for\s*\(?\s*([A-Za-z_]\w*)\s*(?:,\s*([A-Za-z_]\w*)\s*\))?\s+in\b")


@dataclass(slots=True)
class _Line:
    """A line: its visits are moments with what they set, as far as they are kept. Of several statements the most frequent one counts."""

    line: int
    cost: int = 0
    visits: list[list[Any]] = field(default_factory=list)
    hits: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Loop:
    """A loop's lines, its own variables, and the moments at which its iterations began; `ends` are those at which it was left."""

    first: int
    last: int
    start: int
    end: int
    names: tuple[str, ...]
    body: int
    iterations: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Visit:
    """A statement that a call has come to: its line, when, and what it set so far."""

    line: int
    moment: int
    texts: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Walks through the steps, once."""

    def __init__(self, source: str, steps: list[Document]) -> None:
        self._source, self._steps = source, steps
        self._breaks = [index for index, char in enumerate(source) if char == "\n"]
        self.loops = self._found_loops()
        self.lines: dict[int, _Line] = {}
        self._calls: list[_Visit | None] = []
        self._last: tuple[_Line, int] | None = None
        self.failed = 0

    def read(self) -> None:
        """Take every step."""
        for moment, step in enumerate(self._steps):
            self._charge(step)
            self._enter(step)
            depth = len(self._calls) - 1
            begun = self._begun(step, moment)
            self._note(step, begun, moment)
            self._close(self._calls[depth])
            line = self._line(step["start"])
            if step.get("is_error"):
                # The same statement once more, as the run left it.
                self.failed = line.line
            else:
                line.hits[step["start"]] = line.hits.get(step["start"], 0) + 1
            self._last = (line, step["operations"])
            self._calls[depth] = _Visit(line.line, moment)
        for visit in self._calls:
            self._close(visit)
        self._mark_ends()

    def line_of(self, offset: int) -> int:
        """The line of a place, from 1."""
        return bisect_right(self._breaks, offset - 1) + 1

    def _charge(self, step: Document) -> None:
        """What was counted since the step before is what its statement cost."""
        if self._last is not None:
            line, operations = self._last
            line.cost += step["operations"] - operations

    def _enter(self, step: Document) -> None:
        """Leave the calls that have ended, and begin those that were entered."""
        for visit in self._calls[step["kept"] :]:
            self._close(visit)
        del self._calls[step["kept"] :]
        self._calls += [None] * len(step.get("entered", ()))

    def _begun(self, step: Document, moment: int) -> _Loop | None:
        """The loop of which an iteration begins with this step."""
        loop = next((each for each in self.loops if each.body == step["start"]), None)
        if loop is not None and not step.get("is_error"):
            loop.iterations.append(moment)
        return loop

    def _note(self, step: Document, begun: _Loop | None, moment: int) -> None:
        header = _Visit(begun.first, moment) if begun is not None else None
        for depth, name, text in step.get("changed", ()):
            if header is not None and begun is not None and name in begun.names:
                header.texts[name] = text
            elif depth < len(self._calls) and (visit := self._calls[depth]) is not None:
                visit.texts[name] = text
            elif begun is None and moment:
                # Not what the script is given, but a call that has just begun: its parameters, shown where its body begins.
                header = header or _Visit(self.line_of(step["start"]), moment)
                header.texts[name] = text
        self._close(header)

    def _close(self, visit: _Visit | None) -> None:
        """Keep what a statement set; the latest of too many takes the last place."""
        if visit is None or not visit.texts:
            return
        visits = self._line_numbered(visit.line).visits
        shown = ", ".join(f"{name} = {text}" for name, text in visit.texts.items())
        if visits and visits[-1][0] == visit.moment:
            shown = f"{visits.pop()[1]}, {shown}"
        elif len(visits) > MOST_VISITS:
            visits.pop()
        visits.append([visit.moment, shown if len(shown) <= _LONGEST_SHOWN else f"{shown[: _LONGEST_SHOWN - 1]}…"])

    def _line(self, offset: int) -> _Line:
        return self._line_numbered(self.line_of(offset))

    def _line_numbered(self, number: int) -> _Line:
        if number not in self.lines:
            self.lines[number] = _Line(number)
        return self.lines[number]

    def plain_line(self, line: _Line) -> Document:
        """A line as the editor gets it. A loop counts its iterations."""
        rounds = sum(len(loop.iterations) for loop in self.loops if loop.first == line.line)
        return {"line": line.line, "hits": max(rounds, 0, *line.hits.values()), "cost": line.cost, "visits": line.visits}

    def _found_loops(self) -> list[_Loop]:
        """Statements that are loops, by their first word, with the first statement inside each: every iteration begins with that."""
        spans = sorted({(step["start"], step["end"]) for step in self._steps})
        found = []
        for start, end in spans:
            if not _LOOP.match(self._source, start):
                continue
            body = next((inner for inner, inner_end in spans if start < inner and inner_end <= end), None)
            if body is not None:
                names = _FOR.match(self._source, start)
                own = tuple(name for name in names.groups() if name) if names else ()
                found.append(_Loop(self.line_of(start), self.line_of(max(start, end - 1)), start, end, own, body))
        return found

    def _mark_ends(self) -> None:
        """An iteration lasts until the next begins, and the last of a row until a step of the same call outside of the loop."""
        depths = [step["kept"] + len(step.get("entered", ())) for step in self._steps]
        for loop in self.loops:
            loop.iterations = loop.iterations[:MOST_ITERATIONS]
            for index, begun in enumerate(loop.iterations):
                following = loop.iterations[index + 1] if index + 1 < len(loop.iterations) else len(self._steps)
                loop.ends.append(self._left(loop, begun, following, depths))

    def _left(self, loop: _Loop, begun: int, following: int, depths: list[int]) -> int:
        for moment in range(begun + 1, following):
            step = self._steps[moment]
            if depths[moment] < depths[begun] or (
                depths[moment] == depths[begun] and not (loop.start < step["start"] and step["end"] <= loop.end)
            ):
                return moment - 1
        return following - 1


def line_values(source: str, trace: Mapping[str, Any]) -> Document:
    """Lines with hits, cost in operations and values by moment; loops with the first and last moment of each iteration.

    `failed` is the line that a failed run ended in, 0 if it didn't fail.
    """
    reader = _Reader(source, trace["steps"])
    reader.read()
    loops = [
        {"first": loop.first, "last": loop.last, "iterations": [list(pair) for pair in zip(loop.iterations, loop.ends, strict=True)]}
        for loop in reader.loops
        if loop.iterations
    ]
    lines = [reader.plain_line(line) for _, line in sorted(reader.lines.items())]
    return {"lines": lines, "loops": loops, "failed": reader.failed, "is_complete": bool(trace["is_complete"])}
