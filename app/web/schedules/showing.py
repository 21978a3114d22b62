"""From what the domain foresees to what a page shows of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from app.base.errors import AlloyError
from app.schedules import MarkKind, OutageForecast, OverlapForecast, Preview, PreviewRow, YearDensity
from app.web.figures import span
from app.web.schedules.calendar import calendar_of
from app.web.schedules.contexts import Row, Shown
from app.web.times import when

SHOWN: Final = 10
"""Starts in a list of them."""
SHOWN_LATE: Final = 10
SHOWN_CHANGES: Final = 5
_BADGES: Final = {MarkKind.MOVED: "moved", MarkKind.ONCE: "once", MarkKind.TWICE: "twice", MarkKind.LEFT_OUT: "left out"}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the domain foresees; `around` are starts about the next change of clocks."""

    preview: Preview
    around: tuple[PreviewRow, ...]
    density: YearDensity
    overlaps: OverlapForecast | None
    outage: OutageForecast | None


def years_shown(now: datetime) -> tuple[int, int]:
    """The year that is drawn, and the one in which the next change of clocks may lie."""
    return now.year, now.year + 1


def day_before_change(years: tuple[YearDensity, ...], now: datetime) -> datetime | None:
    """The midnight before the next day of these years on which clocks change for a schedule; None if there is none left."""
    day = next((each.day for density in years for each in density.days if each.is_touched and each.day > now.date()), None)
    # Half a day earlier in UTC is before that midnight in every zone.
    return datetime.combine(day, time(), UTC) - timedelta(hours=14) if day else None


def shown_of(foreseen: Foreseen, now: datetime) -> Shown:
    """The next starts with the clocks they are on, the year, overlaps and an outage, as far as they were asked for."""
    preview, outage = foreseen.preview, foreseen.outage
    rows = tuple(_row(each, now) for each in preview.occurrences)
    changes = tuple(_row(each, now) for each in foreseen.around if each.marks)[:SHOWN_CHANGES]
    runs = outage.late[:SHOWN_LATE] if outage else ()
    late = tuple((_wall(run.at), _wall(run.runs_at), f"{span(run.late_seconds)} late") for run in runs)
    return Shown(preview, rows, changes, calendar_of(foreseen.density), foreseen.overlaps, outage, late)


def refused(error: AlloyError) -> Shown:
    """What stands there instead when the expression, or what it is asked with, can't be."""
    return Shown(None, (), (), None, None, None, (), error.sentence)


def _row(each: PreviewRow, now: datetime) -> Row:
    at = each.at.astimezone(UTC)
    marks = tuple((_BADGES[mark.kind], mark.text) for mark in each.marks)
    return Row(_wall(each.local), _wall(at), _wall(each.viewer), when(at, now), marks)


def _wall(moment: datetime) -> str:
    seconds = f":{moment.second:02}" if moment.second else ""
    return f"{moment:%a %Y-%m-%d %H:%M}{seconds}"
