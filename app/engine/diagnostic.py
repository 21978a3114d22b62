"""What is wrong with a source, as data: the parser, the checks and the commands all speak of faults in this form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the text between two offsets that would mend the fault."""

    start: int
    end: int
    replacement: str
    title: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault, with the offsets of the text it is about.

    ``parse_kind`` is the real Rhai's name for a syntax error (``MissingToken``, ``BadInput.UnexpectedInput``), else None.
    """

    code: str
    severity: Severity
    start: int
    end: int
    message: str
    hint: str | None = None
    parse_kind: str | None = None
    fix: Fix | None = None
