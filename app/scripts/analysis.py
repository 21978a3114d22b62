"""Looking at sources in a locked child of the sandbox: here they are only carried there and the answer is read."""

from typing import Final

import msgspec

from app.base.errors import LimitExceeded
from app.sandbox.jobs import Analyse, Outcome
from app.sandbox.pool import Pool
from app.scripts.types import Diagnostic, Json, LanguageQuestion, Question

_RETRY_AFTER_SECONDS: Final = 2


class PoolAnalyser:
    """The sandbox's pool, asked what is wrong with a source."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, question: Question) -> tuple[Diagnostic, ...]:
        """The diagnostics of a source, in order of place.

        Raises:
            LimitExceeded: the sandbox has no room now.
        """
        return diagnostics_of(await self._pool.analyse(_job(question, LanguageQuestion("diagnose"))))

    async def answer(self, question: Question, asked: LanguageQuestion) -> Json:
        """What the language service says; None when it could not answer in time.

        Raises:
            LimitExceeded: the sandbox has no room now.
        """
        outcome = await self._pool.analyse(_job(question, asked))
        if outcome.kind == "busy":
            raise _no_room()
        return outcome.value if outcome.kind == "ok" else None


def _job(question: Question, asked: LanguageQuestion) -> Analyse:
    context: dict[str, Json] = {} if question.entity is None else {"entity": dict(question.entity)}
    return Analyse(
        tenant=str(question.tenant_id),
        question=asked.kind,
        source=question.source,
        offset=asked.offset,
        phase=question.phase.value,
        context=context | ({"name": asked.name} if asked.name else {}),
    )


def diagnostics_of(outcome: Outcome) -> tuple[Diagnostic, ...]:
    """What an analysis told. One that didn't end well is an error of the source: nothing may run that can't be looked at.

    Raises:
        LimitExceeded: it never began.
    """
    if outcome.kind == "busy":
        raise _no_room()
    if outcome.kind == "ok":
        return tuple(msgspec.convert(each, Diagnostic) for each in outcome.value)
    told = outcome.fault.message if outcome.fault is not None else outcome.kind
    return (Diagnostic("unchecked", "error", f"The source could not be checked: {told}", "Make it smaller or simpler.", 1, 1, 1, 1),)


def _no_room() -> LimitExceeded:
    return LimitExceeded(
        "The sandbox has no room to check a script now.", "Try again shortly.", details={"retry_after_seconds": _RETRY_AFTER_SECONDS}
    )
