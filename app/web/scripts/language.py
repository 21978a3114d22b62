"""The language service, as pages without a socket ask it."""

from app.base.errors import LimitExceeded
from app.scripts import Json, LanguageQuestion, Phase
from app.web.guards import Visit


async def answer(visit: Visit, source: str, phase: Phase, entity_type: str | None, asked: LanguageQuestion) -> Json:
    """What it says about a source; None when it has no room or no time for it."""
    try:
        return await visit.services.scripts.answer(visit.glance, source, phase, entity_type, asked)
    except LimitExceeded:
        return None
