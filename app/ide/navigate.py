"""``definition`` and ``references``: from a name to where it was introduced, and to all places where it is used."""

from __future__ import annotations

from app.engine.source import Span
from app.ide.context import Context
from app.ide.occurrences import occurrences_at
from app.ide.reading import read


def definition(text: str, offset: int, context: Context | None = None) -> Span | None:
    """The name in the ``let``, parameter list or ``fn`` that introduced what is named at an offset."""
    found = occurrences_at(read(text, context), offset)
    return None if found is None else found.definition


def references(text: str, offset: int, context: Context | None = None) -> tuple[Span, ...]:
    """All places of what is named at an offset, where it is introduced included, in order."""
    found = occurrences_at(read(text, context), offset)
    return () if found is None else found.places
