"""What forms and addresses of schedules hold, as the domain takes it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from app.base.errors import Invalid
from app.schedules import LARGEST_CAP, LARGEST_JITTER, Missed, Overlap, Policies
from app.web.forms import FormModel, Version
from app.web.times import moment_in


class PoliciesForm(FormModel):
    """How a schedule treats what doesn't go by the clock."""

    version: Version
    missed: Missed
    missed_cap: Annotated[int, Field(ge=1, le=LARGEST_CAP)]
    overlap: Overlap
    jitter_seconds: Annotated[int, Field(ge=0, le=LARGEST_JITTER)]
    starts_at: str = ""
    ends_at: str = ""

    def policies(self) -> Policies:
        """As the domain takes them.

        Raises:
            Invalid: a moment can't be read.
        """
        return Policies(
            self.missed,
            self.missed_cap,
            self.overlap,
            self.jitter_seconds,
            moment_of(self.starts_at, "starts_at"),
            moment_of(self.ends_at, "ends_at"),
        )


def moment_of(text: str, field: str) -> datetime | None:
    """A moment as an input sends it, in UTC; None for an empty one.

    Raises:
        Invalid: it is none.
    """
    try:
        return moment_in(text)
    except ValueError:
        raise Invalid(f"{text[:40]!r} is no moment.", "Write it as 2027-01-31T12:00, in UTC.", field=field) from None


def text_of(moment: datetime | None) -> str:
    """A moment as an input shows it, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" if moment else ""


def outage_of(down_from: str, down_until: str) -> tuple[datetime, datetime] | None:
    """From when to when a service is imagined to be down; None unless both are given.

    Raises:
        Invalid: one of them can't be read.
    """
    begin, end = moment_of(down_from, "down_from"), moment_of(down_until, "down_until")
    return (begin, end) if begin and end else None


def milliseconds_of(text: str) -> int | None:
    """How long a run is imagined to take; None if it isn't said.

    Raises:
        Invalid: it is no number.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Invalid(f"{text[:20]!r} is no number of milliseconds.", "Write a whole number.", field="p95_ms")
    return int(text)
