"""``abort``."""

from __future__ import annotations

from typing import NoReturn

from app.host.decision import Abort
from app.host.table import Effect, Helper, overload


def _abort(reason: str) -> NoReturn:
    raise Abort(str.__str__(reason))


HELPERS = (
    Helper(
        "abort",
        "Ends the run at once with a decision; `catch` does not see it. Before a save this rejects it, and the person who saves reads the "
        "reason. In other phases the run ends as aborted, nothing is undone. It is not an error: it never disables the script.",
        'if entity.amount < 100 { abort("The minimum amount is 100"); }',
        (overload("reason: string", "()", _abort),),
        effect=Effect.DECISION,
    ),
)
