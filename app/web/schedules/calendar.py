"""A year of a schedule as squares, one for each day, the fuller the more runs. Pure; drawn by the template."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from app.schedules import YearDensity
from app.web.figures import counted

SQUARE: Final = 12
"""How far the squares are apart, in units of the drawing."""
LEVELS: Final = 4
_TOP: Final = 14
_LEFT: Final = 4
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Square:
    """One day; `level` is 0 for none and at most `LEVELS`."""

    x: int
    y: int
    level: int
    is_touched: bool
    title: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The drawing and what it says in words."""

    year: int
    text: str
    width: int
    height: int
    squares: tuple[Square, ...]
    months: tuple[tuple[int, str], ...]


def calendar_of(density: YearDensity) -> Calendar:
    """The year's drawing: a column for each week, Monday on top."""
    first = date(density.year, 1, 1)
    squares = []
    for each in density.days:
        index = (each.day - first).days + first.weekday()
        level = 0 if not each.runs else 1 + (each.runs - 1) * LEVELS // max(1, density.busiest)
        change = "; clocks change" if each.is_touched else ""
        title = f"{each.day.isoformat()}: {counted(each.runs, 'run')}{change}"
        squares.append(Square(_x(index), _TOP + index % 7 * SQUARE, min(level, LEVELS), each.is_touched, title))
    months = tuple((_x((date(density.year, month, 1) - first).days + first.weekday()), name) for month, name in enumerate(_MONTHS, start=1))
    text = f"{counted(density.total, 'run')} in {density.year}, {density.busiest:,} on the fullest day"
    width = max((square.x for square in squares), default=0) + SQUARE + _LEFT
    return Calendar(density.year, text, width, _TOP + 7 * SQUARE, tuple(squares), months)


def _x(index: int) -> int:
    return _LEFT + index // 7 * SQUARE
