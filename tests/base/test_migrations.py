"""Migrations: named by rule, leading exactly to the models, and there and back again."""

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

import app.access.models
import app.base.models
import app.entities.models
import app.runs.models
import app.schedules.models
import app.scripts.models
from app.base.migrate import MIGRATIONS, migrate, pending
from app.testing import World
from tests.requirements import requirement

NAME = re.compile(r"m\d{8}_[a-z]+_\d{3}_[a-z0-9_]+\.py")
KNOWN = (app.access.models, app.base.models, app.entities.models, app.runs.models, app.schedules.models, app.scripts.models)


@requirement("R6.migrations-are-named-by-rule")
def test_every_migration_is_named_by_the_rule() -> None:
    files = [file.name for file in Path(MIGRATIONS, "versions").glob("*.py") if file.name != "__init__.py"]
    assert files != []
    assert [name for name in files if not NAME.fullmatch(name)] == []


def test_migrations_lead_to_what_the_models_say(world: World) -> None:
    tables = {model.__name__ for model in KNOWN}
    assert tables != set()

    def differences(connection: object) -> list[object]:
        options = {"compare_type": False, "include_object": _is_compared}
        context = MigrationContext.configure(connection, opts=options)  # type: ignore[arg-type]  # inspect hands over a Connection
        return [each for each in compare_metadata(context, SQLModel.metadata) if "ix_base_idempotent_answer_age" not in str(each)]

    assert world.ground.database.read_now(lambda work: work.inspect(differences)) == []


# What full-text search is made of is each database's own: virtual tables with shadows on SQLite, indexes of word vectors on PostgreSQL.
_SEARCHED = ("runs_search", "entities_index", "ix_runs_search_words", "ix_entities_index_words")


def _is_compared(_object: object, name: str | None, *_: object) -> bool:
    return name is None or not name.startswith(_SEARCHED)


def test_a_migrated_database_lacks_nothing_and_migrates_again_without_effect(world: World) -> None:
    assert world.ground.database.read_now(lambda work: work.inspect(pending)) == []
    assert migrate(world.ground.database.engines.writer) == []
