"""Searching the read model in two dialects: FTS5 on SQLite, word vectors on PostgreSQL. Both mean: every word of the text is in the record.

On SQLite tenant, type and record are words of the index as well, so that a search meets its own tenant's rows alone. The elements have no
type: as booleans they would be compared with 1 there, and FTS5 can't look that up.
"""

import re
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.entities.types import Json

MOST_WORDS: Final = 8
LONGEST_BODY: Final = 16_384
_WORD: Final = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a search, at most a few; none means that nothing can be found."""
    return _WORD.findall(text)[:MOST_WORDS]


def body_of(data: Json) -> str:
    """What a record is found by: all of its text."""
    parts: list[str] = []
    _collect(data, parts)
    return "\n".join(parts)[:LONGEST_BODY]


def _collect(value: Json, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(value)
    elif isinstance(value, dict):
        for each in value.values():
            _collect(each, parts)
    elif isinstance(value, list):
        for each in value:
            _collect(each, parts)


class has_words(FunctionElement[Any]):
    """Whether a row of the index is of this tenant and type and holds all words; the last may be the beginning of one."""

    inherit_cache = True

    def __init__(self, tenant_id: UUID, type_id: UUID, words: list[str]) -> None:
        quoted = " AND ".join(f'"{word}"' for word in words)
        vector = " & ".join(f"'{word}'" for word in words)
        found = f"tenant_id : {tenant_id.hex} AND type_id : {type_id.hex} AND body : ({quoted} *)"
        super().__init__(
            bindparam("fts5", found, type_=String(), unique=True), bindparam("vector", f"{vector}:*", type_=String(), unique=True)
        )


class is_of_records(FunctionElement[Any]):
    """Whether a row of the index is one of these records'."""

    inherit_cache = True

    def __init__(self, record_ids: Sequence[UUID]) -> None:
        found = " OR ".join(each.hex for each in record_ids)
        super().__init__(
            bindparam("fts5", f"record_id : ({found})", type_=String(), unique=True),
            bindparam("records", list(record_ids), type_=ARRAY(Uuid()), unique=True),
        )


@compiles(has_words, "sqlite")
def _has_words_sqlite(element: has_words, compiler: SQLCompiler, **_: Any) -> str:
    return f"entities_index MATCH {compiler.process(element.clauses.clauses[0])}"


@compiles(has_words, "postgresql")
def _has_words_postgresql(element: has_words, compiler: SQLCompiler, **_: Any) -> str:
    return f"to_tsvector('simple', entities_index.body) @@ to_tsquery('simple', {compiler.process(element.clauses.clauses[1])})"


@compiles(is_of_records, "sqlite")
def _is_of_records_sqlite(element: is_of_records, compiler: SQLCompiler, **_: Any) -> str:
    return f"entities_index MATCH {compiler.process(element.clauses.clauses[0])}"


@compiles(is_of_records, "postgresql")
def _is_of_records_postgresql(element: is_of_records, compiler: SQLCompiler, **_: Any) -> str:
    return f"entities_index.record_id = ANY({compiler.process(element.clauses.clauses[1])})"
