"""Create bulk re-runs."""

import sqlalchemy as sa
from alembic import op

from app.base.db import UtcDateTime
from app.base.db.row_security import protect

revision = "runs_003"
down_revision = "runs_002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "runs_rerun",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("actor_id", sa.Uuid, nullable=False),
        sa.Column("actor_name", sa.String, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_runs_rerun_page", "runs_rerun", ["tenant_id", "id"])
    protect("runs_rerun")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("runs_rerun")
