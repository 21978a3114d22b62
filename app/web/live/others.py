"""What an editor shows of the others who have its script open. Pure."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.web.live.presence import Present

MOST_NAMED: Final = 4
"""More people than that are only counted."""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who has the same script open, since a moment; `is_self`: the viewer, on another page."""

    name: str
    since: str
    clock: str
    is_self: bool


@dataclass(frozen=True, slots=True)
class Others:
    """Those who are there besides the viewer's own page."""

    named: tuple[Other, ...]
    more: int


def others_view(present: tuple[Present, ...], viewer: UUID) -> Others:
    """The first few by name; the page's script puts their times into the viewer's zone."""
    named = tuple(
        Other(each.name, each.since.isoformat(timespec="seconds"), f"{each.since:%H:%M} UTC", each.user_id == viewer)
        for each in present[:MOST_NAMED]
    )
    return Others(named, len(present) - len(named))
