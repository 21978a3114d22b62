"""The form of a script: what it sends, as the domain takes it, and a script as the form shows it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal, assert_never
from uuid import UUID

from pydantic import Field, StringConstraints

from app.base.errors import Invalid
from app.scripts import (
    ApiTrigger,
    Authentication,
    CronTrigger,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    LimitsProfile,
    ManualTrigger,
    Phase,
    ScriptSettings,
    Trigger,
)
from app.web.forms import FormModel, Line, Posted, Version
from app.web.scripts.trials.wishes import Wish

Text = Annotated[str, StringConstraints(max_length=2_000)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=520)]

TRIAL_PREFIX: Final = "try."
NEW_VALUES: Final[Mapping[str, str]] = {
    "name": "",
    "description": "",
    "kind": "manual",
    "entity_type": "",
    "phase": "before",
    "expression": "0 9 * * mon-fri",
    "zone": "",
    "path": "",
    "method": "POST",
    "authentication": "token",
    "secret": "",
    "priority": "100",
    "failure_policy": "closed",
    "limits_profile": "default",
    "message": "",
}
"""What the form of a new script begins with."""


class ScriptForm(FormModel):
    """Settings and source. Fields of other triggers than the chosen one come along and are not looked at."""

    name: Line
    description: Text = ""
    kind: Literal["manual", "event", "cron", "api"]
    entity_type: Word = ""
    events: tuple[EntityEvent, ...] = ()
    phase: Literal["before", "after", "on_commit"] = "before"
    expression: Word = ""
    zone: Word = ""
    path: Word = ""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    authentication: Authentication = Authentication.TOKEN
    secret: Word = ""
    priority: Annotated[int, Field(ge=0, le=1000)] = 100
    failure_policy: FailurePolicy = FailurePolicy.CLOSED
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    source: str
    message: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    revision: Version = 1

    @property
    def text(self) -> str:
        """The source with line feeds alone: forms send carriage returns too."""
        return self.source.replace("\r\n", "\n")

    def settings(self, before: ScriptSettings | None) -> ScriptSettings:
        """As the domain takes them; what the form does not show stays as it was."""
        kept = before or ScriptSettings(self.name)
        return replace(
            kept,
            name=self.name,
            description=self.description.replace("\r\n", "\n"),
            trigger=self.trigger(),
            priority=self.priority,
            failure_policy=self.failure_policy,
            limits_profile=self.limits_profile,
        )

    def trigger(self) -> Trigger:
        """What starts the script.

        Raises:
            Invalid: an event trigger without an event.
        """
        match self.kind:
            case "manual":
                return ManualTrigger()
            case "event":
                if not self.events:
                    raise Invalid("Choose at least one event.", "", field="events")
                return EventTrigger(self.entity_type, self.events, Phase(self.phase))
            case "cron":
                return CronTrigger(self.expression, self.zone)
            case "api":
                secret = self.secret if self.authentication is Authentication.HMAC else ""
                return ApiTrigger(self.path, self.method, self.authentication, secret)
            case _:
                assert_never(self.kind)


def parse_script(posted: Posted) -> ScriptForm:
    """The form. What belongs to the trial pane isn't part of a script.

    Raises:
        Misfit: it isn't one.
    """
    settings = {name: texts for name, texts in posted.fields.items() if not name.startswith(TRIAL_PREFIX)}
    return Posted(settings).parse(ScriptForm, many=("events",))


def trial_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the trial pane, by names without their prefix."""
    return {name.removeprefix(TRIAL_PREFIX): text for name, text in texts.items() if name.startswith(TRIAL_PREFIX)}


def wish_of(texts: Mapping[str, str], script_id: UUID | None) -> Wish:
    """What the form asks to try. Settings that can't be changed are not sent; then the pane has them."""
    sent = {**trial_texts(texts), **texts}
    kind = sent.get("kind", "manual")
    phase = {"cron": Phase.SCHEDULED, "api": Phase.API}.get(kind, Phase.MANUAL)
    entity_type = None
    if kind == "event":
        phase = next((each for each in Phase if each == sent.get("phase")), Phase.BEFORE)
        entity_type = sent.get("entity_type") or None
    profile = next((each for each in LimitsProfile if each == sent.get("limits_profile")), LimitsProfile.DEFAULT)
    return Wish(sent.get("source", "").replace("\r\n", "\n"), phase, entity_type, profile, script_id, trial_texts(texts))


def values_of(settings: ScriptSettings) -> dict[str, str]:
    """Settings as the form shows them."""
    return {
        **NEW_VALUES,
        "name": settings.name,
        "description": settings.description,
        "priority": str(settings.priority),
        "failure_policy": settings.failure_policy.value,
        "limits_profile": settings.limits_profile.value,
        **trigger_values(settings.trigger),
    }


def trigger_values(trigger: Trigger) -> dict[str, str]:
    """A trigger as the form shows it."""
    match trigger:
        case ManualTrigger():
            return {"kind": "manual"}
        case EventTrigger(entity_type=entity_type, phase=phase):
            return {"kind": "event", "entity_type": entity_type, "phase": phase.value}
        case CronTrigger(expression=expression, zone=zone):
            return {"kind": "cron", "expression": expression, "zone": zone}
        case ApiTrigger(path=path, method=method, authentication=authentication, secret=secret):
            return {"kind": "api", "path": path, "method": method, "authentication": authentication.value, "secret": secret}
        case _:
            assert_never(trigger)


def events_of(trigger: Trigger) -> tuple[str, ...]:
    """The events of a trigger, for the boxes to tick."""
    return tuple(event.value for event in trigger.events) if isinstance(trigger, EventTrigger) else ("create", "update")


def sentence_of(trigger: Trigger) -> str:
    """What starts a script, in a few words."""
    match trigger:
        case ManualTrigger():
            return "by hand"
        case EventTrigger(entity_type=entity_type, events=events, phase=phase):
            return f"{phase.value.replace('_', ' ')} {' or '.join(event.value for event in events)} of {entity_type}"
        case CronTrigger(expression=expression, zone=zone):
            return f"at {expression}{f' ({zone})' if zone else ''}"
        case ApiTrigger(path=path, method=method):
            return f"on {method} {path}"
        case _:
            assert_never(trigger)
