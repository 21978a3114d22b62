"""Runs as dots: when each began, how long it took, how it ended. Positions are percentages, so the drawing fits any width."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.runs import RunSummary
from app.web.figures import duration
from app.web.lists import address
from app.web.runs.words import ending, tone

_SHORTEST_US: Final = 10
_LONGEST_US: Final = 100_000_000
_MARGIN: Final = 5.0
_SLICES: Final = 6
_LEAST_SPAN: Final = timedelta(seconds=6)
_LATEST: Final = datetime.max.replace(tzinfo=UTC) - timedelta(seconds=1)
"""Nothing can begin in the last second that there is."""
_TICKS_US: Final = (100, 10_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Dot:
    """One run; `x` and `y` in percent."""

    x: str
    y: str
    tone: str
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the time shown, and where a list of its runs is."""

    label: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A duration at its height."""

    y: str
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing; `since` and `until` are what its edges stand for, in UTC, and `margin` is how far inside they are, in percent."""

    dots: tuple[Dot, ...]
    slices: tuple[Slice, ...]
    ticks: tuple[Tick, ...]
    since: str
    until: str
    margin: float
    words: str


def chart_of(shown: Sequence[RunSummary], filters: Mapping[str, str], since: datetime | None, until: datetime | None) -> Chart | None:
    """Runs as dots between two moments, or from the first to the last of them; None without any."""
    if not shown:
        return None
    first = since or min(run.started_at for run in shown)
    last = until or max(run.started_at for run in shown)
    if last - first < _LEAST_SPAN:
        middle = first + (last - first) / 2
        first, last = middle - _LEAST_SPAN / 2, middle + _LEAST_SPAN / 2
    dots = tuple(_dot(run, first, last) for run in shown)
    failed = sum(tone(run) == "bad" for run in shown)
    words = f"{len(shown)} runs from {_exact(first)} to {_exact(last)} UTC, {failed} of them failed"
    ticks = tuple(Tick(_height(each), duration(each)) for each in _TICKS_US)
    return Chart(dots, _slices(shown, first, last, filters), ticks, _iso(first), _iso(last), _MARGIN, words)


def _dot(run: RunSummary, first: datetime, last: datetime) -> Dot:
    title = f"{run.script_name}: {ending(run)}, {duration(run.duration_us)}, {_exact(run.started_at)} UTC"
    share = (run.started_at - first) / (last - first)
    x = _MARGIN + max(0.0, min(1.0, share)) * (100 - 2 * _MARGIN)
    return Dot(f"{x:.2f}%", _height(run.duration_us), tone(run), f"/runs/{run.id}", title)


def _height(microseconds: int) -> str:
    """Durations differ by powers of ten, and so does their height."""
    low, high = math.log10(_SHORTEST_US), math.log10(_LONGEST_US)
    share = (math.log10(min(max(microseconds, _SHORTEST_US), _LONGEST_US)) - low) / (high - low)
    return f"{94 - share * 88:.1f}%"


def _slices(shown: Sequence[RunSummary], first: datetime, last: datetime, filters: Mapping[str, str]) -> tuple[Slice, ...]:
    width = (last - first) / _SLICES
    is_within_a_day = last - first < timedelta(days=1)
    slices = []
    for index in range(_SLICES):
        begin, end = first + width * index, first + width * (index + 1)
        within = [run for run in shown if begin <= run.started_at < end or (index == _SLICES - 1 and run.started_at == end)]
        label = begin.astimezone(UTC).strftime("%H:%M:%S" if is_within_a_day else "%b %d, %H:%M")
        path = address("/runs", {**filters, "since": _iso(begin), "until": _iso(min(end, _LATEST) + timedelta(seconds=1))})
        slices.append(Slice(label, f"{label}: {len(within)} runs until {_exact(end)}", path))
    return tuple(slices)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _exact(moment: datetime) -> str:
    return _iso(moment).replace("T", " ")
