"""Create the history of runs and its full-text search."""

import sqlalchemy as sa
from alembic import op

from app.base.db import UtcDateTime
from app.base.db.row_security import protect

revision = "runs_001"
down_revision = "base_002"
branch_labels = None
depends_on = None

_FILTERS = {
    "script_id": None,
    "outcome": None,
    "phase": None,
    "trigger": None,
    "actor_id": None,
    "entity_type": "IS NOT NULL",
    "entity_id": "IS NOT NULL",
    "parent_run_id": "IS NOT NULL",
    "fingerprint": "IS NOT NULL",
    "correlation_id": "<> ''",
    "idempotency_key": "<> ''",
    "status": "<> 'finished'",
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "runs_run",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("script_id", sa.Uuid, nullable=True),
        sa.Column("script_name", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("engine_version", sa.String, nullable=False),
        sa.Column("phase", sa.String, nullable=False),
        sa.Column("trigger", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=True),
        sa.Column("entity_type", sa.String, nullable=True),
        sa.Column("entity_id", sa.String, nullable=True),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("duration_us", sa.BigInteger, nullable=False),
        sa.Column("operations", sa.BigInteger, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("log_lines", sa.Integer, nullable=False),
        sa.Column("error_kind", sa.String, nullable=True),
        sa.Column("error_message", sa.String, nullable=True),
        sa.Column("error_line", sa.Integer, nullable=False),
        sa.Column("error_column", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=True),
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("actor_name", sa.String, nullable=False),
        sa.Column("actor_kind", sa.String, nullable=False),
        sa.Column("run_as", sa.String, nullable=False),
        sa.Column("correlation_id", sa.String, nullable=False),
        sa.Column("parent_run_id", sa.Uuid, nullable=True),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=True),
        sa.Column("input_digest", sa.String, nullable=False),
    )
    op.create_index("ix_runs_run_page", "runs_run", ["tenant_id", "id"])
    for column, unless in _FILTERS.items():
        where = None if unless is None else sa.text(f"{column} {unless}")
        op.create_index(f"ix_runs_run_{column}", "runs_run", ["tenant_id", column, "id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "runs_document",
        sa.Column("run_id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "runs_source",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_table(
            "runs_search",
            sa.Column("run_id", sa.Uuid, primary_key=True),
            sa.Column("tenant_id", sa.Uuid, nullable=False),
            sa.Column("body", sa.String, nullable=False),
        )
        op.execute("CREATE INDEX ix_runs_search_words ON runs_search USING gin (to_tsvector('simple', body))")
        protect("runs_search")
    else:
        # Tenant and run are words of the index as well: a search meets its own tenant's rows alone, and a row is found by its run.
        op.execute("CREATE VIRTUAL TABLE runs_search USING fts5(run_id, tenant_id, body, tokenize = 'unicode61 remove_diacritics 2')")
    for table in ("runs_run", "runs_document", "runs_source"):
        protect(table)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("runs_search", "runs_source", "runs_document", "runs_run"):
        op.execute(f"DROP TABLE {table}")
