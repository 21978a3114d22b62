"""``diagnose``: everything that is wrong or doubtful in a script, without running it."""

from __future__ import annotations

from typing import Final

from app.engine.diagnostic import Diagnostic
from app.ide.checks import CHECKS
from app.ide.checks.syntax import recoded
from app.ide.context import Context
from app.ide.facts import Facts
from app.ide.reading import read

MAX_DIAGNOSTICS: Final = 200
"""More than that helps nobody, and a hostile source could have one per character."""


def diagnose(text: str, context: Context | None = None) -> list[Diagnostic]:
    """The diagnostics of a script in order of place, at most ``MAX_DIAGNOSTICS``.

    While there is a syntax error the other checks are left out: what they would say hangs on what the author meant there.
    """
    reading = read(text, context)
    if reading.problems:
        return list(recoded(reading.problems))[:MAX_DIAGNOSTICS]
    return _examined(reading.facts)


def _examined(facts: Facts) -> list[Diagnostic]:
    found = [diagnostic for check in CHECKS for diagnostic in check.search(facts)]
    found.sort(key=lambda diagnostic: (diagnostic.start, diagnostic.end, diagnostic.code))
    return found[:MAX_DIAGNOSTICS]
