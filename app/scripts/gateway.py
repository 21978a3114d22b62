"""What every face holds of the scripts domain: it has sources looked at in the sandbox, between one transaction and the next.

    verb = await scripts.creating(read, new)       # reads, then asks the sandbox; no transaction is open meanwhile
    made = await access.write(credentials, verb)   # checks everything again and writes

`read` runs a verb for the actor at hand: `lambda verb: access.read(credentials, verb)`. If the script changes between the two, the verb's
revision is stale and nothing is written.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar
from uuid import UUID

from app.access import Actor
from app.base.db import Work
from app.scripts import bundles, policy
from app.scripts.checks import Analyse, Answer, Checks
from app.scripts.service import files, lifecycle, questions, registry
from app.scripts.types import Change, Findings, ImportReport, Json, LanguageQuestion, NewScript, OnExisting, Phase, Question, Script

T = TypeVar("T")
Verb = Callable[[Work, Actor], T]


class Read(Protocol):
    """Runs a verb that only reads, for one actor."""

    def __call__(self, verb: Callable[[Work, Actor], T], /) -> Awaitable[T]:
        """What the verb finds."""


class Scripts:
    """The scripts domain with what it must be told by others."""

    def __init__(self, analyse: Analyse, checks: Checks, answer: Answer) -> None:
        self._analyse = analyse
        self._answer = answer
        self.checks = checks

    async def look_at(self, question: Question) -> Findings:
        """What is wrong or doubtful in a source.

        Raises:
            LimitExceeded: there is no room in the sandbox now.
        """
        return Findings(policy.digest_of(question.source), question.phase, await self._analyse(question))

    async def validate(self, read: Read, source: str, phase: Phase, entity_type: str | None) -> Findings:
        """What is wrong or doubtful in a source that belongs to no script.

        Raises:
            Invalid: it is too long, or there is no such entity type.
            LimitExceeded: there is no room in the sandbox now.
        """
        return await self.look_at(
            await read(lambda work, actor: questions.question_of_source(work, actor, self.checks, source, phase, entity_type))
        )

    async def answer(self, read: Read, source: str, phase: Phase, entity_type: str | None, asked: LanguageQuestion) -> Json:
        """What the language service says about a source that is being written; None when it could not answer in time.

        Raises:
            Invalid: the source is too long.
            LimitExceeded: there is no room in the sandbox now.
        """
        question = await read(lambda work, actor: questions.question_while_writing(work, actor, self.checks, source, phase, entity_type))
        return await self._answer(question, asked)

    async def creating(self, read: Read, new: NewScript) -> Verb[Script]:
        """The verb that creates a script, once its source was looked at. Raises what `create_script` does."""
        findings = await self.look_at(await read(lambda work, actor: questions.question_of_new(work, actor, self.checks, new)))
        return lambda work, actor: registry.create_script(work, actor, self.checks, new, findings)

    async def changing(self, read: Read, script_id: UUID, change: Change) -> Verb[Script]:
        """The verb that changes a script, once its source was looked at. Raises what `update_script` does."""
        asked = await read(lambda work, actor: questions.questions_of_change(work, actor, self.checks, script_id, change))
        findings, active_findings = await self._look_at_both(asked)
        complete = replace(change, findings=findings, active_findings=active_findings)
        return lambda work, actor: registry.update_script(work, actor, self.checks, script_id, complete)

    async def activating(self, read: Read, script_id: UUID, *, revision: int, version: int | None = None) -> Verb[Script]:
        """The verb that lets a version run (the latest, unless told which), once it was looked at. Raises what `activate` does."""
        number, question = await read(lambda work, actor: questions.question_of_version(work, actor, self.checks, script_id, version))
        findings = await self.look_at(question)
        return lambda work, actor: lifecycle.activate(work, actor, script_id, revision=revision, version=number, findings=findings)

    async def restoring(self, read: Read, script_id: UUID, number: int, *, revision: int) -> Verb[Script]:
        """The verb that rolls back to an older version, once it was looked at. Raises what `restore_version` does."""
        _, question = await read(lambda work, actor: questions.question_of_version(work, actor, self.checks, script_id, number))
        findings = await self.look_at(question)
        return lambda work, actor: registry.restore_version(
            work, actor, self.checks, script_id, number, revision=revision, findings=findings
        )

    async def importing(self, read: Read, data: bytes, existing: OnExisting) -> Verb[ImportReport]:
        """The verb that imports a bundle, once each of its sources was looked at. Raises what `unpacked` and `plan_import` do."""
        found = await asyncio.to_thread(bundles.unpacked, data)
        planned = await read(lambda work, actor: files.plan_import(work, actor, self.checks, found, existing))
        ready = tuple(
            [files.ReadyImport(each.new, each.existing, *await self._look_at_both(each.questions)) for each in planned],
        )
        return lambda work, actor: files.import_scripts(work, actor, self.checks, ready)

    async def _look_at_both(self, asked: questions.ChangeQuestions) -> tuple[Findings | None, Findings | None]:
        source = None if asked.source is None else await self.look_at(asked.source)
        return source, None if asked.active is None else await self.look_at(asked.active)
