"""Schedules as REST takes them."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints
from typing_extensions import TypeAliasType

from app.rest.fields import WHOLE, Body, Moment, Name, PageQuery, Version
from app.schedules import (
    FIRST_YEAR,
    LARGEST_CAP,
    LARGEST_JITTER,
    LAST_YEAR,
    LONGEST_EXPRESSION,
    MOST_SHOWN,
    Missed,
    NewSchedule,
    Outlook,
    Overlap,
    Policies,
    ScheduleChange,
    expression_pattern,
    zone_names,
)

_LINE: Final = r"^[^\x00-\x1f\x7f-\x9f]*$"

# Patterns and lists beyond `_LINE` are told and not enforced here: the domain refuses the same, and says which part is wrong.
Expression = TypeAliasType(
    "Expression",
    Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_EXPRESSION, pattern=_LINE),
        Field(
            description="Five fields, six with seconds first, or an alias such as @daily.",
            examples=["30 9 * * mon-fri"],
            json_schema_extra={"pattern": expression_pattern()},
        ),
    ],
)
ZoneName = TypeAliasType(
    "ZoneName",
    Annotated[
        str,
        StringConstraints(min_length=1, max_length=80, pattern=_LINE),
        Field(description="An IANA time zone.", examples=["Europe/Berlin"], json_schema_extra={"enum": [*sorted(zone_names())]}),
    ],
)
Zone = Annotated[ZoneName | Literal[""], Field(description="A time zone; empty: the tenant's.", examples=["Europe/Berlin"])]
ViewerZone = Annotated[
    ZoneName | Literal[""],
    Field(description="The time zone of whoever looks; empty: the schedule's.", examples=["America/New_York"]),
]
Time = Annotated[
    Moment,
    Field(
        description=f"A moment in the years {FIRST_YEAR} to {LAST_YEAR}.",
        examples=["2027-01-31T12:00:00Z"],
        json_schema_extra={"pattern": r"^(19(7[1-9]|[89][0-9])|20[0-9]{2}|21[0-9]{2})-"},
    ),
]
LaterTime = Annotated[Time, Field(description="A later moment.", examples=["2027-01-31T18:00:00Z"])]
Count = Annotated[int, Field(ge=1, le=MOST_SHOWN, description="How many occurrences at most."), WHOLE]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR, description="A year.", examples=[2027])]


class PoliciesBody(Body):
    """How a schedule treats what doesn't go by the clock."""

    missed: Annotated[Missed, Field(description="Occurrences that were missed: skip them, run the latest, or all up to the cap.")] = (
        Missed.LATEST
    )
    missed_cap: Annotated[int, Field(ge=1, le=LARGEST_CAP, description="How many missed ones `all` makes up for."), WHOLE] = 100
    overlap: Annotated[Overlap, Field(description="An occurrence due while the last run goes on: skip it, queue one, or allow it.")] = (
        Overlap.SKIP
    )
    jitter_seconds: Annotated[int, Field(ge=0, le=LARGEST_JITTER, description="Starts are spread over so many seconds."), WHOLE] = 0
    starts_at: Annotated[Time | None, Field(description="Nothing occurs before.", examples=[None])] = None
    ends_at: Annotated[LaterTime | None, Field(description="Nothing occurs after.", examples=[None])] = None

    def policies(self) -> Policies:
        """As the domain takes them."""
        return Policies(self.missed, self.missed_cap, self.overlap, self.jitter_seconds, self.starts_at, self.ends_at)


class NewScheduleBody(Body):
    """A schedule for a script."""

    script_id: UUID
    name: Name
    expression: Expression
    zone: Zone = ""
    policies: PoliciesBody = PoliciesBody()

    def new(self) -> NewSchedule:
        """As the domain takes it."""
        return NewSchedule(self.script_id, self.name, self.expression, self.zone, self.policies.policies())


class ChangeScheduleBody(Body):
    """What to change of a schedule; what is left out stays."""

    version: Version
    name: Name | None = None
    expression: Expression | None = None
    zone: Zone | None = None
    policies: PoliciesBody | None = None

    def change(self) -> ScheduleChange:
        """As the domain takes it."""
        policies = self.policies.policies() if self.policies else None
        return ScheduleChange(self.version, self.name, self.expression, self.zone, policies)


class VersionBody(Body):
    """The version of the schedule that this is about."""

    version: Version


class ClockBody(Body):
    """The time zone of the tenant's schedules that name none."""

    zone: ZoneName
    version: Version


class OutageQuery(Body):
    """From when to when the service would be down."""

    down_from: Time
    down_until: LaterTime


class PreviewBody(Body):
    """An expression that is being typed, and what to show of it."""

    expression: Expression
    zone: Zone = ""
    viewer_zone: ViewerZone = ""
    after: Annotated[Time | None, Field(description="Show what comes after; left out: after now.", examples=[None])] = None
    count: Count = 10
    policies: PoliciesBody = PoliciesBody()
    year: Annotated[Year | None, Field(description="Show how often it would run on each date of this year.", examples=[2027])] = None
    script_id: Annotated[UUID | None, Field(description="Predict overlaps from how long this script's runs took.", examples=[None])] = None
    p95_ms: Annotated[int | None, Field(ge=1, le=86_400_000, description="Predict overlaps if runs take so long.", examples=[1500])] = None
    outage: Annotated[OutageQuery | None, Field(description="Show what an outage would do to it.", examples=[None])] = None

    def outlook(self) -> Outlook:
        """As the domain takes it."""
        outage = (self.outage.down_from, self.outage.down_until) if self.outage else None
        return Outlook(self.year, self.script_id, self.p95_ms, outage)


class WindowBody(Body):
    """A window of the past."""

    since: Time
    until: LaterTime


class BackfillBody(WindowBody):
    """A window of the past to fill in, as its plan said."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9a-f]+$"), Field(examples=["00"])]


class SchedulesQuery(PageQuery):
    """Which schedules are wanted."""

    script_id: Annotated[UUID | None, Field(description="Those of one script alone.")] = None


class PreviewQuery(Body):
    """What to show of a schedule."""

    viewer_zone: ViewerZone = ""
    after: Time | None = None
    count: Annotated[int, Field(ge=1, le=MOST_SHOWN)] = 10


class ExpressionQuery(PreviewQuery):
    """What to show of an expression."""

    expression: Expression
    zone: Zone = ""


class DensityQuery(Body):
    """Which year of an expression to show."""

    expression: Expression
    year: Year
    zone: Zone = ""
