"""Runs in words: how they ended, how long they took, and in which colour that is told."""

from typing import Final

from app.runs import RunOutcome, RunStatus, RunSummary

_TONES: Final = {RunOutcome.OK: "good", RunOutcome.REJECTED: "warn", RunOutcome.CANCELLED: "plain"}
_MILLI: Final = 1_000
_SECOND: Final = 1_000_000


def ending(run: RunSummary) -> str:
    """How a run ended, or where it is."""
    return run.outcome.value if run.status is RunStatus.FINISHED and run.outcome else run.status.value


def tone(run: RunSummary) -> str:
    """The colour of that: good, warn, bad, plain, or accent for what hasn't ended."""
    if run.status is not RunStatus.FINISHED or run.outcome is None:
        return "accent"
    return _TONES.get(run.outcome, "bad")


def duration(microseconds: int) -> str:
    """A time span as people read it."""
    if microseconds < _MILLI:
        return f"{microseconds} µs"
    if microseconds < 10 * _MILLI:
        return f"{microseconds / _MILLI:.1f} ms"
    if microseconds < _SECOND:
        return f"{microseconds / _MILLI:.0f} ms"
    return f"{microseconds / _SECOND:.1f} s"


def gist(run: RunSummary) -> str:
    """Why a run ended as it did, in its own words."""
    if run.error is not None:
        place = f"line {run.error.line}: " if run.error.line else ""
        return f"{place}{run.error.message}"
    return run.reason or ""
