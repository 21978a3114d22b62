"""Source text and places in it.

Offsets count code points from 0 and are what every other module passes around; lines and columns count
from 1 and exist only at the edges (messages, diagnostics, stamps on generated code). A tab is one column.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

NO_POSITION = -1
"""The offset of something that has no place in the text (Rhai's ``Position::NONE``)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of offsets."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both counted from 1."""

    line: int
    column: int


class Source:
    """A script's text with its line table.

    ``name`` is empty for the main script, else the path under which a module was imported.
    """

    __slots__ = ("_line_starts", "name", "text")

    def __init__(self, text: str, name: str = "") -> None:
        self.text = text
        self.name = name
        starts = [0]
        find = text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        self._line_starts = starts

    def place(self, offset: int) -> Place | None:
        """The line and column of an offset, or None for ``NO_POSITION``."""
        if offset < 0:
            return None
        line = bisect_right(self._line_starts, offset)
        return Place(line, offset - self._line_starts[line - 1] + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Line from 1 and column from 0, as Python's code has them; line 0 for ``NO_POSITION``."""
        if offset < 0:
            return (0, 0)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1]

    def offset(self, line: int, column: int) -> int:
        """The offset of a place; clamps to the text."""
        if line < 1:
            return 0
        if line > len(self._line_starts):
            return len(self.text)
        return min(self._line_starts[line - 1] + column - 1, len(self.text))
