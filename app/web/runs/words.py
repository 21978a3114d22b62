"""Runs in words: how they ended, how long they took, and in which colour that is told."""

import re
from typing import Final

from app.runs import RunError, RunOutcome, RunStatus, RunSummary

_TONES: Final = {RunOutcome.OK: "good", RunOutcome.REJECTED: "warn", RunOutcome.CANCELLED: "plain"}
_KINDS: Final = {
    "ErrorArithmetic": "Arithmetic error",
    "ErrorDotExpr": "No such property or method",
    "ErrorFor": "Can't loop over this",
    "ErrorInFunctionCall": "Error in a function call",
    "ErrorIndexingType": "Can't be indexed",
    "ErrorMismatchDataType": "Wrong type",
    "ErrorMismatchOutputType": "Wrong type of result",
    "ErrorParsing": "Syntax error",
    "ErrorRuntime": "The script threw an error",
    "ErrorTerminated": "Stopped",
    "ErrorUnboundThis": "`this` is bound to nothing",
    "syntax": "Syntax error",
}
"""Kinds of errors whose names don't say it; those of the others do."""
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACELESS: Final = {
    RunOutcome.TIMEOUT: "Its time was up: it was stopped from outside, wherever it was, so no line is known.",
    RunOutcome.MEMORY: "Its memory was full: it was stopped from outside, wherever it was, so no line is known.",
    RunOutcome.OPERATIONS: "The limit was reached between two lines.",
    RunOutcome.CRASHED: "The process that ran it ended with it, so nobody could tell the line.",
    RunOutcome.KILLED: "It was stopped from outside, wherever it was, so no line is known.",
    RunOutcome.CANCELLED: "It was stopped from outside, wherever it was, so no line is known.",
    RunOutcome.BUSY: "It never began.",
}
_NO_PLACE: Final = "The language tells no line for errors of this kind, such as a division by zero."


def ending(run: RunSummary) -> str:
    """How a run ended, or where it is."""
    return run.outcome.value if run.status is RunStatus.FINISHED and run.outcome else run.status.value


def tone(run: RunSummary) -> str:
    """The colour of that: good, warn, bad, plain, or accent for what hasn't ended."""
    if run.status is not RunStatus.FINISHED or run.outcome is None:
        return "accent"
    return tone_of(run.outcome)


def tone_of(outcome: RunOutcome) -> str:
    """The colour of an end."""
    return _TONES.get(outcome, "bad")


def headline(error: RunError) -> str:
    """What kind of error it was, in words: `ErrorFunctionNotFound` is "Function not found"."""
    if error.kind in _KINDS:
        return _KINDS[error.kind]
    name = error.kind.removeprefix("Error") or error.kind
    words = _HUMP.sub(" ", name.replace("_", " ").replace("-", " "))
    return words[:1].upper() + (words[1:].lower() if _HUMP.search(name) else words[1:])


def placeless(run: RunSummary) -> str:
    """Why an error has no line; empty if it has one, or if there is no error."""
    if run.error is None or run.error.line:
        return ""
    return _PLACELESS.get(run.outcome, _NO_PLACE) if run.outcome else _NO_PLACE


def gist(run: RunSummary) -> str:
    """Why a run ended as it did, in its own words."""
    if run.error is not None:
        place = f"line {run.error.line}: " if run.error.line else ""
        return f"{place}{run.error.message}"
    return run.reason or ""
