"""Reaching into JSON documents in two dialects. What isn't of the wanted kind counts as absent, so no statement ever fails on data."""

import json
from typing import Any

from sqlalchemy import Boolean, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.sqltypes import NullType

Path = tuple[str, ...]
"""Names of fields, outermost first: lower-case letters, digits and underscores alone."""


class text_at(FunctionElement[str]):
    """The text at a path, compared by code point; NULL if there is none."""

    inherit_cache = True
    type = String()

    def __init__(self, document: Any, path: Path) -> None:
        super().__init__(document, *_paths(path))


class number_at(FunctionElement[Any]):
    """The number at a path; NULL if there is none."""

    inherit_cache = True
    type = NullType()
    """As the driver gives it: any type of SQLAlchemy's would cut long integers or fractions short on one of the two."""

    def __init__(self, document: Any, path: Path) -> None:
        super().__init__(document, *_paths(path))


class is_true_at(FunctionElement[bool]):
    """Whether there is a true at a path; NULL if there is neither true nor false."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, document: Any, path: Path) -> None:
        super().__init__(document, *_paths(path))


class has_value_at(FunctionElement[bool]):
    """Whether there is anything at a path."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, document: Any, path: Path) -> None:
        super().__init__(document, *_paths(path))


class holds_item(FunctionElement[bool]):
    """Whether the list at a path holds an item."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, document: Any, path: Path, item: str | float) -> None:
        super().__init__(
            document,
            *_paths(path),
            bindparam("item", item, unique=True),
            bindparam("json", json.dumps(item), type_=String(), unique=True),
        )


def _paths(path: Path) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """The same path as SQLite and as PostgreSQL write it; each dialect takes its own."""
    sqlite = bindparam("path", "$." + ".".join(path), type_=String(), unique=True)
    return sqlite, bindparam("way", "{" + ",".join(path) + "}", type_=String(), unique=True)


def _parts(element: FunctionElement[Any], compiler: SQLCompiler) -> list[str]:
    document, path, way, *rest = element.clauses
    chosen = path if compiler.dialect.name == "sqlite" else way
    return [compiler.process(each) for each in (document, chosen, *rest)]


@compiles(text_at, "sqlite")
def _text_sqlite(element: text_at, compiler: SQLCompiler, **_: Any) -> str:
    document, path = _parts(element, compiler)
    return f"CASE json_type({document}, {path}) WHEN 'text' THEN json_extract({document}, {path}) END"


@compiles(text_at, "postgresql")
def _text_postgresql(element: text_at, compiler: SQLCompiler, **_: Any) -> str:
    document, way = _parts(element, compiler)
    at = f"CAST({way} AS TEXT[])"
    return f"(CASE jsonb_typeof({document} #> {at}) WHEN 'string' THEN ({document} #>> {at}) END COLLATE \"C\")"


@compiles(number_at, "sqlite")
def _number_sqlite(element: number_at, compiler: SQLCompiler, **_: Any) -> str:
    document, path = _parts(element, compiler)
    return f"CASE WHEN json_type({document}, {path}) IN ('integer', 'real') THEN json_extract({document}, {path}) END"


@compiles(number_at, "postgresql")
def _number_postgresql(element: number_at, compiler: SQLCompiler, **_: Any) -> str:
    document, way = _parts(element, compiler)
    at = f"CAST({way} AS TEXT[])"
    return f"CASE jsonb_typeof({document} #> {at}) WHEN 'number' THEN CAST(({document} #>> {at}) AS NUMERIC) END"


@compiles(is_true_at, "sqlite")
def _truth_sqlite(element: is_true_at, compiler: SQLCompiler, **_: Any) -> str:
    document, path = _parts(element, compiler)
    return f"CASE json_type({document}, {path}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"


@compiles(is_true_at, "postgresql")
def _truth_postgresql(element: is_true_at, compiler: SQLCompiler, **_: Any) -> str:
    document, way = _parts(element, compiler)
    at = f"CAST({way} AS TEXT[])"
    return f"CASE jsonb_typeof({document} #> {at}) WHEN 'boolean' THEN CAST(({document} #>> {at}) AS BOOLEAN) END"


@compiles(has_value_at, "sqlite")
def _value_sqlite(element: has_value_at, compiler: SQLCompiler, **_: Any) -> str:
    document, path = _parts(element, compiler)
    return f"(json_type({document}, {path}) IS NOT NULL)"


@compiles(has_value_at, "postgresql")
def _value_postgresql(element: has_value_at, compiler: SQLCompiler, **_: Any) -> str:
    document, way = _parts(element, compiler)
    return f"(({document} #> CAST({way} AS TEXT[])) IS NOT NULL)"


@compiles(holds_item, "sqlite")
def _item_sqlite(element: holds_item, compiler: SQLCompiler, **_: Any) -> str:
    document, path, item, _json = _parts(element, compiler)
    return f"EXISTS (SELECT 1 FROM json_each({document}, {path}) AS each WHERE each.value = {item})"  # noqa: S608  # every part is a column or a bound value


@compiles(holds_item, "postgresql")
def _item_postgresql(element: holds_item, compiler: SQLCompiler, **_: Any) -> str:
    document, way, _item, text = _parts(element, compiler)
    return f"(({document} #> CAST({way} AS TEXT[])) @> CAST({text} AS JSONB))"


class has_part(FunctionElement[bool]):
    """Whether a text holds another, letter for letter."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, text: Any, part: str) -> None:
        super().__init__(text, bindparam("part", part, type_=String(), unique=True))


@compiles(has_part, "sqlite")
def _part_sqlite(element: has_part, compiler: SQLCompiler, **_: Any) -> str:
    text, part = (compiler.process(each) for each in element.clauses)
    return f"(instr({text}, {part}) > 0)"


@compiles(has_part, "postgresql")
def _part_postgresql(element: has_part, compiler: SQLCompiler, **_: Any) -> str:
    text, part = (compiler.process(each) for each in element.clauses)
    return f"(strpos({text}, {part}) > 0)"
