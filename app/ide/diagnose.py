"""``diagnose``: everything that is wrong or doubtful in a script, without running it."""

from __future__ import annotations

from typing import Final

from app.engine import tree
from app.engine.diagnostic import Diagnostic
from app.engine.parser import ParseLimits, parse
from app.engine.source import Source
from app.ide.checks import CHECKS
from app.ide.checks.syntax import recoded
from app.ide.context import Context
from app.ide.walk import gather

MAX_DIAGNOSTICS: Final = 200
"""More than that helps nobody, and a hostile source could have one per character."""


def diagnose(text: str, context: Context | None = None) -> list[Diagnostic]:
    """The diagnostics of a script in order of place, at most ``MAX_DIAGNOSTICS``.

    While there is a syntax error the other checks are left out: what they would say hangs on what the author meant there.
    """
    source = Source(text)
    script, problems = parse(source, ParseLimits())
    if problems:
        return list(recoded(problems))[:MAX_DIAGNOSTICS]
    return examine(source, script, context or Context())


def examine(source: Source, script: tree.Script, context: Context) -> list[Diagnostic]:
    """The same for a script that is parsed already and has no syntax error."""
    facts = gather(source, script, context)
    found = [diagnostic for check in CHECKS for diagnostic in check.search(facts)]
    found.sort(key=lambda diagnostic: (diagnostic.start, diagnostic.end, diagnostic.code))
    return found[:MAX_DIAGNOSTICS]
