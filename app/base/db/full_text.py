"""Full-text search in two dialects: FTS5 on SQLite, word vectors on PostgreSQL. Both mean: every word of the text is in the row.

An index is a table with a `body`; each module says which. On SQLite the ids beside the body are words of the index as well, so that
a search meets its own tenant's rows alone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, String, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

MOST_WORDS: Final = 8
_WORD: Final = re.compile(r"\w+\*?")


def words_of(text: str) -> list[str]:
    """The words of a search, at most a few; none means that nothing can be found. `order*` stands for all words that begin so."""
    return _WORD.findall(text)[:MOST_WORDS]


class Matches(FunctionElement[bool]):
    """A condition on the rows of an index that FTS5 answers with MATCH, and PostgreSQL in its own way."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite would be asked whether a MATCH equals 1, which it can't tell
    index: ClassVar[str]


class HasWords(Matches):
    """Whether a row holds these ids and all words. Only a word with a star may be the beginning of one."""

    inherit_cache = True

    def __init__(self, ids: Mapping[str, UUID], words: Sequence[str]) -> None:
        begun = [(word.rstrip("*"), word.endswith("*")) for word in words]
        quoted = " AND ".join(f'"{word}" *' if is_open else f'"{word}"' for word, is_open in begun)
        vector = " & ".join(f"'{word}':*" if is_open else f"'{word}'" for word, is_open in begun)
        owned = "".join(f"{column} : {each.hex} AND " for column, each in ids.items())
        super().__init__(
            bindparam("fts5", f"{owned}body : ({quoted})", type_=String(), unique=True),
            bindparam("vector", vector, type_=String(), unique=True),
        )


class IsAmong(Matches):
    """Whether a row's id in the column is one of these."""

    inherit_cache = True
    column: ClassVar[str]

    def __init__(self, ids: Sequence[UUID]) -> None:
        words = " OR ".join(each.hex for each in ids)
        super().__init__(
            bindparam("fts5", f"{self.column} : ({words})", type_=String(), unique=True),
            bindparam("ids", list(ids), type_=ARRAY(Uuid()), unique=True),
        )


def parts(element: FunctionElement[Any], compiler: SQLCompiler) -> list[str]:
    """What an element is made of, compiled."""
    return [compiler.process(each) for each in element.clauses]


@compiles(Matches, "sqlite")
def _matches_sqlite(element: Matches, compiler: SQLCompiler, **_: Any) -> str:
    return f"{element.index} MATCH {parts(element, compiler)[0]}"


@compiles(HasWords, "postgresql")
def _has_words_postgresql(element: HasWords, compiler: SQLCompiler, **_: Any) -> str:
    return f"to_tsvector('simple', {element.index}.body) @@ to_tsquery('simple', {parts(element, compiler)[1]})"


@compiles(IsAmong, "postgresql")
def _is_among_postgresql(element: IsAmong, compiler: SQLCompiler, **_: Any) -> str:
    return f"{element.index}.{element.column} = ANY ({parts(element, compiler)[1]})"
