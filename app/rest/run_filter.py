"""Which runs somebody wants, as an address or a body says it: what the list of runs and bulk re-runs ask for alike."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.rest.fields import Body, Moment
from app.runs import RunFilter, RunOutcome, RunTrigger
from app.scripts import Phase

Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class RunsWanted(Body):
    """Which runs are wanted; a field that is left out fits all."""

    script_id: UUID | None = None
    outcome: RunOutcome | None = None
    phase: Phase | None = None
    trigger: RunTrigger | None = None
    actor_id: UUID | None = None
    entity_type: Word | None = None
    entity_id: Word | None = None
    correlation_id: Word | None = None
    fingerprint: Word | None = None
    since: Annotated[Moment | None, Field(description="Runs from this moment on.")] = None
    until: Annotated[Moment | None, Field(description="Runs before this moment.")] = None
    text: Annotated[
        Word | None, Field(description="Words in the script's name, the error, the reason or the log; `ord*`: the beginning of one.")
    ] = None

    def wanted(self) -> RunFilter:
        """As the domain takes it."""
        return RunFilter(
            script_id=self.script_id,
            outcome=self.outcome,
            phase=self.phase,
            trigger=self.trigger,
            actor_id=self.actor_id,
            entity_type=self.entity_type,
            entity_id=self.entity_id,
            correlation_id=self.correlation_id,
            fingerprint=self.fingerprint,
            started_from=self.since,
            started_until=self.until,
            text=self.text,
        )
