"""How a run ended, in the platform's words: a value, the script's own decision, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.engine import Outcome
from app.engine.errors import ScriptError, Stop
from app.engine.source import Place
from app.engine.values import Value
from app.host.decision import Abort


@dataclass(frozen=True, slots=True)
class Completed:
    """The script ran to its end."""

    value: Value


@dataclass(frozen=True, slots=True)
class Aborted:
    """The script called ``abort``. In a before-phase the save is rejected with this reason."""

    reason: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The script made a mistake or hit a limit."""

    error: ScriptError | Stop


Ending: TypeAlias = Completed | Aborted | Failed


def ending_of(outcome: Outcome) -> Ending:
    """The ending of a run. An abort is told from an error here, and only here."""
    match outcome.error:
        case None:
            return Completed(outcome.value)
        case Abort(reason=reason, place=place):
            return Aborted(reason, place)
        case error:
            return Failed(error)
