"""Moments as people read them.

The server writes the words, so that nothing moves when the script starts; the script only adds the viewer's zone.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

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


@dataclass(frozen=True, slots=True)
class When:
    """A moment: for machines, in words relative to now, and exact."""

    iso: str
    relative: str
    exact: str


def when(moment: datetime, now: datetime) -> When:
    """A moment as a page shows it at `now`."""
    iso = moment.isoformat(timespec="seconds")
    return When(iso, relative((moment - now).total_seconds()), f"{iso[:10]} {iso[11:19]} UTC")


@lru_cache(maxsize=4096)
def moment(shown: When) -> Markup:
    """A moment as an element; every row of a list has one, and many rows the same."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(shown.iso, shown.exact, shown.relative)


def relative(seconds: float) -> str:
    """A distance in words: positive is ahead."""
    size = abs(seconds)
    if size < _NOW_SECONDS:
        return "just now" if seconds <= 0 else "in a moment"
    unit_seconds, unit = next(((unit_seconds, unit) for below, unit_seconds, unit in _STEPS if size < below), (_YEAR, "year"))
    count = max(1, round(size / unit_seconds))
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds < 0 else f"in {words}"
