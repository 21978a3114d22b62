"""Searching runs by their text.

On SQLite the index's rows are numbered in the order they were written, which is read backwards at no cost; sorting the matches of a
frequent word by anything else would read all of them.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Boolean, String, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.base.db.full_text import HasWords, IsAmong, parts


class has_words(HasWords):
    """Whether a row of `runs_search` is this tenant's and holds all words.

    A word without a star is never the beginning of one: SQLite has to gather all that begin so before it finds the newest, which takes
    100 ms for a word in each of a million runs; a whole word's runs are read from the newest on.
    """

    inherit_cache = True
    index = "runs_search"

    def __init__(self, tenant_id: UUID, words: list[str]) -> None:
        super().__init__({"tenant_id": tenant_id}, words)


class is_of_runs(IsAmong):
    """Whether a row of `runs_search` is one of these runs'."""

    inherit_cache = True
    index = "runs_search"
    column = "run_id"


class ComparesAges(FunctionElement[bool]):
    """Whether a row of `runs_search` stands to a run's as the operator says in the order they were written in."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # or SQLite would be asked whether a MATCH equals 1, which it can't tell
    operator: ClassVar[str]

    def __init__(self, run_id: UUID) -> None:
        super().__init__(
            bindparam("fts5", f"run_id : {run_id.hex}", type_=String(), unique=True), bindparam("run", run_id, type_=Uuid(), unique=True)
        )


class is_older(ComparesAges):
    """Whether a row of `runs_search` was written before a run's."""

    inherit_cache = True
    operator = "<"


class is_as_young(ComparesAges):
    """Whether a row of `runs_search` is a run's or was written after it. Not the negation of `is_older`, which no index answers."""

    inherit_cache = True
    operator = ">="


class age(FunctionElement[Any]):
    """What the rows of `runs_search` are ordered by, newest greatest."""

    inherit_cache = True
    type = String()

    def __init__(self) -> None:
        super().__init__()


@compiles(ComparesAges, "sqlite")
def _compares_ages_sqlite(element: ComparesAges, compiler: SQLCompiler, **_: Any) -> str:
    found = parts(element, compiler)[0]
    place = f"(SELECT s.rowid FROM runs_search AS s WHERE s.runs_search MATCH {found})"  # noqa: S608  # a bound parameter
    return f"runs_search.rowid {element.operator} {place}"


@compiles(ComparesAges, "postgresql")
def _compares_ages_postgresql(element: ComparesAges, compiler: SQLCompiler, **_: Any) -> str:
    return f"runs_search.run_id {element.operator} {parts(element, compiler)[1]}"


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
    return f"+{parts(element, compiler)[0]}"


@compiles(unindexed, "postgresql")
def _unindexed_postgresql(element: unindexed, compiler: SQLCompiler, **_: Any) -> str:
    return parts(element, compiler)[0]
