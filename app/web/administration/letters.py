"""Dead letters: messages that were given up on, why, and what to do with each."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.access import Actor, needs
from app.base.transport import DeadLetter
from app.web.administration.contexts import LetterLine, LettersPage
from app.web.guards import PageVisit, Visit, id_of
from app.web.times import when

router = APIRouter(prefix="/letters", include_in_schema=False)


@router.get("")
@needs("hooks.letter.list")
async def show_letters(visit: PageVisit) -> Response:
    """Messages that were given up on, newest first."""
    viewer = await visit.viewer()
    found = await visit.services.letters.list(viewer.actor)
    may = viewer.actor.may
    lines = tuple(_line(visit, each) for each in found)
    view = LettersPage(lines, may("hooks.letter.retry"), may("hooks.letter.drop"), may("runs.run.read"))
    return visit.page(viewer, "letters/page.html", "Dead letters", view)


@router.post("/{letter_id}/retry")
@needs("hooks.letter.retry")
async def retry(visit: PageVisit, letter_id: str) -> Response:
    """Have one tried again, from its first attempt."""
    return await _settle(visit, letter_id, visit.services.letters.retry, "letter-retried")


@router.post("/{letter_id}/drop")
@needs("hooks.letter.drop")
async def drop(visit: PageVisit, letter_id: str) -> Response:
    """Forget one for good."""
    return await _settle(visit, letter_id, visit.services.letters.drop, "letter-dropped")


async def _settle(visit: Visit, letter_id: str, verb: Callable[[Actor, UUID], Awaitable[None]], word: str) -> Response:
    wanted = id_of("dead letter", letter_id)
    await visit.posted()
    viewer = await visit.viewer()
    await verb(viewer.actor, wanted)
    return visit.done("/letters", word)


def _line(visit: Visit, letter: DeadLetter) -> LetterLine:
    subject, run = letter.payload.get("subject"), letter.payload.get("run_id")
    script = subject.get("name") if isinstance(subject, dict) else None
    return LetterLine(letter, when(letter.died_at, visit.now), str(script) if script else None, str(run) if run else None)
