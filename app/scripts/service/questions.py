"""What has to be looked at before a change, read beforehand: no author's source is parsed here, and none while a transaction is open."""

from dataclasses import dataclass
from uuid import UUID

from app.access import Actor, require
from app.base.db import Work
from app.scripts import policy
from app.scripts.checks import Checks
from app.scripts.service.changes import check_settings, entity_fields
from app.scripts.service.rows import found, script_of
from app.scripts.service.versions import version_source
from app.scripts.types import Change, NewScript, Phase, Question, ScriptSettings


@dataclass(frozen=True, slots=True)
class ChangeQuestions:
    """What a change asks: its source, if it has one, and the version that runs, if that has to run in other surroundings."""

    source: Question | None
    active: Question | None


def question_of_source(work: Work, actor: Actor, checks: Checks, source: str, phase: Phase, entity_type: str | None) -> Question:
    """A source that somebody only wants checked.

    Raises:
        Invalid: it is too long, or there is no such entity type.
    """
    require(actor, "scripts.script.create")
    policy.check_source(source)
    fields = None if entity_type is None else entity_fields(work, actor, checks, entity_type)
    return Question(actor.tenant_id, source, phase, fields)


def question_while_writing(work: Work, actor: Actor, checks: Checks, source: str, phase: Phase, entity_type: str | None) -> Question:
    """A source in an editor. A type that is not there yet leaves its fields unknown: saving will say so, typing goes on.

    Raises:
        Invalid: it is too long.
    """
    require(actor, "scripts.script.create")
    policy.check_source(source)
    fields = None if entity_type is None else checks.entity_fields(work, actor.tenant_id, entity_type)
    return Question(actor.tenant_id, source, phase, fields)


def question_of_new(work: Work, actor: Actor, checks: Checks, new: NewScript) -> Question:
    """The source of a script to create.

    Raises:
        Invalid, Conflict, Denied: as `create_script`, for what can be told before.
    """
    require(actor, "scripts.script.create")
    policy.check_source(new.source)
    policy.check_message(new.message)
    check_settings(work, actor, checks, None, new.settings)
    return _question(work, actor, checks, new.source, new.settings)


def questions_of_change(work: Work, actor: Actor, checks: Checks, script_id: UUID, change: Change) -> ChangeQuestions:
    """The sources that a change is about.

    Raises:
        NotFound: not in this tenant.
        Invalid, Conflict, Denied: as `update_script`, for what can be told before.
    """
    require(actor, "scripts.script.update")
    script = script_of(found(work, actor, script_id))
    settings = change.settings or script.settings
    if change.source is not None:
        policy.check_source(change.source)
    if change.settings is not None:
        check_settings(work, actor, checks, script.settings, settings)
    phase = policy.phase_of(settings.trigger)
    moves = (phase, settings.entity_type) != (script.phase, script.settings.entity_type)
    active = None
    if moves and script.active_version is not None:
        version = version_source(work, actor.tenant_id, script_id, script.active_version)
        active = _question(work, actor, checks, version.source, settings)
    return ChangeQuestions(None if change.source is None else _question(work, actor, checks, change.source, settings), active)


def question_of_version(work: Work, actor: Actor, checks: Checks, script_id: UUID, number: int | None) -> tuple[int, Question]:
    """A version to activate or to restore, with its number; without one, the latest.

    Raises:
        NotFound: no such script or version in this tenant.
    """
    require(actor, "scripts.script.update")
    script = script_of(found(work, actor, script_id))
    version = version_source(work, actor.tenant_id, script_id, script.latest_version if number is None else number)
    return version.info.number, _question(work, actor, checks, version.source, script.settings)


def _question(work: Work, actor: Actor, checks: Checks, source: str, settings: ScriptSettings) -> Question:
    # A type that is gone since the trigger was set leaves its fields unknown; the trigger itself is checked when it changes.
    fields = None if settings.entity_type is None else checks.entity_fields(work, actor.tenant_id, settings.entity_type)
    return Question(actor.tenant_id, source, policy.phase_of(settings.trigger), fields)
