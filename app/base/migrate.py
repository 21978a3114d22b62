"""Bringing a database to the newest schema, and telling whether it is there. The migrations themselves are data to this module."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import Connection, Engine, text

from app.base.db.unavailable import told_plainly, unavailable

MIGRATIONS = Path(__file__).parent.parent / "migrations"
_ONE_AT_A_TIME = 0x416C6C6F79
_NEWER = "Start the Alloy that used it last or a newer one, or restore a backup from before."


def migrate(engine: Engine) -> list[str]:
    """Apply every migration that is missing, in one transaction; their revisions, oldest first.

    Raises:
        DatabaseUnavailable: it can't be reached or written, or a newer Alloy has used it.
    """
    with told_plainly(engine.url), engine.begin() as connection, _alone(connection):
        try:
            missing = pending(connection)
        except ResolutionError as error:
            raise unavailable(engine.url, f"it has a schema that this Alloy doesn't know, {error.argument}", _NEWER) from error
        config = _config()
        config.attributes["connection"] = connection
        if missing:
            command.upgrade(config, "heads")
        return missing


def pending(connection: Connection) -> list[str]:
    """Revisions this database lacks, oldest first."""
    scripts = _scripts()
    current = MigrationContext.configure(connection).get_current_heads()
    applied = {revision.revision for revision in scripts.iterate_revisions(current, "base")} if current else set()
    return [revision.revision for revision in reversed(list(scripts.walk_revisions())) if revision.revision not in applied]


@cache
def _scripts() -> ScriptDirectory:
    """Read once: the migrations of a running program don't change, and health asks for them again and again."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Hold off other processes that start at the same time; SQLite's BEGIN IMMEDIATE does so already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    yield
