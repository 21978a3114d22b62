"""Create what bounds runs: ceilings, secrets, outgoing hosts."""

import sqlalchemy as sa
from alembic import op

from app.base.db import UtcDateTime
from app.base.db.row_security import protect

revision = "runs_002"
down_revision = "runs_001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "runs_limits",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("wall_ms", sa.Integer, nullable=True),
        sa.Column("operations", sa.BigInteger, nullable=True),
        sa.Column("memory_bytes", sa.BigInteger, nullable=True),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("keep_runs", sa.Integer, nullable=False),
    )
    op.create_table(
        "runs_secret",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "name"),
    )
    op.create_table(
        "runs_host",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("tenant_id", "host"),
    )
    for table in ("runs_limits", "runs_secret", "runs_host"):
        protect(table)
    op.execute("INSERT INTO base_revision (name, number) VALUES ('runs', 1)")


def downgrade() -> None:
    """Drop the tables."""
    op.execute("DELETE FROM base_revision WHERE name = 'runs'")
    for table in ("runs_host", "runs_secret", "runs_limits"):
        op.drop_table(table)
