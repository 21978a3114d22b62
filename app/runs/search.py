"""Full-text search in two dialects: FTS5 on SQLite, word vectors on PostgreSQL. Both mean: every word of the text is in the run.

On SQLite the index's rows are numbered in the order they were written, which is read backwards at no cost; sorting the matches of a
frequent word by anything else would read all of them.
"""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, String, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_WORD = re.compile(r"\w+\*?")
MOST_WORDS = 8


def words_of(text: str) -> list[str]:
    """The words of a search, at most a few; none means that nothing can be found. `order*` stands for all words that begin so."""
    return _WORD.findall(text)[:MOST_WORDS]


class has_words(FunctionElement[bool]):
    """Whether a row of `runs_search` is this tenant's and holds all words.

    Only a word with a star may be the beginning of one: SQLite has to gather all that begin so before it finds the newest, which takes
    100 ms for a word in each of a million runs; a whole word's runs are read from the newest on.
    """

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite would be asked whether a MATCH equals 1, which it can't tell

    def __init__(self, tenant_id: UUID, words: list[str]) -> None:
        begun = [(word.rstrip("*"), word.endswith("*")) for word in words]
        quoted = " AND ".join(f'"{word}" *' if is_open else f'"{word}"' for word, is_open in begun)
        vector = " & ".join(f"'{word}':*" if is_open else f"'{word}'" for word, is_open in begun)
        super().__init__(
            bindparam("fts5", f"tenant_id : {tenant_id.hex} AND body : ({quoted})", type_=String(), unique=True),
            bindparam("vector", vector, type_=String(), unique=True),
        )


class is_older(FunctionElement[bool]):
    """Whether a row of `runs_search` was written before a run's."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite would be asked whether a MATCH equals 1, which it can't tell

    def __init__(self, run_id: UUID) -> None:
        super().__init__(
            bindparam("fts5", f"run_id : {run_id.hex}", type_=String(), unique=True), bindparam("run", run_id, type_=Uuid(), unique=True)
        )


class is_as_young(FunctionElement[bool]):
    """Whether a row of `runs_search` is a run's or was written after it. Not the negation of `is_older`, which no index answers."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True

    def __init__(self, run_id: UUID) -> None:
        super().__init__(
            bindparam("fts5", f"run_id : {run_id.hex}", type_=String(), unique=True), bindparam("run", run_id, type_=Uuid(), unique=True)
        )


class is_of_runs(FunctionElement[bool]):
    """Whether a row of `runs_search` is one of these runs'."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite would be asked whether a MATCH equals 1, which it can't tell

    def __init__(self, run_ids: list[UUID]) -> None:
        words = " OR ".join(each.hex for each in run_ids)
        super().__init__(
            bindparam("fts5", f"run_id : ({words})", type_=String(), unique=True),
            bindparam("runs", run_ids, type_=ARRAY(Uuid()), unique=True),
        )


class age(FunctionElement[Any]):
    """What the rows of `runs_search` are ordered by, newest greatest."""

    inherit_cache = True
    type = String()

    def __init__(self) -> None:
        super().__init__()


def _parts(element: FunctionElement[Any], compiler: SQLCompiler) -> list[str]:
    return [compiler.process(each) for each in element.clauses]


@compiles(has_words, "sqlite")
def _has_words_sqlite(element: has_words, compiler: SQLCompiler, **_: Any) -> str:
    return f"runs_search MATCH {_parts(element, compiler)[0]}"


@compiles(has_words, "postgresql")
def _has_words_postgresql(element: has_words, compiler: SQLCompiler, **_: Any) -> str:
    return f"to_tsvector('simple', runs_search.body) @@ to_tsquery('simple', {_parts(element, compiler)[1]})"


@compiles(is_older, "sqlite")
def _is_older_sqlite(element: is_older, compiler: SQLCompiler, **_: Any) -> str:
    found = _parts(element, compiler)[0]
    return f"runs_search.rowid < (SELECT s.rowid FROM runs_search AS s WHERE s.runs_search MATCH {found})"  # noqa: S608  # a bound parameter


@compiles(is_older, "postgresql")
def _is_older_postgresql(element: is_older, compiler: SQLCompiler, **_: Any) -> str:
    return f"runs_search.run_id < {_parts(element, compiler)[1]}"


@compiles(is_as_young, "sqlite")
def _is_as_young_sqlite(element: is_as_young, compiler: SQLCompiler, **_: Any) -> str:
    found = _parts(element, compiler)[0]
    return f"runs_search.rowid >= (SELECT s.rowid FROM runs_search AS s WHERE s.runs_search MATCH {found})"  # noqa: S608  # a bound parameter


@compiles(is_as_young, "postgresql")
def _is_as_young_postgresql(element: is_as_young, compiler: SQLCompiler, **_: Any) -> str:
    return f"runs_search.run_id >= {_parts(element, compiler)[1]}"


@compiles(is_of_runs, "sqlite")
def _is_of_runs_sqlite(element: is_of_runs, compiler: SQLCompiler, **_: Any) -> str:
    return f"runs_search MATCH {_parts(element, compiler)[0]}"


@compiles(is_of_runs, "postgresql")
def _is_of_runs_postgresql(element: is_of_runs, compiler: SQLCompiler, **_: Any) -> str:
    return f"runs_search.run_id = ANY ({_parts(element, compiler)[1]})"


@compiles(age, "sqlite")
def _age_sqlite(_element: age, _compiler: SQLCompiler, **_: Any) -> str:
    return "runs_search.rowid"


@compiles(age, "postgresql")
def _age_postgresql(_element: age, _compiler: SQLCompiler, **_: Any) -> str:
    return "runs_search.run_id"


class unindexed(FunctionElement[Any]):
    """A column that SQLite looks at without taking an index for it. Source: https://www.sqlite.org/optoverview.html, section 2.1"""

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        self.type = column.type
        super().__init__(column)


@compiles(unindexed, "sqlite")
def _unindexed_sqlite(element: unindexed, compiler: SQLCompiler, **_: Any) -> str:
    return f"+{_parts(element, compiler)[0]}"


@compiles(unindexed, "postgresql")
def _unindexed_postgresql(element: unindexed, compiler: SQLCompiler, **_: Any) -> str:
    return _parts(element, compiler)[0]
