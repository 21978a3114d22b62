"""Create the outbox."""

import sqlalchemy as sa
from alembic import op

from app.base.db import JsonDocument, UtcDateTime
from app.base.db.row_security import protect

revision = "base_002"
down_revision = "access_006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "base_outbox",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("payload", JsonDocument, nullable=False),
        sa.Column("idempotency_key", sa.String, nullable=False),
        sa.Column("correlation_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("available_at", UtcDateTime, nullable=False),
        sa.Column("claim", sa.Uuid, nullable=True),
        sa.Column("done", JsonDocument, nullable=False),
        sa.Column("last_error", sa.String, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_base_outbox_due", "base_outbox", ["state", "available_at"])
    op.create_index("ix_base_outbox_tenant", "base_outbox", ["tenant_id", "state", "id"])
    protect("base_outbox")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("base_outbox")
