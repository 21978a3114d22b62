"""Searching the read model: what a record is found by, and which rows of the index those are."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from app.base.db import full_text
from app.base.db.full_text import HasWords, IsAmong
from app.entities.types import Document, Json

LONGEST_BODY: Final = 16_384


def words_of(text: str) -> list[str]:
    """The words of a search; the last may be the beginning of one. None means that nothing can be found."""
    words = [word.rstrip("*") for word in full_text.words_of(text)]
    return [*words[:-1], *(f"{last}*" for last in words[-1:])]


def body_of(data: Document) -> str:
    """What a record is found by: all of its text."""
    parts: list[str] = []
    _collect(data.values(), parts)
    return "\n".join(parts)[:LONGEST_BODY]


def _collect(values: Iterable[Json], parts: list[str]) -> None:
    for value in values:
        if isinstance(value, str):
            parts.append(value)
        elif isinstance(value, (dict, list)):
            _collect(value.values() if isinstance(value, dict) else value, parts)


class has_words(HasWords):
    """Whether a row of the index is of this tenant and type and holds all words."""

    inherit_cache = True
    index = "entities_index"

    def __init__(self, tenant_id: UUID, type_id: UUID, words: list[str]) -> None:
        super().__init__({"tenant_id": tenant_id, "type_id": type_id}, words)


class is_of_records(IsAmong):
    """Whether a row of the index is one of these records'."""

    inherit_cache = True
    index = "entities_index"
    column = "record_id"
