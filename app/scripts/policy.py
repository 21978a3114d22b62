"""The rules of scripts, as pure functions: names, sizes, triggers, transitions, disabling."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from app.base.errors import Conflict, Invalid
from app.scripts.types import (
    ApiTrigger,
    Authentication,
    CronTrigger,
    EventTrigger,
    ManualTrigger,
    Phase,
    Script,
    ScriptSettings,
    Status,
    Trigger,
)

SOURCE_LIMIT: Final = 65_536
"""Largest source, in bytes of UTF-8."""

NAME_PATTERN: Final = r"^[a-z][a-z0-9_-]{0,79}$"
TYPE_PATTERN: Final = r"^[a-z][a-z0-9_-]{0,62}$"
PATH_PATTERN: Final = r"^[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63}){0,7}$"
SECRET_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"  # noqa: S105 - a pattern of names
LONGEST_DESCRIPTION: Final = 2_000
LONGEST_MESSAGE: Final = 500
LONGEST_ERROR: Final = 2_000
MOST_SECRETS: Final = 50
ERRORS_UNTIL_DISABLED: Final = 3
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_EVENT_PHASES: Final = frozenset({Phase.BEFORE, Phase.AFTER, Phase.ON_COMMIT})

TRANSITIONS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.DRAFT: frozenset({Status.ACTIVE, Status.ARCHIVED}),
    Status.ACTIVE: frozenset({Status.PAUSED, Status.DISABLED, Status.ARCHIVED}),
    Status.PAUSED: frozenset({Status.ACTIVE, Status.DISABLED, Status.ARCHIVED}),
    Status.DISABLED: frozenset({Status.ACTIVE, Status.ARCHIVED}),
    Status.ARCHIVED: frozenset({Status.DRAFT}),
}
"""From where a script may go where. Choosing another version of an active script is no transition."""


def digest_of(source: str) -> str:
    """The SHA-256 of a source."""
    return hashlib.sha256(source.encode()).hexdigest()


def check_source(source: str) -> None:
    """Refuse a source that can't be kept.

    Raises:
        Invalid: it is too long, or holds characters that no text has.
    """
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        raise Invalid("The source holds half of a character (a lone surrogate).", "Remove it; it can't be saved.", field="source") from None
    if size > SOURCE_LIMIT:
        raise Invalid(f"The source has {size} bytes; {SOURCE_LIMIT} are allowed.", "Split it into several scripts.", field="source")
    if "\x00" in source:
        raise Invalid("The source holds a NUL character.", "Remove it.", field="source")


def check_settings(settings: ScriptSettings) -> None:
    """Refuse settings that could never work, whatever else exists.

    Raises:
        Invalid: `field` says which.
    """
    if not _fits(NAME_PATTERN, settings.name):
        raise Invalid(
            f"{settings.name[:100]!r} can't be a script's name.",
            "Use lower-case letters, digits, hyphens and underscores; begin with a letter; at most 80 characters.",
            field="name",
        )
    if len(settings.description) > LONGEST_DESCRIPTION or "\x00" in settings.description:
        raise Invalid(
            f"The description has {len(settings.description)} characters, or a NUL among them.",
            f"Use at most {LONGEST_DESCRIPTION}.",
            field="description",
        )
    if not 0 <= settings.priority <= 1000:
        raise Invalid(f"The priority {settings.priority} is out of range.", "Use 0 (first) to 1000 (last).", field="priority")
    _check_secrets(settings.allowed_secrets)
    _check_trigger(settings.trigger)


def check_message(message: str) -> None:
    """Refuse a version's message that is too long.

    Raises:
        Invalid: it is.
    """
    if len(message) > LONGEST_MESSAGE or "\x00" in message:
        raise Invalid(
            f"The message has {len(message)} characters, or a NUL among them.", f"Use at most {LONGEST_MESSAGE}.", field="message"
        )


def phase_of(trigger: Trigger) -> Phase:
    """The phase that a trigger's runs are in."""
    match trigger:
        case EventTrigger(phase=phase):
            return phase
        case CronTrigger():
            return Phase.SCHEDULED
        case ApiTrigger():
            return Phase.API
        case ManualTrigger():
            return Phase.MANUAL


def endpoint_of(trigger: Trigger) -> str | None:
    """The key of the endpoint that a trigger claims: method and path."""
    return f"{trigger.method} {trigger.path}" if isinstance(trigger, ApiTrigger) else None


def check_transition(before: Status, after: Status) -> None:
    """Refuse a step that a script's life doesn't have.

    Raises:
        Conflict: the hint lists the steps there are.
    """
    if after not in TRANSITIONS[before]:
        possible = ", ".join(sorted(TRANSITIONS[before]))
        raise Conflict(f"A script that is {before} can't become {after}.", f"From {before} it can become {possible}.", field="status")


def check_resumable(status: Status) -> None:
    """Refuse to resume what never ran, runs, or is put away.

    Raises:
        Conflict: it is none of those that can.
    """
    if status not in (Status.PAUSED, Status.DISABLED):
        hint = "Choose the version that runs to activate it." if status is Status.DRAFT else "Only a paused or disabled script can be."
        raise Conflict(f"A script that is {status} can't be resumed.", hint, field="status")


def check_resettable(script: Script) -> None:
    """Refuse to reset a script without errors.

    Raises:
        Conflict: it has none.
    """
    if script.consecutive_errors == 0 and script.last_error is None:
        raise Conflict(f"{script.name!r} has no errors to forget.", "Resume it if somebody disabled it by hand.", field="status")


def is_disabled_by_errors(consecutive_errors: int) -> bool:
    """Whether so many errors in a row disable a script (A7)."""
    return consecutive_errors >= ERRORS_UNTIL_DISABLED


def kept_error(message: str) -> str:
    """An error's message as a script keeps it: not too long, and free of what no database holds."""
    return message.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:LONGEST_ERROR]


def _check_secrets(names: tuple[str, ...]) -> None:
    if len(names) > MOST_SECRETS:
        raise Invalid(f"{len(names)} secrets are named; {MOST_SECRETS} are allowed.", "Name those it uses.", field="allowed_secrets")
    for name in names:
        if not _fits(SECRET_PATTERN, name):
            raise Invalid(
                f"{name[:80]!r} can't be a secret's name.",
                "Use letters, digits and underscores; begin with a letter.",
                field="allowed_secrets",
            )


def _check_trigger(trigger: Trigger) -> None:
    match trigger:
        case EventTrigger():
            _check_event(trigger)
        case ApiTrigger():
            _check_endpoint(trigger)
        case CronTrigger() | ManualTrigger():
            return


def _check_event(trigger: EventTrigger) -> None:
    if not _fits(TYPE_PATTERN, trigger.entity_type):
        raise Invalid(
            f"{trigger.entity_type[:80]!r} can't be an entity type's name.",
            "Use lower-case letters, digits, hyphens and underscores; begin with a letter.",
            field="trigger.entity_type",
        )
    if trigger.phase not in _EVENT_PHASES:
        raise Invalid(f"An event trigger can't run in the phase {trigger.phase}.", "Use before, after or on_commit.", field="trigger.phase")
    if not trigger.events or len(set(trigger.events)) != len(trigger.events):
        raise Invalid("An event trigger needs events, each once.", "Choose from create, update and delete.", field="trigger.events")


def _check_endpoint(trigger: ApiTrigger) -> None:
    if not _fits(PATH_PATTERN, trigger.path):
        raise Invalid(
            f"{trigger.path[:80]!r} can't be an endpoint's path.",
            "Use one to eight words of a-z, 0-9, - and _, joined by /.",
            field="trigger.path",
        )
    if trigger.method not in METHODS:
        raise Invalid(f"The method {trigger.method[:20]!r} isn't supported.", f"Use one of {', '.join(METHODS)}.", field="trigger.method")
    if trigger.authentication is Authentication.HMAC and not _fits(SECRET_PATTERN, trigger.secret):
        raise Invalid(
            "Signatures are made with a secret of the tenant; name it.", "Set `secret` to the name of one.", field="trigger.secret"
        )
    if trigger.authentication is not Authentication.HMAC and trigger.secret:
        raise Invalid("A secret is named, but only hmac uses one.", "Leave `secret` out, or choose hmac.", field="trigger.secret")


def _fits(pattern: str, text: str) -> bool:
    # `$` also stands before a final line break, so the pattern alone would let one through.
    return re.match(pattern, text) is not None and not text.endswith("\n")
