"""Moments as people read them.

The server writes the words, so that nothing moves when the script starts; the script only adds the viewer's zone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, overload

from markupsafe import Markup

_STEPS: Final = (
    (60, 1, "second"),
    (3600, 60, "minute"),
    (86_400, 3600, "hour"),
    (30 * 86_400, 86_400, "day"),
    (365 * 86_400, 30 * 86_400, "month"),
)
_YEAR: Final = 365 * 86_400
_NOW_SECONDS: Final = 45
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class When:
    """A moment: for machines, in words relative to now, and exact."""

    iso: str
    relative: str
    exact: str


@overload
def when(moment: datetime, now: datetime) -> When: ...
@overload
def when(moment: datetime | None, now: datetime) -> When | None: ...


def when(moment: datetime | None, now: datetime) -> When | None:
    """A moment as a page shows it at `now`; None for what never was."""
    if moment is None:
        return None
    iso = moment.isoformat(timespec="seconds")
    return When(iso, relative((moment - now).total_seconds()), f"{iso[:10]} {iso[11:19]} UTC")


@lru_cache(maxsize=4096)
def moment(shown: When) -> Markup:
    """A moment as an element; every row of a list has one, and many rows the same."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(shown.iso, shown.exact, shown.relative)


def moment_in(text: str) -> datetime | None:
    """The moment that an input or an address names, in UTC, which is meant where it names no zone; None for an empty text.

    Raises:
        ValueError: it is none.
    """
    if not text.strip():
        return None
    found = datetime.fromisoformat(text.strip()[:_LONGEST])
    try:
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside of the calendar") from None


def relative(seconds: float) -> str:
    """A distance in words: positive is ahead."""
    size = abs(seconds)
    if size < _NOW_SECONDS:
        return "just now" if seconds <= 0 else "in a moment"
    unit_seconds, unit = next(((unit_seconds, unit) for below, unit_seconds, unit in _STEPS if size < below), (_YEAR, "year"))
    count = max(1, round(size / unit_seconds))
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds < 0 else f"in {words}"
