"""Create the ground's tables: heartbeat, revisions, idempotent answers."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "base_001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the rows that are always there."""
    op.create_table("base_heartbeat", sa.Column("id", sa.Integer, primary_key=True), sa.Column("beats", sa.BigInteger, nullable=False))
    op.execute("INSERT INTO base_heartbeat (id, beats) VALUES (1, 0)")
    op.create_table("base_revision", sa.Column("name", sa.String, primary_key=True), sa.Column("number", sa.BigInteger, nullable=False))
    op.create_table(
        "base_idempotent_answer",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("actor_id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("request_digest", sa.String, nullable=False),
        sa.Column("answer", JsonDocument, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_base_idempotent_answer_age", "base_idempotent_answer", ["tenant_id", "created_at"])
    protect("base_idempotent_answer")


def downgrade() -> None:
    """Drop the tables."""
    for table in ("base_idempotent_answer", "base_revision", "base_heartbeat"):
        op.drop_table(table)
