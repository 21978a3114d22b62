"""What can go wrong on purpose. Domains raise these situations; each face maps them to its protocol in one table.

A message says what happened with the value, the hint what to do about it.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import ClassVar


class AlloyError(Exception):
    """A situation the caller can understand and act upon."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, hint: str = "", *, field: str | None = None, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field
        self.details: dict[str, object] = dict(details or {})

    @property
    def sentence(self) -> str:
        """What happened and what to do, for places that show both as one."""
        return f"{self.message} {self.hint}".strip()


class Unauthenticated(AlloyError):
    """Nobody is signed in, or the credentials don't hold (any more)."""

    code = "unauthenticated"


class Denied(AlloyError):
    """The actor is known but may not do this."""

    code = "denied"


class NotFound(AlloyError):
    """There is no such thing in the actor's tenant, which includes things of other tenants."""

    code = "not-found"


class Invalid(AlloyError):
    """What was sent can't be accepted as it is; `field` says which part."""

    code = "invalid"


class Conflict(AlloyError):
    """Acceptable in itself, but not together with what already exists."""

    code = "conflict"


class Stale(Conflict):
    """Somebody saved a newer version first; `details["current"]` holds it."""

    code = "stale"


class LimitExceeded(AlloyError):
    """Too much or too often; `details["retry_after_seconds"]` says when to come back, if coming back helps."""

    code = "limit-exceeded"


class InternalError(Exception):
    """A bug of ours: an invariant does not hold."""


def not_found(noun: str, key: object) -> NotFound:
    """The error for a thing that isn't there, worded alike for all nouns."""
    return NotFound(f"There is no {noun} {key} in this tenant.", f"List the {noun}s to see which exist; it may have been deleted.")


def stale(noun: str, expected: int, current: int, snapshot: object) -> Stale:
    """The error for a save based on an old version."""
    return Stale(
        f"Version {expected} of this {noun} is stale: version {current} was saved meanwhile.",
        "Reload it, apply your change again and save with the current version.",
        field="version",
        details={"current_version": current, "current": snapshot},
    )


def nearest(name: str, known: list[str]) -> str:
    """A hint that offers the closest known name, or lists nothing when none is close."""
    close = get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else "Check the spelling against the reference."
