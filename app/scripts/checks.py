"""What the scripts domain must be told by domains above it and by the composition root."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from app.access import Actor
from app.base.db import Work
from app.scripts.types import Diagnostic, Json, LanguageQuestion, Question, Script

EntityFields: TypeAlias = Callable[[Work, UUID, str], Mapping[str, object] | None]
"""The fields of a tenant's entity type by name, as the editor's context takes them; None if there is no such type."""

CronCheck: TypeAlias = Callable[[str, str], None]
"""Refuses an expression and zone that can't be: raises Invalid with the field `trigger.expression` or `trigger.zone`."""

RoleCheck: TypeAlias = Callable[[Work, Actor, str], None]
"""Refuses a role that isn't there (Conflict), or that holds more than the actor does (Denied)."""

Follow: TypeAlias = Callable[[Work, Actor, Script], None]
"""Hears of every script that was created or changed, in the transaction that did it; schedules follow triggers so."""

Forget: TypeAlias = Callable[[Work, UUID, UUID], None]
"""Hears of every script of a tenant that was removed for good, in the transaction that did it."""

Analyse: TypeAlias = Callable[[Question], Awaitable[tuple[Diagnostic, ...]]]
"""Looks at a source in a locked child; never runs it."""

Answer: TypeAlias = Callable[[Question, LanguageQuestion], Awaitable[Json]]
"""Asks the language service about a source, in a locked child; never runs it."""


def nobody_follows(_work: Work, _actor: Actor, _script: Script) -> None:
    """For programs without schedules."""


def nobody_forgets(_work: Work, _tenant_id: UUID, _script_id: UUID) -> None:
    """For programs without schedules."""


@dataclass(frozen=True, slots=True)
class Checks:
    """Rules about settings that only others can answer, and who is to hear of changes."""

    entity_fields: EntityFields
    validate_cron: CronCheck
    check_role: RoleCheck
    follow: Follow = nobody_follows
