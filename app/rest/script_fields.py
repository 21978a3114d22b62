"""Scripts as REST takes and gives them."""

from dataclasses import dataclass, fields
from typing import Annotated, Final, Literal

from fastapi import Path
from pydantic import ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.rest.fields import WHOLE, Body, PageQuery, RoleName
from app.rest.schedule_fields import Expression, Zone
from app.scripts import (
    LONGEST_DESCRIPTION,
    LONGEST_MESSAGE,
    MOST_SECRETS,
    NAME_PATTERN,
    PATH_PATTERN,
    SECRET_PATTERN,
    SOURCE_LIMIT,
    TYPE_PATTERN,
    ApiTrigger,
    Authentication,
    Change,
    CronTrigger,
    Diagnostic,
    EntityEvent,
    EventTrigger,
    FailurePolicy,
    LimitsProfile,
    ManualTrigger,
    NewScript,
    Phase,
    Script,
    ScriptFilter,
    ScriptSettings,
    ScriptVersion,
    Status,
    Trigger,
)

_TEXT = r"^[^\x00]*$"

# Told and not enforced here: the domain says it better.
_HMAC_HAS_A_SECRET: Final[JsonDict] = {
    "oneOf": [
        {
            "required": ["authentication", "secret"],
            "properties": {"authentication": {"const": Authentication.HMAC.value}, "secret": {"minLength": 1, "pattern": SECRET_PATTERN}},
        },
        {
            "properties": {
                "authentication": {"enum": [each.value for each in Authentication if each is not Authentication.HMAC]},
                "secret": {"const": ""},
            },
        },
    ]
}

ScriptName = Annotated[str, StringConstraints(max_length=80, pattern=NAME_PATTERN), Field(examples=["minimum-amount"])]
TypeName = Annotated[str, StringConstraints(max_length=63, pattern=TYPE_PATTERN), Field(examples=["order"])]
SecretName = Annotated[str, StringConstraints(max_length=64, pattern=SECRET_PATTERN), Field(examples=["partner_token"])]
Source = Annotated[
    str,
    StringConstraints(max_length=SOURCE_LIMIT, pattern=_TEXT),
    Field(description="Rhai source, at most 64 KiB of UTF-8.", examples=['log("hello");']),
]
Message = Annotated[
    str, StringConstraints(max_length=LONGEST_MESSAGE, pattern=_TEXT), Field(description="Why this version was saved.", examples=["First."])
]
Revision = Annotated[int, Field(ge=1, le=2**31 - 1, description="The revision of the script that this change is based on."), WHOLE]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1, description="A version's number."), WHOLE]
PathNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of a version.")]
PathScriptName = Annotated[str, Path(max_length=80, pattern=NAME_PATTERN, description="The name of a script in the current tenant.")]


class EventBody(Body):
    """Runs around saves of one entity type's records."""

    kind: Literal["event"]
    entity_type: TypeName
    events: Annotated[list[EntityEvent], Field(min_length=1, max_length=3)]
    phase: Literal[Phase.BEFORE, Phase.AFTER, Phase.ON_COMMIT]

    def trigger(self) -> Trigger:
        """As the domain takes it."""
        return EventTrigger(self.entity_type, tuple(self.events), self.phase)


class CronBody(Body):
    """Runs when the clock strikes: five fields, or six with seconds first. An empty zone is the tenant's."""

    kind: Literal["cron"]
    expression: Expression
    zone: Zone = ""

    def trigger(self) -> Trigger:
        """As the domain takes it."""
        return CronTrigger(self.expression, self.zone)


class ApiBody(Body):
    """Runs when `/{tenant}/hooks/{path}` is called. `secret` names the secret that signatures are made with, for `hmac` alone."""

    model_config = ConfigDict(json_schema_extra=_HMAC_HAS_A_SECRET)

    kind: Literal["api"]
    path: Annotated[str, StringConstraints(max_length=520, pattern=PATH_PATTERN), Field(examples=["orders/new"])]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    authentication: Authentication = Authentication.TOKEN
    secret: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_]*$"), Field(examples=[""])] = ""

    def trigger(self) -> Trigger:
        """As the domain takes it."""
        return ApiTrigger(self.path, self.method, self.authentication, self.secret)


class ManualBody(Body):
    """Runs when somebody says so."""

    kind: Literal["manual"]

    def trigger(self) -> Trigger:
        """As the domain takes it."""
        return ManualTrigger()


TriggerBody = Annotated[
    ManualBody | EventBody | CronBody | ApiBody,
    Field(discriminator="kind", examples=[{"kind": "manual"}], description="What starts the script."),
]


class SettingsBody(Body):
    """Everything about a script but its source."""

    name: ScriptName
    description: Annotated[str, StringConstraints(max_length=LONGEST_DESCRIPTION, pattern=_TEXT)] = ""
    trigger: TriggerBody = ManualBody(kind="manual")
    priority: Annotated[int, Field(ge=0, le=1000, description="Lower ones run first."), WHOLE] = 100
    failure_policy: FailurePolicy = FailurePolicy.CLOSED
    limits_profile: LimitsProfile = LimitsProfile.DEFAULT
    allowed_secrets: Annotated[list[SecretName], Field(max_length=MOST_SECRETS)] = Field(default_factory=list)
    run_as: Annotated[RoleName, Field(description="The role whose permissions its calls have.", examples=["author"])] = "author"

    def settings(self) -> ScriptSettings:
        """As the domain takes them."""
        return ScriptSettings(
            self.name,
            self.description,
            self.trigger.trigger(),
            self.priority,
            self.failure_policy,
            self.limits_profile,
            tuple(sorted(set(self.allowed_secrets))),
            self.run_as,
        )


class NewScriptBody(SettingsBody):
    """A script to create. With `activate` its first version runs at once, if it has no errors."""

    source: Source
    message: Message = ""
    activate: Annotated[bool, Field(strict=True)] = False

    def new(self) -> NewScript:
        """As the domain takes it."""
        return NewScript(self.settings(), self.source, self.message, self.activate)


class ChangeBody(SettingsBody):
    """A script as it shall be. Another source becomes the next version; without one the source stays."""

    revision: Revision
    source: Source | None = None
    message: Message = ""

    def change(self) -> Change:
        """As the domain takes it."""
        return Change(self.revision, self.settings(), self.source, self.message)


class NewVersionBody(Body):
    """A source to save as the next version."""

    revision: Revision
    source: Source
    message: Message = ""

    def change(self) -> Change:
        """As the domain takes it."""
        return Change(self.revision, None, self.source, self.message)


class RevisionBody(Body):
    """What a step in a script's life is based on."""

    revision: Revision


class ActivateBody(RevisionBody):
    """The version that shall run; without one the latest."""

    version: VersionNumber | None = None


class DisableBody(RevisionBody):
    """Why a script is taken out of service."""

    reason: Message = ""


class ValidateBody(Body):
    """A source to check, in the phase it would run in; with an entity type, its fields are checked too."""

    source: Source
    phase: Phase = Phase.MANUAL
    entity_type: TypeName | None = None


class _Filter(Body):
    """Which scripts are wanted."""

    status: Annotated[Status | Literal["all"], Field(description="`all`, as without one.")] = "all"
    trigger: Literal["event", "cron", "api", "manual"] | None = None
    entity_type: TypeName | None = None
    text: Annotated[
        str | None, StringConstraints(max_length=200, pattern=_TEXT), Field(description="Searched in names and descriptions.")
    ] = None


class FilterQuery(_Filter):
    """Which scripts are wanted, all of them at once."""

    def filter(self) -> ScriptFilter:
        """As the domain takes it."""
        return ScriptFilter(None if self.status == "all" else self.status, self.trigger, self.entity_type, self.text)


class ScriptQuery(_Filter, PageQuery):
    """Which scripts are wanted, page by page."""

    deleted: Annotated[bool, Field(description="Those that were deleted and can be brought back, instead of the others.")] = False

    def filter(self) -> ScriptFilter:
        """As the domain takes it."""
        return ScriptFilter(None if self.status == "all" else self.status, self.trigger, self.entity_type, self.text, self.deleted)


class CompareQuery(Body):
    """Which versions to compare."""

    before: Annotated[
        int | None, Field(ge=1, le=2**31 - 1, description="A version's number; without one the version that runs, or the former.")
    ] = None
    after: Annotated[int | None, Field(ge=1, le=2**31 - 1, description="Another's; without one the latest.")] = None


@dataclass(frozen=True, slots=True)
class ScriptDetail(Script):
    """A script with its latest source, and how many errors and warnings that had when it was saved."""

    source: str
    digest: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Validated:
    """What is wrong or doubtful in a source. It is valid if nothing of it is an error."""

    valid: bool
    diagnostics: tuple[Diagnostic, ...]


def detailed(script: Script, version: ScriptVersion) -> ScriptDetail:
    """A script with a version of it."""
    own = {field.name: getattr(script, field.name) for field in fields(Script)}
    return ScriptDetail(
        **own, source=version.source, digest=version.info.digest, errors=version.info.errors, warnings=version.info.warnings
    )
