"""Our own lint rule: it finds each way around the scope, and the program takes none of them."""

import pytest

from app.base.lint import check_folder, check_source
from app.base.migrate import MIGRATIONS
from tests.requirements import requirement


@pytest.mark.parametrize(
    "line",
    [
        "from sqlalchemy import text",
        "from sqlmodel import select",
        "from sqlalchemy.orm import Session",
        "rows = Script.__table__",
        "statement = chosen.select_from(inner)",
        "connection.exec_driver_sql('SELECT 1')",
        "session.commit()",
        "found = work.platform.all(statement)",
        "work._session.scalars(statement)",
    ],
)
def test_a_way_around_the_scope_is_found(line: str) -> None:
    assert [finding.line for finding in check_source("app/scripts/queries.py", f"\n{line}\n")] == [2]


def test_statements_from_a_scope_are_fine() -> None:
    source = "from sqlmodel import col\nrows = scope.all(scope.select(Script).where(col(Script.id) == wanted))\n"
    assert check_source("app/scripts/queries.py", source) == []


@requirement("A12.statements-need-a-scope")
def test_the_program_takes_no_way_around_the_scope() -> None:
    assert [str(finding) for finding in check_folder(MIGRATIONS.parent.parent, "app")] == []
